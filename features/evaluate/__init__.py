"""Evaluation: what the rules recommend for patients, and what clinicians answer."""

from features.evaluate import handler
from features.evaluate.events import RecommendationGenerated
from features.patients import includable, when_deleted

includable("recommendations", handler.load_for_patients, missing=list)
when_deleted(handler.remove_of_patient)

__all__ = ["RecommendationGenerated"]
