"""When the patient was seen, where, and why, as far as it can be said plainly."""

import re
from collections.abc import Iterator

from features.summaries.extractive import names
from features.summaries.extractive.events import change_of, changes_of
from features.summaries.extractive.family.person import Person
from features.summaries.extractive.handover.course import (
    EVENTS,
    complaints_of,
    judgements_of,
    kind_of,
    later_of_stays,
    passed_in_stay,
    weight_of_judgement,
)
from features.summaries.extractive.handover.happenings import rescues_of, was_banned_before, worsenings_of
from features.summaries.extractive.telling import Chart, Line, Row, day_of, listed, small
from features.summaries.wording import explained, is_plain, plain, plain_drug

# Where somebody may be seen: "Heart failure clinic", "Physiotherapy outpatient session 2".
_PLACE = re.compile(r"(?P<place>[\w' -]*?\b(?:clinic|department|outpatients?|day surgery))\b", re.IGNORECASE)
_THERAPY = re.compile(r"physio", re.IGNORECASE)
# A label before the reason: "ED: fall from a bicycle".
_LABEL = re.compile(r"^(?:ed|a&e|er|emergency department|re)\s?:\s*", re.IGNORECASE)
# "haemoglobin 121 g/L, almost normal again": the value says nothing to a relative.
_VALUE = re.compile(r" \d[\d.]{0,6}(?:/\d{1,3})? ?(?:%|[A-Za-zµ]{1,4}|[A-Za-zµ]{1,6}/[\w.]{1,8})?(?=,|$)")
# ... but for what everybody weighs, walks and waits.
_EVERYDAY = re.compile(
    r"\b\d[\d.,]{0,6} ?(?:kg|kilos?|stones?|pounds?|met(?:re|er)s?|steps?|stairs|minutes?|hours?|days?|nights?|weeks?|"
    r"months?|years?|times|ml)\b",
    re.IGNORECASE,
)
_LEAST_WORDS = 3
_FIGURE = re.compile(r"\d")
# What figures say is told elsewhere; and whether somebody thinks of death is for the team to speak of.
_UNSAID = re.compile(r"\d|\bsuicid|\bself-harm|\bto end", re.IGNORECASE)
_DOUBT = re.compile(r"[?:;/]|\d")
# Of these notes a relative is told when they were written only by what they say elsewhere.
_UNTOLD = frozenset({"imaging", "laboratory", "procedure", "correspondence", "referral", "prescription"})
_ARTICLE = re.compile(r"^an? ")
# What became of a medicine, in a sentence.
_BECAME = {
    "Started": "started",
    "Stopped": "stopped",
    "Stopped by then": "stopped by then",
    "Held": "paused",
    "Restarted": "started again",
    "Taken again": "taken again",
    "Changed": "changed",
}
_WAYS = {"increased": "raised", "reduced": "lowered"}
_MOST_CHANGES = 4
_WARD = re.compile(r"\bward\b|\bround\b", re.IGNORECASE)
_LONGEST = 14


def encounters_of(chart: Chart, person: Person) -> Iterator[Line]:
    """One line for each visit, and for the end of each stay in hospital, the newest first."""
    lines = [*_visits_of(chart, person), *_changes_of(chart)]
    yield from sorted(lines, key=lambda line: line.newest, reverse=True)


def state_of(chart: Chart) -> Iterator[Line]:
    """How it goes, as the newest note judges it, as far as that can be said plainly."""
    for rows in judgements_of(chart):
        told = [(small(plain(part)), row) for row in rows for part in _without_values(row["text"])]
        told = [(words, row) for words, row in told if is_plain(words) and not _UNSAID.search(_EVERYDAY.sub("", words))]
        parts = [words for words, _ in sorted(told, key=lambda one: weight_of_judgement(one[1]["text"]))]
        if told:
            text = f"The notes of {day_of(rows[0]['on'], 'family')} say: {'; '.join(words for words, _ in told)}."
            places = list({id(row): row["citations"][0] for _, row in told}.values())
            yield Line("state", text, places, manner=kind_of(places[0], chart), parts=parts,
                       as_of=day_of(rows[0]["on"], "family"))  # fmt: skip


def _without_values(text: str) -> Iterator[str]:
    """The parts of a sentence, without the values in them; what is no more than a value is left out."""
    for part in text.split("; "):
        first, *others = part.split(", ")
        first = first if _EVERYDAY.search(first) else _VALUE.sub("", first)
        bare = ", ".join([first, *(other for other in others if not _FIGURE.search(_EVERYDAY.sub("", other)))])
        if bare == part or len(bare.split()) >= _LEAST_WORDS:
            yield bare


