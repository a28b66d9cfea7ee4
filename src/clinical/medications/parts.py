"""What belongs to one naming of a drug: doses, route, frequency, duration and reason, each with its place."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from clinical.facts import MedicationStatus, Place, RegimenStep
from clinical.lexicon.phrases import Match, Term
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.medications.passages import Passage
from clinical.medications.regimens import Step, regimen_of, steps_of
from clinical.note import Note
from clinical.values.amounts import Amount, doses_in
from clinical.values.frequencies import Frequency, frequencies_in, whole_frequency_in
from clinical.values.routes import Route, routes_in

# So far behind its name a drug's parts are looked for; behind a prescription's name, in the lines below.
_REACH = 220
_BEFORE = 60
# Where what is said of a drug ends, though its sentence goes on.
_ELSEWHERE = re.compile(
    r";(?!\s*(?:take|then|\d))|\b(?:because|reporting|although|due to|secondary to|prior to|recheck|repeat|follow|return|review|rv|discussed|bloods?|"
    r"with (?:limited|good|some|no|minimal|partial|mild))\b|\b(?:after|before) (?!meals?|bed|breakfast|food|each|sleep|"
    r"lunch|dinner|eating|supper|surgery)",
    re.IGNORECASE,
)
_NOT_DOSES = frozenset({"kg", "lb", "oz", "stone", "L", "dL", "cm", "m"})
_LEVEL = re.compile(r"/(?:d?L|\d* ?L)$")
# "K > 5" bounds a value; "5 mg -> 10 mg" is an arrow.
_BOUND = re.compile(r"(?<![-=])[<>]\s?$")
_STEP = re.compile(r"\bby\s$", re.IGNORECASE)  # "reduce by 5 mg weekly"
_BARE_BEFORE = re.compile(r"(?P<n>\d[\d.,]{0,5})\s?(?P<link>->|→|=>|⇒|➔|to)\s?$", re.IGNORECASE)
_BARE_ARROW = re.compile(
    r"\s(?P<old>\d{1,4}(?:[.,]\d{1,3})?)\s?(?P<link>->|→|=>|⇒|➔)\s?(?P<n>\d{1,4}(?:[.,]\d{1,3})?)(?![\w/%])"
)
_ARROW = re.compile(r"->|→|=>|⇒|➔")
_PREVIOUS = re.compile(
    r"\b(?:from|was|were|previously|instead of|not|old|formerly|rather than|had been)\s(?:on |taking )?$", re.IGNORECASE
)
_MOST = re.compile(
    r"\b(?:max(?:imum)?\.?(?: of)?|no more than|not more than|limit|total(?: of)?|below|under|above|over|if|ceiling)[ :]{1,2}$",
    re.IGNORECASE,
)
_TOWARDS = re.compile(r"(?:\bto|->|→|=>|⇒|➔|\bnow|\bat|\bto take)\s?$", re.IGNORECASE)
_LINKED = re.compile(
    r"[ ,]{0,2}(?:daily |od |bd )?(?:\([^()]{0,20}\))?\s?(?:->|-->|→|=>|➔|⇒|increased to|reduced to|decreased to|up to|down to|changed to|titrated to|to)\s?",
    re.IGNORECASE,
)
_RANGE_TO = re.compile(r"\bto\b", re.IGNORECASE)
_OF_NEXT = re.compile(
    r"\s?(?:of\s)?(?:the |his |her |oral |iv |generic |daily |a day of |per day of |dose of |once a day of |twice a day of )*$",
    re.IGNORECASE,
)
_SUPPLY = re.compile(
    r"(?:\b(?:disp(?:ense)?|quantity|qty|refills?|supply|supplied|no\.)|#)\s?[:#]?\s?#?\d*(?:\s?\(\w+\))?(?:\s?(?:tablets?|tabs?|capsules?|caps?|bottles?))?",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?P<lead>[\s:]{0,2}(?:-\s)?(?:to |at |now )?)(?P<n>\d{1,4}(?:[.,]\d{1,3})?(?:/\d{1,4}(?:\.\d)?)?)"
    r"(?![\w/%.-]|\s?(?:days?|weeks?|months?|years?|hours?|hrs?|times?|x|per|/|more|doses?|mmol|st|nd|rd|th)\b|,\d|:\d)"
)
_NUMBERED = re.compile(
    r"(?P<lead>\(?\b(?:was|from)\s)(?P<n>\d{1,4}(?:[.,]\d{1,2})?)(?=\)|\s?(?:to|->)\s)", re.IGNORECASE
)
_FORMS_TO_COUNT = frozenset({"tablet", "capsule", "pill", "caplet"})
_REASON = re.compile(
    r"\b(?:for|to treat|to help(?: with)?|to control)\s(?:(?:her|his|their|the|any|acute|chronic|severe|mild|breakthrough|residual)\s){0,2}$",
    re.IGNORECASE,
)
_SOLE_NUMBER = re.compile(
    r"(?P<n>\d|half|one|two|three|four)(?=\s(?:bd|bid|tds|tid|qds|qid|od|daily|twice|once|nocte|mane|at|in|with|every|three|four|five|morning|each|per|a day)\b)",
    re.IGNORECASE,
)
_WORDS_OF_NUMBER = {"half": "0.5", "one": "1", "two": "2", "three": "3", "four": "4"}


@dataclass(slots=True)
class Parts:
    """The parts of one naming, in the words of the API, and where they stand."""

    dose: str | None = None
    previous: str | None = None
    strength: str | None = None
    route: str | None = None
    frequency: str | None = None
    duration: str | None = None
    reason: str | None = None
    regimen: tuple[RegimenStep, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)
    end: int = 0
    """Where the last part stands that is near the name."""
    arrow: Place | None = None
    """Where an arrow leads from one dose to another."""
    until: int = 0
    """Where what is said of it ends."""
    sig: bool = False
    """Whether a prescription's directions were read."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the parts of a naming are looked for: before its name, and behind it."""

    before: int
    start: int
    end: int
    until: int


