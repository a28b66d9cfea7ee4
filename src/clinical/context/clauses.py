"""The bounds within a sentence that a trigger does not reach over: brackets, semicolons, bullets, new statements."""

import re
from typing import NamedTuple

from clinical.context.triggers import Trigger
from clinical.lexicon.phrases import Match, Token

ENDS_CLAUSE = frozenset({";", "•"})
SETS_OFF = frozenset({":", "-", "–", "—"})
_ENDS_COMPOUND = frozenset(
    {
        "on",
        "the",
        "in",
        "of",
        "with",
        "at",
        "to",
        "by",
        "for",
        "from",
        "her",
        "his",
        "a",
        "an",
        "our",
        "has",
        "had",
        "is",
    }
)
_ITEM_NUMBER = re.compile(r"\d{1,2}[.)]\s")
_AGED = frozenset({"(", ")", "aged", "age", "died", "alive", "deceased", "d", "y", "yo", "yrs", "years", "at", ","})
_FINITE = frozenset({"is", "are", "was", "were"})
_ANSWERS = frozenset({"declined", "requested"})
_WHO = frozenset({"he", "she", "they", "patient", "pt", "family", "the", "his", "her", "but"})
_NEGATING = frozenset({"negated", "excluded"})


class Clauses(NamedTuple):
    """A sentence's tokens from `first` up to `after`, and what bounds them."""

    tokens: list[Token]
    first: int
    after: int
    opened: dict[int, int]
    """For each token within brackets, where the innermost one opens. A bracket's own signs stand outside of it."""
    ends: dict[int, str]
    """Where triggers begin that end what went before: `stop`, `affirm`, or the category that others end at."""
    stopped: frozenset[int]
    """All tokens of stop words."""
    numbers: frozenset[int]
    """The numbers of a list's items within the sentence: "1) AKI 2) gout"."""

    def word(self, at: int) -> str:
        """The token at a place; nothing outside of the sentence."""
        return self.tokens[at].word if self.first <= at < self.after else ""

    def deeper(self, at: int, bracket: int | None) -> bool:
        """Whether a token stands in a bracket within that one."""
        return self.opened.get(at) != bracket


def clauses_of(text: str, tokens: list[Token], found: list[Match[Trigger]], first: int, after: int) -> Clauses:
    """The bounds in a sentence, given its triggers."""
    ends: dict[int, str] = {}
    stopped: set[int] = set()
    for match in found:
        categories = {trigger.category for trigger in match.found}
        if "stop" in categories:
            ends[match.first] = "stop"
            stopped.update(range(match.first, match.after))
        elif "affirm" in categories:
            ends[match.first] = "affirm"
        elif not categories.isdisjoint(_NEGATING):
            ends[match.first] = "negating"
        elif not categories.isdisjoint({"historical", "pmh", "resolved"}):
            ends[match.first] = "past"
        elif not categories.isdisjoint({"relative", "other"}):
            ends[match.first] = "person"
    numbers = frozenset(
        at
        for at in range(first, after)
        if tokens[at].word.isdigit()
        and _ITEM_NUMBER.match(text, tokens[at].start)
        and not text[tokens[at].start - 1].isalnum()
    )
    return Clauses(tokens, first, after, _brackets(tokens, first, after), ends, frozenset(stopped), numbers)


def _brackets(tokens: list[Token], first: int, after: int) -> dict[int, int]:
    opened: dict[int, int] = {}
    stack: list[int] = []
    for at in range(first, after):
        word = tokens[at].word
        if word == ")" and stack:
            stack.pop()
        if stack:
            opened[at] = stack[-1]
        if word == "(":
            stack.append(at)
    # a bracket that is never closed binds nothing: what follows it is not an aside
    return {at: place for at, place in opened.items() if place not in stack}


def ahead(clauses: Clauses, start: int, trigger: Trigger) -> int:
    """Where the words end that a trigger before `start` governs."""
    bound = min(start + trigger.reach, clauses.after)
    bracket = clauses.opened.get(start - 1)
    separated = False
    # "Differential: 1. gout 2. cellulitis", "Resolved: pneumonia, AKI": what a colon introduces goes on over the list
    introduces = clauses.word(start) == ":" or start in clauses.numbers
    for at in range(start, bound):
        if clauses.deeper(at, bracket) and clauses.opened.get(at, -1) >= start:
            continue
        word = clauses.word(at)
        if at in clauses.numbers and not introduces:
            return at
        if trigger.kin is not None and word in SETS_OFF and _only_aged(clauses, start, at):
            continue
        if (word == ")" and bracket is not None) or word in ENDS_CLAUSE or (word in SETS_OFF and at > start):
            return at
        if word == "," and not (trigger.over_commas or introduces):
            return at
        if trigger.category in _NEGATING and _begins_anew(clauses, start, at):
            return at
        separated = separated or word in {",", "and", ")"}
        if _ends(clauses, at, trigger, separated=separated):
            return at
    return bound


