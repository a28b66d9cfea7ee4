"""Hides who a patient is from whoever need not know, and shows it again. Pure functions and known values, no model."""

from features.summaries.identity.disguise import Disguise

__all__ = ["Disguise"]