def reach_of(note: Note, names: Sequence[Name], passage: Passage, number: int, verdicts: Sequence[Verdict]) -> Reach:
    """How far what is said of a drug goes."""
    name = names[number]
    position = passage.names.index(number)
    following = names[passage.names[position + 1]] if position + 1 < len(passage.names) else None
    previous = names[passage.names[position - 1]] if position else None
    limit = min(
        following.start if following else passage.end, name.end + _REACH * (3 if passage.end > passage.head else 1)
    )
    limit = max(limit, name.end)
    known = max((one.end for one in verdicts if name.end <= one.start < limit), default=name.end)
    cut = _ELSEWHERE.search(note.text, known, limit)
    end = cut.start() if cut else limit
    if following is not None and end == following.start:
        end = _without_next(note.text, name.end, end)
    before = max(passage.start, name.start - _BEFORE, previous.end if previous else 0)
    return Reach(before, name.start, name.end, max(end, name.end))


def _without_next(text: str, start: int, end: int) -> int:
    """Where a drug's words end when the next drug's begin: "0.5 mL of lidocaine", "; IV ceftriaxone"."""
    own = _leading_parts(text, start, end)
    return own if own is not None else end


def _leading_parts(text: str, start: int, end: int) -> int | None:
    """Where the parts begin that stand right before a name and belong to it, if there are such."""
    at = end
    moved = True
    window = max(start, end - _BEFORE)
    found = [
        *((one.start, one.end) for one in doses_in(text, window, end)),
        *((one.start, one.end) for one in routes_in(text, window, end)),
        *((one.start, one.end) for one in frequencies_in(text, window, end)),
    ]
    while moved:
        moved = False
        for first, last in found:
            if last <= at and _OF_NEXT.fullmatch(text, last, at) and first < at:
                at, moved = first, True
                found.remove((first, last))
                break
    if at == end:
        return None
    before = text[start:at].rstrip(" ")
    separate = (
        not before
        or before[-1] in ",;:.(/&+–—\n|"
        or re.search(
            r"(?i)\b(?:and|or|to|with|plus|of|on|is|then|by|start|started|give|given|takes?|taking|from|add|received|a|an|the|some|her|his|has|for)$",
            before,
        )
    )
    return at if separate else None


