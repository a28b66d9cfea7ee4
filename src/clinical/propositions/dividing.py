"""Sentences divided into propositions, each with what it is about and when it is so."""

import re
from collections.abc import Sequence

from clinical.lexicon.phrases import Token
from clinical.propositions.meanings import qualifiers
from clinical.propositions.propositions import Mention, Proposition
from clinical.propositions.words import ASIDE, BREAKS, COMMANDS, DENIALS, DOUBTS, GOING, PAST, PRESENT, TIMES


def within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place lies in one of these."""
    return any(first <= start and end <= last for first, last in spans)


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# What is only looked for.
_SOUGHT = re.compile(
    r"\b(?:look(?:ing)?|check(?:ing)?|search(?:ing)?|screen(?:ing)?|assess|evaluate|investigate|test(?:ing)?)\s(?:for|whether|if)\b|\bto\s(?:find|see|rule|exclude)\b",
    re.IGNORECASE,
)
_THAN = re.compile(r"\bthan\b", re.IGNORECASE)


def divided(
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    start: int,
    end: int,
) -> list[Proposition]:
    """The propositions of a sentence, cut at what separates clauses and the members of lists."""
    cuts: list[tuple[int, str]] = []
    for at, token in enumerate(tokens):
        link = BREAKS.get(token.word)
        if token.word == "provided" and (at + 1 == len(tokens) or tokens[at + 1].word not in {"that", "the", "no"}):
            continue  # "provided her with crutches"
        if token.word in GOING and at + 1 < len(tokens) and tokens[at + 1].word == "to":
            cuts.append((token.start, ","))
            continue
        if link is None or any(
            one.start < token.end and token.start < one.end and one.kind != "event" for one in mentions
        ):
            continue
        cuts.append((token.start, link))
    found = [Proposition(start, end, "")]
    for at, link in cuts:
        found[-1].end = at
        found.append(Proposition(at, end, link))
    for one in found:
        one.mentions = [mention for mention in mentions if one.start <= mention.start < one.end]
    kept: list[Proposition] = []
    link = ""
    for one in found:
        if not one.mentions:
            strong = {"if", "cause", "before", "after", "until", "with", "without", "(", ";"}
            link = one.link if link not in strong or one.link in strong else link
            continue
        if (link and one.link in {",", "and", "which"} and link in {"cause", "before", "after", "if"}) or (
            link in {"with", "without", ";", ")"} and one.link in {",", "and", ""}
        ):
            one.link = link
        link = ""
        kept.append(one)
    return kept


_LIKENING = frozenset({"feel", "feels", "felt", "feeling", "seem", "seems", "seemed", "look", "looks", "looked"})


def fill(one: Proposition, text: str) -> None:
    """What a proposition says of itself: what it is about, and when it is so."""
    clinical = [mention for mention in one.mentions if mention.is_clinical]
    after_days = {
        each.end for each in one.mentions if each.figure and text[each.start : each.end].endswith(("before", "after"))
    }
    words = [
        mention
        for mention in one.mentions
        if mention.kind == "word"
        and text[mention.start : mention.end].lower() not in qualifiers() | TIMES
        and mention.start - 1 not in after_days
    ]
    one.own_subjects = [*clinical, *words]
    said = [match.group().lower() for match in _WORD.finditer(text, one.start, one.end)]
    spans = [(mention.start, mention.end) for mention in one.mentions if mention.kind != "figure"]
    bare = [
        match.group().lower()
        for match in _WORD.finditer(text, one.start, one.end)
        if not within(match.start(), match.end(), spans)
    ]
    one.is_present = not PRESENT.isdisjoint(said)
    one.is_participle = any(word.endswith("ed") for word in said)
    one.is_past = not PAST.isdisjoint(said)
    one.is_command = bool(said) and said[0] in COMMANDS
    one.negates = any(mention.meant.negated for mention in one.mentions)
    denied = any(word in DENIALS or word.endswith(("n't", "n’t")) for word in bare)
    one.has_stray_denial = denied and not one.negates and not one.events & {"stop", "unchanged", "refuse", "avoid"}
    than = _THAN.search(text, one.start, one.end)
    one.than = than.start() if than else None
    one.doubts = (
        not DOUBTS.isdisjoint(said)
        or bool(_SOUGHT.search(text, one.start, one.end))
        or "?" in text[one.start : one.end]
        or _is_likened(said)
    )
    one.is_alternative = bool(said) and said[0] in {"or", "nor"}


def _is_bare(one: Proposition) -> bool:
    """Whether it only names things, without a verb."""
    return bool(one.own_subjects) and not (one.events or one.is_present or one.is_past or one.is_participle)


def _is_likened(said: Sequence[str]) -> bool:
    """Whether something is only like another one: "felt like a heart attack"."""
    return "like" in said and not _LIKENING.isdisjoint(said[: said.index("like")])


def hand_down(propositions: Sequence[Proposition]) -> None:
    """Give each what it has from its neighbours: what it is about, and the verb of the list it is in."""
    for at, one in enumerate(propositions):
        if at and one.is_alternative and not one.events and propositions[at - 1].denies:
            one.negates = True  # "not spread to the liver or lungs"
        if at and one.link == "and" and not one.own_subjects and propositions[at - 1].has_stray_denial:
            one.has_stray_denial = True  # "have not improved or worsened"
        if at and one.link == ":":
            one.headed_by = propositions[at - 1].own_subjects
        if at and one.link == "and" and propositions[at - 1].doubts and not one.events:
            one.doubts = True  # "sources of anaemia or bleeding"
        if at and not one.events and one.link in {",", "and", "with"}:
            one.carried = propositions[at - 1].happens - (
                {"past"} if one.link == "with" and propositions[at - 1].own_subjects else frozenset()
            )
        behind = propositions[at + 1] if at + 1 < len(propositions) else None
        if behind is not None and behind.link == "and" and _is_bare(one) and behind.own_subjects and not one.carried:
            one.carried = behind.events  # "metoclopramide and haloperidol must be avoided"
        if one.own_subjects:
            continue
        earlier = [other for other in reversed(propositions[:at]) if other.own_subjects]
        main = [other for other in earlier if other.link not in ASIDE] if one.link == "," else []
        before = next(iter(main or earlier), None)
        behind = next((other for other in propositions[at + 1 :] if other.own_subjects), None)
        source = before if before is not None else behind
        one.inherited = source.own_subjects if source is not None else []
