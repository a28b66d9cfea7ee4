"""The notes nobody tuned to, with their annotations: a half to work with, and a half that is only counted.

gold/unseen/README.md says how they were made and what the annotations mean.
"""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

UNSEEN = Path(__file__).parent / "gold" / "unseen"
DATA = Path(__file__).parents[3] / "shared" / "data"
LOOKS = UNSEEN / "looks.txt"
# Ten notes in hard styles for each half, written and annotated by two other readers after the rules of the day stood.
HARD_STYLES = Path(__file__).parent / "readings" / "hard_styles"

# Notes and snippets of further readers, of which most teach what becomes of a drug (scripts/learning/medications.py).
STRANGERS = Path(__file__).parent / "readings" / "strangers"

Fact = dict[str, Any]
Span = tuple[int, int]

KINDS = ("medication", "allergy", "avoid", "diagnosis", "procedure", "lab", "vital")
# What `Understanding.facts` calls them.
PLURALS = {
    "medication": "medications",
    "allergy": "allergies",
    "avoid": "avoid",
    "diagnosis": "diagnoses",
    "procedure": "procedures",
    "lab": "labs",
    "vital": "vitals",
}


_ATTRIBUTES = {
    "medication": ("drug", "dose", "route", "frequency", "duration", "status", "certainty"),
    "allergy": ("substance", "reaction", "status"),
    "avoid": ("substance", "reason"),
    "diagnosis": ("text", "certainty"),
    "procedure": ("text", "status", "on"),
    "lab": ("name", "value", "unit", "at"),
    "vital": ("name", "value", "unit", "at"),
}


class NotTheNote(Exception):  # noqa: N818 - what went wrong, said plainly
    """An annotation does not fit the note that is here."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A note and what a reader found in it."""

    id: str
    part: str
    """"visits" (aci-bench) or "styles" (written for this set)."""
    text: str
    facts: list[Fact]

    def of(self, kind: str) -> list[Fact]:
        """The facts of one kind."""
        return [fact for fact in self.facts if fact["kind"] == kind]


def notes_of(folder: Path, data: Path = DATA) -> list[Annotated]:
    """The annotated notes in a folder, in the order of their names.

    Raises:
        NotTheNote: The text is missing, or another one than was annotated.
    """
    with (data / "aci-bench" / "train.csv").open(encoding="utf-8", newline="") as lines:
        visits = {row["encounter_id"]: row["note"] for row in csv.DictReader(lines)}
    return [_note(path, visits) for path in sorted(folder.glob("*.json"))]


def hard_notes(folder: Path) -> list[Annotated]:
    """The notes in hard styles of one half, whose annotations quote without telling places.

    Raises:
        NotTheNote: A quote does not stand in its note.
    """
    texts = {path.stem: path.read_bytes().decode() for path in sorted(folder.glob("*.txt"))}
    return [Annotated(name, "styles", text, read_facts(folder / f"{name}.json", text)) for name, text in texts.items()]


def strangers_notes(path: Path) -> list[Annotated]:
    """The notes of one reader, kept in one file, a note a line.

    Raises:
        NotTheNote: A quote does not stand in its note.
    """
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [
        Annotated(
            one["id"], "styles", one["text"], [_placed(dict(fact), one["text"], one["id"]) for fact in one["facts"]]
        )
        for one in lines
    ]


def _note(path: Path, visits: dict[str, str]) -> Annotated:
    annotated = json.loads(path.read_text("utf-8"))
    own = path.with_suffix(".txt")
    text = own.read_bytes().decode() if own.exists() else visits.get(annotated["id"], "")
    if sha256(text.encode()).hexdigest() != annotated["sha256"]:
        raise NotTheNote(f"{path.stem} is not the text that was annotated")
    part = "visits" if annotated["source"].startswith("aci-bench") else "styles"
    return Annotated(annotated["id"], part, text, annotated["facts"])


def read_facts(path: Path, text: str) -> list[Fact]:
    """A second reader's facts: places are looked up by their quotes, and what is left out is null.

    Raises:
        NotTheNote: A quote does not stand in the text.
    """
    told = json.loads(path.read_text("utf-8"))
    facts = told["facts"] if isinstance(told, dict) else told
    return [_placed(dict(fact), text, path.stem) for fact in facts]


def _placed(fact: Fact, text: str, name: str) -> Fact:
    if text[fact.get("start", 0) : fact.get("end", 0)] != fact["quote"]:
        nth = int(fact.get("nth", 1))
        start = -1
        for _ in range(nth):
            start = text.find(fact["quote"], start + 1)
            if start < 0:
                raise NotTheNote(f"a quote of {name} does not stand in it")
        fact |= {"start": start, "end": start + len(fact["quote"])}
    fact = dict.fromkeys(_ATTRIBUTES[fact["kind"]]) | {"person": "patient"} | fact
    for attribute in ("drug", "substance"):
        if attribute in fact and f"{attribute}_span" not in fact:
            inside = fact["quote"].casefold().find(str(fact[attribute]).casefold())
            at = fact["start"] + max(inside, 0)
            fact[f"{attribute}_span"] = [at, at + len(str(fact[attribute]))]
    return fact


def count_look(looks: Path | None = None, now: datetime | None = None) -> int:
    """Write down that a sealed half is looked at; answers how often that was, this time with it."""
    looks = looks or LOOKS
    before = looks.read_text("utf-8").splitlines() if looks.exists() else []
    looks.write_text("\n".join([*before, f"{now or datetime.now(UTC):%Y-%m-%d %H:%M} UTC"]) + "\n", "utf-8")
    return len(before) + 1


def plain(facts: dict[str, list[Fact]]) -> dict[str, list[Fact]]:
    """Facts as they are stored, by the annotation's kinds."""
    return {kind: list(facts.get(plural, [])) for kind, plural in PLURALS.items()}
