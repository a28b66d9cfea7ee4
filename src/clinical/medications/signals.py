"""The words that say what becomes of a medication, and how real that is: verbs, their forms, and marks such as "if".

They stand in `lexicon/data/medication_events.txt`, which explains itself.
"""

import re
from functools import cache
from typing import NamedTuple

from clinical.facts import Ending, MedicationStatus, Reality
from clinical.lexicon.phrases import Match, Phrases, Token
from clinical.lexicon.resources import entries, wordset
from clinical.note import Note

_FORMS = ("base", "finite", "gerund", "participle")
_ENDINGS = {"stopped": Ending.STOPPED, "held": Ending.HELD, "completed": Ending.COMPLETED, "until": Ending.STOPPED}
_STATUSES = {
    "started": MedicationStatus.STARTED,
    "stopped": MedicationStatus.STOPPED,
    "held": MedicationStatus.STOPPED,
    "completed": MedicationStatus.STOPPED,
    "changed": MedicationStatus.CHANGED,
    "exchanged": MedicationStatus.CHANGED,
    "continued": MedicationStatus.CONTINUED,
    "mentioned": MedicationStatus.MENTIONED,
    "until": MedicationStatus.STOPPED,
}
MARKS = frozenset({*(reality.value for reality in Reality), "negated", "avoided"})
_BEING = wordset("was were is are be been being has have had gets got to will should must shall needs need ought")
_SEVERAL = wordset("were are have both all")
_MANNER = wordset(
    "also then now newly recently subsequently therefore both all since just first already again initially later "
    "immediately only currently temporarily briefly self"
)
_PARTICLES = frozenset({"on", "with", "onto"})
_WHOM = wordset("him her them patient the pt back") | frozenset({"mr", "mrs"})
_BACK_REFERENCE = frozenset({"it", "this", "them", "these", "that", "both"})
# What follows a verb that goes on about a drug, and has no object of its own: "Increased to 40 mg", "Stopped in May".
BEHIND_VERB = wordset(
    "to if by from on in at until till when after due because last yesterday today this it for again and since as with "
    "twice once , ; ( then once over around about during before himself herself themselves themself yourself itself "
    "altogether completely entirely only straight immediately now both soon gradually slowly temporarily permanently"
) | {""}
_UNITS = wordset("mg mcg g ml units unit tablet tablets tab tabs caps capsule puffs drops")
_UNIT_ENDS = ("mg", "mcg", "g", "ml", "units")
_MONTHS = wordset("jan feb mar apr may jun jul aug sep oct nov dec")
_WEEKDAYS = wordset("mon tue wed thu fri sat sun")
AUXILIARIES = _BEING | _MANNER
_WAS = re.compile(r"\s?[:–—-]?\s(?:(?:is|are|was|were|has|have|had|to|be|been|now|being)\s){0,3}", re.IGNORECASE)
_ARROW = re.compile(r"-{1,2}>|=>|[→➔➜⇒]")


class Meaning(NamedTuple):
    """What a phrase says."""

    says: str
    form: str
    """base, finite, gerund or participle of a verb; ahead or behind of a phrase that governs one side only."""

    @property
    def status(self) -> MedicationStatus | None:
        """What becomes of the medication; None of a mark."""
        return _STATUSES.get(self.says)

    @property
    def ending(self) -> Ending | None:
        """How a medication that is stopped ends."""
        return _ENDINGS.get(self.says)


_AGAIN = frozenset({"refill", "refills"})
_HOW_OFTEN = wordset("no nil zero without with one two three four five six eleven twelve none : =")
_BEFORE_MONTHS = frozenset({"in", "since", "until", "from", "of", "by", "last", "this", "next", "for", "early", "late"})


class Signal(NamedTuple):
    """A phrase of the lexicon at `text[start:end]`."""

    start: int
    end: int
    first: int
    after: int
    meanings: tuple[Meaning, ...]
    passive: bool = False
    """Whether a form of "to be" stands before it."""
    several: bool = False
    """Whether that is a plural."""
    linked: bool = False
    """Whether it goes on about what was named before: "stopped it", "then increased"."""

    @property
    def says(self) -> str:
        """What the first meaning says."""
        return self.meanings[0].says

    def on(self, side: str) -> Meaning | None:
        """Its meaning for what stands "ahead" of it in reading order (after it), or "behind"."""
        for meaning in self.meanings:
            if meaning.form in {side, "participle"} or (side == "ahead" and meaning.form in _FORMS):
                return meaning
        return None

    def is_beside(self, text: str, start: int, end: int) -> bool:
        """Whether it stands right before or behind `text[start:end]`: "stop X", "X: stopped", "X has been stopped"."""
        if self.end <= start:
            return text[self.end : start].isspace()
        return self.start >= end and _WAS.fullmatch(text, end, self.start) is not None

    @property
    def both_ways(self) -> bool:
        """Whether it may govern either side."""
        forms = {meaning.form for meaning in self.meanings}
        return "participle" in forms or {"ahead", "behind"} <= forms

    @property
    def commands(self) -> bool:
        """Whether it is a verb that is no participle: an order, or what somebody does."""
        return any(meaning.form in {"base", "finite", "gerund"} for meaning in self.meanings)

    @property
    def mark(self) -> bool:
        """Whether it says how real something is, rather than what becomes of it."""
        return self.says in MARKS


