"""What quotes say, as statements are held against it: their sentences, one by one and together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from clinical.propositions.meanings import implied_by
from clinical.propositions.propositions import Mention, Proposition, Sentence


class Read(NamedTuple):
    """A mention of a quote, where it stands."""

    mention: Mention
    proposition: Proposition
    implied: frozenset[str]
    """All that it may be called."""


@dataclass(eq=False)
class View:
    """Some sentences of one note that are read together."""

    sentences: Sequence[Sentence]
    day: date | None
    low: int
    """The quote is `text[low:high]`; of the rest of its sentences only what they are about counts."""
    high: int

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

    def quotes(self, mention: Mention) -> bool:
        """Whether a mention stands in the quote itself."""
        return mention.start < self.high and mention.end > self.low

    @cached_property
    def links(self) -> frozenset[str]:
        """The relations they tell."""
        return frozenset().union(*(sentence.links for sentence in self.sentences))

    def is_conditional(self, one: Proposition) -> bool:
        """Whether a proposition holds only if another does."""
        return any(is_conditional(sentence, one) for sentence in self.sentences if one in sentence.propositions)


def is_conditional(sentence: Sentence, one: Proposition) -> bool:
    """Whether an "if" stands in the same part of the sentence."""
    at = sentence.propositions.index(one)
    first = next((n for n in range(at, -1, -1) if sentence.propositions[n].link == ";"), 0)
    after = next((n for n in range(at + 1, len(sentence.propositions)) if sentence.propositions[n].link == ";"), None)
    return any(other.link == "if" for other in sentence.propositions[first:after])


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


def is_after(day: tuple[int | None, int | None, int | None], other: date | None) -> bool:
    """Whether a day, as far as it is told, is later than another one."""
    if other is None or day[0] is None:
        return False
    there = (other.year, other.month, other.day)
    told = [part for part in day if part is not None]
    return tuple(told) > there[: len(told)]
