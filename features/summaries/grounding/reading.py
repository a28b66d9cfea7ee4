"""A text as the check sees it: its words and things, and how each of them is meant."""

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from features.summaries.grounding import language
from features.summaries.grounding.measures import Measures, measures
from features.summaries.grounding.tables import groups, hedges, lines, longest_group, ordinary, words

WORD = re.compile(r"[^\W\d_]+\.(?:[^\W\d_]\.)+|[^\W_]+(?:['’&/-][^\W_]+)*|[;:,()?•\n.+]")
_NEGATORS = frozenset({"no", "not", "never", "without", "cannot", "none", "nor", "neither", "w/o", "non"})
_BARRIERS = words("barriers")
_NO_NEGATION = words("no_negation")
_ABSENT = frozenset({"no", "denies", "denied", "without", "negative"})
_DENIES = frozenset({"denies", "denied", "denying"})
_LIST_ENDS = words("list_ends")
_DOUBT = words("doubt")
_RELATIVES = words("relatives")
_PAST = words("past")
_PLANNED = words("planned")
_DONE = words("done")
_SIDES = {
    name: side
    for side, names in (
        ("left", "left lt l left-sided leftward left-hand"),
        ("right", "right rt r right-sided rightward right-hand"),
        ("both", "bilateral bilaterally bilat both b/l"),
    )
    for name in names.split()
}
_NO_SIDE_AFTER = frozenset(["now", "away", "after", "before", "here", "over", "there"])
_SPELLING = (("aemia", "emia"), ("oedema", "edema"), ("rrhoea", "rrhea"), ("oesoph", "esoph"), ("haem", "hem"))
_ENDINGS = tuple(lines("endings.txt"))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """What a word's forms have in common, roughly."""
    for british, american in _SPELLING:
        word = word.replace(british, american)
    word = word.replace("isation", "ization").removesuffix("'s").removesuffix("’s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (3 if ending in {"s", "es", "ies", "ed", "ing"} else 4):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word


class Token(NamedTuple):
    """A word or a sign."""

    start: int
    end: int
    word: str
    side: str | None

    @property
    def is_word(self) -> bool:
        """Whether it is not a sign."""
        return self.word[0].isalnum()


class Atom(NamedTuple):
    """A word, or several that name one thing."""

    start: int
    end: int
    kind: str
    """drug, condition, symptom, class, lab, vital; `group` for other known phrases, `word` for the rest."""
    keys: frozenset[str]
    first: int
    after: int
    lasting: bool = False

    @property
    def clinical(self) -> bool:
        """Whether it is a thing of the lexicon."""
        return self.kind not in {"word", "group"}


class Meant(NamedTuple):
    """How an atom is meant."""

    negated: bool
    unsure: bool
    family: bool
    past: bool
    background: bool
    hypothetical: bool


@dataclass(eq=False)
class Reading:
    """A text, read. `head` is what stands above it in its note."""

    text: str
    head: str = ""
    _meant: dict[tuple[int, int], Meant] = field(default_factory=dict)

    @cached_property
    def tokens(self) -> list[Token]:
        """Its words and signs."""
        found = [(m.start(), m.end(), m.group().lower().replace("’", "'")) for m in WORD.finditer(self.text)]
        tokens = []
        for at, (start, end, word) in enumerate(found):
            side = _SIDES.get(word) or (
                _SIDES.get(word.partition("-")[0]) if word.startswith(("left-", "right-")) else None
            )
            if side:
                after = found[at + 1][2] if at + 1 < len(found) else ""
                before = found[at - 1][2] if at else ""
                if (
                    (word in {"l", "r"} and not self.text[start].isupper())
                    or (word == "right" and (after in _NO_SIDE_AFTER or before == "all"))
                    or (
                        word == "left"
                        and (
                            after in {"the", "against", "ama", "home", "his", "her"} or before in {"he", "she", "they"}
                        )
                    )
                    or (word == "both" and after not in _SIDED and stem(after) not in _SIDED)
                ):
                    side = None
            tokens.append(Token(start, end, word, side))
        return tokens

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Its sentences."""
        return language.sentences(self.text)

    @cached_property
    def measures(self) -> Measures:
        """What is counted in it."""
        return measures(self.text)

    def index(self, offset: int) -> int:
        """The number of the first token that ends after an offset."""
        low, high = 0, len(self.tokens)
        while low < high:
            middle = (low + high) // 2
            if self.tokens[middle].end <= offset:
                low = middle + 1
            else:
                high = middle
        return low

    def sentence_of(self, offset: int) -> tuple[int, int]:
        """The sentence at an offset."""
        for start, end in self.sentences:
            if start <= offset < max(end, start + 1):
                return start, end
        return 0, len(self.text)

    @cached_property
    def atoms(self) -> list[Atom]:
        """Everything that carries meaning, in order; things of several words once as a whole and once word by word."""
        found: list[Atom] = []
        for one in language.named(self.text):
            first = self.index(one.start)
            after = self.index(one.end - 1) + 1
            found.append(Atom(one.start, one.end, one.kind, frozenset({f"{one.name}"}), first, after, one.lasting))
        found.extend(self._phrases())
        found.extend(self._words())
        found.sort(key=lambda atom: (atom.start, -atom.end))
        return found

    def _phrases(self) -> list[Atom]:
        found = []
        words = [token.word for token in self.tokens]
        known = groups()
        for at in range(len(words)):
            for size in range(min(longest_group(), len(words) - at), 1, -1):
                keys = known.get(tuple(words[at : at + size]))
                if keys:
                    last = self.tokens[at + size - 1]
                    found.append(Atom(self.tokens[at].start, last.end, "group", keys, at, at + size))
                    break
        return found

    def _words(self) -> list[Atom]:
        found = []
        known = groups()
        for at, token in enumerate(self.tokens):
            if not token.is_word:
                continue
            keys = {stem(token.word)} | known.get((token.word,), frozenset())
            for part in re.split(r"[-/&]", token.word) if re.search(r"[-/&]", token.word) else ():
                if len(part) > 2:
                    keys |= {stem(part)} | known.get((part,), frozenset())
            found.append(Atom(token.start, token.end, "word", frozenset(keys), at, at + 1))
        return found

    def meant(self, atom: Atom) -> Meant:
        """How an atom is meant in its sentence, under its headings."""
        place = (atom.start, atom.end)
        if place not in self._meant:
            told = language.assertion(self.text, atom.start, atom.end)
            self._meant[place] = Meant(
                negated=told.negated or self._negated(atom) or self._listed_as_absent(atom),
                unsure=told.possible or self._hedged(atom),
                family=(told.family or self._under("family")) and not self._negated(atom),
                past=told.historical and not told.background,
                background=told.background,
                hypothetical=told.hypothetical,
            )
        return self._meant[place]

    def is_heading(self, atom: Atom) -> bool:
        """Whether a colon follows it."""
        return atom.after < len(self.tokens) and self.tokens[atom.after].word == ":"

    def _under(self, word: str) -> bool:
        return word in self.head

    def _negated(self, atom: Atom, reach: int = 3) -> bool:
        """Whether "no", "not" or their like stand close before it."""
        own = {token.word for token in self.tokens[atom.first : atom.after]}
        if own & {"nkda", "nka"} or (len(own) > 1 and own & _NEGATORS):
            return True
        for at in range(atom.first - 1, max(-1, atom.first - 1 - reach), -1):
            word = self.tokens[at].word
            if word in _BARRIERS or word == "\n":
                return False
            if word in _NEGATORS or word.endswith("n't"):
                following = self.tokens[at + 1].word if at + 1 < len(self.tokens) else ""
                return following not in _NO_NEGATION
        return False

    def negator_near(self, atom: Atom) -> bool:
        """Whether "no", "not" or their like stand right before it, with a word between at most."""
        return self._negated(atom, 2)

    def doubt_near(self, atom: Atom, before: int, after: int) -> bool:
        """Whether a word of doubt stands so many words before it or after it."""
        near = [*self.tokens[max(0, atom.first - before) : atom.first], *self.tokens[atom.after : atom.after + after]]
        return any(token.word in _DOUBT or token.word == "?" for token in near)

    def family_history_of(self, atom: Atom) -> bool:
        """Whether "family history" governs it in its clause."""
        for at in range(atom.first - 1, 0, -1):
            word = self.tokens[at].word
            if word in {".", ";", "\n", "•", "but", "however"}:
                return False
            if word in {"fhx", "fh"} or (
                word in {"history", "hx"} and "family" in {self.tokens[at - 1].word, self.tokens[at - 2].word}
            ):
                return True
        return False

    def _listed_as_absent(self, atom: Atom) -> bool:
        """Whether its sentence begins with "No" or "Denies" and goes on as a list."""
        low, _ = self.sentence_of(atom.start)
        at = self.index(low)
        words = [token.word for token in self.tokens[at : atom.first]]
        if ":" in words[:5]:
            words = words[words.index(":") + 1 :]
        if words[:1] in (["the"], ["patient"], ["she"], ["he"], ["pt"]):
            words = words[words.index("patient") + 1 :] if "patient" in words[:2] else words[1:]
        denial = max((place for place, word in enumerate(words) if word in _DENIES), default=None)
        if denial is None and words[:1] and words[0] in _ABSENT and words[1:2] != ["known"]:
            denial = 0
        return denial is not None and "," in words[denial:] and _LIST_ENDS.isdisjoint(words[denial:])

    def _hedged(self, atom: Atom) -> bool:
        """Whether a word of doubt stands close before it, or right after."""
        words = hedges()
        for at in range(atom.first - 1, max(-1, atom.first - 5), -1):
            word = self.tokens[at].word
            if word in {".", ";", "\n", ","}:
                break
            if word in words or word == "?":
                return True
        after = self.tokens[atom.after].word if atom.after < len(self.tokens) else ""
        return after == "?" or after in {"possible", "likely", "suspected", "probable"}

    def words_of(self, start: int, end: int) -> set[str]:
        """The words between two offsets."""
        return {token.word for token in self.tokens[self.index(start) : self.index(max(start, end - 1)) + 1]}

    def content(self, atom: Atom) -> bool:
        """Whether a word carries meaning of its own."""
        token = self.tokens[atom.first]
        word = token.word
        if atom.kind != "word":
            return True
        if (
            word in ordinary()
            or word.removesuffix("'s") in ordinary()
            or token.side
            or (len(word) == 1 and not word.isdigit())
        ):
            return False
        return not word.replace(",", "").replace("-", "").replace("/", "").isdigit()


_SIDED = words("sided")


def relatives(words: set[str]) -> set[str]:
    """The words for relatives among others."""
    return {bare for word in words if (bare := word.removesuffix("'s")) in _RELATIVES}


def past(words: set[str]) -> bool:
    """Whether words speak of the past."""
    return not words.isdisjoint(_PAST)


def planned(words: set[str]) -> bool:
    """Whether words speak of what is not done yet."""
    return not words.isdisjoint(_PLANNED)


def done(words: set[str]) -> bool:
    """Whether words say that something was done."""
    return not words.isdisjoint(_DONE)


@lru_cache(maxsize=1024)
def read(text: str, head: str = "") -> Reading:
    """Read a text; the same text is read once."""
    return Reading(text, head)


def bare(word: str) -> str:
    """A word without the genitive."""
    return word.removesuffix("'s")
