"""What the verb or adjective makes of a condition that governs the clause in which the condition is the predicate.

"I think it unlikely that this is gout", "she is anxious that the lump is a lipoma", "it is not clear whether he has
asthma": between the governing word and the condition stands a whole clause, its subject and its verb, in as many
wordings as there are. So the clause is taken apart from its end: back from the condition to the verb of being or
having, on to what joins the clause to its governor, and to the governor, who it is that thinks so, and whether it is
denied.
"""

from enum import Enum, auto
from typing import NamedTuple

from clinical.lexicon.resources import wordset
from clinical.text.document import Document


class Governed(Enum):
    """What a governing word makes of its clause."""

    DOUBTED = auto()
    """Held for unlikely, or denied."""
    POSSIBLE = auto()
    FEARED = auto()
    """Feared, believed or asked by who cannot know it, or told as what a sign might mean."""
    CERTAIN = auto()
    """Not doubted: "there is no doubt that this is gout"."""


class Governor(NamedTuple):
    """A governing word, at that token, and what it makes of its clause."""

    makes: Governed
    at: int


_IS = wordset("is are was were be been being had has have having")
_MEANS = wordset("mean means indicate indicates signal signals represent represents reflect reflects")
_MODAL = wordset("may might could can would")
_AUXILIARY = wordset("will should must also already really actually still simply just merely only now")
# Words that turn a predicate into something about another thing: "is well after pneumonia", "has tablets for gout".
_TURNS = wordset(
    ", ; : . ( ) [ ] - – — and or but nor so as than because since when while if whether that which who whose after "
    "before for with without on in at from against about into over under during not no never"
)
_OF_CASES = wordset("case form kind type episode bout touch flare attack recurrence")
_CAUSED = wordset("due caused secondary related")
_OWN = wordset("her his their my your known existing longstanding usual old")
# Where a clause ends to belong to what stands before it.
_BREAKS = wordset(
    ", ; : . ( ) [ ] – — and or but nor so as because since when while although though which who whose after before "
    "until unless than did does do"
)
_BEGINS_SUBJECT = wordset(
    "it this that these those he she they there the a an his her their my our your its patient pt any what some"
)
_DOUBTS = wordset("unlikely improbable doubt doubts doubted doubtful implausible inconceivable disagree")
_DENIES = wordset("evidence suggestion indication proof hint sign nothing reason question basis")
_SAYS = wordset("say show suggest indicate think believe suspect suppose fear prove")
_THINKS = wordset(
    "think thinks thought feel feels felt believe believes believed suspect suspects suspected suppose assume assumed "
    "impression feeling belief opinion view suspicion possible possibility chance conceivable plausible likely "
    "likelihood probable probability reckon reckons guess presume presumed imagine"
)
_OPEN = wordset("unclear uncertain unsure undecided unknown wonder wondered wondering debatable arguable")
# Denied, these leave it open: "not sure that this is psoriasis".
_SURE = wordset("sure certain clear convinced known established obvious confident persuaded apparent decided tell say")
_LOOKS = wordset("see check establish determine find test tested look assess ask asks asked asking know")
_FEARS = wordset(
    "worried worry worries worrying concerned concern anxious anxiety afraid scared frightened terrified nervous fear "
    "fears feared fearful dread dreads panicking panicked petrified preoccupied"
)
_LAY_FEARS = wordset("anxious anxiety afraid scared frightened terrified panicking panicked petrified")
_CONVINCED = wordset("convinced adamant insist insists insisted insistent persuaded sure certain")
_US = wordset("i we my our me us")
_THEM = wordset(
    "he she they his her their patient pt mum mom mother dad father husband wife partner parents son daughter family "
    "client carer mr mrs ms boyfriend girlfriend sister brother"
)
_NOT = wordset("no not never without hardly neither nor nothing nobody none cannot little beyond")
_ADVISES = wordset("return call ring watch look come seek contact attend go beware phone report present recheck")
_PREDICATE, _SUBJECT, _BEFORE = 6, 10, 5


def governor_of(document: Document, first: int) -> Governor | None:
    """What governs the clause whose predicate begins with the token `first`; None where nothing does."""
    if first >= len(document.tokens):
        return None
    number = document.sentence_at(document.tokens[first].start)
    if number is None:
        return None
    begin, _ = document.sentence_tokens(number)
    return _Clause(document, begin).governor(first)


