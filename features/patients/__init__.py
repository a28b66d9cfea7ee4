"""Patients: who they are, found by any name or number they go by."""

from features.patients.handler import create_patient, read_patient_by_nhs_number, require_patient
from features.patients.hooks import includable, when_deleted
from features.patients.persistence import any_patient, copy_patients, highest_nhs_number
from features.patients.problems import PatientNotFound
from features.patients.schema import PatientWrite

__all__ = [
    "PatientNotFound",
    "PatientWrite",
    "any_patient",
    "copy_patients",
    "create_patient",
    "highest_nhs_number",
    "includable",
    "read_patient_by_nhs_number",
    "require_patient",
    "when_deleted",
]
