"""What a text says becomes of a medication, and by which way it is given."""

import re
from collections.abc import Sequence
from itertools import pairwise

from features.summaries.grounding.reading import Atom, Reading
from features.summaries.grounding.tables import words

_GROUPS = ("start", "stop", "continue", "increase", "decrease", "change", "take", "consider", "refuse", "allergy")
_ACTION = {word: group for group in _GROUPS for word in words(f"verbs_{group}")}
# What a quote may say for a statement to say it.
_MAY = {
    "start": {"start", "change"},
    "stop": {"stop", "change"},
    "continue": {"continue", "take", "start", "none", "increase", "decrease"},
    "increase": {"increase"},
    "decrease": {"decrease"},
    "change": {"change", "start", "stop", "increase", "decrease"},
    "take": {"take", "continue", "start", "increase", "decrease", "change", "none"},
    "allergy": {"allergy"},
    "refuse": {"refuse", "stop"},
    "consider": {"consider", "start", "none", "take", "continue", "increase", "decrease", "change", "stop"},
}
_WEAK = frozenset({"take", "consider"})

_ROUTES = {
    "oral": r"p\.?o\.?|by mouth|oral(?:ly)?|per os",
    "intravenous": r"iv|i\.v\.|intravenous(?:ly)?|ivpb",
    "intramuscular": r"im|i\.m\.|intramuscular(?:ly)?",
    "subcutaneous": r"sc|sq|subq|subcut|subcutaneous(?:ly)?|under the skin",
    "inhaled": r"inhaled|inhalers?|inhalations?|nebs?|nebuli[sz]ed|nebuli[sz]er|mdi|puffs?",
    "nasal": r"nasal(?:ly)?|intranasal(?:ly)?|nostrils?|into the nose|in the nose",
    "topical": r"topical(?:ly)?|cream|ointment|lotion|gel|to the skin",
    "transdermal": r"transdermal(?:ly)?|patch(?:es)?",
    "ophthalmic": r"ophthalmic|eye ?drops?|into the eyes?|in the eyes?|in (?:each|both) eyes?",
    "otic": r"otic|ear ?drops?|in (?:each|both) ears?",
    "sublingual": r"sl|sublingual(?:ly)?|under the tongue",
    "rectal": r"pr|rectal(?:ly)?|suppositor(?:y|ies)|enema",
    "vaginal": r"pv|vaginal(?:ly)?",
    "epidural": r"epidural(?:ly)?",
    "intra-articular": r"intra-?articular(?:ly)?",
}
_ROUTE = tuple(
    (name, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)) for name, pattern in _ROUTES.items()
)
_TAKEN = re.compile(r"\b(?:tab(?:let)?s?|cap(?:sule)?s?|pills?)\b", re.IGNORECASE)
_GIVEN = re.compile(
    r"\d\s?(?:mg|mcg|g|ml|units?|puffs?|sprays?|tab|cap)|\b(?:take|taking|takes|given|dose|administer|inject|start|continue)",
    re.IGNORECASE,
)


def action(reading: Reading, drug: Atom) -> str:
    """What becomes of a drug where it is named: the nearest verb says so; "none" if there is none."""
    tokens = reading.tokens
    for at in range(drug.after, min(len(tokens), drug.after + 9)):
        word = tokens[at].word
        if word in {".", ";", "\n", "and", "but", "•"}:
            break
        behind = [tokens[step].word for step in range(max(drug.after, at - 3), at)]
        group = _ACTION.get(word)
        if group in {"stop", "continue", "increase", "decrease", "start", "change", "refuse"} and any(
            aside in {"was", "were", "is", "are", "be", "been", "has", "should", "will"} for aside in behind
        ):
            return group
        if group == "consider" and behind[-1:] in (["be"], ["was"]):
            return group
        if group == "allergy" and at == drug.after:
            return group
    return _before(reading, drug.first)


def _before(reading: Reading, first: int) -> str:
    """What the verbs before a drug say; "taking" and its like only where no stronger verb governs them."""
    tokens = reading.tokens
    weak = ""
    commas = 0
    reach = 16
    for at in range(first - 1, max(-1, first - reach), -1):
        word = tokens[at].word
        if word in {".", ";", "\n", "•", "but"}:
            break
        commas += word == ","
        before = tokens[at - 1].word if at else ""
        group = _ACTION.get(word)
        if group is None or (weak and commas) or not _is_verb(word, before):
            continue
        if (group in _WEAK and (commas and group == "consider")) or (weak and group == "consider"):
            continue
        if before in {"not", "never"} or before.endswith("n't"):
            return "refuse"
        if group == "take" and before == "longer":
            return "stop"
        if group not in _WEAK:
            return group
        if not weak:
            weak = group
            first = at
    return weak or "none"


def _is_verb(word: str, before: str) -> bool:
    if word == "up":
        return before in {"go", "going", "went"}
    if word == "off":
        return before in {"is", "was", "came", "come", "stay", "taken", "been", "now", "him", "her", "them"}
    return not (word in {"on", "used", "use"} and before in {"based", "depending"})


def strong_verbs(written: Sequence[str]) -> set[str]:
    """What is done with medications, going by the verbs alone."""
    found = {group for word in written if (group := _ACTION.get(word)) in {"start", "stop", "continue"}}
    longer = any(one == "no" and two == "longer" for one, two in pairwise(written))
    return found | ({"stop"} if longer else set())


def may_say_at_all(said: set[str], quoted: set[str]) -> bool:
    """Whether what a statement does with medications is done anywhere in what it quotes."""
    there = {group for word in quoted if (group := _ACTION.get(word))} | (
        {"stop"} if {"no", "longer"} <= quoted else set()
    )
    for group in ("start", "stop", "increase", "decrease"):
        used = {word for word in said if _ACTION.get(word) == group} - {"off", "up", "down", "add", "lower", "adding"}
        if used and there.isdisjoint(_MAY[group]):
            return False
    continues = any(_ACTION.get(word) == "continue" for word in said)
    return not (continues and "stop" in there and there.isdisjoint({"continue", "take"}))


def may_say(said: str, quoted: str) -> bool:
    """Whether a statement may say this of a drug where its quote says that."""
    return (
        said == quoted
        or (said == "none" and quoted not in {"stop", "refuse", "allergy", "consider"})
        or quoted in _MAY.get(said, ())
    )


def routes(text: str) -> set[str]:
    """The ways of giving something that a text names."""
    return {name for name, pattern in _ROUTE if pattern.search(text)}


def is_swallowed(text: str) -> bool:
    """Whether a text speaks of tablets or their like."""
    return _TAKEN.search(text) is not None


def speaks_of_giving(text: str) -> bool:
    """Whether a text is about giving something, so that "IV" or "nasal" is a route."""
    return _GIVEN.search(text) is not None
