"""What relatives have to know first: resuscitation, the gravest findings, what must not be given, allergies."""

import re
from collections.abc import Iterator
from datetime import datetime

from clinical import concepts
from clinical.communication import is_of_speaking, language_of
from features.summaries.extractive import names
from features.summaries.extractive.events import interruption
from features.summaries.extractive.family.person import Person
from features.summaries.extractive.handover.alerts import (
    grave_in,
    is_possible,
    keep_open,
    stopped_of,
    swallowing_in,
    together,
    widest,
)
from features.summaries.extractive.telling import Chart, Line, Row, capital, day_of, listed, noted, of_status, small
from features.summaries.wording import explained, is_plain, plain, plain_drug

_WHOLE = {"any": "allergies", "drug": "drug allergies", "drugs": "drug allergies", "food": "food allergies",
          "foods": "food allergies"}  # fmt: skip
_ARTICLE = re.compile(r"^an? ")
_PARTED = re.compile(r"[,;]|\band\b")
# What may swell.
_SWOLLEN = {"ankle": "ankles", "ankles": "ankles", "leg": "legs", "legs": "legs", "face": "face", "facial": "face",
            "lip": "lips", "lips": "lips", "tongue": "tongue", "hands": "hands", "feet": "feet"}  # fmt: skip
_FEW_WORDS = 7
_BRACKETED = re.compile(r" \([^()]*\)")
_DECISIONS = {
    "attempt": "If the heart stops, the team will try to start it again.",
    "do_not_attempt": "If the heart stops, the team will not try to start it again. It would not help, or it is not "
    "wanted. All other care goes on.",
}

_IMPLANTS = {
    "pacemaker": "a pacemaker (a small device that keeps the heart in time)",
    "implantable cardioverter defibrillator": "a device that can bring the heart back into its beat",
    "cochlear implant": "a hearing device in the ear",
    "nerve stimulator": "a device that acts on the nerves",
    "mechanical heart valve": "an artificial heart valve",
}
_TELL_OF_IT = "Tell this to all who give care or take scans."


def lines_of(chart: Chart, newest: datetime, person: Person) -> Iterator[Line]:
    """The alerts, allergies aside."""
    for row in grave_in(chart, newest):
        means = explained(row["concept"], names.condition(row))
        verb = "may have had" if is_possible(row) else "had"
        text = f"{person.name} {verb} {means.name} ({day_of(row['since'] or newest, 'family')})."
        yield Line("alerts", f"{text} {means.means}".strip(), row["citations"][:1], text)
    for row in chart["resuscitation"]:
        if row["decision"] in _DECISIONS:
            day = day_of(row["on"], "family")
            text = f"{_DECISIONS[row['decision']]} This was noted on {day}. Ask the team to talk about it."
            yield Line("alerts", text, row["citations"], text, always=True)
    yield from _speaking(chart, person)
    yield from _swallowing(chart)
    yield from _avoided(chart, person)
    yield from _thinning(chart, person)
    kept = keep_open(chart)
    if kept:
        stent, taken = kept
        drugs = listed([plain_drug(row["name"]) for row in taken])
        text = f"{person.name} takes {drugs} to keep the tube in the heart artery open."
        text += " Ask the team before a dose is left out."
        places = [*stent["citations"][:1], *(row["citations"][0] for row in taken)]
        yield Line("alerts", text, places, text, always=True)
    for row in of_status(chart["procedures"], "done"):
        if concepts.is_implant(row["concept"]):
            told = f"{person.name} has {_IMPLANTS.get(row['concept'], 'a device')} in the body"
            since = f" since {day_of(row['on'], 'family')}" if row["on"] else ""
            text = f"{told}{since}. {_TELL_OF_IT}"
            yield Line("alerts", text, row["citations"][:2], f"{told}. {_TELL_OF_IT}", always=True)


def _speaking(chart: Chart, person: Person) -> Iterator[Line]:
    """That it takes an interpreter to speak with the patient, so that relatives need not be one."""
    rows = [row for row in chart["advice"] if is_of_speaking(row["text"]) and "interpreter" in str(row["text"]).lower()]
    if rows:
        spoken = next(((language, row) for row in rows if (language := language_of(row["text"]))), None)
        row = spoken[1] if spoken else rows[0]
        who = f"an interpreter for {spoken[0]}" if spoken else "an interpreter"
        day = day_of(row["on"], "family")
        text = f"The team speaks with {person.whom} with the help of {who} (noted on {day}). Ask for one."
        item = f"The team speaks with {person.whom} through {who}."
        yield Line("alerts", text, row["citations"], item, manner="interpreter")


def _swallowing(chart: Chart) -> Iterator[Line]:
    """How the patient may drink: whoever gives a drink has to know."""
    for row in swallowing_in(chart):
        words = plain(row["text"])
        if is_plain(words):
            text = f"The notes of {day_of(row['on'], 'family')} say: {small(words)}."
            yield Line("alerts", text, row["citations"], f"{capital(words)}.", manner="swallow")


