"""The words around drugs: what stands between two of them, what follows a verb, what is in brackets."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from clinical.lexicon.resources import wordset
from clinical.medications.drug_names import Name
from clinical.medications.signals import AUXILIARIES, BEHIND_VERB, Signal, signals_in
from clinical.note import Note
from clinical.values.amounts import doses_in
from clinical.values.durations import durations_in
from clinical.values.frequencies import frequencies_in
from clinical.values.routes import routes_in

# What a stretch of text is read as: signals, drugs by their number, and what breaks it up.
Item = Signal | int | str

LINKS = wordset("and or , & plus + nor / with both as well")
SMALL = wordset(
    "the a an any his her their my all other regular usual oral more further some of for these those daily home taking "
    "using on starting start started to take use prescribed prescription new current such as not only be given giving "
    "have having been had aged iv im sc po long-term long term high low dose"
)
_BREAKS = wordset("because which who whom since so therefore while whilst until till ;")
# Words of a drug that are no part of it, and words behind which another statement of it begins.
_OF_DRUGS = wordset(
    "dose doses dosage tablets tablet therapy treatment course infusion drip gtt gtts injections patch inhaler drug at "
    "mr xl sr la cr xr er retard modified-release capsules capsule sachets patches pens pen injection cream"
)
_OPENS = wordset(
    ", and & + then it this these those that which but so ; : - – — ( ) he she they we i patient pt subsequently later "
    "dose dr gp doctor consultant team hospital pharmacist nurse ward registrar clinic"
)
_PARTICIPLES = wordset("begun given held taken withdrawn")
_UNTIL_WHEN = frozenset({"until", "till", "once", "after"})
_MEANWHILE = frozenset({"during", "alongside", "throughout", "while", "whilst"})
_ENDED = frozenset({"finished", "finishes", "finish", "complete", "completed", "completes", "ends", "ended", "over"})
_WHEN = wordset(
    "in on since at by last this week month year january february march april may june july august september october "
    "november december jan feb mar apr jun jul aug sep oct nov dec"
)
_TIMES = wordset("evening morning night day afternoon week same next following")
_WEEKDAYS = wordset("monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun")
# So many words before a drug "until" stands, and so many behind it the word that tells its end.
_UNTIL = 3
_AGENT = 5
_PARTING = frozenset({",", "and", "&", ";", "+"})
_BETWEEN_NAMES = frozenset({"/", "&", "+", ",", ""})
# So many words apart two drugs with their doses may stand in one list, and a verb behind its drug.
_FAR = 12
_FARTHEST = 14


class Subject(Enum):
    """What a participle is said of."""

    DRUG = "drug"
    OPEN = "open"
    OTHER = "other"


class Vicinity:
    """The tokens of a note with its drugs, by their numbers."""

    def __init__(self, note: Note, names: Sequence[Name]) -> None:
        self.note, self.text, self.names = note, note.text, names
        self.tokens = note.document.tokens
        self._places: dict[int, tuple[int, int]] = {}

    def place(self, number: int) -> tuple[int, int]:
        """The first token of a drug's name, and the first after it."""
        if number not in self._places:
            name = self.names[number]
            self._places[number] = self.note.document.tokens_in(name.start, name.end)
        return self._places[number]

    def first(self, number: int) -> int:
        """The first token of a drug's name."""
        return self.place(number)[0]

    def after(self, number: int) -> int:
        """The first token after a drug's name."""
        return self.place(number)[1]

    def word(self, at: int, after: int) -> str:
        """The word of a token before `after`; "" where the text is over."""
        return self.tokens[at].word if at < min(after, len(self.tokens)) else ""

    def written(self, start: int, end: int) -> str:
        """A stretch of the text in lower case."""
        return self.text[start:end].lower()

    def between(self, first: int, after: int) -> list[str]:
        """The words from one token up to another."""
        return [token.word for token in self.tokens[first:after]]

    def joined(self, one: int, other: int, *, loosely: bool = False) -> bool:
        """Whether two drugs stand in a list: with nothing between them but "and"; or, loosely, doses as well."""
        words = self.between(self.after(one), self.first(other))
        if not words and self.text[self.names[one].end : self.names[other].start].strip() not in _BETWEEN_NAMES:
            return False
        if loosely:
            return len(words) <= _FAR and ("and" in words or "," in words or not words)
        return all(word in LINKS or word in SMALL for word in words)

    def attached(self, signal: Signal, number: int, *, over_being: bool = False) -> bool:
        """Whether a signal stands right behind a drug and what belongs to that: no comma, no "and" before it.

        Args:
            signal: The signal.
            number: The drug.
            over_being: Whether "was", "has been" and the like may stand between them.
        """
        last = self.after(number)
        if signal.first - last > _FARTHEST:
            return False
        at = signal.first - 1
        while over_being and at > last and self.tokens[at].word not in _PARTING:
            at -= 1
        return at < last or (self.tokens[at].word not in _PARTING and self.tokens[at].word != "or")

    def subject_of(self, signal: Signal, number: int) -> Subject:
        """What a participle behind a drug is said of: the drug, something else ("his cough increased"), or left open.

        Open is what begins behind a comma, an "and" or a pronoun.
        """
        start = self.names[number].end
        parts = [
            *((one.start, one.end) for one in doses_in(self.text, start, signal.start)),
            *((one.start, one.end) for one in frequencies_in(self.text, start, signal.start)),
            *((one.start, one.end) for one in routes_in(self.text, start, signal.start)),
            *((one.start, one.end) for one in durations_in(self.text, start, signal.start)),
        ]
        at = signal.first - 1
        while at >= self.after(number):
            token = self.tokens[at]
            word = token.word
            if word in _OPENS:
                return Subject.OPEN
            agent = self._agent(at, number)
            belongs = any(first <= token.start < last for first, last in parts) or word in AUXILIARIES | _OF_DRUGS
            belongs = belongs or (signal.passive and word in _WHEN)
            if not (belongs or agent or word[:1].isdigit() or word.endswith("ed") or word in _PARTICIPLES):
                return Subject.OTHER
            at = agent or at - 1
        return Subject.DRUG

    def _agent(self, at: int, number: int) -> int | None:
        """The token before "by", where one stands shortly before: "begun by the home's GP"."""
        first = max(self.after(number), at - _AGENT)
        words = self.between(first, at + 1)
        return first + words.index("by") - 1 if "by" in words else None

    def has_no_object(self, event: Signal, after: int) -> bool:
        """Whether nothing follows a verb that it could be about: "- continue", "stop if sick", not "stop smoking"."""
        following = self.word(event.after, after)
        if following in {"that", "the"} and self.word(event.after + 1, after) in _TIMES:
            return True  # "restarted that evening"
        return following in BEHIND_VERB | _WEEKDAYS or following[:1].isdigit()

    def tells_when(self, number: int) -> bool:
        """Whether a drug is named for a time only: "until the antibiotics are finished", "while on codeine"."""
        first, behind = self.first(number), self.after(number)
        before = self.between(max(0, first - _UNTIL), first)
        ends = self.between(behind, min(behind + _UNTIL, len(self.tokens)))
        if not _MEANWHILE.isdisjoint(before[-2:]):
            return True  # "pause simvastatin during the clarithromycin"
        return not _UNTIL_WHEN.isdisjoint(before) and not _ENDED.isdisjoint(ends)

    def name_follows(self, signal: Signal, rest: Iterable[Item], *, within_part: bool = False) -> bool:
        """Whether a drug follows in the clause before another verb; `within_part`: before a comma or "and" too."""
        for item in rest:
            if isinstance(item, int):
                if self.tells_when(item):
                    continue
                between = self.between(signal.after, self.first(item))
                return not within_part or {",", "and", "-", "–", "—"}.isdisjoint(between)
            if isinstance(item, str) or item.says == "boundary":
                return False
            if not item.mark and not item.both_ways and item.meanings[0].form == "behind":
                return False
        return False

    def items(self, first: int, after: int, inside: Sequence[int], brackets: Sequence[tuple[int, int]]) -> list[Item]:
        """What the tokens from `first` up to `after` are read as, without what stands in brackets."""
        hidden = {at for start, stop in brackets for at in range(start, stop)}
        found: list[tuple[int, int, Item]] = [(self.first(n), 1, n) for n in inside if self.first(n) not in hidden]
        named = {at for n in inside for at in range(*self.place(n))}
        found += [
            (one.first, 0, one)
            for one in signals_in(self.note, first, after)
            if one.first not in hidden and named.isdisjoint(range(one.first, one.after))
        ]
        found += [(at, 2, self.tokens[at].word) for at in range(first, after) if at not in hidden and self._breaks(at)]
        start, end = self.tokens[first].start + 1, self.tokens[after - 1].end
        for begins, stops in self.note.document.sentences_within(start, end):
            found.append((self.note.document.tokens_in(begins, stops)[0], -1, "."))
        return [item for _, _, item in sorted(found, key=lambda item: item[:2])]

    def _breaks(self, at: int) -> bool:
        return self.tokens[at].word in _BREAKS

    def brackets(self, first: int, after: int) -> Iterator[tuple[int, int]]:
        """The outermost brackets: the token that opens each, and the first after the one that closes it."""
        opened = depth = 0
        for at in range(first, after):
            word = self.tokens[at].word
            if word == "(":
                opened, depth = (at if depth == 0 else opened), depth + 1
            elif word == ")" and depth:
                depth -= 1
                if depth == 0:
                    yield opened, at + 1

    def before(self, inside: Sequence[int], at: int) -> int | None:
        """The last of some drugs before a token."""
        place = bisect_left(inside, at, key=self.first)
        return inside[place - 1] if place else None
