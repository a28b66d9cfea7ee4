"""What is counted: found, missed and made up by kind, which values are right, and what would harm somebody."""

from dataclasses import dataclass, field

from .unseen_notes import KINDS


def share(part: int, whole: int) -> float:
    """A part of a whole; of nothing, 1: nothing was there and nothing went wrong."""
    return part / whole if whole else 1.0


@dataclass
class Count:
    """One kind of fact."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of what is there that was found."""
        return share(self.right, self.right + self.missed)


@dataclass(frozen=True, slots=True)
class Error:
    """Something that went wrong, to be looked at."""

    note: str
    kind: str
    what: str
    """missed, made up, danger, or the name of an attribute."""
    told: str


@dataclass
class Counts:
    """Everything counted over some notes."""

    notes: int = 0
    kinds: dict[str, Count] = field(default_factory=lambda: {kind: Count() for kind in KINDS})
    values: dict[str, list[bool]] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)

    def judge(self, kind: str, name: str, *, right: bool) -> bool:
        """Count whether one value of a fact is right; answers it."""
        self.values.setdefault(f"{kind} {name}", []).append(right)
        return right

    @property
    def dangers(self) -> int:
        """Errors that would harm somebody."""
        return sum(error.what == "danger" for error in self.errors)

    @property
    def dangers_in_hundred(self) -> float:
        """Dangerous errors in a hundred notes."""
        return 100 * self.dangers / self.notes if self.notes else 0.0

    def add(self, other: "Counts") -> None:
        """Count another lot of notes with these."""
        self.notes += other.notes
        for kind, count in other.kinds.items():
            mine = self.kinds[kind]
            mine.right += count.right
            mine.wrong += count.wrong
            mine.missed += count.missed
        for name, judged in other.values.items():
            self.values.setdefault(name, []).extend(judged)
        self.errors += other.errors
