"""What quotes say, as statements are held against it: their sentences, one by one and together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import NamedTuple

from clinical.people import kinship
from clinical.propositions.lettering import stem_of
from clinical.propositions.meanings import implied_by
from clinical.propositions.propositions import Mention, Proposition, Sentence


class Read(NamedTuple):
    """A mention of a quote, where it stands."""

    mention: Mention
    proposition: Proposition
    implied: frozenset[str]
    """All that it may be called."""


# What joins the members of a list; so many of them are looked back at.
_LISTING = frozenset({"and", ",", "with", "without"})
_LONGEST_LIST = 24


@dataclass(eq=False)
class View:
    """Some sentences of one note that are read together."""

    sentences: Sequence[Sentence]
    day: date | None
    low: int
    """The quote is `text[low:high]`; of the rest of its sentences only what they are about counts."""
    high: int
    parts: Sequence["View"] = ()
    """Of several passages read together, each of them."""
    title: str = ""
    """The line under which it is listed, and the note."""
    called: frozenset[str] = frozenset()
    """The names by which the note introduces the patient; who says one of them says "the patient"."""
    others: frozenset[str] = frozenset()
    """The names of relatives and friends in the notes."""

    @cached_property
    def propositions(self) -> list[Proposition]:
        """What they say."""
        return [one for sentence in self.sentences for one in sentence.propositions]

    @cached_property
    def read(self) -> list[Read]:
        """Every mention, phrases first and then the words of them."""
        return [*self._mentions(parts=False), *self._mentions(parts=True)]

    def _mentions(self, *, parts: bool) -> Iterator[Read]:
        for one in self.propositions:
            for mention in one.mentions:
                for each in mention.parts if parts else (mention,):
                    kind = "event" if mention.kind == "event" else each.kind
                    meant = each._replace(kind=kind) if parts else each
                    yield Read(meant, one, implied_by(meant.keys))

    @cached_property
    def names(self) -> frozenset[str]:
        """All that what they name may be called."""
        return frozenset().union(*(each.implied for each in self.read))

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        """Where what may be called by a name stands among what is read."""
        found: dict[str, list[int]] = {}
        for at, each in enumerate(self.read):
            for key in each.implied:
                found.setdefault(key, []).append(at)
        return found

    def naming(self, keys: frozenset[str], kind: str = "") -> list[Read]:
        """The mentions that may be called by one of these names."""
        places = sorted({at for key in keys for at in self._by_name.get(key, ())})
        found = [self.read[at] for at in places]
        return [each for each in found if each.mention.kind == kind] if kind else found

    def quotes(self, mention: Mention) -> bool:
        """Whether a mention stands in the quote itself."""
        if self.parts:
            return mention in self._quoted
        return mention.start < self.high and mention.end > self.low

    @cached_property
    def _quoted(self) -> frozenset[Mention]:
        """Of several passages read together, what stands in the quote of one."""
        return frozenset(each for part in self.parts for each in part.own_mentions if part.quotes(each))

    @cached_property
    def own_mentions(self) -> frozenset[Mention]:
        """All mentions, phrases and their words."""
        return frozenset(each.mention for each in self.read)

    def listed_before(self, one: Proposition) -> frozenset[str]:
        """The names of what stands in a list before it, and has nothing told of it but what is told of the whole."""
        found = self._listed.get(id(one))
        if found is None:
            found = self._listed[id(one)] = self._read_list(one)
        return found

    def _read_list(self, one: Proposition) -> frozenset[str]:
        placed = self._places.get(id(one))
        found: frozenset[str] = frozenset()
        if placed is None:
            return found
        sentence, at = placed
        for _ in range(_LONGEST_LIST):
            before = sentence.propositions[at - 1] if at else None
            if before is None or sentence.propositions[at].link not in _LISTING or before.events:
                break
            at -= 1
            found |= implied_subjects(before)
        return found

    @cached_property
    def _listed(self) -> dict[int, frozenset[str]]:
        return {}

    @cached_property
    def _places(self) -> dict[int, tuple[Sentence, int]]:
        """In which sentence a proposition stands, and as which of it."""
        return {id(one): (sentence, at) for sentence in self.sentences for at, one in enumerate(sentence.propositions)}

    @cached_property
    def links(self) -> frozenset[str]:
        """The relations they tell."""
        return frozenset().union(*(sentence.links for sentence in self.sentences))

    def is_conditional(self, one: Proposition) -> bool:
        """Whether a proposition holds only if another does."""
        placed = self._places.get(id(one))
        return placed is not None and is_conditional(*placed)


@cache
def kin() -> frozenset[str]:
    """The words for persons, who are not said of anybody else by being named."""
    return frozenset(f"w:{stem_of(name)}" for name, _ in kinship() if " " not in name)


def is_conditional(sentence: Sentence, at: int) -> bool:
    """Whether an "if" stands in the same part of the sentence as its proposition of that number."""
    first = next((n for n in range(at, -1, -1) if sentence.propositions[n].link == ";"), 0)
    after = next((n for n in range(at + 1, len(sentence.propositions)) if sentence.propositions[n].link == ";"), None)
    parts = sentence.propositions[first:after]
    start = parts[0].start - sentence.start if first else 0
    return bool(_CONDITION.search(sentence.text[start : parts[-1].end - sentence.start]))


# "If ...", "in case of flare-ups", "should her potassium go above 5.5".
_CONDITION = re.compile(
    r"\b(?i:if(?!\s(?:(?:he|she|they)\s(?:wish|want|need)|needed|required|tolerated|possible|necessary|desired))|unless"
    r"|in\scase|in\sthe\sevent|provided\s(?:that|the))\b|\AShould\b"
    r"|(?:[,;(]\s?|\b(?!(?:he|she|it|they|this|that|which|who|and|also|then|doses?|tablets?)\b)\w+\s)should\s"
    r"(?:his|her|their|the|any|this|that|it|he|she|they|[A-Z]\w+)\s",
)


def subject_keys(one: Proposition) -> frozenset[str]:
    """Every name of what a proposition is about, with the names of its words."""
    keys: set[str] = set()
    for mention in one.subjects:
        keys |= mention.keys
        keys = keys.union(*(part.keys for part in mention.parts))
    return frozenset(keys)


def implied_subjects(one: Proposition) -> frozenset[str]:
    """All that what a proposition is about may be called."""
    return implied_by(subject_keys(one))


def about_the_same(one: Proposition, other: Proposition, view: View | None = None) -> bool:
    """Whether two propositions may be about the same thing: one that names nothing may be about anything.

    With a view, what that does not name counts for nothing.
    """
    mine, its = subject_keys(one), implied_subjects(other)
    if view is not None:
        mine &= view.names
    return not mine or not its or not mine.isdisjoint(its)


def is_after(day: tuple[int | None, int | None, int | None], other: date | None) -> bool:
    """Whether a day, as far as it is told, is later than another one."""
    if other is None or day[0] is None:
        return False
    there = (other.year, other.month, other.day)
    told = [part for part in day if part is not None]
    return tuple(told) > there[: len(told)]


def is_day_of(day: tuple[int | None, int | None, int | None], other: date) -> bool:
    """Whether a day or month, as far as it is told, is that one: "July" and 6 July; a bare year is no day of a note."""
    there = (other.year, other.month, other.day)
    return day[1] is not None and all(part in {None, its} for part, its in zip(day, there, strict=True))
