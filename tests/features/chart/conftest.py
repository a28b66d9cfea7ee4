"""A patient with notes, as summaries have them."""

from tests.features.summaries.conftest import note, patient

__all__ = ["note", "patient"]
