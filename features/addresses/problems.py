"""What can go wrong with addresses.

Conflict
  AddressExists  409 address_exists
NotFound
  AddressNotFound  404 address_not_found
"""

from rounds.data import on_violation
from rounds.i18n import N_
from rounds.problems import Conflict, NotFound, Refusal


class AddressNotFound(NotFound):
    """There is no such address, or its owner has none yet."""

    code = "address_not_found"
    title = N_("Address not found")
    detail = N_("There is no address here. Create one with POST.")


class AddressExists(Conflict):
    """The owner has an address already; replace it with PUT."""

    code = "address_exists"
    title = N_("There is an address already")
    detail = N_("There is an address already. Replace it with PUT.")


for _owner in ("patient", "department", "clinician"):
    on_violation(f"uq_address_{_owner}_id", AddressExists)

POSTCODE = Refusal("postcode", N_("This does not look like a UK postcode, such as YO8 8QN. Check the spelling."))
COUNTRY = Refusal("country", N_("Give the country as its two-letter ISO 3166-1 code, for example GB."))
EMPTY = Refusal("empty_address", N_("Fill in at least one line of the address."))
