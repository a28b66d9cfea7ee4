"""Summaries: what a patient's notes say, short, cited and checked."""

from features.notes import when_note_deleted
from features.patients import when_deleted
from features.summaries import handler

when_note_deleted(handler.forget_with_note)
when_deleted(handler.forget)

__all__: list[str] = []
