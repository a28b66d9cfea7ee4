"""Staff: departments, and the clinicians who work in them."""

from features.staff.handler import require_clinician, require_department
from features.staff.problems import ClinicianNotFound, DepartmentNotFound

__all__ = ["ClinicianNotFound", "DepartmentNotFound", "require_clinician", "require_department"]
