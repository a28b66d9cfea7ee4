"""Rounds: the platform every feature stands on. It knows no feature by name."""

__version__ = "0.1.0"
