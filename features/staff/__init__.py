"""Staff: departments, and the clinicians who work in them."""

from features.staff.handler import (
    create_clinician,
    create_department,
    read_clinician,
    require_clinician,
    require_department,
)
from features.staff.persistence import CLINICIAN_ROWS, DEPARTMENT_ROWS, clinician_named, department_named
from features.staff.problems import NO_SUCH_DEPARTMENT, ClinicianNotFound, DepartmentNotFound
from features.staff.schema import ClinicianWrite, DepartmentWrite

__all__ = [
    "CLINICIAN_ROWS",
    "DEPARTMENT_ROWS",
    "NO_SUCH_DEPARTMENT",
    "ClinicianNotFound",
    "ClinicianWrite",
    "DepartmentNotFound",
    "DepartmentWrite",
    "clinician_named",
    "create_clinician",
    "create_department",
    "department_named",
    "read_clinician",
    "require_clinician",
    "require_department",
]
