"""Cycles in which a drug is taken and left: "three weeks on, one week off", "days 1-21 of 28"."""

import re
from typing import NamedTuple

from clinical.values.numbers import number_of, plain

_N = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)"
_ON_AND_OFF = re.compile(
    rf"[\s,;(]{{0,3}}(?P<on>{_N})[\s-]?(?P<unit>days?|weeks?|wks?)\son[\s,/;&]{{1,3}}(?:then\s|and\s)?"
    rf"(?P<off>{_N})(?:[\s-]?(?P<unit_off>days?|weeks?|wks?))?\soff(?![^\W_])\)?",
    re.IGNORECASE,
)
# "3 on/1 off" are weeks, "21 on/7 off" days.
_BARE = re.compile(r"[\s,;(]{0,3}(?P<on>[1-9]|14|21)\son\s?/\s?(?P<off>\d{1,2})\soff(?![^\W_])\)?", re.IGNORECASE)
_MOST_WEEKS = 6
_DAYS_OF = re.compile(
    r"[\s,;(]{0,3}(?P<on>7|14|21)\sdays?\s(?:of|out of|in|every)\s(?P<whole>14|21|28)(?:\sdays?)?(?![\w/])\)?"
)
_OF_SO_MANY = re.compile(
    r"[\s,;(]{0,3}(?:on\s)?(?:days?|d)\s?1\s?(?:-|–|to)\s?(?:d\s?)?(?P<on>\d{1,2})\s(?:of|every|in|q)\s?"
    r"(?:an?\s|each\s|every\s)?(?P<whole>\d{1,2})(?:[\s-]?days?)?(?:\scycle)?(?![\w/])\)?",
    re.IGNORECASE,
)


class Cycle(NamedTuple):
    """A cycle at `text[start:end]`, in plain words: "3 weeks on, 1 week off"."""

    start: int
    end: int
    text: str


def cycle_in(text: str, start: int, end: int) -> Cycle | None:
    """The first cycle that a stretch of text tells."""
    found = _ON_AND_OFF.search(text, start, end)
    if found is not None:
        off = _counted(found["off"], found["unit_off"] or found["unit"])
        return Cycle(*_place(found), f"{_counted(found['on'], found['unit'])} on, {off} off")
    found = _BARE.search(text, start, end)
    if found is not None:
        unit = "week" if int(found["on"]) <= _MOST_WEEKS else "day"
        return Cycle(*_place(found), f"{_counted(found['on'], unit)} on, {_counted(found['off'], unit)} off")
    found = _OF_SO_MANY.search(text, start, end) or _DAYS_OF.search(text, start, end)
    if found is not None:
        return Cycle(*_place(found), f"days 1 to {found['on']} of {found['whole']}")
    return None


def _place(found: re.Match[str]) -> tuple[int, int]:
    """Where it stands, without what parts it from the words before."""
    return found.end() - len(found.group().lstrip(" ,;(\n\t")), found.end()


def _counted(number: str, unit: str) -> str:
    written = plain(number_of(number) or 1)
    unit = "week" if unit.lower().startswith("wk") else unit.lower().rstrip("s")
    return f"{written} {unit}{'' if written == '1' else 's'}"
