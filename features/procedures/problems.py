"""What can go wrong with procedures.

Conflict
  DuplicateProcedure  409 duplicate_procedure
  ProcedureInUse  409 procedure_in_use
NotFound
  PatientProcedureNotFound  404 patient_procedure_not_found
  ProcedureNotFound  404 procedure_not_found
"""

from typing import Literal

from rounds.data import on_violation
from rounds.i18n import N_
from rounds.problems import Conflict, NotFound, Refusal, named


class ProcedureNotFound(NotFound):
    """There is no such procedure, or it was deleted."""

    code = "procedure_not_found"
    title = N_("Procedure not found")
    detail = N_("There is no such procedure. List them with GET /procedures.")


class PatientProcedureNotFound(NotFound):
    """There is no such record of a procedure that a patient underwent, or it was deleted, perhaps with the patient."""

    code = "patient_procedure_not_found"
    title = N_("Patient’s procedure not found")
    detail = N_("There is no such record of a patient’s procedure. List them with GET /patient_procedures.")


class DuplicateProcedure(Conflict):
    """Another procedure has this code; upper and lower case do not tell codes apart."""

    code = "duplicate_procedure"
    title = N_("The procedure exists already")
    detail = N_("Another procedure has this code. Upper and lower case make no difference.")
    members = named(field=Literal["code"])
    sample = named(field="code")


class ProcedureInUse(Conflict):
    """Patients underwent this procedure, and their records still say so."""

    code = "procedure_in_use"
    title = N_("The procedure is in use")
    detail = N_("There are records of patients who underwent this procedure. Delete or change those records first.")


on_violation("uq_procedure_code_key", lambda: DuplicateProcedure(field="code"))

CODE_CHARACTERS = Refusal("code_characters", N_("A code has 1 to 40 printable ASCII characters."))
PERFORMED_LATER = Refusal(
    "performed_in_future", N_("What was performed cannot lie in the future. Check the date, the time and the offset.")
)
PERFORMED_LONG_AGO = Refusal("performed_long_ago", N_("Nothing performed before {year} is recorded. Check the date."))
