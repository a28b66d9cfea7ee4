"""Staff: departments, and the clinicians who work in them."""

from features.staff.handler import create_clinician, create_department, require_clinician, require_department
from features.staff.problems import ClinicianNotFound, DepartmentNotFound
from features.staff.schema import ClinicianWrite, DepartmentWrite

__all__ = [
    "ClinicianNotFound",
    "ClinicianWrite",
    "DepartmentNotFound",
    "DepartmentWrite",
    "create_clinician",
    "create_department",
    "require_clinician",
    "require_department",
]
