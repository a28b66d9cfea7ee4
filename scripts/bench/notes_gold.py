"""The notes that were annotated by hand: offsets and short values here, the texts where the data is."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "gold"
DATA = Path(__file__).parents[3] / "shared" / "data"

Fact = dict[str, Any]
Span = tuple[int, int]


class GoldFailed(Exception):  # noqa: N818 - what went wrong, said plainly
    """The annotations do not fit the notes that are here."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated note; scripts/bench/gold/README.md says what the parts mean."""

    source: str
    id: str
    text: str
    sections: dict[str, Span] | None
    facts: list[Fact]
    drugs: list[Fact]
    not_current: list[Fact]
    present: list[Fact]

    def of(self, kind: str) -> list[Fact]:
        """The facts of one kind."""
        return [fact for fact in self.facts if fact["kind"] == kind]

    def at(self, span: Span) -> str:
        """The words at an offset."""
        return self.text[span[0] : span[1]]


def spans(fact: Fact) -> list[Span]:
    """Every mention of a fact."""
    return [(fact["start"], fact["end"]), *((start, end) for start, end in fact.get("more", []))]


def overlap(one: Span, other: Span) -> bool:
    """Whether two mentions share a character."""
    return one[0] < other[1] and other[0] < one[1]


def read(data: Path = DATA) -> list[Gold]:
    """All annotated notes, with their texts.

    Raises:
        GoldFailed: A note is missing or is not the one that was annotated.
    """
    texts = dict(_texts(data))
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        one = json.loads(path.read_text(encoding="utf-8"))
        text = texts.get((one["source"], one["id"]))
        if text is None:
            raise GoldFailed(f"{one['source']} holds no note {one['id']}")
        if sha256(text.encode()).hexdigest() != one["sha256"]:
            raise GoldFailed(f"{one['source']} {one['id']} is not the text that was annotated")
        sections = one.get("sections")
        found.append(
            Gold(
                source=one["source"],
                id=one["id"],
                text=text,
                sections={name: (start, end) for name, (start, end) in sections.items()} if sections else None,
                facts=one["facts"],
                drugs=one["drugs"],
                not_current=one["not_current"],
                present=one["present"],
            )
        )
    return found


def visits(data: Path, part: str) -> list[str]:
    """The notes of one part of ACI-BENCH."""
    return [row["note"] for row in rows(data / "aci-bench" / f"{part}.csv")]


def rows(path: Path) -> list[dict[str, str]]:
    """A table, with plain line ends."""
    with path.open(newline="", encoding="utf-8") as lines:
        return [
            {name: (value or "").replace("\r\n", "\n") for name, value in row.items()} for row in csv.DictReader(lines)
        ]


def _texts(data: Path) -> Iterator[tuple[tuple[str, str], str]]:
    for row in rows(data / "aci-bench" / "valid.csv"):
        yield ("aci-bench/valid", row["encounter_id"]), row["note"]
    for path in sorted((data / "soap").glob("*.txt")):
        yield ("soap", path.stem), path.read_bytes().decode().replace("\r\n", "\n")
