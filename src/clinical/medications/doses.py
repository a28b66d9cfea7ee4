"""How much of a drug: what is taken, what was taken before, and what one tablet or millilitre holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clinical.facts import Place
from clinical.lexicon.resources import wordset
from clinical.medications.drug_names import Name
from clinical.medications.reach import OF_NAME, Reach
from clinical.medications.signals import signal_words
from clinical.medications.strengths import is_reckoned, without_strength
from clinical.medications.turns import Turn, is_later, turn_between
from clinical.values.amounts import Amount, doses_in
from clinical.values.frequencies import frequencies_in
from clinical.values.frequency_parts import GLUED
from clinical.values.routes import routes_in

_NOT_DOSES = frozenset({"kg", "lb", "oz", "stone", "L", "dL", "cm", "m"})
# What is given by the litre.
_FLUID = re.compile(r"saline|hartmann|ringer|dextrose|plasma|fluid|crystalloid|glucose|oxygen", re.IGNORECASE)
_LEVEL = re.compile(r"/(?:d?L|\d* ?L)$")
# "K > 5" bounds a value; "5 mg -> 10 mg" is an arrow.
_BOUND = re.compile(r"(?<![-=])[<>]\s?$")
_STEP = re.compile(r"\bby\s$", re.IGNORECASE)  # "reduce by 5 mg weekly"
_MOST = re.compile(
    r"\b(?:max(?:imum)?\.?(?: of)?|no more than|not more than|limit|total(?: of)?|below|under|above|over|if|"
    r"ceiling)[ :]{1,2}$",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"[,;(]\s?up to\s$", re.IGNORECASE)
_IN_ALL = re.compile(r"\s?(?:a day|per day|/ ?day|daily|in 24|/ ?24|per 24|in total|a week|per week)\b", re.IGNORECASE)
_PREVIOUS = re.compile(
    r"\b(?:from|was|were|previously|instead of|not|old|formerly|rather than|had been)\s(?:on |taking )?$",
    re.IGNORECASE,
)
_ARROWS = r"-{1,2}>|→|=>|⇒|➔|[↑↓](?:\sto\b)?"
_ARROW = re.compile(_ARROWS)
_TOWARDS = re.compile(rf"(?:\bto|{_ARROWS}|\bnow|\bat|\bto take)\s?$", re.IGNORECASE)
_LINKED = re.compile(
    rf"[ ,]{{0,2}}(?:daily |od |bd )?(?:\([^()]{{0,20}}\))?\s?(?:{_ARROWS}|increased to|reduced to|decreased to|up to|"
    r"down to|changed to|titrated to|to)\s?",
    re.IGNORECASE,
)
_RANGE_TO = re.compile(r"\bto\b", re.IGNORECASE)
_NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
_BARE_BEFORE = re.compile(rf"(?P<n>{_NUMBER})\s?(?P<link>{_ARROWS}|to)\s?$", re.IGNORECASE)
_BARE_ARROW = re.compile(rf"\s(?P<old>{_NUMBER})\s?(?P<link>{_ARROWS})\s?(?P<n>{_NUMBER})(?![\w/%])")
_BARE = re.compile(
    rf"(?:\s(?:XL|MR|SR|ER|LA|CR|XR|EC|PR|XT|pess|inj|tabs?|caps?|patch|nebs?)\b)?(?:[\s:]{{0,2}}(?:-\s)?"
    rf"(?:to |at |now |stays? |remains? |resumed? |restart |up to |down to )?)(?P<n>{_NUMBER}(?:/\d{{1,4}}(?:\.\d)?)?)"
    rf"(?:(?={GLUED}\b)|(?![\w/%-]|\.\d|\s?(?:days?|weeks?|months?|years?|hours?|hrs?|times?|x|per|/|more|doses?|mmol|st|nd|rd|th)\b|,\d|:\d))"
)
# "Gabapentin 300 tds: his wife halved to 150 tds".
_BARE_TURN = re.compile(
    r"\s\d{1,4}(?:\.\d{1,3})?[^.\d\n]{3,60}?\sto (?P<n>\d{1,4}(?:\.\d{1,3})?)(?=\s?(?:bd|bid|od|daily|tds|qds|nocte|"
    r"mane|om|on|[.,;]|$))",
    re.IGNORECASE,
)
_BARE_TO = re.compile(
    r"[^.;\d]{0,30}?\bto (?P<n>\d{1,3}(?:\.\d)?)(?=\s?(?:bd|bid|od|daily|tds|nocte|mane|[.,;]|$))", re.IGNORECASE
)
_BARE_OLD = re.compile(rf"\(?\b(?:was|from)\s(?P<n>{_NUMBER})(?=\)|\s?(?:to|{_ARROWS})\s)", re.IGNORECASE)
# In so many weeks of forty a drug is stopped or begun; so much of a drug is in no tablet with 40 of another.
_OF_PREGNANCY = 20
_GOES_ON = re.compile(r"\s?(?:and\b|[&([\-–—→✓✔√✗✘↑↓:@=]|>{2,})")
# What else stands behind a dose without a unit: when, until when and on what condition it is taken. What becomes of it
# stands there as well (`signal_words`).
_THEN_WHEN = wordset(
    "if only when while whilst until till til since from for today tonight tomorrow now new ct cont c/w stat helping "
    "stable bridging w/ with without unless as via iv im sc po pr sl own supply maint maintenance patch mon tue tues "
    "no same mr sr xl la er xr wed weds thu thur thurs fri sat sun mwf m/w/f rpt then instead each"
)
_WORD = re.compile(r"\s([A-Za-z][A-Za-z/']*)")
_OF_TABLETS = re.compile(
    "[\\s,x\u00d7-]{1,30}(?:(?:tabs?|tablets?|caps?|capsules?)\\b)?[\\s,:-]{0,3}(?:take\\s)?", re.IGNORECASE
)
_COUNT = re.compile(
    r"(?P<n>\d|half|one|two|three|four)(?=\s(?:bd|bid|tds|tid|qds|qid|od|daily|twice|once|nocte|mane|at|in|with|every|"
    r"three|four|five|morning|each|per|a day)\b)",
    re.IGNORECASE,
)
# "Adcal-D3 one BD", "co-careldopa 25/100 up to one QDS": how many are taken, of what goes without saying.
_HOW_MANY = re.compile(
    r"(?:\s(?P<two>\d{1,4}(?:\.\d{1,2})?/\d{1,4}(?:\.\d{1,2})?))?\s(?:(?:goes |now )?(?:up |down )?to\s|now\s)?"
    r"(?P<n>half|one|two|three|four)(?=\s(?:bd|bid|tds|tid|qds|qid|od|daily|twice|once|nocte|mane|"
    r"(?:three|four|five|six) times|every (?:day|morning|night)|each (?:day|morning|night)|a day)\b)",
    re.IGNORECASE,
)
# "Seretide 50 Evohaler two puffs", "Fostair 100/6 one puff": which one it is.
_SIZE_OF_INHALER = re.compile(
    r"\s(?P<n>\d{2,3}(?:/\d{1,3}(?:\.\d)?)?)(?=\s)(?!\s?(?:puffs?|mg|mcg|micro\w*|ml|doses?|times?|x)\b)", re.IGNORECASE
)
_MOST_PATCHES, _MOST_A_DAY = 4, 6
_OF_A_DAY = re.compile(
    r"\s?(?:a day|daily|per day|/ ?day|in total|total|od)\s?[(:,=–-]\s?(?:as |i\.e\. )?", re.IGNORECASE
)
_WORDS_OF_NUMBER = {"half": "0.5", "one": "1", "two": "2", "three": "3", "four": "4"}
_OF_TWO = re.compile(r"\s(?P<n>\d{1,4}(?:\.\d{1,2})?/\d{1,4}(?:\.\d{1,2})?)(?:\s?(?:mg|mcg|micrograms?))?(?=[\s,])")
# So many letters behind the name a share stands ("hydrocortisone 1%"), behind a strength what is taken of it, and
# before a dose the number that it comes from.
_SHARE, _OLD = 14, 16
# No month has more days, no year more months.
_DAYS, _MONTHS = 31, 12
# "1. Aspirin 2. Bisoprolol": no list has more items.
_NUMBERED = 20
_NEXT_ITEM = re.compile(r"\.\s+[A-Z]")


@dataclass(slots=True)
class Said:
    """An amount in the words of the API, at its place."""

    text: str
    place: Place


@dataclass(slots=True)
class Doses:
    """What a naming says of how much."""

    steps: list[Amount]
    """What is taken, in order; several where the drug is split over the day or stepped down."""
    dose: Said | None = None
    previous: Said | None = None
    strength: Said | None = None
    arrow: Place | None = None
    """Where an arrow leads from the one dose to the other."""
    turn: Turn | None = None
    """Where words turn from the one dose to the other."""
    split: bool = False
    """Whether the dose of a whole day stands before the single one."""


def doses_of(text: str, name: Name, reach: Reach, *, changed: bool) -> Doses:
    """How much of a drug.

    Args:
        text: The text of the note, with blanks where results and amounts dispensed stand.
        name: The drug.
        reach: Where to look.
        changed: Whether its dose is said to be changed: then "5 mg to 10 mg" is no range.
    """
    amounts = [_undivided(one) for one in doses_in(text, reach.end, reach.until) if _is_dose(text, reach, one, name)]
    amounts = _up_to_later(text, reach, _split_ranges(text, amounts) if changed else amounts)
    amounts, old, turn = _since_turn(text, reach, amounts)
    steps, previous = _sorted_out(text, reach, amounts, changed=changed, given=_before(text, reach) is not None)
    previous = old or previous
    split = len(steps) > 1 and _is_total(text, steps[0], steps[1])
    if split:
        steps = steps[1:]
    if len(steps) > 1 and is_reckoned(text, steps[0], steps[1]):
        steps = steps[1:]
    steps, strength = without_strength(text, steps)
    found = Doses(steps, previous=_said(previous), strength=_said(strength) or strengths_of_two(text, name, steps))
    found.turn, found.split = turn, split
    before = _before(text, reach) if not steps or steps[0].kind == "share" else None
    if before is not None and steps:
        found.steps, found.strength, steps = [before], _said(steps[0]), [before]  # "8 ml lignocaine 2%"
    if steps and _is_size_of_patch(steps[0]):
        found.steps, found.dose = [], Said(steps[0].text.split()[0], Place(steps[0].start, steps[0].end))
        return found
    if not steps:
        _take_bare(found, text, name, reach)
        return found
    if steps[0].unit == "puff" and found.strength is None and (size := _SIZE_OF_INHALER.match(text, name.end)):
        found.strength = _number(size)
    found.dose = _said(steps[0])
    if previous is None:
        _take_bare_before(found, text, reach, steps[0], changed=changed)
    elif (arrow := _ARROW.search(text, previous.end, steps[0].start)) is not None:
        found.arrow = Place(*arrow.span())
    return found


def _is_total(text: str, whole: Amount, part: Amount) -> bool:
    """Whether a bracket says how the dose of a day is split: "2.4 g a day (1.2 g twice daily)"."""
    if whole.unit != part.unit or not part.value or _OF_A_DAY.fullmatch(text, whole.end, part.start) is None:
        return False
    times = whole.value / part.value
    return times == int(times) and 1 < times <= _MOST_A_DAY


def _is_size_of_patch(amount: Amount) -> bool:
    """Whether a number before "patch" tells which one it is, and not how many: "rivastigmine 9.5 patch daily"."""
    return amount.unit == "patch" and (amount.value > _MOST_PATCHES or amount.value != int(amount.value))


def _said(amount: Amount | None) -> Said | None:
    return Said(amount.text, Place(amount.start, amount.end)) if amount is not None else None


def _number(match: re.Match[str], group: str = "n") -> Said:
    return Said(match[group].replace(",", "."), Place(*match.span(group)))


def _is_dose(text: str, reach: Reach, amount: Amount, name: Name) -> bool:
    gap = text[reach.end : amount.start]
    if amount.unit in {"L", "L/minute"} and _FLUID.search(name.term.name):
        return len(gap) < _SHARE
    if amount.unit in _NOT_DOSES or _LEVEL.search(amount.unit):
        return False
    if amount.unit == "%":
        return len(gap) < _SHARE
    if _UP_TO.search(gap) and _IN_ALL.match(text, amount.end):
        return False  # "2 mg after loose stools, up to 8 mg a day"
    return not any(pattern.search(gap) for pattern in (_MOST, _BOUND, _STEP))


def _undivided(amount: Amount) -> Amount:
    """ "400/80 tab" tells what one tablet holds of two substances, and no number of tablets."""  # noqa: D210 (a quotation)
    if amount.kind != "form" or not amount.paired:
        return amount
    return amount._replace(text=amount.text.rpartition(" ")[0], kind="mass")


def _split_ranges(text: str, amounts: Sequence[Amount]) -> list[Amount]:
    """The amounts of "5 mg to 10 mg", which is no range where a dose is changed."""
    found: list[Amount] = []
    for amount in amounts:
        link = _RANGE_TO.search(text, amount.start, amount.end) if amount.high is not None else None
        later = doses_in(text, link.end(), amount.end) if link else []
        if link is None or not later:
            found.append(amount)
            continue
        written = text[amount.start : link.start()].strip()
        bare = later[0]._replace(start=amount.start, end=amount.start + len(written), text=f"{written} {later[0].unit}")
        found += [*(doses_in(text, amount.start, link.start()) or [bare]), *later]
    return found


def _up_to_later(text: str, reach: Reach, amounts: list[Amount]) -> list[Amount]:
    """The doses before the first that only follows later."""
    for number in range(1, len(amounts)):
        old, new = amounts[number - 1], amounts[number]
        if is_later(text, old.end, new.start, new.end, reach.until):
            return amounts[:number]
    return amounts


def _since_turn(text: str, reach: Reach, amounts: list[Amount]) -> tuple[list[Amount], Amount | None, Turn | None]:
    """The doses since the last turn from one to another, the one before it, and the turn."""
    for number in range(len(amounts) - 1, 0, -1):
        old, new = amounts[number - 1], amounts[number]
        turn = turn_between(text, old.end, new.start, new.end, reach.until) if old.kind == new.kind else None
        if turn is not None:
            return amounts[number:], old, turn
    return amounts, None, None


def _sorted_out(
    text: str, reach: Reach, amounts: Sequence[Amount], *, changed: bool, given: bool
) -> tuple[list[Amount], Amount | None]:
    """The doses that are taken, in order, and the one that was before."""
    taken: list[Amount] = []
    previous: Amount | None = None
    at = reach.end
    for amount in amounts:
        gap = text[at : amount.start]
        if _PREVIOUS.search(gap[-24:]):
            previous = previous or amount
        elif taken and _replaces(gap, changed=changed, first=previous is None and len(taken) == 1):
            previous = taken.pop()
            taken.append(amount)
        else:
            taken.append(amount)
        at = amount.end
    if not taken and previous is not None and not (changed or given):
        return [previous], None
    return taken, previous


def _replaces(gap: str, *, changed: bool, first: bool) -> bool:
    """Whether what stands between two doses says that the one replaces the other."""
    for often in reversed(frequencies_in(gap)):  # "5 mg BD -> 4 mg BD"
        gap = f" {' '.join(f'{gap[: often.start]} {gap[often.end :]}'.split())} "
    if _LINKED.fullmatch(gap) and (changed or _ARROW.search(gap) or len(gap) > len(" to ")):
        return True
    return changed and first and _TOWARDS.search(gap) is not None


def strengths_of_two(text: str, name: Name, steps: Sequence[Amount]) -> Said | None:
    """What one tablet holds of two substances, right behind the name: "co-careldopa 25/100 two tablets"."""
    found = _OF_TWO.match(text, name.end)
    if found is None or not steps or steps[0].kind != "form" or steps[0].start < found.end():
        return None
    return Said(found["n"], Place(*found.span("n")))


def counted(text: str, first: Amount, reach: Reach) -> tuple[Said, Said] | None:
    """What is taken and what one holds, of "500 mg, 2 twice a day"; None where no number of tablets follows."""
    behind = _OF_TABLETS.match(text, first.end, reach.until)
    found = _COUNT.match(text, behind.end(), reach.until) if behind else None
    if found is None or first.kind not in {"mass", "activity"}:
        return None
    number = _WORDS_OF_NUMBER.get(found["n"].lower(), found["n"])
    if number == "1":
        return None
    taken = "0.5 tablet" if number == "0.5" else f"{number} tablets"
    return Said(taken, Place(*found.span())), Said(first.text, Place(first.start, first.end))


def _take_bare_before(found: Doses, text: str, reach: Reach, dose: Amount, *, changed: bool) -> None:
    """The dose before, whose unit goes without saying: "40 -> 80 mg", "from 20 to 24 units"."""
    old = _BARE_BEFORE.search(text, max(reach.end, dose.start - _OLD), dose.start)
    if old is None or (old["link"].lower() == "to" and not changed):
        return
    number = _number(old)
    found.previous = Said(f"{number.text} {dose.unit}", number.place)
    if old["link"].lower() != "to":
        found.arrow = Place(*old.span("link"))


def _before(text: str, reach: Reach) -> Amount | None:
    """The amount that stands right before the name."""
    before = [one for one in doses_in(text, reach.before, reach.start) if OF_NAME.fullmatch(text, one.end, reach.start)]
    return before[-1] if before else None


def _take_bare(found: Doses, text: str, name: Name, reach: Reach) -> None:
    """A dose before the name, or a bare number behind it."""
    before = _before(text, reach)
    if before is not None:
        found.dose = _said(before)
        return
    if name.term.kind != "drug":
        return
    many = _HOW_MANY.match(text, reach.end, reach.until)
    if many is not None:
        found.dose = Said(_WORDS_OF_NUMBER[many["n"].lower()], Place(*many.span("n")))
        found.strength = found.strength or (_number(many, "two") if many["two"] else None)
        return
    both = _BARE_ARROW.match(text, reach.end, reach.until)
    if both is not None:
        found.dose, found.previous = _number(both), _number(both, "old")
        found.arrow = Place(*both.span("link"))
        return
    bare = None if name.analyte else _BARE.match(text, reach.end, reach.until)
    bare = bare or _BARE_TO.match(text, reach.end, reach.until)
    turned = _BARE_TURN.match(text, reach.end, reach.until) if bare is not None else None
    turn = turn_between(text, bare.end("n"), turned.start("n"), turned.end(), reach.until) if bare and turned else None
    if bare is not None and turned is not None and turn is not None:
        found.dose, found.previous, found.turn = _number(turned), _number(bare), turn
        return
    if bare is not None and _is_bare_dose(text, bare, reach):
        found.dose = _number(bare)
        old = _BARE_OLD.search(text, reach.end, reach.until)
        found.previous = found.previous or (_number(old) if old else None)


def _is_of_two(text: str, bare: re.Match[str], reach: Reach) -> bool:
    """Whether two numbers are what one tablet holds of two substances ("8/500"), and no duration ("3/7") and no day."""
    one, _, other = bare["n"].partition("/")
    if other in {"7", "52", "12"} or (other == "40" and float(one) > _OF_PREGNANCY):
        return False
    if float(one) > _DAYS or float(other) > _MONTHS:
        return True
    behind = frequencies_in(text, bare.end(), min(reach.until, bare.end() + 12))
    return bool(behind) and behind[0].start - bare.end() <= 2


def _is_bare_dose(text: str, bare: re.Match[str], reach: Reach) -> bool:
    """Whether a number without a unit is a dose: one with a frequency behind it, or one that ends its item."""
    if "/" in bare["n"]:
        return _is_of_two(text, bare, reach)
    numbered = float(bare["n"].replace(",", ".")) < _NUMBERED and _NEXT_ITEM.match(text, bare.end()) is not None
    if numbered or re.fullmatch(r"(?:19|20)\d\d", bare["n"]):
        return False
    behind = text[bare.end() : reach.until]
    word = _WORD.match(behind)
    told = word is not None and len(bare["n"]) > 1 and word[1].lower().partition("'")[0] in _THEN_WHEN | signal_words()
    if told or not behind.strip() or behind.lstrip(" ")[0] in ",;.)+\n|" or _GOES_ON.match(behind):
        return True
    following = frequencies_in(text, bare.end(), min(reach.until, bare.end() + 40))
    routes = routes_in(text, bare.end(), min(reach.until, bare.end() + 20))
    return any(one.start - bare.end() <= 12 for one in following[:1]) or any(
        one.start - bare.end() <= 3 for one in routes[:1]
    )
