"""How far the words reach that change how others are meant: triggers, and the tokens they govern."""

import re
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from clinical.context.called import named_in
from clinical.context.clauses import ENDS_CLAUSE, SETS_OFF, ahead, behind, clauses_of
from clinical.context.persons import joined, reach_of
from clinical.context.triggers import Trigger, triggers_in
from clinical.lexicon.phrases import Match
from clinical.people import Kin
from clinical.text.document import Document

_CELL_BEGINS = re.compile(r"[|\t] {0,3}$")
_CELL_ENDS = re.compile(r"[ \t]*[|\t]")
_BOX = re.compile(r"(?:(?P<empty>\[[ \t]?\]|☐|□)|\[[xX✓✔]\]|[☑☒✓✔])[ \t]?$")
_BOX_WITHIN = 6
_SILENT = frozenset({"pseudo", "stop", "affirm"})
_PARTICIPLES = frozenset(
    {"excluded", "declined", "refused", "requested", "ordered", "booked", "recommended", "planned"}
)
_ADVERBS = frozenset(
    {
        "(",
        ")",
        "by",
        "on",
        "with",
        "via",
        "after",
        "in",
        "at",
        "clinically",
        "today",
        "following",
        "through",
        "from",
        "for",
        "and",
    }
    | {"yesterday", "again", "as", "but", "because", "until", "this", "next", "previously", "due", "to", "tomorrow"}
)
_OF_OPINION = frozenset(
    {"felt", "thought", "clinically", "considered", "really", "to", "be", "currently", "now", "very"}
)
# Behind a word that works both ways these begin something else: "ACS excluded - flat troponins", "PSC excluded → MRCP".
_ENDS_ANSWER = frozenset({",", ";", ")", ".", *SETS_OFF})
_LEADS_ON = re.compile(r"\s{0,4}(?:[-=]>|[→=>])")
_PATIENT = frozenset({"she", "he", "they", "patient", "pt"})
_THEIRS = frozenset({"her", "his", "their"})
PERSONS = frozenset({"relative", "other"})


class Scope(NamedTuple):
    """The tokens that a trigger governs, and those of the trigger itself."""

    category: str
    first: int
    after: int
    trigger: int
    trigger_after: int


