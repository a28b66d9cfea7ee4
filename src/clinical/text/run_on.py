"""Statements that a comma, a dash or a slash puts side by side: "NKDA, amlodipine stopped, his mother had a stroke".

What holds for one of them must not reach the next: who it is of, on what it hangs, what is denied. So a sentence ends
there as at a full stop, but only where what stands before is a statement by itself, and what comes begins another that
does not speak of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from clinical.lexicon.phrases import Match, Term, Token
from clinical.lexicon.resources import wordset
from clinical.people import Person, kinship
from clinical.values.dates import MONTHS, WEEKDAY_NAMES

_SEPARATORS = wordset(", ; - – —")
_SLASH = " / "
_DEPTH = {"(": 1, ")": -1}
_DRUGS = frozenset({"drug", "class"})
_MEASURES = frozenset({"lab", "vital"})

# What opens a clause that is none by itself, or only says when, where or why.
_LEANING = wordset(
    "if when whenever because since as although though while after before unless once until till in on at with without "
    "given due despite by from during following for to of or and but that which who whose where than like today "
    "yesterday tomorrow"
)
_CONDITIONS = wordset("if unless once when whenever should")
_TO_BE = wordset("is was has had were are been be being")
_HELD = wordset("known possible probable suspected likely")
_NOTHING_KNOWN = wordset("nkda nka")
_BECAME = wordset(
    "stopped held withheld paused started restarted commenced increased reduced decreased doubled halved switched "
    "discontinued continued continues changed titrated makes made gives gave causes caused weaned omitted"
)
_ALLERGIC = _NOTHING_KNOWN | wordset("allergic allergy allergies")
_ORDERS = wordset(
    "start started commence commenced continue continues continued stop stopped avoid declined declines refused "
    "refuses restart restarted resume resumed increase increased reduce reduced withhold withheld switched changed "
    "completed finished consider considering added ran not"
)
_SAID_TO_SOMEBODY = wordset("start commence continue stop avoid restart resume increase reduce withhold consider")
_BEFORE_OBJECTS = wordset("on an a the her his their taking oral iv low high dose regular out of course adding from")
# With one of these a part of a sentence tells something, and is no item of a list.
_TELLS = (
    _TO_BE
    | _HELD
    | _NOTHING_KNOWN
    | _BECAME
    | _ORDERS
    | wordset(
        "have takes took showed shows revealed rose fell denies denied allergic no gave discussed booked remains "
        "reports reported feels felt died completed finished ran previous diagnosed normal"
    )
)
_SUBJECTS = wordset("he she they pt patient i we")
_OF_SUBJECTS = wordset(
    "has takes took taking refused declined declines denies denied remains continues discussed stopped started"
)
_IS_OR_HAD = wordset("had is was")
_ALSO = wordset("also still now")
_MEASURED = wordset("is was of at now today reads read :")
_SHOWN = wordset("is was are were showed shows revealed demonstrated confirmed rose fell improved climbed dropped")
# A subject has no more words before its verb, and none of these.
_LONGEST_SUBJECT = 5
_NO_SUBJECTS = (
    _LEANING
    | _SUBJECTS
    | wordset(
        "there what nor no not neither all none should will would can could may might must slowly now still - – — , ;"
    )
)
# Who says so speaks of what stands before.
_BACK = wordset("it its this that these those them both either latter any too so herself himself themselves")
_DENIES = wordset("denies denied")
_BEFORE_CONDITIONS = _HELD | wordset("previous prev past")
_DENIED = wordset("known evidence sign signs allergies allergy drug")
_TIMES = (
    frozenset(MONTHS)
    | frozenset(WEEKDAY_NAMES)
    | wordset("yesterday last previous previously ago earlier home rest admission standing")
)


@cache
def _kin() -> Mapping[str, str]:
    """The relatives that one word names, with their sex."""
    return {
        name: kin.sex for name, kin in kinship() if kin.person is Person.RELATIVE and " " not in name and len(name) > 2
    }


@dataclass(slots=True)
class _Read:
    """What has been read of a statement, word by word: each is looked at once, however many commas come."""

    first: str
    """Its first word."""
    kin: set[str] = field(default_factory=set)
    """The sex of the relatives in it."""
    names_drug: bool = False
    allergic: bool = False
    denies: bool = False
    timed: bool = False
    until: bool = False
    labelled: bool = False
    """Whether it began with a relative and a colon: "Mother: asthma"."""
    parts: int = 1
    """How many separators it goes over, and one."""
    words: int = 0
    """Of its last part."""
    tells: bool = False
    named: bool = False
    counted: bool = False

    def next_part(self) -> None:
        self.parts += 1
        self.words = 0
        self.tells = self.named = self.counted = False

    @property
    def spoken_for(self) -> bool:
        """Whether a drug of the same statement would be denied, or one that does harm.

        Beside a relative it may as well be what that one takes: "mother has schizophrenia, on clozapine".
        """
        return not self.kin and (self.allergic or self.denies)

    @property
    def measures(self) -> bool:
        """Whether the last part holds a value, or a drug with its dose."""
        return self.named and self.counted

    @property
    def whole(self) -> bool:
        """Whether it is a statement by itself, and the last part of it no mere item of a list."""
        if self.labelled or not self.words or (self.first in _LEANING and self.parts == 1):
            return False
        return self.tells or self.measures


# What any statement may follow, if it is whole.
_ANY = _Read(first="", allergic=True)


class Statements:
    """The statements of one sentence after the other."""

    def __init__(self, text: str, tokens: Sequence[Token], matches: Sequence[Match[Term]]) -> None:
        self._text, self._tokens = text, tokens
        self._named = {match.first: match for match in matches}

    def breaks(self, first: int, after: int) -> list[int]:
        """The tokens with which a further statement begins, of a sentence from token `first` up to `after`."""
        likely = {at for at in range(first + 1, after) if self._separated(at) and self._begins(at, after, _ANY)}
        found: list[int] = []
        if not likely:  # as in most sentences: nothing need be read
            return found
        read, depth = _Read(self._word(first, after)), 0
        for at in range(first, after):
            word = self._tokens[at].word
            if at > first and depth == 0 and self._separated(at):
                if at in likely and self._may_end(read, at, after) and self._begins(at, after, read):
                    found.append(at)
                    read = _Read(word)
                else:
                    read.next_part()
            depth = max(0, depth + _DEPTH.get(word, 0))
            self._read(read, at)
        return found

    def _may_end(self, read: _Read, at: int, after: int) -> bool:
        """Whether a statement may be over: before an order a semicolon or a dash is enough."""
        stands = not read.labelled and read.words > 0 and read.first not in _LEANING
        apart = self._tokens[at - 1].word != ","
        return read.whole or (apart and stands and self._is_order(at, after, read))

    def _separated(self, at: int) -> bool:
        before = self._tokens[at - 1]
        return before.word in _SEPARATORS or self._text[before.end : self._tokens[at].start] == _SLASH

    def _read(self, read: _Read, at: int) -> None:
        word = self._tokens[at].word
        if word in _SEPARATORS:
            return
        if word == ":":
            read.labelled |= read.parts == 1 and bool(read.kin)
            return
        read.words += 1
        read.tells |= word in _TELLS or word in _ALLERGIC or word in _kin()
        read.counted |= word.isdigit()
        read.allergic |= word in _ALLERGIC
        read.denies |= word in _DENIES
        kinds = self._kinds(at)
        read.named |= bool(kinds)
        # "Potassium 4.3" is a result, though potassium is given as well.
        read.names_drug |= bool(kinds & _DRUGS) and not self._is_measured(at, len(self._tokens))
        if word in _kin():
            read.kin.add(_kin()[word])
        before = self._tokens[at - 1].word if at else ""
        read.until |= word == "until"
        read.timed |= word in _TIMES and before != "until"
        read.timed |= word.isdigit() and (len(word) == 4 or self._text[self._tokens[at].end :][:1] in {"/", "-"})

    def _word(self, at: int, after: int) -> str:
        return self._tokens[at].word if at < after else ""

    def _kinds(self, at: int) -> frozenset[str]:
        match = self._named.get(at)
        return frozenset(term.kind for term in match.found) if match else frozenset()

    def _begins(self, at: int, after: int, read: _Read) -> bool:
        """Whether another statement begins with a token, given what has been read before it."""
        if self._is_measured(at, after):
            apart = self._tokens[at - 1].word in {",", ";"}
            free = (
                bool(read.kin)
                or (read.names_drug and apart)
                or read.first in _CONDITIONS
                or read.until
                or not read.measures
            )
            return free and not read.timed and not self._refers_back(at, after)
        begins = (
            (read.spoken_for and self._is_taken(at, after))
            or self._has_subject(at, after, read)
            or self._has_relative(at, after)
            or self._becomes(at, after)
            or self._is_shown(at, after)
            or (read.first not in _CONDITIONS and self._is_order(at, after, read))
            or self._is_held(at, after, read)
        )
        return begins and not self._refers_back(at, after)

    def _refers_back(self, at: int, after: int) -> bool:
        """Whether what comes speaks of a drug that stands before: "she is back on it", "patient declined"."""
        words, first = 0, self._word(at, after)
        while at < after and self._tokens[at].word not in _SEPARATORS:
            if self._kinds(at) & _DRUGS:
                return False
            if self._tokens[at].word in _BACK:
                return True
            words += 1
            at += 1
        return words <= 2 and first in _SUBJECTS

    def _has_subject(self, at: int, after: int, read: _Read) -> bool:
        """Whether it is like "she has asthma", of no relative of whom was spoken.

        Nor may it be why a drug is not given, or what it did: "no ergometrine, she is hypertensive".
        """
        subject = self._word(at, after)
        if subject not in _SUBJECTS or (read.kin and read.kin != ({"m"} if subject == "she" else {"f"})):
            return False
        verb = self._word(at + 1, after)
        if verb in _ALSO:
            verb = self._word(at + 2, after)
        return verb in _OF_SUBJECTS or (verb in _IS_OR_HAD and (read is _ANY or not (read.allergic or read.names_drug)))

    def _has_relative(self, at: int, after: int) -> bool:
        """Whether it is like "his mother had breast cancer"."""
        if self._word(at, after) in {"his", "her", "their", "the"}:
            at += 1
        return self._word(at, after) in _kin() and self._word(at + 1, after) in _TO_BE | {"died", "with", "takes"}

    def _is_measured(self, at: int, after: int) -> bool:
        """Whether it is like "weight 82 kg" or "creatinine was 140"."""
        if not self._kinds(at) & _MEASURES:
            return False
        behind = self._named[at].after
        for _ in range(2):
            behind += self._word(behind, after) in _MEASURED
        return self._word(behind, after)[:1].isdigit()

    def _becomes(self, at: int, after: int) -> bool:
        """Whether it is like "amlodipine stopped", "warfarin is on hold", "codeine makes him vomit"."""
        if not self._kinds(at) & _DRUGS:
            return False
        behind = self._named[at].after
        for _ in range(3):  # a dose
            behind += self._word(behind, after)[:1].isdigit() or self._word(behind, after) in {"mg", "mcg", "units"}
        return self._word(behind, after) in _TO_BE or self._word(behind, after) in _BECAME

    def _is_taken(self, at: int, after: int) -> bool:
        """Whether it is like "prednisolone 30 mg", "on apixaban"."""
        if self._word(at, after) == "on":
            return bool(self._kinds(at + 1) & _DRUGS)
        return bool(self._kinds(at) & _DRUGS) and self._word(self._named[at].after, after)[:1].isdigit()

    def _is_shown(self, at: int, after: int) -> bool:
        """Whether it is like "chest X-ray showed nothing", "a colonoscopy is booked"."""
        for behind in range(at, min(at + _LONGEST_SUBJECT, after)):
            word = self._tokens[behind].word
            if word in _SHOWN:
                return behind > at
            if word in _NO_SUBJECTS or not word[:1].isalpha():
                return False
        return False

    def _is_order(self, at: int, after: int, read: _Read) -> bool:
        """Whether it is like "continue bisoprolol", "started on metformin", "allergic to latex".

        Beside a relative only what is said to somebody: that one may as well have started on it.
        """
        verb = self._word(at, after)
        if read.kin and verb not in _SAID_TO_SOMEBODY:
            return False
        if verb == "allergic":
            return self._word(at + 1, after) == "to"
        if verb not in _ORDERS or (verb == "not" and self._word(at + 1, after) != "taking"):
            return False
        at += 1
        for _ in range(4):
            at += self._word(at, after) in _BEFORE_OBJECTS
        return bool(self._kinds(at) & _DRUGS)

    def _is_held(self, at: int, after: int, read: _Read) -> bool:
        """Whether it is like "no known allergies", "no evidence of sepsis", "possible gout"."""
        word = self._word(at, after)
        if word in _NOTHING_KNOWN or (word == "no" and self._word(at + 1, after) in _DENIED):
            return True
        if word == "diagnosed":
            return self._word(at + 1, after) == "with"
        return word in _BEFORE_CONDITIONS and not read.kin and bool(self._kinds(at + 1) & {"condition", "symptom"})
