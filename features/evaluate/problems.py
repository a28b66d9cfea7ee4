"""What can go wrong with recommendations and batches.

Conflict
  DuplicateRecommendation  409 duplicate_recommendation
  RecommendationAnswered  409 recommendation_answered
NotFound
  BatchNotFound  404 evaluation_batch_not_found
  RecommendationNotFound  404 recommendation_not_found
"""

from functools import partial
from typing import Literal

from rounds.data import on_violation
from rounds.i18n import N_
from rounds.problems import Conflict, NotFound, Refusal, named


class RecommendationNotFound(NotFound):
    """There is no such recommendation, or it was deleted, alone or with its patient."""

    code = "recommendation_not_found"
    title = N_("Recommendation not found")
    detail = N_("There is no such recommendation. List them with GET /recommendations?patient_id=…")


class DuplicateRecommendation(Conflict):
    """The patient already has an active recommendation of this rule; there is at most one at a time."""

    code = "duplicate_recommendation"
    title = N_("The rule has recommended this already")
    detail = N_("The patient already has such a recommendation of this rule. Answer that one first.")
    members = named(field=Literal["rule"])
    sample = named(field="rule")


class RecommendationAnswered(Conflict):
    """Only an active recommendation can be answered, and the first answer stands; `current` says what it is now."""

    code = "recommendation_answered"
    title = N_("The recommendation has been answered")
    detail = N_("The recommendation is {current} and not active any more, so this answer was not recorded.")
    members = named(current=Literal["accepted", "declined", "superseded"])
    sample = named(current="accepted")


class BatchNotFound(NotFound):
    """There is no such batch."""

    code = "evaluation_batch_not_found"
    title = N_("Batch not found")
    detail = N_("There is no such batch. List them with GET /evaluate/batch.")


for _constraint in (
    "uq_recommendation_active",
    "uq_recommendation_fired_on",
    "uq_recommendation_external_active",
    "uq_recommendation_external_fired_on",
):
    on_violation(_constraint, partial(DuplicateRecommendation, field="rule"))

OTHER_PATIENT = Refusal("patient_is_fixed", N_("A recommendation stays with its patient. Make a new one for another."))
ONE_PATIENT = Refusal(
    "one_patient", N_("Send either patient_id, of a stored patient, or external_id, your own number of another one.")
)
ONE_SELECTION = Refusal("one_selection", N_("Send either patient_ids or “all”: true."))
