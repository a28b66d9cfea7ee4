"""Sentences made for learning: what they tell of their drugs is known because of how they are made."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_SENTENCES = Path(__file__).parent / "warning_sentences.txt"
_SLOT = re.compile(r"\{([A-Za-z])\}")
_SLOTS = {"H": "harms", "R": "signs", "C": "conditions"}
_OF_EACH = 4
_BEFORE, _BEHIND = ("", "", "- ", "Plan\n", "BP 130/80, HR 72.\n"), ("", " Review in 2 weeks.", "\nU&E today.")
_CAPITAL = 0.7


KINDS = ("warning", "allergy", "denied", "plain")


class Made(NamedTuple):
    """A sentence, with its drugs and what it tells of each."""

    pattern: str
    text: str
    drugs: list[tuple[int, int, str]]


def made(seed: int = 7) -> Iterator[Made]:
    """Some sentences of each pattern, the same for the same seed."""
    lines: dict[str, list[str]] = defaultdict(list)
    for line in _SENTENCES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.partition(": ")
            lines[name].append(rest)
    words = {name: lines[name][0].split(", ") for name in ("drugs", "harms", "conditions", "signs", "allergens")}
    choose = random.Random(seed)  # noqa: S311 - no secret
    for kind in KINDS:
        for pattern in lines[kind]:
            for _ in range(_OF_EACH):
                yield _filled(kind, pattern, words, choose)


def _filled(kind: str, pattern: str, words: dict[str, list[str]], choose: random.Random) -> Made:
    drugs = choose.sample(words["allergens" if kind in {"allergy", "denied"} else "drugs"], 4)
    pattern = pattern.replace("\\n", "\n")
    names = dict(zip("XZyw", drugs, strict=True))
    text, at, found = choose.choice(_BEFORE), 0, []
    begins = len(text)
    for slot in _SLOT.finditer(pattern):
        text += pattern[at : slot.start()]
        at = slot.end()
        if slot[1] in names:
            name = names[slot[1]]
            if len(text) == begins and choose.random() < _CAPITAL:
                name = name[0].upper() + name[1:]
            found.append((len(text), len(text) + len(name), kind if slot[1].isupper() else "plain"))
            text += name
        else:
            text += choose.choice(words[_SLOTS[slot[1]]])
    text += pattern[at:]
    behind = choose.choice(_BEHIND)
    end = "." if behind.startswith(" ") and not text.endswith(".") else ""
    return Made(pattern, text + end + behind, found)
