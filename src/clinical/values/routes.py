"""By which way a medicine is given: what is written, and one name for each way."""

import re
from functools import cache
from typing import NamedTuple

from clinical.lexicon.resources import entries


class Route(NamedTuple):
    """A route named at `text[start:end]`."""

    start: int
    end: int
    name: str
    """oral, intravenous, subcutaneous, inhaled ..."""
    implied: bool
    """Whether only a form tells it (tablet, cream, inhaler), and no word for the way itself."""


class _Spelling(NamedTuple):
    name: str
    implied: bool


@cache
def _spellings() -> tuple[re.Pattern[str], dict[str, _Spelling]]:
    """One pattern for all spellings, and what each means by its letters."""
    meanings: dict[str, _Spelling] = {}
    exact: list[str] = []
    free: list[str] = []
    for line in entries("routes.txt"):
        name, ways, forms = (part.strip() for part in line.split("|"))
        for written, implied in [(way, False) for way in ways.split(",")] + [(form, True) for form in forms.split(",")]:
            spelling = " ".join(written.split())
            if not spelling:
                continue
            if spelling.startswith("="):
                exact.append(spelling[1:])
                meanings[spelling[1:]] = _Spelling(name, implied)
            else:
                free.append(spelling)
                meanings[spelling.lower()] = _Spelling(name, implied)
    pattern = (
        rf"(?=[A-Za-z])(?<![^\W_])(?<![^\W_][-/])(?:(?-i:{_alternatives(exact)})(?![^\W_]|-[a-z])"
        rf"|(?:{_alternatives(free)})(?![^\W_]|-[a-z]))"
    )
    return re.compile(pattern, re.IGNORECASE), meanings


def _alternatives(spellings: list[str]) -> str:
    """The longest first; a blank stands for any blank or hyphen."""
    ordered = sorted(spellings, key=len, reverse=True)
    return "|".join(re.escape(one).replace(r"\ ", r"[\s-]") for one in ordered)


# "Stage IV", "grade IV", "type IV"; "PR interval"; "PO2"; an X-ray's "SC joint".
_NUMERAL_BEFORE = re.compile(
    r"(?:stage|grade|type|class|factor|nerve|cranial nerves?|cn|vi|iii|group|schedule|phase|mallampati)\s?\Z",
    re.IGNORECASE,
)
_NO_ROUTE_BEHIND = re.compile(
    r"\s(?:interval|segment|prolongation|joint|drug use\w*|drug abuse|access|line|lines"
    r"|cannula\w*|sites?|contrast|intake|cavity|mucosa|"
    r"temp\w*|thrush|candid\w*|hygiene|examination|exam|ulcers?|lesions?|polyps?|congestion|passages?|septum|bone|"
    r"discharge|bleed\w*|atrophy|dryness|delivery|swab|pathologist|pressure|catheter)\b",
    re.IGNORECASE,
)


def routes_in(text: str, start: int = 0, end: int | None = None) -> list[Route]:
    """The routes that a text names, in order."""
    pattern, meanings = _spellings()
    end = len(text) if end is None else end
    found = []
    for match in pattern.finditer(text, start, end):
        written = match.group()
        meaning = (
            meanings.get(written)
            or meanings.get(re.sub(r"[\s-]", " ", written.lower()))
            or meanings.get(written.lower())
        )
        if meaning is None or _is_else(text, match, end):
            continue
        found.append(Route(*match.span(), meaning.name, meaning.implied))
    return found


def _is_else(text: str, match: re.Match[str], end: int) -> bool:
    if match.group().lower() == "iv" and _NUMERAL_BEFORE.search(text, max(0, match.start() - 16), match.start()):
        return True
    return _NO_ROUTE_BEHIND.match(text, match.end(), end) is not None
