"""Sections: where the SOAP notes are split, and which class a section's text is given."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.notes_gold import Gold, rows


@dataclass
class Split:
    """How many SOAP notes came out exactly as annotated."""

    notes: int = 0
    exact: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class Classes:
    """Section classes told from the text alone."""

    right: int
    total: int
    f1: dict[str, float]
    confusions: Counter[tuple[str, str]]

    @property
    def accuracy(self) -> float:
        """The share of sections given their class."""
        return self.right / self.total

    @property
    def macro_f1(self) -> float:
        """The mean over the classes that the gold holds, each counting the same."""
        return sum(self.f1.values()) / len(self.f1)


def split(gold: list[Gold], sections_of: Callable[[str], dict[str, str | None] | None]) -> Split:
    """Compare every section's text with the annotated one, character by character."""
    found = Split()
    for one in gold:
        if one.sections is None:
            continue
        found.notes += 1
        wanted = {name: one.at(span) for name, span in one.sections.items()}
        told = sections_of(one.text) or {}
        differing = [name for name, text in wanted.items() if told.get(name) != text]
        differing += [name for name, text in told.items() if text is not None and name not in wanted]
        found.exact += not differing
        found.wrong += [f"{one.id}: {name}" for name in differing]
    return found


def classes(data: Path, class_of: Callable[[str], str]) -> Classes:
    """Tell the class of every section in MTS-Dialog's validation part."""
    pairs = [
        (row["section_header"], class_of(row["section_text"])) for row in rows(data / "mts-dialog" / "validation.csv")
    ]
    return Classes(
        right=sum(wanted == told for wanted, told in pairs),
        total=len(pairs),
        f1={name: _f1(name, pairs) for name in sorted({wanted for wanted, _ in pairs})},
        confusions=Counter(pair for pair in pairs if pair[0] != pair[1]),
    )


def _f1(name: str, pairs: list[tuple[str, str]]) -> float:
    right = sum(wanted == told == name for wanted, told in pairs)
    wanted_or_told = sum((wanted == name) + (told == name) for wanted, told in pairs)
    return 2 * right / wanted_or_told
