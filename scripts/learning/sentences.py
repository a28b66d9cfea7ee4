"""Sentences made for learning, whose warnings are known because of how they are made."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_SENTENCES = Path(__file__).parent / "warning_sentences.txt"
_SLOT = re.compile(r"\{([A-Za-z])\}")
_OF_EACH = 4
_BEFORE, _BEHIND = ("", "", "- ", "Plan\n", "BP 130/80, HR 72.\n"), ("", " Review in 2 weeks.", "\nU&E today.")
_CAPITAL = 0.7


class Made(NamedTuple):
    """A sentence, with its drugs and whether it warns against each."""

    kind: str
    text: str
    drugs: list[tuple[int, int, bool]]


def made(seed: int = 7) -> Iterator[Made]:
    """Some sentences of each pattern, the same for the same seed."""
    lines: dict[str, list[str]] = defaultdict(list)
    for line in _SENTENCES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.partition(": ")
            lines[name].append(rest)
    words = {name: lines[name][0].split(", ") for name in ("drugs", "harms", "conditions")}
    choose = random.Random(seed)  # noqa: S311 - no secret
    for kind in ("warning", "plain"):
        for pattern in lines[kind]:
            for _ in range(_OF_EACH):
                yield _filled(pattern, words, choose)


def _filled(pattern: str, words: dict[str, list[str]], choose: random.Random) -> Made:
    drugs = choose.sample(words["drugs"], 4)
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
            found.append((len(text), len(text) + len(name), slot[1].isupper()))
            text += name
        else:
            text += choose.choice(words["harms" if slot[1] == "H" else "conditions"])
    text += pattern[at:]
    behind = choose.choice(_BEHIND)
    end = "." if behind.startswith(" ") and not text.endswith(".") else ""
    return Made(pattern, text + end + behind, found)
