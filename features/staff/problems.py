"""What can go wrong with staff.

Conflict
  ClinicianInUse  409 clinician_in_use
  DepartmentInUse  409 department_in_use
  DuplicateDepartment  409 duplicate_department
NotFound
  ClinicianNotFound  404 clinician_not_found
  DepartmentNotFound  404 department_not_found
"""

from typing import Literal

from rounds.data import on_violation
from rounds.i18n import N_
from rounds.problems import Conflict, InvalidFields, NotFound, Refusal, invalid, named


class DepartmentNotFound(NotFound):
    """There is no such department."""

    code = "department_not_found"
    title = N_("Department not found")
    detail = N_("There is no such department. List them with GET /departments.")


class ClinicianNotFound(NotFound):
    """There is no such clinician."""

    code = "clinician_not_found"
    title = N_("Clinician not found")
    detail = N_("There is no such clinician. List them with GET /clinicians.")


class DuplicateDepartment(Conflict):
    """Another department has this name; upper and lower case do not tell names apart."""

    code = "duplicate_department"
    title = N_("The department exists already")
    detail = N_("Another department has this name.")
    members = named(field=Literal["name"])
    sample = named(field="name")


class DepartmentInUse(Conflict):
    """Clinicians work in this department, or records such as appointments name it."""

    code = "department_in_use"
    title = N_("The department is in use")
    detail = N_("Clinicians work in this department, or appointments were booked in it. Set active to false instead.")


class ClinicianInUse(Conflict):
    """Records such as appointments name this clinician, and go on doing so."""

    code = "clinician_in_use"
    title = N_("The clinician is in use")
    detail = N_("There are records that name this clinician, such as appointments. Set active to false instead.")


NO_SUCH_DEPARTMENT = Refusal("unknown_department", N_("There is no department with this id."))


def _unknown_department() -> InvalidFields:
    return invalid("/department_id", NO_SUCH_DEPARTMENT())


on_violation("uq_department_name_key", lambda: DuplicateDepartment(field="name"))
on_violation("fk_clinician_department_id", _unknown_department)