class Scopes:
    """All scopes of a sentence. Looking one up takes time by what governs a place, not by the sentence."""

    def __init__(self, document: Document, number: int, called: dict[str, Kin] | None = None) -> None:
        first, after = document.sentence_tokens(number)
        self._document = document
        self._found = triggers_in(document.text, document.tokens, first, after)
        if called:
            known = {at for match in self._found for at in range(match.first, match.after)}
            named = [one for one in named_in(document, called, first, after) if one.first not in known]
            self._found = sorted([*self._found, *named], key=lambda match: match.first)
        self.clauses = clauses_of(document.text, document.tokens, self._found, first, after)
        self.all = [scope for match in self._found for scope in self._of(match)]

    @cached_property
    def _by_token(self) -> dict[int, list[Scope]]:
        governing: dict[int, list[Scope]] = defaultdict(list)
        for scope in self.all:
            for at in range(scope.first, scope.after):
                governing[at].append(scope)
        return governing

    @cached_property
    def trigger_tokens(self) -> frozenset[int]:
        """All tokens of all triggers, also of those that govern nothing."""
        return frozenset(at for match in self._found for at in range(match.first, match.after))

    @cached_property
    def telling_tokens(self) -> frozenset[int]:
        """The tokens of those triggers that say something: "possible", "history of", not the "non" of "non-cardiac"."""
        return frozenset(
            at
            for match in self._found
            if any(trigger.category not in _SILENT for trigger in match.found)
            for at in range(match.first, match.after)
        )

    def governing(self, first: int, after: int) -> list[Scope]:
        """The scopes that reach any of the tokens from `first` up to `after`, unless their trigger is among them."""
        return [
            scope
            for at in range(first, after)
            for scope in self._by_token.get(at, ())
            if not (scope.trigger < after and first < scope.trigger_after)
        ]

    @cached_property
    def persons(self) -> list[Match[Trigger]]:
        """The persons named in it."""
        return [match for match in self._found if any(one.category in PERSONS for one in match.found)]

    def people(self, scope: Scope) -> tuple[str, ...]:
        """Who is meant by a person's scope, and who is named in one breath: "father and grandmother"."""
        numbers = [number for number, match in enumerate(self.persons) if match.first == scope.trigger]
        if not numbers:
            return ()
        first = last = numbers[0]
        matches = self.persons
        while first and joined(self.clauses, matches[first - 1].after, matches[first].first):
            first -= 1
        while last + 1 < len(matches) and joined(self.clauses, matches[last].after, matches[last + 1].first):
            last += 1
        return self.names(matches[first : last + 1])

    def names(self, matches: list[Match[Trigger]]) -> tuple[str, ...]:
        """How persons are called: "mother", "maternal aunt"."""
        names: list[str] = []
        for match in matches:
            words = [token.word for token in self._document.tokens[match.first : match.after]]
            if words[0] in {"maternal", "paternal"} and len(words) == 1 and match is not matches[-1]:
                continue
            before = self.clauses.word(match.first - 1)
            if before in {"maternal", "paternal"}:
                words.insert(0, before)
            name = " ".join(words)
            if name not in names:
                names.append(name)
        return tuple(names)

    def named_after(self, place: int) -> tuple[str, ...]:
        """Who is named behind a place before its clause ends: "Heart attack under 60: yes - father 55"."""
        for number, match in enumerate(self.persons):
            if match.first < place:
                continue
            if any(self.clauses.word(at) in {",", *ENDS_CLAUSE} for at in range(place, match.first)):
                break
            last = number
            while last + 1 < len(self.persons) and joined(
                self.clauses, self.persons[last].after, self.persons[last + 1].first
            ):
                last += 1
            return self.names(self.persons[number : last + 1])
        return ()

    def _of(self, match: Match[Trigger]) -> list[Scope]:
        scopes: list[Scope] = []
        for trigger in match.found:
            if trigger.category in _SILENT or self._is_option(match):
                continue
            if trigger.kin is not None:
                reached = [] if self._is_beside_patient(match) else reach_of(self.clauses, match, trigger)
            elif self._asks(match):
                reached = []
            elif trigger.direction == "forward":
                none = self._only(match, "back") or self._is_cell(match)
                reached = [] if none else [self._forward(match, trigger)]
            else:
                reached = [] if self._only(match, "forward") else [self._back(match, trigger)]
            category = "excluded" if self._takes_back(match, trigger) else trigger.category
            scopes.extend(
                Scope(category, first, after, match.first, match.after) for first, after in reached if first < after
            )
        return scopes

    def _is_beside_patient(self, match: Match[Trigger]) -> bool:
        """Whether a person is named together with the patient, of whom all is said as well: "she and her daughter"."""
        words = [self.clauses.word(at) for at in range(match.first - 3, match.first)]
        return words[1] == "and" and words[0] in _PATIENT and words[2] in _THEIRS

    def _takes_back(self, match: Match[Trigger], trigger: Trigger) -> bool:
        """Whether doubt behind its condition is denied, and so the condition: "sepsis is not suspected"."""
        if trigger.category != "possible" or trigger.direction != "back":
            return False
        at = match.first - 1
        while at > self.clauses.first and self.clauses.word(at) in _OF_OPINION:
            at -= 1
        return self.clauses.word(at) == "not" or self.clauses.word(at).endswith(("n't", "n’t"))

    def _is_option(self, match: Match[Trigger]) -> bool:
        """Whether a trigger is an answer of a form that is not ticked, or the "no" of one: "[x] Yes [ ] No  CKD 3b"."""
        tokens, text = self._document.tokens, self._document.text
        start = tokens[match.first].start
        box = _BOX.search(text, max(0, start - _BOX_WITHIN), start)
        if box is None:
            return False
        return box["empty"] is not None or tokens[match.first].word in {"no", "none", "nil"}

    def _is_cell(self, match: Match[Trigger]) -> bool:
        """Whether a trigger is all that a table's cell says, and so speaks of none behind it: "| No | Stop, AKI |"."""
        tokens, text = self._document.tokens, self._document.text
        start, end = tokens[match.first].start, tokens[match.after - 1].end
        return (
            _CELL_ENDS.match(text, end) is not None and _CELL_BEGINS.search(text, max(0, start - 4), start) is not None
        )

    def _forward(self, match: Match[Trigger], trigger: Trigger) -> tuple[int, int]:
        end = ahead(self.clauses, match.after, trigger)
        # A trigger may end the sentence of a line that introduces others: it reaches one token beyond.
        return match.after, end + 1 if end == self.clauses.after else end

    def _back(self, match: Match[Trigger], trigger: Trigger) -> tuple[int, int]:
        return behind(self.clauses, match.first, trigger), match.first

    def _asks(self, match: Match[Trigger]) -> bool:
        """Whether "should" is no condition: "should chest pain recur", but "he should rest"."""
        alone = match.after - match.first == 1 and self.clauses.word(match.first) == "should"
        return alone and match.first > self.clauses.first and self.clauses.word(match.first - 1) not in {",", ";", "("}

    def _only(self, match: Match[Trigger], direction: str) -> bool:
        """Whether a word that works both ways is meant in that one way here."""
        if len({trigger.direction for trigger in match.found}) == 1:
            return False
        if self._document.tokens[match.first].word == "?":
            return direction == ("back" if self._hangs_on(match.first) else "forward")
        last = self._ends_answer(match)
        begins = match.first == self.clauses.first or self.clauses.word(match.first - 1) in {
            *ENDS_CLAUSE,
            *SETS_OFF,
            ",",
            "and",
            "(",
        }
        if direction == "forward":
            return not last and (begins or self._acts(match)) and not self._answers(match)
        return (last and not begins) or self._answers(match)

    def _ends_answer(self, match: Match[Trigger]) -> bool:
        """Whether what follows a trigger is something else than what it might govern."""
        if match.after == self.clauses.after or self.clauses.word(match.after) in _ENDS_ANSWER:
            return True
        return _LEADS_ON.match(self._document.text, self._document.tokens[match.after - 1].end) is not None

    def _answers(self, match: Match[Trigger]) -> bool:
        """Whether it tells what became of what stands before a colon: "MRI brain: declined due to anxiety"."""
        set_off = self.clauses.word(match.first - 1) in SETS_OFF and match.first - 1 > self.clauses.first
        return set_off and self.clauses.word(match.after) in {*_ADVERBS, "", ",", ";"}

    def _acts(self, match: Match[Trigger]) -> bool:
        """Whether a participle is a verb with its object: "CT excluded a bleed", but "a bleed was excluded today"."""
        short = match.after - match.first in {1, 2}  # "declined", "but declined"
        follows = self.clauses.word(match.after)
        return (
            short
            and self.clauses.word(match.after - 1) in _PARTICIPLES
            and follows not in _ADVERBS
            and not self._ends_answer(match)
            and not follows.isdigit()
        )

    def _hangs_on(self, at: int) -> bool:
        """Whether a question mark belongs to the word before it: "PE?", but "?PE", "HTN ? PE" and ", ? PE"."""
        token = self._document.tokens[at]
        text = self._document.text
        attached = token.start > 0 and (text[token.start - 1].isalnum() or text[token.start - 1] in ")]")
        return attached and not text[token.end : token.end + 1].isalnum()