def parts_of(note: Note, name: Name, reach: Reach, verdict: Verdict | None, doses: str) -> Parts:
    """The parts of a naming.

    Args:
        note: The note.
        name: The drug.
        reach: Where to look.
        verdict: What is said of it: of what was changed, the last dose is the dose.
        doses: The text with blanks where results and amounts dispensed stand.
    """
    text = doses
    parts = Parts(end=name.end, until=reach.until)
    changed = verdict is not None and verdict.status is MedicationStatus.CHANGED
    amounts = [one for one in doses_in(text, reach.end, reach.until) if _is_dose(text, reach, one)]
    frequencies = frequencies_in(text, reach.end, reach.until)
    _take_doses(parts, text, name, reach, amounts, frequencies, changed=changed)
    _take_frequency(parts, text, reach, frequencies, verdict)
    _take_route(parts, text, name, reach)
    _take_reason(parts, note, reach)
    parts.sig = re.search(r"\b(?:sig|directions?)\s?[:.]\s?", text[reach.end : reach.until], re.IGNORECASE) is not None
    near = [
        place.end
        for key, place in parts.places.items()
        if key != "reason" and place.start - name.end < _BEFORE and place.start >= name.end
    ]
    parts.end = max([name.end, *near])
    return parts


def without_supply(text: str) -> str:
    """A text with blanks for what only says how much is dispensed."""
    return _SUPPLY.sub(lambda match: " " * len(match.group()), text)


def _is_dose(text: str, reach: Reach, amount: Amount) -> bool:
    gap = text[reach.end : amount.start]
    if amount.unit in _NOT_DOSES or _LEVEL.search(amount.unit):
        return False
    if amount.unit == "%":
        return len(gap) < 14
    return not _MOST.search(gap) and not _BOUND.search(gap) and not _STEP.search(gap)


def _take_doses(
    parts: Parts,
    text: str,
    name: Name,
    reach: Reach,
    amounts: list[Amount],
    frequencies: list[Frequency],
    *,
    changed: bool,
) -> None:
    amounts = _split_ranges(text, amounts) if changed else amounts
    steps, previous = _sorted_out(text, reach, amounts, changed=changed)
    if previous is not None:
        parts.previous = previous.text
        found = _ARROW.search(text, previous.end, steps[0].start) if steps else None
        parts.arrow = Place(*found.span()) if found else None
        parts.places["previous_dose"] = Place(previous.start, previous.end)
    steps, strength = _without_strength(text, steps)
    if strength is not None:
        parts.strength = strength.text
        parts.places["strength"] = Place(strength.start, strength.end)
    if not steps:
        _take_other_dose(parts, text, name, reach, strength)
        return
    first = steps[0]
    if previous is None:
        _take_bare_before(parts, text, reach, first, changed=changed)
    parts.dose, parts.places["dose"] = first.text, Place(first.start, first.end)
    told: list[Step] = steps_of(text, steps, frequencies, reach.end, reach.until)
    parts.regimen = regimen_of(told)
    if parts.regimen:
        parts.frequency = told[0].frequency
        if told[0].frequency_place:
            parts.places["frequency"] = told[0].frequency_place
        parts.places["regimen"] = Place(told[0].start, told[-1].end)
    elif strength is None:
        _count_tablets(parts, text, first, reach)


def _take_bare_before(parts: Parts, text: str, reach: Reach, dose: Amount, *, changed: bool) -> None:
    """The dose before, whose unit goes without saying: "40 -> 80 mg", "from 20 to 24 units"."""
    found = _BARE_BEFORE.search(text, max(reach.end, dose.start - 16), dose.start)
    if found is None or (found["link"].lower() == "to" and not changed):
        return
    parts.previous = f"{found['n'].replace(',', '.')} {dose.unit}"
    parts.places["previous_dose"] = Place(*found.span("n"))
    if found["link"].lower() != "to":
        parts.arrow = Place(*found.span("link"))


def _split_ranges(text: str, amounts: list[Amount]) -> list[Amount]:
    """ "5 mg to 10 mg" is no range where a dose is changed."""
    found = []
    for amount in amounts:
        link = _RANGE_TO.search(text, amount.start, amount.end)
        if link is None or amount.high is None:
            found.append(amount)
            continue
        later = doses_in(text, link.end(), amount.end)
        earlier = text[amount.start : link.start()].strip()
        first = doses_in(text, amount.start, link.start())
        if first:
            found.extend(first)
        elif later:
            found.append(
                later[0]._replace(
                    start=amount.start, end=amount.start + len(earlier), text=f"{earlier} {later[0].unit}"
                )
            )
        found.extend(later)
    return found


