"""Doses that a note tells without their unit: a number alone is of what was told before."""

import re
from collections.abc import Mapping
from typing import Any

# "1 sachet", "2 tablets", and a number that counts such.
_COUNTED = re.compile(r"[\d.]+ (?P<what>tablet|capsule|sachet|puff|drop|spray)s?")
_NUMBER = re.compile(r"\d{1,2}(?:\.5)?")
_MEASURED = re.compile(r"[\d.]+ (?P<unit>m?c?g|micrograms)(?:/.{1,12})?")
_SIZE = re.compile(r"\d{1,3}(?:\.\d{1,2})?")


def with_unit(dose: str, before: str | None) -> str | None:
    """A number alone with what was counted before: "one sachet", then "two twice daily"; None where that is unknown."""
    counted = _COUNTED.fullmatch(before or "")
    if counted is None or not _NUMBER.fullmatch(dose):
        return None
    return f"{dose} {counted['what']}{'' if dose in {'1', '0.5'} else 's'}"


def of_size(fact: Mapping[str, Any], before: str | None) -> str | None:
    """The dose of a patch that is told by its size alone, in the unit of before: "9.5 patch daily" after 4.6 mg."""
    measured = _MEASURED.fullmatch(before or "")
    size = str(fact.get("dose") or "")
    if fact.get("route") != "transdermal" or measured is None or not _SIZE.fullmatch(size):
        return None
    return f"{size} {measured['unit']}"
