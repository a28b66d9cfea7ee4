"""Rounds: the platform every feature stands on. It knows no feature by name."""

__version__ = "0.1.0"

from rounds import unwanted_extras

unwanted_extras.leave_out()