def _changes_of(chart: Chart) -> Iterator[Line]:
    """The days on which medicines were begun, stopped or changed, at visits of which no more can be said."""
    visits = {_note_of(row) for row in chart["encounters"] if row["type"] not in _UNTOLD}
    found: dict[str, list[tuple[str, str, Row]]] = {}
    for row in chart["medications"]:
        for verb, _, said in changes_of(row):
            if said["note_id"] not in visits and not was_banned_before(row, chart, verb, said):
                day = day_of(said["taken_at"], "family")
                found.setdefault(day, []).append((_became(verb, said), plain_drug(row["name"]), said))
    for day, changes in found.items():
        by_verb: dict[str, list[str]] = {}
        ended = {drug for verb, drug, _ in changes if verb == "stopped"}
        for verb, drug, _ in changes:
            if not (verb == "paused" and drug in ended):
                by_verb.setdefault(verb, []).append(drug)
        told = [_in_words(verb, list(dict.fromkeys(drugs))) for verb, drugs in by_verb.items()]
        yield Line("course", f"On {day}, {listed(told)}.", [said for _, _, said in changes])


def _in_words(verb: str, drugs: list[str]) -> str:
    """What became of medicines: it is the dose of one that is raised."""
    named, several = listed(drugs, _MOST_CHANGES), len(drugs) > 1
    if verb in _WAYS.values():
        return f"the dose{'s' if several else ''} of {named} {'were' if several else 'was'} {verb}"
    return f"{named} {'were' if several else 'was'} {verb}"


def _became(verb: str, said: Row) -> str:
    """What became of a medicine, as the end of a sentence: of a dose that was changed, which way."""
    before, after = str(said.get("previous_dose") or ""), str(said.get("dose") or "")
    change = change_of(before, after) if verb == "Changed" and before and after else ""
    return _WAYS.get(change, _BECAME[verb])


def _visits_of(chart: Chart, person: Person) -> Iterator[Line]:
    complaints, later = complaints_of(chart), later_of_stays(chart)
    rescued = {
        said["note_id"]: [(plain_drug(str(said["quote"]).split(" ")[0].lower()), said)]
        for drug in chart["medications"]
        for said in rescues_of(drug)
    }
    worse: dict[object, list[tuple[str, Row]]] = {}
    for problem, said in worsenings_of(chart):
        means = explained(problem["concept"], names.condition(problem))
        if means.is_known:
            name = _ARTICLE.sub("", means.name)
            worse.setdefault(said["note_id"], []).append((f"{person.own} {name} had suddenly got worse.", said))
    for row in chart["encounters"]:
        again = _note_of(row) in later
        told = _told(row, person)
        told = told.replace(" came to hospital on ", " was admitted to a ward on ", 1) if again else told
        if not told:
            continue
        felt = [(explained(each["concept"], each["text"]), each) for each in complaints.get(_note_of(row), ())]
        known = [(small(means.name), each["citations"][0]) for means, each in felt if means.is_known]
        if known:
            told += f" The notes also name {listed(list(dict.fromkeys(name for name, _ in known)))}."
        citations = [*row["citations"], *(place for _, place in known)]
        for known_one, place in worse.get(_note_of(row), ()):
            told += f" {known_one}"
            citations.append(place)
        for drug, place in rescued.get(_note_of(row), ()):
            told += f" {person.name} was given {drug}."
            citations.append(place)
        left = row["type"] == "discharge"
        if left and (passed := _passed(chart, row)):
            told += f" In hospital {small(person.name)} had {listed([name for name, _ in passed])}. That is over."
            citations += [place for _, place in passed]
        manner = "event" if row["type"] in EVENTS and not again else "discharge" if left else ""
        yield Line("course", told, citations, told if left else "", manner=manner)


def _passed(chart: Chart, letter: Row) -> list[tuple[str, Row]]:
    """What came up in a stay in hospital and was over with it, in plain words; and where that stands."""
    rows = [(explained(row["concept"], names.condition(row)), row) for row in passed_in_stay(chart, letter)]
    return [(small(means.name), row["citations"][0]) for means, row in rows if means.is_known]


def _told(row: Row, person: Person) -> str:
    """The visit in a sentence or two; empty where it is none, or nothing of it can be said plainly."""
    day = day_of(row["on"], "family")
    if row["type"] == "discharge":
        return f"{person.name} left hospital by {day}, the day of the letter."
    if row["type"] in _UNTOLD or _WARD.search(row["reason"]):
        return ""
    if row["type"] in EVENTS:
        reason = _reason_of(row)
        why = f" The reason: {reason}." if reason else ""
        return f"{person.name} came to hospital on {day}.{why}"
    place = _PLACE.match(row["reason"])
    if _THERAPY.search(row["reason"]):
        return f"{person.name} had physiotherapy on {day}."
    if place and is_plain(place["place"]):
        return f"{person.name} was seen at the {small(place['place'])} on {day}."
    return f"{person.name} was seen on {day}."


def _reason_of(row: Row) -> str:
    """Why, in plain words; empty where the notes' words are none."""
    written = _LABEL.sub("", row["reason"]).split(";")[0]
    text = plain(written.lower() if written.isupper() else written).strip(" .")
    plainly = is_plain(text) and not _DOUBT.search(text) and len(text.split()) <= _LONGEST
    return small(text) if plainly else ""


def _note_of(row: Row) -> object:
    return row["citations"][0]["note_id"]
