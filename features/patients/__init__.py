"""Patients: who they are, found by any name or number they go by."""

from features.patients.changing import create_patient
from features.patients.events import PatientCreated, PatientDeleted, PatientErased, PatientUpdated
from features.patients.handler import expect_patient, patient_with_nhs_number, read_patients, require_patient
from features.patients.hooks import includable, listable_by, when_deleted
from features.patients.included import latest_of_each
from features.patients.numbers import NhsNumber
from features.patients.persistence import (
    PATIENT_IDENTIFIERS,
    PATIENTS,
    any_patient,
    belongs_to_patients,
    copy_patients,
    hidden_among,
    highest_nhs_number,
    restricted_among,
    taken_numbers,
)
from features.patients.problems import PatientNotFound
from features.patients.protection import PatientProtection
from features.patients.schema import OLDEST_YEARS, DateOfBirth, PatientRead, PatientWrite, body_mass_index
from features.patients.visibility import visible
from rounds.protection import protected_by

__all__ = [
    "OLDEST_YEARS",
    "PATIENTS",
    "PATIENT_IDENTIFIERS",
    "DateOfBirth",
    "NhsNumber",
    "PatientCreated",
    "PatientDeleted",
    "PatientErased",
    "PatientNotFound",
    "PatientRead",
    "PatientUpdated",
    "PatientWrite",
    "any_patient",
    "belongs_to_patients",
    "body_mass_index",
    "copy_patients",
    "create_patient",
    "expect_patient",
    "hidden_among",
    "highest_nhs_number",
    "includable",
    "latest_of_each",
    "listable_by",
    "patient_with_nhs_number",
    "read_patients",
    "require_patient",
    "restricted_among",
    "taken_numbers",
    "visible",
    "when_deleted",
]

protected_by(PatientProtection())
