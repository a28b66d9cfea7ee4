"""What can go wrong with patients.

Conflict
  DuplicatePatient  409 duplicate_patient
NotFound
  PatientNotFound  404 patient_not_found
"""

from functools import partial
from typing import Literal

from rounds.data import on_violation
from rounds.i18n import N_
from rounds.problems import Conflict, NotFound, Refusal, named


class PatientNotFound(NotFound):
    """There is no such patient, or the record was deleted."""

    code = "patient_not_found"
    title = N_("Patient not found")
    detail = N_("There is no such patient. Search with GET /patients?q=…")


class DuplicatePatient(Conflict):
    """Another patient already has this MRN, NHS number or identifier; `field` says which."""

    code = "duplicate_patient"
    title = N_("Another patient has this number")
    detail = N_("Another patient already has this {field}. Look that record up before creating a new one.")
    members = named(field=Literal["mrn", "nhs_number", "identifiers"])
    sample = named(field="nhs_number")


for _constraint, _field in {
    "uq_patient_mrn": "mrn",
    "uq_patient_nhs_number": "nhs_number",
    "uq_patient_identifier_system_value": "identifiers",
}.items():
    on_violation(_constraint, partial(DuplicatePatient, field=_field))

NHS_DIGITS = Refusal(
    "nhs_number_digits", N_("An NHS number has exactly ten digits, 0 to 9; spaces and hyphens are fine.")
)
NHS_CHECKSUM = Refusal("nhs_number_checksum", N_("The check digit does not fit. Compare the number with its source."))
NHS_REPEATED = Refusal(
    "nhs_number_repeated", N_("Ten equal digits are a placeholder, not an NHS number. Leave it out.")
)
MRN_CHARACTERS = Refusal("mrn_characters", N_("An MRN has 1 to 40 printable ASCII characters."))
BORN_LATER = Refusal("date_in_future", N_("A date of birth cannot be in the future."))
BORN_LONG_AGO = Refusal("too_long_ago", N_("Nobody is older than {years} years. Check the date of birth."))
PHONE = Refusal("phone", N_("Write the phone number with its country code, for example +44 20 7946 0958."))
IDENTIFIER_SYSTEM = Refusal(
    "identifier_system", N_("Name the system in lower case, for example ie.pps or hospital.local.")
)
IDENTIFIER_VALUE = Refusal("identifier_value", N_("This is not a valid number of the system {system}."))
IDENTIFIER_TWICE = Refusal("identifier_twice", N_("This identifier is listed twice."))
IDENTIFIER_FILTER = Refusal("identifier_filter", N_("Write the filter as system|value, for example ie.pps|1234567T."))
