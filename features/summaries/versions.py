"""Versions of how summaries are told, by which those that were made before are told apart.

They stand by themselves so that knowing them does not load what writes summaries.
"""

EXTRACTIVE_VERSION = 14
"""Part of the address of every summary: goes up when the same notes are told otherwise."""
PROMPT_VERSION = "2026-11.2"
"""Part of the address of what a model writes: goes up when it is asked otherwise."""
