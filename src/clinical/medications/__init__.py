"""Medications, and what becomes of them."""
