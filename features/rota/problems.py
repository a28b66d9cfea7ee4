"""What can go wrong with working hours and absences.

NotFound
  AbsenceNotFound  404 absence_not_found
"""

from rounds.i18n import N_
from rounds.problems import SAMPLE_ID, NotFound, Refusal, named


class AbsenceNotFound(NotFound):
    """This clinician has no such absence."""

    code = "absence_not_found"
    title = N_("Absence not found")
    detail = N_("There is no such absence. List them with GET /clinicians/{clinician_id}/absences.")
    sample = named(clinician_id=SAMPLE_ID)


HOURS_TIME = Refusal("wall_clock", N_("Write the time as HH:MM, from 00:00 to 24:00."))
HOURS_BACKWARDS = Refusal("hours_backwards", N_("The end must come after the start, on the same day."))
HOURS_OVERLAP = Refusal("hours_overlap", N_("Two periods of one weekday overlap. Join them into one."))
ABSENCE_BACKWARDS = Refusal("absence_backwards", N_("The end must come after the start."))
