"""Amounts, units, frequencies, routes, durations and dates: from what is written to what it means."""
