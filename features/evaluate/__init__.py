"""Evaluation: what the rules recommend for patients, and what clinicians answer."""

from features.evaluate import handler, included
from features.evaluate.events import RecommendationGenerated
from features.evaluate.origins import Origin, origins_of_recommendations
from features.evaluate.schema import ActiveRecommendation, RecommendationRead
from features.notes import when_note_deleted
from features.patients import includable, listable_by, when_deleted

includable(
    "recommendations",
    handler.load_for_patients,
    shows=list[RecommendationRead],
    missing=list,
    scope="recommendations:read",
)
includable(
    "active_recommendations",
    included.load_active_recommendations,
    shows=list[ActiveRecommendation],
    missing=list,
    scope="recommendations:read",
)
listable_by("active_recommendations", included.OWNERS, scope="recommendations:read")
when_deleted(handler.remove_of_patient)
when_note_deleted(handler.forget_words)

__all__ = ["Origin", "RecommendationGenerated", "origins_of_recommendations"]