def _begins_anew(clauses: Clauses, start: int, at: int) -> bool:
    """Whether somebody is said to do something there: "without hitting her head, she fell"."""
    if clauses.word(at) == ",":
        return clauses.word(at + 1) in _SOMEBODY and clauses.word(at + 2) not in _REPORTS
    # "Without warning she fell"
    fronted = clauses.word(clauses.first) == "without" and start <= clauses.first + 2
    return (
        fronted and clauses.word(at) in _SOMEBODY and clauses.word(at - 1) not in _RELATIVES | {"if", "whether", "as"}
    )


def _only_aged(clauses: Clauses, start: int, end: int) -> bool:
    """Whether nothing but a person's age stands between: "father (65) - gout"."""
    return all(clauses.word(at) in _AGED or clauses.word(at).isdigit() for at in range(start, end))


def _ends(clauses: Clauses, at: int, trigger: Trigger, *, separated: bool) -> bool:
    kind = clauses.ends.get(at)
    if kind is None:
        return False
    if kind == "affirm":
        return trigger.kin is None and (separated or clauses.word(at) in _FINITE)
    if kind == "past":
        return trigger.category == "possible"
    if kind == "negating":
        return trigger.category in {"historical", "pmh", "resolved", "possible"}
    return kind == "stop"


def behind(clauses: Clauses, end: int, trigger: Trigger) -> int:
    """Where the words begin that a trigger at `end` governs, which stand before it."""
    begin = max(end - trigger.reach, clauses.first)
    bracket = clauses.opened.get(end)
    several = _speaks_of_several(clauses, end, trigger)
    crossed = False
    aside = _relative_clause(clauses, begin, end)
    for at in range(min(end, end if aside is None else aside) - 1, begin - 1, -1):
        word = clauses.word(at)
        if word == "(" and at == bracket:
            crossed, bracket = True, clauses.opened.get(at)
            continue
        if at in clauses.numbers:
            return at + 1
        if clauses.deeper(at, bracket):
            continue
        if at == end - 1 and word in {"and", "but", "or"}:
            continue  # "was considered but felt unlikely": of the same thing
        if word in _ENDS_COMPOUND and trigger.category == "hypothetical":
            return at + 1  # "hepatitis B vaccine", but "flu vaccine on the ward"
        set_off = word in SETS_OFF and not _only_names_who(clauses, at + 1, end, trigger)
        if word in ENDS_CLAUSE or at in clauses.stopped or set_off:
            return at + 1
        if word == "," and not (at == end - 1 or (several and not crossed)):
            return at + 1
        if word in _JOINING and (
            clauses.word(at + 1) in _SUBJECTS
            or (word in {"and", "or"} and (crossed or _begins_statement(clauses, at, begin)))
        ):
            return at + 1
    return begin


_JOINING = frozenset({"and", "or", "but", "so"})
# "It" is mostly what was spoken of: "PE was considered but it was excluded".
_SUBJECTS = frozenset({"i", "we", "he", "she", "they", "there"})
_REPORTS = frozenset({"reports", "reported", "says", "said", "states", "stated", "tells", "adds", "thinks"})
_SOMEBODY = _SUBJECTS - {"there"}
_RELATIVES = frozenset({"which", "who", "whom", "that"})
_LONGEST_ASIDE = 14


def _relative_clause(clauses: Clauses, begin: int, end: int) -> int | None:
    """Where a relative clause set off by commas begins that ends right before a predicate's verb.

    "Asthma, which would forbid the timolol, was denied" denies asthma, and does not deny timolol.
    """
    closing = next((at for at in range(end - 1, max(begin, end - 4) - 1, -1) if clauses.word(at) == ","), None)
    verb = closing + 1 if closing is not None else end
    if closing is None or (verb < clauses.after and clauses.word(verb) not in _FINITE | {"has", "have", "had"}):
        return None
    for at in range(closing - 1, max(begin, closing - _LONGEST_ASIDE) - 1, -1):
        if clauses.word(at) == ",":
            return at if clauses.word(at + 1) in _RELATIVES else None
    return None


def _only_names_who(clauses: Clauses, start: int, end: int, trigger: Trigger) -> bool:
    """Whether nothing stands between but who it is that declines: "colonoscopy - daughter refuses"."""
    if trigger.category not in _ANSWERS:
        return start == end
    return all(clauses.word(at) in _WHO or clauses.ends.get(at) == "person" for at in range(start, end))


def _speaks_of_several(clauses: Clauses, end: int, trigger: Trigger) -> bool:
    """Whether what stands behind a list is said of all of it: "fever, chills: negative", "PE, DVT were excluded"."""
    if trigger.category in {"historical", "resolved"} and clauses.word(end - 1) in SETS_OFF - {":"}:
        return False  # "hypertension, asthma - childhood only": of the last one alone
    if trigger.category == "excluded" and trigger.over_commas:
        return True  # "hepatitis B, C and HIV serology negative"
    return clauses.word(end - 1) in SETS_OFF or clauses.word(end) in {"were", "are", "have", "all", "both"}


def _begins_statement(clauses: Clauses, at: int, begin: int) -> bool:
    """Whether what follows an "and" is a statement of its own: "she has asthma and PE was excluded"."""
    for place in range(at - 1, begin - 1, -1):
        if clauses.word(place) in {",", ";"}:
            return False
        if clauses.ends.get(place) == "affirm":
            return True
    return False
