"""The urine dipstick: what it shows is told with plus signs, "trace" or "negative" behind short names."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clinical.facts import Place
from clinical.measurements.moments import Taken

if TYPE_CHECKING:
    from clinical.note import Note

_STICK = re.compile(r"\b(?:urine|urinalysis|dip(?:stick)?|dipped|UA|u/a)\b[^.\n]{0,160}", re.IGNORECASE)
_SHOWN = re.compile(
    r"(?<![\w-])(?P<name>prot(?:ein)?|blood|haem|gluc(?:ose)?|ket(?:ones?)?|"
    r"leu(?:[ck]o?(?:cyte)?s?)?(?: esterase)?|leucs?|"
    r"leuks?|LE|nit(?:rites?|s)?|nitrates?)\s?[:=]?\s?"
    r"(?P<value>[+-]ve\b|\+{1,4}|[1-4]\s?\+|trace|neg(?:ative)?\b|nil\b|pos(?:itive)?\b|-ve|\+ve|-(?=\s|[,;.)]|$))",
    re.IGNORECASE,
)
_NAMES = {
    "p": "urine_protein",
    "b": "urine_blood",
    "h": "urine_blood",
    "g": "urine_glucose",
    "k": "urine_ketones",
    "l": "urine_leukocyte_esterase",
    "n": "urine_nitrite",
}
_WORDS = {
    "neg": "negative",
    "nil": "negative",
    "-": "negative",
    "-ve": "negative",
    "pos": "positive",
    "+ve": "positive",
}


def dipsticks(note: "Note") -> Iterator[Taken]:
    """What dipsticks showed: "trace", "negative", "positive", "+" to "++++"."""
    done = 0
    for stick in _STICK.finditer(note.text):
        for shown in _SHOWN.finditer(note.text, max(done, stick.start()), stick.end()):
            done = shown.end()
            value = shown["value"].lower().replace(" ", "")
            if value[0].isdigit():
                value = "+" * int(value[0])
            name = _NAMES[shown["name"][0].lower()]
            lead = note.dating.lead(shown.start(), 0)
            places = {"value": Place(*shown.span("value"))}
            yield Taken(*shown.span(), name, _WORDS.get(value, value), None, None, lead, places)
