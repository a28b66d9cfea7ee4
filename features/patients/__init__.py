"""Patients: who they are, found by any name or number they go by."""

from features.patients.handler import require_patient
from features.patients.hooks import includable, when_deleted
from features.patients.problems import PatientNotFound
from features.patients.tables import Patient

__all__ = ["Patient", "PatientNotFound", "includable", "require_patient", "when_deleted"]
