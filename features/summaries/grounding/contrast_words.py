"""What of a statement its quotes do not name, and what of the quotes it does not, by the kind of word."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from clinical.concepts import is_known
from clinical.propositions.lettering import is_akin, stem_of
from clinical.propositions.meanings import deeds, has_own_meaning, implied_by, is_general, light_words
from clinical.propositions.propositions import Mention, Sentence
from features.summaries.grounding.evidence import Read, View, kin
from features.summaries.grounding.residue import is_degree, is_learned, kind_of_place

_MOST_OF_KIND, _MOST_LEFT, _MOST_CLAUSES = 6, 8, 3
_OTHER = frozenset({"figure", "share", "side", "event"})
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_CLAUSE = re.compile(r"[,;:.]\s|\s(?:and|but|with|because|while|after|since|so|which|who)\s", re.IGNORECASE)


class Said(NamedTuple):
    """A mention of the statement, with its words, and whether the quotes have it."""

    mention: Mention
    words: str
    capital: bool
    """Whether it begins with a capital, and not because its sentence does."""
    held: bool
    partly: bool


class Wording:
    """The words of a statement beside those of its quotes."""

    def __init__(self, said: Sequence[Sentence], views: Sequence[View]) -> None:
        self.sentences = said
        self.views = [view for view in views if not view.parts]
        self.read = [each for view in self.views for each in view.read]

    @cached_property
    def names(self) -> frozenset[str]:
        """All that what the quotes name may be called."""
        return frozenset().union(*(view.names for view in self.views))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of the words of the quotes' sentences."""
        return frozenset(
            stem_of(word.group().lower())
            for view in self.views
            for sentence in view.sentences
            for word in _WORD.finditer(sentence.text)
        )

    @cached_property
    def own_names(self) -> frozenset[str]:
        """All that what the statement names may be called."""
        keys: set[str] = set()
        for mention in self.mentions():
            its = mention.keys.union(*(part.keys for part in mention.parts))
            its = its.union(*(each.keys for part in mention.parts for each in part.parts))
            keys |= its | implied_by(its)
        return frozenset(keys)

    def mentions(self) -> Iterator[Mention]:
        """All that the statement mentions."""
        for sentence in self.sentences:
            for one in sentence.propositions:
                yield from one.mentions

    @cached_property
    def said(self) -> list[Said]:
        """What the statement names."""
        return [
            self._said(mention, sentence)
            for sentence in self.sentences
            for one in sentence.propositions
            for mention in one.mentions
            if mention.kind not in _OTHER
        ]

    def _said(self, mention: Mention, sentence: Sentence) -> Said:
        start = mention.start - sentence.start
        words = sentence.text[start : mention.end - sentence.start]
        whole = bool(mention.parts) and all(part.figure or part.keys & self.names for part in mention.parts)
        stems = [stem_of(word.group().lower()) for word in _WORD.finditer(words)]
        held = bool(mention.keys & self.names) or whole or (bool(stems) and all(map(self.is_quoted, stems)))
        partly = not held and any(part.keys & self.names for part in mention.parts)
        return Said(mention, words, words[:1].isupper() and start > 0, held, partly)

    def is_quoted(self, stem: str) -> bool:
        """Whether a word with this stem, or one made of it, stands in the quotes."""
        return stem in self.stems or any(is_akin(stem, its) for its in self.stems)

    def has(self, word: str) -> bool:
        """Whether the quotes have a word of the statement, or what it stands in."""
        return self.is_quoted(stem_of(word)) or any(each.held and word in each.words.lower() for each in self.said)

    def naming(self, mention: Mention) -> list[Read]:
        """Where the quotes name something."""
        return [each for view in self.views for each in view.naming(mention.keys)]