def _sorted_out(text: str, reach: Reach, amounts: list[Amount], *, changed: bool) -> tuple[list[Amount], Amount | None]:
    """The doses that are taken, in order, and the one that was before."""
    taken: list[Amount] = []
    previous: Amount | None = None
    at = reach.end
    for amount in amounts:
        gap = text[at : amount.start]
        if _PREVIOUS.search(gap[-24:]):
            previous = previous or amount
        elif (taken and _LINKED.fullmatch(gap) and (changed or "->" in gap or "→" in gap or len(gap) > 4)) or (
            taken and changed and _TOWARDS.search(gap) and previous is None and not taken[1:]
        ):
            previous = taken.pop()
            taken.append(amount)
        else:
            taken.append(amount)
        at = amount.end
    if not taken and previous is not None and not changed:
        return [previous], None
    return taken, previous


def _without_strength(text: str, amounts: list[Amount]) -> tuple[list[Amount], Amount | None]:
    """The doses without the strength of one tablet, puff or millilitre: "10 mg tablets: take 7 (70 mg)", "50 mcg 2 puffs"."""
    if len(amounts) < 2:
        return amounts, None
    first, second = amounts[0], amounts[1]
    holds = first.kind.split("/")[0] in {"mass", "activity", "share"}
    if not holds or not (second.kind == "form" or ("/" in first.kind and second.kind == "volume")):
        return amounts, None
    between = text[first.end : second.start]
    if second.unit in _FORMS_TO_COUNT:
        total = (
            amounts[2]
            if len(amounts) > 2 and text[second.end : amounts[2].start].strip(" ") in {"(", "=", "(="}
            else None
        )
        if total is not None:
            return [total, *amounts[3:]], first
        if second.value == 1 and second.high is None:
            return [first, *amounts[2:]], None
        return amounts[1:], first
    if len(between) < 60:
        return amounts[1:], first
    return amounts, None


def _count_tablets(parts: Parts, text: str, first: Amount, reach: Reach) -> None:
    """ "500 mg, 2 twice a day": two of what has 500 mg."""
    behind = re.compile(r"[\s,x×-]{1,30}(?:tabs?|tablets?|caps?|capsules?)?[\s,:-]{0,3}(?:take\s)?").match(
        text, first.end, reach.until
    )
    found = _SOLE_NUMBER.match(text, behind.end(), reach.until) if behind else None
    if found is None or first.kind not in {"mass", "activity"}:
        return
    number = _WORDS_OF_NUMBER.get(found["n"].lower(), found["n"])
    if number == "1":
        return
    parts.strength, parts.places["strength"] = parts.dose, parts.places["dose"]
    parts.dose, parts.places["dose"] = f"{number} tablets" if number != "0.5" else "0.5 tablet", Place(*found.span())


def _take_other_dose(parts: Parts, text: str, name: Name, reach: Reach, strength: Amount | None) -> None:
    """A dose before the name, or a bare number behind it."""
    before = [
        one for one in doses_in(text, reach.before, reach.start) if _OF_NEXT.fullmatch(text, one.end, reach.start)
    ]
    if before:
        parts.dose, parts.places["dose"] = before[-1].text, Place(before[-1].start, before[-1].end)
        return
    both = _BARE_ARROW.match(text, reach.end, reach.until) if name.term.kind == "drug" else None
    if both is not None:
        parts.dose, parts.places["dose"] = both["n"].replace(",", "."), Place(*both.span("n"))
        parts.previous, parts.places["previous_dose"] = both["old"].replace(",", "."), Place(*both.span("old"))
        parts.arrow = Place(*both.span("link"))
        return
    bare = _BARE.match(text, reach.end, reach.until) if name.term.kind == "drug" and not name.analyte else None
    bare = bare or (
        re.compile(
            r"[^.;\d]{0,30}?\bto(?P<lead> )(?P<n>\d{1,3}(?:\.\d)?)(?=\s?(?:bd|bid|od|daily|tds|nocte|mane|$|[.,;]))"
        ).match(text, reach.end, reach.until)
        if name.term.kind == "drug"
        else None
    )
    if bare and _is_bare_dose(text, bare, reach):
        parts.dose, parts.places["dose"] = bare["n"].replace(",", "."), Place(*bare.span("n"))
    old = _NUMBERED.search(text, reach.end, reach.until)
    if old and parts.dose and not parts.previous:
        parts.previous, parts.places["previous_dose"] = old["n"], Place(*old.span("n"))


