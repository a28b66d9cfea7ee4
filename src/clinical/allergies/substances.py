"""Lists of what people are allergic to: one substance after the other, each perhaps with its reaction."""

import re
from collections.abc import Iterator
from functools import cache

from clinical.lexicon.resources import entries
from clinical.lexicon.vocabulary import drugs

_REACTION = (
    r"rash|hives?|urticaria|anaphyla\w+|angioedema|swelling|itch\w*|pruritus|nausea|vomiting|"
    r"gi upset|upset stomach|diarrh\w+|"
    r"shortness of breath|sob|wheez\w+|bronchospasm|hypotension|dizziness|headache|cough|"
    r"myalgias?|throat \w+|(?:facial|lip|tongue) \w+|"
    r"flushing|fever|unknown(?: reaction)?|stevens-johnson\w*|confusion|palpitations|gi (?:distress|"
    r"intolerance)|stomach (?:upset|pain)|seizures?|red man syndrome|muscle (?:aches?|"
    r"pains?)|difficulty breathing|skin \w+|bruising|bleeding|blisters"
)
SAID = re.compile(
    (
        rf",?\s*(?:[(\[]\s*(?P<in>[^)\]\n]{{2,60}})[)\]]|(?:[-–—:>=]+|causes?|caused|causing|"
        rf"which causes?|resulting in|leads? to|with|gives? (?:him|her|them)?|results? in|reaction:?|"
        rf"resulting in|\(?reaction[: ])\s*(?P<after>(?:{_REACTION})(?:(?:,| and|/| &)\s*(?:{_REACTION}))*))"
    ),
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"(?:(?<!\s)\s++|)(?:,(?![^(]{0,200}\))|;|\n|\band\b|\bor\b|&|\+|•)\s*(?:and\s+|or\s+)?", re.IGNORECASE
)
_LEADING = re.compile(
    r"^(?:(?:the |an? |any |all |some |his |her |both |to |multiple |other |several |known |"
    r"drug |severe |mild |patient (?:is|reports|states|has) |"
    r"reports |states |allergic to |allergy to |medications?:? |drugs?:? |foods?:? |environmental:? |"
    r"is |has |include |includes |including |reported |she |he |of |past |(?:a )?history of |"
    r"reported |possible |denies )+)",
    re.IGNORECASE,
)
_NO_SUBSTANCE = re.compile(
    r"^(?:seasonal|environmental|known|drug|drugs|medications?|food|foods|none|no|nkda|"
    r"nka|allerg\w*|history|rhinitis|conjunctivitis|reactions?|symptoms?|it|them|him|her|"
    r"this|that|anything|"
    r"something|reviewed|updated|see|per|above|listed|unknown|not|other|fall|spring|summer|"
    r"severe|mild|exercise|heat|cold|any|all|the|possible|asthma|contact|skin|glucose|"
    r"activity|lactose|"
    r"patient|reported|present|active|verified|light|touch|palpation|temperature|cold|"
    r"sun|noise|change|movement|smells?|pressure|pain|pinprick|antibiotics? of|(?:an?|"
    r"his|her|their|for|with|to|her|of|and) .*|noncontributory|negative|positive|unchanged|"
    r"unremarkable|sinus|hives|psoriasis|allergies)$",
    re.IGNORECASE,
)
_DASHED = re.compile(r"[-–—:=]\s+(?P<after>[A-Za-z][a-z]+(?: [a-z]+){0,3})[.\s]*$")
_IS_REACTION = re.compile(rf"(?:{_REACTION})(?:(?:,| and|/| &)\s*(?:{_REACTION}))*", re.IGNORECASE)
# Words that names of substances do not have.
_TELLS = re.compile(
    r"\b(?:\w{2,}[^\We]ed|made|taken|given|seen|done|out|off|clinic|ward|day|days|week|weeks|month|months|plan|parents?|mother|father|"
    r"mum|dad|doctor|dr|nurse|consultant|band|wristband|bracelet|card|letter|school|referral|review|check|please|avoid|inhaler|"
    r"tablets?|prn|bd|tds|od|qds|mg|daily|morning|night|well|today|yesterday|and|was|is|has|had|to|at|on|in|for|by)\b",
    re.IGNORECASE,
)
_WEATHER = frozenset({"seasonal", "environmental"})


def is_known(substance: str) -> bool:
    """Whether people are known to be allergic to it: a drug, a food, a material."""
    words = substance.split()
    known = _allergens()
    return not _TELLS.search(substance) and any(
        " ".join(words[at:to]) in known for at in range(len(words)) for to in range(at + 1, len(words) + 1)
    )


def is_brief(substance: str) -> bool:
    """Whether it may be a name that nobody listed, and is no piece of a sentence."""
    return len(substance.split()) <= 2 and not _TELLS.search(substance)


@cache
def _allergens() -> frozenset[str]:
    drugs_ = (form for name in drugs() for form in (name.lower(), f"{name.lower()}s"))
    return frozenset(drugs_) | frozenset(word for line in entries("allergens.txt") for word in line.split())


def substances(text: str, start: int, end: int) -> Iterator[tuple[int, int, str, str | None]]:
    """The substances in a list, with their reactions."""
    at = start
    last: tuple[int, int, str, str | None] | None = None
    while at < end:
        separator = _next_separator(text, at, end)
        stop = separator.start() if separator else end
        item = _item(text, at, stop)
        if item is not None and last is not None and _IS_REACTION.fullmatch(item[2]):
            if last[3] is None:  # "penicillin, rash"
                last = (*last[:3], item[2])
        elif item is not None:
            if last is not None:
                yield last
            last = item
        if separator is None or separator.end() <= at:
            break
        at = separator.end()
    if last is not None:
        yield last


def _next_separator(text: str, at: int, end: int) -> re.Match[str] | None:
    """The next separator that does not stand in brackets."""
    for match in _SEPARATOR.finditer(text, at, end):
        if text.count("(", at, match.start()) <= text.count(")", at, match.start()):
            return match
    return None


def _item(text: str, start: int, stop: int) -> tuple[int, int, str, str | None] | None:
    piece = text[start:stop]
    lead = _LEADING.match(piece)
    begin = start + (lead.end() if lead else 0)
    while begin < stop and not text[begin].isalnum():
        begin += 1
    reaction = None
    end = stop
    for position in range(begin, stop):
        if text[position] in "([-–—:=" or text.startswith(
            (" caus", ", which caus", " with ", " lead", " give", " which", " reaction"), position
        ):
            said = SAID.match(text, position, stop + 80 if text[position] in "([" else stop) or _DASHED.match(
                text, position, stop
            )
            if said:
                reaction, end = reaction_of(said), position
                break
    while end > begin and not (text[end - 1].isalnum() or text[end - 1] in ")]"):
        end -= 1
    substance = text[begin:end].lower().strip()
    if not _is_substance(substance):
        return None
    return begin, end, substance, reaction


def reaction_of(said: re.Match[str]) -> str:
    """The reaction in a match of `SAID`."""
    words = (said.groupdict().get("in") or said["after"]).strip().lower()
    return re.sub(r"^(?:reaction|causes?)[: ]+", "", words).strip(" .")


def _is_substance(words: str) -> bool:
    return (
        2 <= len(words) <= 50
        and len(words.split()) <= 5
        and not _NO_SUBSTANCE.match(words)
        and not words[0].isdigit()
        and words.split(maxsplit=1)[0] not in _WEATHER
    )
