"""Calendars: appointments for calendar programs, by download or by a secret address to subscribe to."""

__all__: list[str] = []
