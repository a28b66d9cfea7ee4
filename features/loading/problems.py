"""What can go wrong when data is brought in.

Conflict
  DifferentPerson  409 different_person
NotFound
  UnknownNhsNumber  404 unknown_nhs_number
"""

from rounds.i18n import N_
from rounds.problems import Conflict, NotFound


class DifferentPerson(Conflict):
    """The number is on record for a patient with another name or date of birth."""

    code = "different_person"
    title = N_("The number belongs to somebody else")
    detail = N_("This NHS number is on record with another name or date of birth. Find out which of the two is right.")


class UnknownNhsNumber(NotFound):
    """Nobody on record has this NHS number; import the patients first."""

    code = "unknown_nhs_number"
    title = N_("Nobody has this NHS number")
    detail = N_("Nobody on record has this NHS number. Import the patients first.")
