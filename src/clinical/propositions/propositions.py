"""The types of what a text says: mentions, and the propositions they stand in."""

from dataclasses import dataclass, field
from typing import NamedTuple

from clinical.context.assertion_value import Assertion
from clinical.propositions.figure import Figure

CLINICAL = frozenset({"condition", "symptom", "drug", "class", "lab", "vital"})


class Mention(NamedTuple):
    """A word or phrase of weight at `text[start:end]`."""

    start: int
    end: int
    kind: str
    """condition, symptom, drug, class, lab, vital; word; event, figure, side, share (all, some)."""
    keys: frozenset[str]
    """All names it goes by; for an event its class, for a side or share which it is."""
    meant: Assertion
    parts: tuple["Mention", ...] = ()
    """The words of a phrase, each by itself."""
    figure: Figure | None = None
    role: str = ""
    """from or to, of what changes into something else."""

    @property
    def is_clinical(self) -> bool:
        """Whether the lexicon knows it."""
        return self.kind in CLINICAL


@dataclass(eq=False)
class Proposition:
    """One thing that is said: of what, and what of it."""

    start: int
    end: int
    link: str
    """How it hangs on the one before: "", ",", "and", "with", "(", "if", "because", "before", "after", ..."""
    mentions: list[Mention] = field(default_factory=list)
    own_subjects: list[Mention] = field(default_factory=list)
    """What it is about, where it says so itself."""
    inherited: list[Mention] = field(default_factory=list)
    """What it is about, where that stands in the proposition before or after it."""
    headed_by: list[Mention] = field(default_factory=list)
    """What stands before the colon behind which it stands."""
    carried: frozenset[str] = frozenset()
    """The events that the verb of an enumeration tells of all its members."""
    is_present: bool = False
    """Whether a word of it says that it is so now."""
    is_past: bool = False
    """Whether a word of it says that it was so."""
    is_participle: bool = False
    """Whether a word of it has the form of what was done: "repeated"."""
    is_command: bool = False
    """Whether it tells what to do: "Start furosemide"."""
    negates: bool = False
    """Whether any of it is denied."""
    has_stray_denial: bool = False
    """Whether it has a "not" that denies no mention: "is not well controlled"."""
    is_alternative: bool = False
    """Whether it is joined by "or"."""
    than: int | None = None
    """Where it compares two things: the place of "than"."""
    doubts: bool = False
    """Whether it has a word of doubt."""

    @property
    def denies(self) -> bool:
        """Whether anything is denied in it, or it goes on with what is."""
        return self.negates or self.has_stray_denial

    @property
    def subjects(self) -> list[Mention]:
        """What it is about."""
        return self.own_subjects or self.inherited

    @property
    def events(self) -> frozenset[str]:
        """What happens, or is said to happen, in its own words."""
        own = {key for mention in self.mentions if mention.kind == "event" for key in mention.keys}
        if any("allergy" in part.keys for mention in self.mentions for part in mention.parts if part.kind == "event"):
            own.add("allergy")  # "penicillin allergy" is a name, and says that there is one
        return frozenset(own)

    @property
    def happens(self) -> frozenset[str]:
        """What happens, whether it says so itself or an enumeration says it of it."""
        return self.events or self.carried


@dataclass(eq=False)
class Sentence:
    """A sentence, read."""

    start: int
    end: int
    propositions: list[Proposition]
    links: frozenset[str]
    """The relations it tells: cause, before, after ..."""
    text: str
    denies: bool = False
    """Whether it has a word of denial."""
