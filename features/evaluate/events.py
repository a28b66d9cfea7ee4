"""What evaluation tells others, and the work it hands to the consumer."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from rounds import clock
from rounds.events import Event


class RecommendationGenerated(Event):
    """A recommendation was made for a patient, by a rule or by hand; one event each.

    `patient_id` is the id of a stored patient. What rests on stated facts alone has the number that its caller knows
    the patient by, or none. Read again, an id is a text like any other: ask the recommendation whose it is
    (`origins_of_recommendations`).
    """

    type = "rounds.recommendation.generated"

    patient_id: UUID | int | str | None
    recommendation_id: UUID
    recommendation: str = Field(examples=["Physical Therapy"])
    timestamp: datetime = Field(default_factory=clock.now)


class BatchStep(Event):
    """The next patients of a batch are to be evaluated: those behind `position`.

    A step that is delivered again after it was done finds the batch at another position, and does nothing.
    """

    type = "rounds.evaluation.batch_step"
    public = False

    batch_id: UUID
    position: UUID