def _avoided(chart: Chart, person: Person) -> Iterator[Line]:
    """What must not be given, and what did harm and is not to be taken again without a word from the team."""
    among = {str(whole["concept"]): members for whole, members in together(chart["avoid"]) if members}
    within = {id(one) for members in among.values() for one in members}
    for row in chart["avoid"]:
        name = plain_drug(row["substance"])
        until = plain(str(row.get("condition") or ""))
        limited = bool(until) and is_plain(until)
        banned = row.get("forbidden", True)
        text = f"{person.name} must not have {name}{f' {until}' if limited else ''}."
        text = text if banned else _not_suited(row, name, person)
        ended = [] if row["reason"] or limited else stopped_of(chart, row)
        if ended and banned:
            text = f"{text[:-1]}, such as {listed([plain_drug(one['name']) for one, _, _ in ended])}."
            why = plain(ended[0][1])
            text += f" The reason in the notes: {small(why)}." if is_plain(why) else ""
        # What holds until then is told apart from what holds for ever, and what is forbidden from what did harm.
        examples = [plain_drug(one["substance"]) for one in among.get(str(row["concept"]), ())]
        examples = examples or [plain_drug(one["name"]) for one, _, _ in ended if banned]
        short = f"{name} (such as {listed(examples)})" if examples else name
        item, manner = (text, "until") if limited else (short, "avoid" if banned else "harmed")
        item = "" if id(row) in within and banned and not limited else item  # it is told with its class
        places = [*row["citations"][:2], *(place for _, _, place in ended)]
        because = _because(row, person) if banned else ""
        yield Line("alerts", f"{text}{because}", places, item, manner=manner, always=True)


def _thinning(chart: Chart, person: Person) -> Iterator[Line]:
    """What thins the blood: not to be stopped without a word; where it was, since when it is taken again."""
    for row in of_status(chart["medications"], "current"):
        if not concepts.is_a(row["ingredient"], "anticoagulant"):
            continue
        broken = interruption(row)
        if not broken:
            text = (
                f"{person.name} takes {plain_drug(row['name'])}, which thins the blood. "
                "Ask the team before it is stopped."
            )
            yield Line("alerts", text, row["citations"][:1], text, always=True)
        else:
            stop, again = broken
            text = (
                f"{capital(plain_drug(row['name']))} thins the blood. It was stopped on "
                f"{day_of(stop['taken_at'], 'family')} and started again on {day_of(again['taken_at'], 'family')}."
            )
            yield Line("alerts", text, [again, stop], text, always=True)


def _not_suited(row: Row, name: str, person: Person) -> str:
    """What did harm, in the words of that: nobody forbade it."""
    did = _because({**row, "did_harm": True}, person).strip()
    told = did.removeprefix("It ") if did.startswith("It ") else ""
    if not told and did:
        told = f"caused {did.partition(': ')[2]}"
    told = told or f"did not suit {person.whom}."
    return f"{capital(name)} {told} Ask the team before it is taken again."


def _because(row: Row, person: Person) -> str:
    """What it did, where a note says that it did harm; else why, in the notes."""
    parts = [part.strip() for part in _PARTED.split(row["reason"] or "")]
    found = [(concepts.concept_of(part, "condition"), part) for part in parts]
    known = {concept: _named(concept, part) for concept, part in found if explained(concept, part).is_known}
    if not known:
        words = plain(names.harm(row["reason"] or "").replace("; ", " and "))
        few = bool(words) and is_plain(words) and len(words.split()) <= _FEW_WORDS
        return f" The reason in the notes: {small(words)}." if few else ""
    if not row.get("did_harm"):
        return f" The reason in the notes: {listed(list(known.values()))}."
    worse = [name for concept, name in known.items() if concepts.is_lasting(concept)]
    caused = [name for concept, name in known.items() if not concepts.is_lasting(concept)]
    own = [_ARTICLE.sub(f"{person.own.lower()} ", name) for name in worse]
    told = [f"made {listed(own)} worse"] if own else []
    told += [f"caused {listed(caused)}"] if caused else []
    return f" It {' and '.join(told)}."


def _named(concept: str, told: str) -> str:
    """A harm in plain words, with where it was: "swelling of the ankles"."""
    name = explained(concept, told).name
    place = next((where for word, where in _SWOLLEN.items() if word in told.lower().split()), "")
    return f"{name} of the {place}" if name == "swelling" and place else name


def _reaction(told: str) -> str:
    known = explained(concepts.concept_of(told, "condition"), told)
    words = known.name if known.is_known else plain(told).lower()
    words = f"a {words}" if words.startswith("rash") else words
    return words if is_plain(words) else "a reaction"


def allergies_of(chart: Chart, person: Person) -> Iterator[Line]:
    """The allergies with what they did, and what is denied."""
    present = of_status(chart["allergies"], "present")
    for row in present:
        name = plain_drug(row["substance"])
        more = f" It caused {_reaction(row['reaction'])}." if row["reaction"] else ""
        text = f"{person.name} is allergic to {name}.{more}"
        short = f"{name} (reaction: {_BRACKETED.sub('', _reaction(row['reaction']))})" if row["reaction"] else name
        grave = "anaphyla" in str(row["reaction"] or "").lower()
        yield Line("allergies", text, row["citations"][:2], short, least=short if grave else name, always=True)
    for row in widest(of_status(chart["allergies"], "denied")):
        if row["concept"] in _WHOLE and not present:
            text = f"No known {_WHOLE[row['concept']]}"
            yield Line("allergies", f"{text} ({noted(row, 'family')}).", row["citations"][:1], f"{text}.",
                       manner="denied", always=True)  # fmt: skip
    single = [row for row in of_status(chart["allergies"], "denied") if row["concept"] not in _WHOLE]
    if single:
        text = f"{person.name} has no allergy to {listed([plain_drug(row['substance']) for row in single])}."
        yield Line("allergies", text, [row["citations"][0] for row in single])
    for row in of_status(chart["allergies"], "refuted"):
        text = f"{person.name} is not allergic to {plain_drug(row['substance'])}."
        yield Line("allergies", text, row["citations"][:2])