def word_differences(wording: Wording) -> dict[str, float]:
    """The words that one side does not have, by kind; and what is meant otherwise than in the quotes."""
    over = [each for each in wording.said if not each.held]
    found: Counter[str] = Counter(f"over {_kind(each)}" for each in over)
    found["over in part"] = sum(each.partly for each in over)
    found["over denied"] = sum(each.mention.meant.negated for each in over)
    for each in wording.said:
        if each.held:
            found.update(_meant(each.mention, wording.naming(each.mention)))
    left = _left(wording)
    missing = sum(left.values())
    found.update({f"left {kind}": min(_MOST_OF_KIND, times) for kind, times in left.items()})
    found.update(_events(wording))
    return {
        **found,
        **_run(wording),
        "named": len(wording.said),
        "over": len(over),
        "over and not left": max(0, len(over) - missing),
        "over and left": min(len(over), missing),
        "left": min(_MOST_LEFT, missing),
        "held share": 1 - len(over) / max(1, len(wording.said)),
    }


def _kind(each: Said) -> str:
    mention, word = each.mention, each.words.lower()
    if mention.kind != "word":
        return mention.kind
    kinds = (
        ("kin", bool(mention.keys & kin())),
        ("degree", is_degree(mention)),
        ("place", bool(kind_of_place(mention))),
        ("deed", stem_of(word) in deeds()),
        ("own meaning", has_own_meaning(stem_of(word))),
        ("procedure", is_known(word, "procedure")),
        ("name", each.capital),
        ("learned", is_learned(word)),
    )
    return next((name for name, fits in kinds if fits), "everyday")


def _meant(mention: Mention, there: Sequence[Read]) -> Counter[str]:
    """How something is meant otherwise than everywhere in the quotes."""
    found: Counter[str] = Counter()
    meant = [each.mention.meant for each in there]
    if not meant:
        return found
    if all(each.negated != mention.meant.negated for each in meant):
        found["denied otherwise"] = 1
        found["denied here" if mention.meant.negated else "denied there"] = 1
    found["of somebody else"] = int(all(each.family != mention.meant.family for each in meant))
    found["real otherwise"] = int(all(each.reality != mention.meant.reality for each in meant))
    found["past otherwise"] = int(all(each.historical != mention.meant.historical for each in meant))
    return found


def _left(wording: Wording) -> Counter[str]:
    """What of the quotes the statement does not name, by kind."""
    found: Counter[str] = Counter()
    for view in wording.views:
        for one in view.propositions:
            for mention in one.mentions:
                if mention.kind in _OTHER or not view.quotes(mention):
                    continue
                named = not wording.own_names.isdisjoint(implied_by(mention.keys)) or any(
                    not wording.own_names.isdisjoint(part.keys) for part in mention.parts
                )
                found[mention.kind] += not named
    return found


def _events(wording: Wording) -> Counter[str]:
    """What is said to happen on one side only."""
    mine = {key for sentence in wording.sentences for one in sentence.propositions for key in one.events}
    its = {key for view in wording.views for one in view.propositions for key in one.events}
    found = Counter({f"only said {key}": 1 for key in mine - its})
    found.update({f"only quoted {key}": 1 for key in its - mine})
    found["events said"], found["events left"] = len(mine - its), len(its - mine)
    return found


def _run(wording: Wording) -> dict[str, float]:
    """How many words in a row the quotes do not have, how many at the end, and clauses without any that they have."""
    clauses = [[wording.has(word) for word in _weighty(clause)] for clause in _clauses(wording.sentences)]
    known = [each for clause in clauses for each in clause]
    runs = [len(list(run)) for has, run in groupby(known) if not has]
    return {
        "run": min(_MOST_LEFT, max(runs, default=0)),
        "run at end": min(_MOST_LEFT, runs[-1]) if known and not known[-1] else 0,
        "clauses of none": min(_MOST_CLAUSES, sum(bool(clause) and not any(clause) for clause in clauses)),
        "share of words": sum(known) / max(1, len(known)),
    }


def _clauses(sentences: Sequence[Sentence]) -> Iterator[str]:
    for sentence in sentences:
        yield from _CLAUSE.split(sentence.text)


def _weighty(clause: str) -> list[str]:
    words = [word.group().lower() for word in _WORD.finditer(clause)]
    return [word for word in words if word not in light_words() and not is_general(word)]