@cache
def _phrases() -> Phrases[Meaning]:
    phrases: Phrases[Meaning] = Phrases()
    for line in entries("medication_events.txt"):
        head, _, names = line.partition(": ")
        says, _, form = head.partition(" ")
        if form == "verb":
            for quartet in names.split("; "):
                for each, word in zip(_FORMS, quartet.split(), strict=True):
                    phrases.add(word.replace("_", " "), Meaning(says, each))
            continue
        for name in names.split(", "):
            phrases.add(name.strip(), Meaning(says, form or "ahead"))
    phrases.sort()
    return phrases


@cache
def signal_words() -> frozenset[str]:
    """All words of these phrases."""
    found: set[str] = set()
    for line in entries("medication_events.txt"):
        _, _, names = line.partition(": ")
        found.update(re.findall(r"[a-z]{3,}", names.lower()))
    return frozenset(found)


def signals_in(note: Note, first: int, after: int) -> list[Signal]:
    """The signals in the tokens from `first` up to `after`, with what stands around them."""
    tokens = note.document.tokens
    found: list[Signal] = []
    after = min(after, len(tokens))
    for match in _phrases().find(note.text, tokens, first, after):
        meanings = tuple(dict.fromkeys(match.found))
        if meanings[0].says == "neutral" or (found and match.first < found[-1].after):
            continue
        if _is_month(note, match, first) or _is_count(tokens, match, after):
            continue
        if meanings[0].says == "until" and not any(
            token.word == "ago" for token in tokens[match.after : match.after + 5]
        ):
            continue
        if note.text[tokens[match.first].start : tokens[match.first].end] == "ON" and _is_unit(tokens, match.first - 1):
            continue  # "15 mg ON": at night
        passive, several = _passive(tokens, match.first, first)
        end, meanings = _with_particle(tokens, match.after, after, meanings)
        following = tokens[end].word if end < after else ""
        before = tokens[match.first - 1].word if match.first > first else ""
        found.append(
            Signal(
                tokens[match.first].start,
                tokens[end - 1].end,
                match.first,
                end,
                meanings,
                passive,
                several,
                following in _BACK_REFERENCE or before in {"then", "it", "this"} or passive,
            )
        )
    return found


def _is_month(note: Note, match: Match[Meaning], first: int) -> bool:
    """Whether it is the month of May: "3 May", "since May"."""
    tokens = note.document.tokens
    token = tokens[match.first]
    if match.after > match.first + 1 or token.word != "may" or note.text[token.start] != "M":
        return False
    before = tokens[match.first - 1].word if match.first > first else ""
    return before[:1].isdigit() or before in _BEFORE_MONTHS


def _is_count(tokens: list[Token], match: Match[Meaning], after: int) -> bool:
    """Whether it is how often a prescription may be dispensed again: "no refills", "2 refills", "refills: 3"."""
    if tokens[match.first].word not in _AGAIN:
        return False
    before = tokens[match.first - 1].word if match.first else ""
    behind = next((token.word for token in tokens[match.after : min(after, match.after + 2)] if token.word != ":"), "")
    return before in _HOW_OFTEN or before[:1].isdigit() or behind[:1].isdigit() or behind in _HOW_OFTEN


def _is_unit(tokens: list[Token], at: int) -> bool:
    return at > 0 and (
        tokens[at].word in _UNITS or (tokens[at].word.endswith(_UNIT_ENDS) and tokens[at].word[:1].isdigit())
    )


def _passive(tokens: list[Token], at: int, first: int) -> tuple[bool, bool]:
    """Whether a form of "to be" stands before a token, and whether it is a plural."""
    before = at - 1
    several = False
    while before >= first and tokens[before].word in _MANNER:
        several = several or tokens[before].word in _SEVERAL
        before -= 1
    passive = False
    while before >= first and tokens[before].word in _BEING:
        passive = True
        several = several or tokens[before].word in _SEVERAL
        before -= 1
    return passive, several


def _with_particle(
    tokens: list[Token], after: int, end: int, meanings: tuple[Meaning, ...]
) -> tuple[int, tuple[Meaning, ...]]:
    """A verb with what belongs to it: "started her on", "loaded with"; such a one governs what follows."""
    if meanings[0].says not in {"started", "exchanged"} or meanings[0].form not in _FORMS:
        return after, meanings
    at = after
    while at < end and at - after < 3 and tokens[at].word in _WHOM:
        at += 1
    dated = at + 1 < end and (tokens[at + 1].word[:1].isdigit() or tokens[at + 1].word[:3] in _MONTHS | _WEEKDAYS)
    if at < end and tokens[at].word in _PARTICLES and meanings[0].says == "started" and not dated:
        return at + 1, (Meaning("started", "ahead"), *(one for one in meanings if one.form == "participle"))
    return after, meanings


def arrows_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where arrows stand."""
    return [match.span() for match in _ARROW.finditer(text, start, end)]