def _is_bare_dose(text: str, bare: re.Match[str], reach: Reach) -> bool:
    """Whether a number without a unit is a dose: one with a frequency behind it, or one that ends its item."""
    if "/" in bare["n"]:
        return True
    if 1900 <= float(bare["n"].partition("/")[0].replace(",", ".")) <= 2099 and "." not in bare["n"]:
        return False
    behind = text[bare.end() : reach.until]
    if not behind.strip() or behind.lstrip()[:1] in ",;.)+\n|":
        return True
    following = frequencies_in(text, bare.end(), min(reach.until, bare.end() + 40))
    routes = routes_in(text, bare.end(), min(reach.until, bare.end() + 20))
    return (
        bool(following and following[0].start - bare.end() <= 12)
        or bool(routes and routes[0].start - bare.end() <= 3)
        or re.match(r"\s(?:and|&|\(|-)", behind) is not None
    )


def _take_frequency(
    parts: Parts, text: str, reach: Reach, frequencies: list[Frequency], verdict: Verdict | None
) -> None:
    if parts.regimen:
        return
    whole = whole_frequency_in(text, reach.end, reach.until)
    if whole is not None:
        parts.frequency, parts.places["frequency"] = whole.text, Place(whole.start, whole.end)
        if frequencies and frequencies[0].text == whole.text:
            parts.places["frequency"] = Place(frequencies[0].start, frequencies[0].end)
    else:
        before = [
            one for one in frequencies_in(text, reach.before, reach.start) if _stands_right_before(text, one.end, reach)
        ]
        if before:
            parts.frequency = before[-1].text
            parts.places["frequency"] = Place(before[-1].start, before[-1].end)
    if verdict is not None and verdict.needed and "as needed" not in (parts.frequency or ""):
        parts.frequency = f"{parts.frequency} as needed" if parts.frequency else "as needed"
        parts.places.setdefault("frequency", Place(verdict.start, verdict.end))


def _stands_right_before(text: str, at: int, reach: Reach) -> bool:
    return re.fullmatch(r"\s(?:(?!and|or|with|plus|then|but|to)[\w-]+\s)?(?:of\s)?", text[at : reach.start]) is not None


def _take_route(parts: Parts, text: str, name: Name, reach: Reach) -> None:
    behind = routes_in(text, reach.end, reach.until)
    before = [
        one
        for one in routes_in(text, reach.before, reach.start)
        if re.fullmatch(r"\s(?:\S+\s)?", text[one.end : reach.start])
    ]
    found: Route | None = (behind or [None])[0] or (before[-1] if before else None)
    if found is not None:
        parts.route, parts.places["route"] = found.name, Place(found.start, found.end)
        return
    inside = routes_in(name.term.name)
    if inside:
        parts.route, parts.places["route"] = inside[0].name, Place(name.start, name.end)


def _matches(note: Note, first: int, after: int) -> list[Match[Term]]:
    """What the lexicon finds in the tokens from `first` up to `after`."""
    found = note.document.matches
    place = bisect_left(found, first, key=lambda match: match.first)
    inside = []
    for match in found[place:]:
        if match.first >= after:
            break
        inside.append(match)
    return inside


def _take_reason(parts: Parts, note: Note, reach: Reach) -> None:
    """What it is for: a condition or symptom right behind "for"."""
    first, after = note.document.tokens_in(reach.end, max(reach.until, reach.end + 1))
    for match in _matches(note, first, after):
        start, end = note.document.span(match)
        if end > reach.until or not any(term.kind in {"condition", "symptom"} for term in match.found):
            continue
        if _REASON.search(note.text, max(reach.end, start - 40), start):
            parts.reason, parts.places["reason"] = note.text[start:end], Place(start, end)
            return
