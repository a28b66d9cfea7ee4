"""What becomes of a medication, going by the verbs around it."""

import re
from functools import cache
from typing import NamedTuple

from clinical.lexicon.resources import entries

STARTED, CONTINUED, CHANGED, STOPPED, MENTIONED = "started", "continued", "changed", "stopped", "mentioned"

# "Stop taking", "continue to use": one verb, not two.
_OBJECT = r"(?:\s(?:(?:to|the|his|her|their|on)\s)?(?:tak(?:e|ing)|us(?:e|ing)|utiliz(?:e|ing))(?![\w]))?"

# "Lisinopril dose was …" is looked for this far behind the name.
_NEAR = 70

_TO = re.compile(
    (
        r"\b(?:to|for|with|onto|over to|in favor of|by)\s+(?:the |a |an |oral |generic |topical |"
        r"some |low dose |trial of )*(?:\S+\s){0,1}$"
    ),
    re.IGNORECASE,
)
_EXCHANGE = re.compile(r"\b(?:chang|switch|replac|convert|swap|transition)\w*", re.IGNORECASE)
_USELESS = re.compile(
    (
        r"^[^.;]{0,12}\b(?:limited (?:effect\w*|improvement|benefit|relief|response)|ineffective|"
        r"not (?:effective|working|helping|helpful)|(?:did|does|was) ?n[o']t (?:help|work|"
        r"effective)|failed)\b"
    ),
    re.IGNORECASE,
)
_BREAKS = re.compile(
    r"\bbut\b|\bhowever\b|\balthough\b|;|\bwhich\b(?=[^,;]{0,12}\b(?:was|did|has))|\bwhile\b|\bthen\b", re.IGNORECASE
)
_JUST_ON = re.compile(r"\bon\s(?:\S+\s){0,3}$", re.IGNORECASE)
_NOT_YET = re.compile(
    (
        r"\b(?:not|never|yet to|hasn't|has n't|forgetting to|forgets to|forgot to|unable to|"
        r"did ?n[o']t|does ?n[o']t|do ?n[o']t|wo ?n[o']t|without)\s(?:\w+\s){0,2}$"
    ),
    re.IGNORECASE,
)


@cache
def _verbs(where: str) -> re.Pattern[str]:
    """What is looked for before, or after, a medication's name; its groups are called after the statuses."""
    behind = _OBJECT if where == "before" else ""
    found = []
    for line in entries("verbs.txt"):
        place, status, pattern = line.split("|", 2)
        if place == where:
            found.append(rf"(?P<{status}>(?<![\w/{'-' if where == 'before' else ''}])(?:{pattern})(?!\w){behind})")
    return re.compile("|".join(found), re.IGNORECASE)


class Verdict(NamedTuple):
    """A status, and whether words said so rather than the place."""

    status: str
    said: bool


class _Verb(NamedTuple):
    """What a verb means, itself, and what stands ahead of it and behind it, up to the name."""

    status: str
    word: str
    ahead: str
    behind: str


def status_of(before: str, after: str, beyond: str, fallback: str) -> Verdict:
    """What becomes of a medication.

    Args:
        before: Its sentence up to its name.
        after: What follows its name, up to the next medication or the sentence's end.
        beyond: What follows its name, up to the sentence's end.
        fallback: What the place suggests, where no verb says anything.
    """
    clause = _last_clause(before)
    later = _verbs("after").search(after[:_NEAR])
    passive = str(later.lastgroup) if later else None
    verb = _nearest(clause)
    if verb is not None:
        return _by_verb(verb, passive, beyond)
    if passive is not None:
        return Verdict(passive, said=True)
    if _USELESS.search(after):
        return Verdict(STOPPED if _EXCHANGE.search(before) else MENTIONED, said=True)
    return Verdict(CONTINUED, said=True) if _JUST_ON.search(clause) else Verdict(fallback, said=False)


def _by_verb(verb: _Verb, passive: str | None, beyond: str) -> Verdict:
    """What the verb before a medication says, or a passive one behind it."""
    status = verb.status
    if status == CHANGED and _EXCHANGE.match(verb.word):
        return _exchanged(verb.behind, beyond)
    if passive is not None and (status in {CONTINUED, MENTIONED} or len(verb.behind.split()) > 6):
        status = passive
    elif status == CONTINUED and verb.word.lower() == "take" and not verb.ahead.strip():
        status = STARTED  # the imperative
    elif _NOT_YET.search(verb.ahead):
        status = MENTIONED
    return Verdict(status, said=True)


def _last_clause(before: str) -> str:
    breaks = list(_BREAKS.finditer(before))
    return before[breaks[-1].end() :] if breaks else before


def _nearest(clause: str) -> _Verb | None:
    """The last verb."""
    verbs = list(_verbs("before").finditer(clause))
    if not verbs:
        return None
    last = verbs[-1]
    status = str(last.lastgroup)
    if status == STARTED and last.group().lower().startswith("order") and "in order to" in clause.lower():
        status = CONTINUED
    return _Verb(status, last.group(), clause[: last.start()], clause[last.end() :])


def _exchanged(between: str, after: str) -> Verdict:
    """One medication for another: "Change loratadine to cetirizine" stops the one and starts the other."""
    if re.search(r"\bfrom\s+(?:(?!to\s)\S+\s){0,2}$", between, re.IGNORECASE):
        return Verdict(STOPPED, said=True)
    if _TO.search(between) and between.strip().lower() != "by":
        return Verdict(STARTED, said=True)
    if re.match(r"[^.;]{0,40}\b(?:to|for|with|by)\s+(?!\d)[A-Za-z]", after) and not re.match(
        r"[^.;]{0,40}\bto\s+(?:once|twice|every|daily|three|four|bid|tid)", after, re.IGNORECASE
    ):
        return Verdict(STOPPED, said=True)
    if "(" in between and _USELESS.search(after):
        return Verdict(STOPPED, said=True)
    return Verdict(CHANGED, said=True)
