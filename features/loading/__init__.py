"""Bringing data in: the sample ward, seeded patients for load tests, and files of other systems."""

__all__: list[str] = []