class _Clause:
    def __init__(self, document: Document, begin: int) -> None:
        self._tokens, self._text, self._begin = document.tokens, document.text, begin
        self._modal = False

    def governor(self, first: int) -> Governor | None:
        verb = self._verb(first)
        if verb is None:
            return None
        at = verb
        while at > self._begin and self._word(at - 1) in _MODAL | _AUXILIARY | _IS:
            at -= 1
            self._modal = self._modal or self._word(at) in _MODAL
        if self._modal and self._word(verb) in _MEANS:
            return Governor(Governed.FEARED if self._advises(at) else Governed.POSSIBLE, verb)
        return self._before(at if self._word(verb) in _IS | _MEANS else verb + 1)

    def _word(self, at: int) -> str:
        return self._tokens[at].word if at >= self._begin else ""

    def _verb(self, first: int) -> int | None:
        """The verb of which what stands at `first` is the predicate; "it's" is one."""
        for at in range(first - 1, max(self._begin, first - 1 - _PREDICATE) - 1, -1):
            word = self._word(at)
            if word in _IS or word in _MEANS or self._is_contracted(at):
                return at
            if word in _OWN or (word in _TURNS and not (word == "from" and self._word(at - 1) in _IS)):
                return None
            if word == "of" and self._word(at - 1) not in _OF_CASES:
                return None
            if word in {"to", "by"} and self._word(at - 1) not in _CAUSED:
                return None
        return None

    def _is_contracted(self, at: int) -> bool:
        token = self._tokens[at]
        return token.word in _BEGINS_SUBJECT and self._text[token.end - 2 : token.end] in {"'s", "’s"}

    def _before(self, verb: int) -> Governor | None:
        """The governor of a clause whose verb stands at `verb`."""
        for at in range(verb - 1, max(self._begin, verb - 1 - _SUBJECT) - 1, -1):
            word = self._word(at)
            if word == "that" and at < verb - 1:
                return self._joined(at)
            if word in {"whether", "if"}:
                return self._asked(at)
            if word in _BREAKS:
                return None
            if self._word(at + 1) in _BEGINS_SUBJECT and at + 1 < verb:
                if self._word(at + 1) == "that" and at + 2 < verb:
                    continue
                found = self._made(at, joined=False)
                if found is not None:
                    return found
            if word in _IS:
                return None
        return None

    def _joined(self, that: int) -> Governor | None:
        """The governor before "that": right before it, or before "is": "the worry is that", "evidence to say that"."""
        for at in range(that - 1, max(self._begin, that - _BEFORE) - 1, -1):
            word = self._word(at)
            if word in _BREAKS or word == "about":
                return None
            found = self._made(at, joined=True)
            if found is not None:
                return found
        return None

    def _asked(self, at: int) -> Governor | None:
        """What is open: "it is not clear whether". What is only asked or looked for is told as such elsewhere."""
        for place in range(at - 1, max(self._begin, at - _BEFORE) - 1, -1):
            word = self._word(place)
            if word in _BREAKS:
                return None
            if word in _DOUBTS:
                return Governor(Governed.DOUBTED, place)
            if word in _OPEN or (word in _SURE and self._denied(place)):
                who = self._who(place)
                return Governor(Governed.FEARED if who is False else Governed.POSSIBLE, place)
            if word in _LOOKS:
                return Governor(Governed.FEARED, place)
        return None

    def _made(self, at: int, *, joined: bool) -> Governor | None:
        """What the word at `at` makes of its clause, if it governs one."""
        word, denied = self._word(at), self._denied(at)
        made: Governed | None = None
        if word in _DOUBTS and denied:
            made = Governed.CERTAIN if word.startswith("doubt") else Governed.POSSIBLE
        elif word == "question" and denied:
            made = Governed.CERTAIN
        elif word in _DOUBTS or (word in _DENIES | _SAYS and denied) or (word == "nothing" and joined):
            made = Governed.DOUBTED
        elif word in _SURE and denied:
            made = Governed.POSSIBLE
        elif word in _FEARS:
            made = self._feared(at, joined=joined, denied=denied)
        elif word in _CONVINCED:
            made = Governed.FEARED if self._who(at) is False else None
        elif word in _THINKS | _OPEN:
            wonders = self._modal and self._who(at) is False
            made = Governed.DOUBTED if denied else Governed.FEARED if wonders else Governed.POSSIBLE
        return None if made is None else Governor(made, at)

    def _feared(self, at: int, *, joined: bool, denied: bool) -> Governed | None:
        """A clinician's fear is a possibility, the patient's is none: "she is anxious that"."""
        word, who = self._word(at), self._who(at)
        if denied:
            return Governed.DOUBTED if who else None
        own = who is True and word not in _LAY_FEARS
        bare = who is None and joined and word in {"worry", "concern", "fear"}
        return Governed.POSSIBLE if own or bare else Governed.FEARED

    def _denied(self, at: int) -> bool:
        places = range(at - 1, max(self._begin, at - 4) - 1, -1)
        for place in places:
            word = self._word(place)
            if word in _NOT or word.endswith("n't"):
                return True
            if word in _BREAKS and word not in {"do", "does", "did"}:
                return False
        return self._word(at) == "nothing"

    def _who(self, at: int) -> bool | None:
        """Whether the writer thinks so (true) or the patient and theirs (false); None where nobody is named."""
        for place in range(at - 1, max(self._begin, at - _BEFORE) - 1, -1):
            word = self._word(place)
            if word in _US:
                return True
            if word in _THEM:
                return False
            if word in {",", ";", ":", "."}:
                return None
        return None

    def _advises(self, at: int) -> bool:
        """Whether the sentence says when to come back: "return for a stiff neck, which could mean meningitis"."""
        words = [self._word(place) for place in range(self._begin, at)]
        opening = next((word for word in words if word.isalpha() and word not in {"please", "to", "do"}), "")
        return opening in _ADVISES or not {"if", "should"}.isdisjoint(words)
