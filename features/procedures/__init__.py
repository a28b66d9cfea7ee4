"""Procedures: what departments can do, and what patients underwent."""

from features.patients import includable, when_deleted
from features.procedures import handler
from features.procedures.handler import create_patient_procedure, create_procedure
from features.procedures.persistence import PATIENT_PROCEDURES
from features.procedures.problems import ProcedureNotFound
from features.procedures.schema import PatientProcedureIncluded, PatientProcedureWrite, ProcedureWrite

includable(
    "procedures", handler.load_for_patients, shows=list[PatientProcedureIncluded], missing=list, scope="procedures:read"
)
when_deleted(handler.remove_of_patient)

__all__ = [
    "PATIENT_PROCEDURES",
    "PatientProcedureWrite",
    "ProcedureNotFound",
    "ProcedureWrite",
    "create_patient_procedure",
    "create_procedure",
]
