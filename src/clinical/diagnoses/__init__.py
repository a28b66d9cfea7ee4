"""Conditions, and how sure they are."""
