"""Vital signs and laboratory values."""
