"""From the notes of a patient, by the chart, to a draft."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from features.chart import NoteFacts, reconcile
from features.summaries.extractive import family, handover
from features.summaries.extractive.family import Person
from features.summaries.extractive.heading import who_and_why
from features.summaries.extractive.key_facts import facts_of
from features.summaries.extractive.quoting import Quotes, Source
from features.summaries.extractive.running import BRIEF, LONGER, for_clinicians, for_relatives
from features.summaries.extractive.selection import SECTIONS, chosen
from features.summaries.extractive.sentences import in_a_sentence, in_plain_sentences
from features.summaries.extractive.telling import Chart as Charted
from features.summaries.extractive.telling import Line, Row, capital, day_of, listed
from features.summaries.shape import Chart, Draft, Options, Profile, Section, Statement
from features.summaries.wording import plain
from rounds import clock

FROM_A_SCAN = " (from a scan, check)"
# Of these sections a brief summary tells all in one statement.
_JOINED = ("allergies", "problems", "operations", "medications")
_JOINED_ITEMS = 8
# ... and of these so many at most, with their days.
_IN_ONE = {"plan": 5, "measurements": 6}
_MOST_STOPPED = 3
# How it goes is told in brief by so many notes.
_JUDGED = 2
# What has no line of its own where there is little room, behind what it stands.
_JOINING = {"anticoagulant": {"anticoagulant"}, "until": {"avoid", "harmed", "until"}}
_SPEAKING = frozenset({"speaking", "interpreter"})
_AVOIDED = frozenset({"avoid", "harmed"})
# Values that changed are told in brief where they are of the last visit, or of a little before.
_LATELY, _JUST_NOW = timedelta(days=21), timedelta(days=7)
# When the newest note is so old, what it planned and is not ahead any more is told as what was planned then.
_LONG_AGO, _A_WHILE_AGO = timedelta(days=90), timedelta(days=14)
# What brought the patient to hospital is told in brief for so long.
_RECENTLY = timedelta(days=180)
_ROOM_FOR_SINCE = len("No notes since 30 September 2026. ")


def summarise(chart: Chart, options: Options, *, now: datetime) -> Draft:
    """What the notes of a patient say, in statements that cite them.

    Args:
        chart: The patient and the notes, in any order.
        options: For whom, how long, since when.
        now: Notes from later than this are left aside.
    """
    now = _aware(now)
    notes = sorted(chart.notes, key=lambda note: (note.taken_at, str(note.id)))
    if not notes:
        return Draft(_without_notes(chart.profile, options), (), _no_facts())
    notes = [note for note in notes if note.taken_at <= now] or notes[-1:]
    newest = notes[-1].taken_at
    sources = [Source(note) for note in notes]
    facts = [NoteFacts(each.note.id, each.note.taken_at, each.note.type, each.facts()) for each in sources]
    made = _with_last_plan(reconcile(facts, max(now, newest)), facts, newest, now)
    since = _aware(options.since) if options.since else None
    lines = [line for line in _told(made, newest, chart.profile, options) if _is_shown(line, since)]
    text = _running(lines, made, chart.profile, options, now, newest)
    if since is not None and newest < since:
        text = f"No notes since {day_of(since, 'family')}. {text}".strip()
    kept = _for_length(lines, Person(chart.profile.sex), options)
    return Draft(text, _sections(kept, Quotes(sources), options), facts_of(made))


def _with_last_plan(made: Charted, facts: Sequence[NoteFacts], newest: datetime, now: datetime) -> Charted:
    """The chart, with what the last note planned when it was written, though its time may have gone by.

    Where that note is long ago, with all that was ahead then.
    """
    if now - newest <= _A_WHILE_AGO:
        return made
    long_ago = now - newest > _LONG_AGO
    then = reconcile(facts if long_ago else [one for one in facts if one.taken_at == newest], newest)
    ahead = {_place_of(row) for row in made["next_steps"]}
    steps = [{**row, "then": True} for row in then["next_steps"] if _place_of(row) not in ahead]
    advice = then["advice"] if long_ago else made["advice"]
    return {**made, "next_steps": [*made["next_steps"], *steps], "advice": advice}


def _place_of(row: Row) -> tuple[Any, Any]:
    first = row["citations"][0]
    return first["note_id"], first["start"]


def _told(made: Charted, newest: datetime, profile: Profile, options: Options) -> list[Line]:
    if options.audience == "family":
        found = [line for line in family.lines_of(made, newest, Person(profile.sex)) if line.citations]
        return [*found, *family.whom_to_ask(found)]
    return [line for line in handover.lines_of(made, newest) if line.citations]


def _is_shown(line: Line, since: datetime | None) -> bool:
    return since is None or line.always or line.newest >= since


def _running(
    lines: Sequence[Line], made: Charted, profile: Profile, options: Options, now: datetime, newest: datetime
) -> str:
    room = (BRIEF if options.length == "brief" else LONGER) - (_ROOM_FOR_SINCE if options.since else 0)
    if options.audience == "family":
        return for_relatives(lines, Person(profile.sex), room)
    age = clock.age_on(now.date(), profile.date_of_birth)
    return for_clinicians(who_and_why(age, profile.sex, made, newest), lines, room)


def _for_length(lines: Sequence[Line], person: Person, options: Options) -> list[Line]:
    """The lines there is room for; in a brief summary whole sections are one line."""
    if options.length != "brief":
        return chosen(lines, options.length)
    joined: list[Line] = []
    joined.extend([*_alerts(lines), *_in_one(lines)])
    joined.extend(_with_state(_last_event(lines), lines))
    told = {section: list(_in_one_statement(section, lines, person, options)) for section in _JOINED}
    told["problems"] = _with_operations(told["problems"], told.pop("operations"))
    for own in told.values():
        joined.extend(own)
    others = [line for line in lines if line.section not in {*_JOINED, *_IN_ONE, "alerts", "course", "state"}]
    return chosen([*joined, *others], options.length)


def _with_state(event: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """What brought the patient to hospital, and how it goes now, in one statement; or one of them alone."""
    judged = [line for line in lines if line.section == "state"]
    state = judged[0] if judged else None
    for other in judged[1:_JUDGED]:
        if state and other.manner == state.manner:
            continue  # the same people judge anew
        state = _followed_by(state, other) if state else other
    return [_followed_by(event[0], state)] if event and state else [*event, *([state] if state else [])]


def _with_operations(problems: Sequence[Line], operations: Sequence[Line]) -> list[Line]:
    """The problems and what was operated on, in one statement; or one of them alone."""
    if problems and operations:
        done = operations[0]
        whole = done.text.endswith(".") or done.text.startswith("Operations")  # for relatives, or several
        done = done if whole else replace(done, text=f"Operation: {done.text}")
        return [_followed_by(problems[0], done), *problems[1:]]
    return [*problems, *operations]


def _followed_by(line: Line, other: Line) -> Line:
    """Two lines in one statement, under the heading of the first."""
    text = f"{line.text.rstrip('.')}. {capital(other.text)}"
    return replace(line, text=text, citations=[*line.citations, *other.citations])


def _in_one_statement(section: str, lines: Sequence[Line], person: Person, options: Options) -> Iterator[Line]:
    """All of a section in one statement; of medicines, which were stopped lately as well."""
    own = [line for line in lines if line.section == section and line.item]
    stopped = _stopped_lately(lines) if section == "medications" else []
    # What was ordered for a time that ends after the newest note was taken when that was written.
    planned = [line for line in lines if line.manner == "planned end"] if section == "medications" else []
    stopped = [*planned[:_MOST_STOPPED], *stopped]
    if len(own) + len(stopped) < 2:
        yield from [line for line in lines if line.section == section][:1] or stopped
        return
    shown = own[:_JOINED_ITEMS]
    if options.audience == "family":
        if section == "operations":
            told = [line.text for line in shown]
        else:
            full = [replace(line, item=line.most or line.item) for line in own]
            told = [in_plain_sentences(section, full, person, _JOINED_ITEMS)] if own else []
        words = " ".join([*told, *(line.text for line in stopped)])
    else:
        full = [replace(line, item=line.most or line.item) for line in own]
        told = [in_a_sentence(section, full, _JOINED_ITEMS).rstrip(".")] if own else []
        heads = {"planned end": "over by now, if as planned", "ended": "stopped"}
        ended = [
            f"{head}: {listed([line.item for line in stopped if line.manner == manner])}"
            for manner, head in heads.items()
            if any(line.manner == manner for line in stopped)
        ]
        words = "; ".join([*told, *ended])
    citations = [citation for line in (*shown, *stopped) for citation in line.citations]
    yield replace((*shown, *stopped)[0], section=section, text=words, citations=citations)


def _stopped_lately(lines: Sequence[Line]) -> list[Line]:
    """What was stopped not long before the newest note, and is not told among what is to be avoided."""
    newest = max((line.newest for line in lines), default=None)
    ended = [line for line in lines if line.section == "stopped" and line.manner == "ended"]
    lately = [line for line in ended if newest and newest - line.citations[0]["taken_at"] <= _LONG_AGO]
    return lately[:_MOST_STOPPED]


def _last_event(lines: Sequence[Line]) -> Sequence[Line]:
    """What brought the patient to hospital last, if that is not long ago, and the letter with which it ended."""
    events = [line for line in lines if line.section == "course" and line.manner in {"event", "discharge"}]
    newest = max((line.newest for line in lines), default=None)
    lately = [line for line in events if newest and newest - line.newest <= _RECENTLY]
    arrived = next((line for line in lately if line.manner == "event"), None)
    if arrived is None:
        return []
    arrived = replace(arrived, text=arrived.most or arrived.text)
    came = arrived.citations[0]["taken_at"]
    left = next((line for line in lately if line.manner == "discharge" and line.newest > came), None)
    if left is None or not left.item:
        return [arrived]
    text = f"{arrived.text.rstrip('.')}. {left.item}"
    return [replace(arrived, text=text, citations=[*arrived.citations, *left.citations[:1]])]


def _alerts(lines: Sequence[Line]) -> Iterator[Line]:
    """The alerts, with all that is to be avoided in one line, where the first of it stands."""
    alerts = [line for line in lines if line.section == "alerts"]
    avoided = [line for line in alerts if line.manner in _AVOIDED]
    told: list[Line] = []
    for line in alerts:
        joins = bool(told) and told[-1].manner in _JOINING.get(line.manner, ())
        if joins or (line.manner in _SPEAKING and told):  # no line of its own where there is little room
            told[-1] = _followed_by(told[-1], line)
        elif line.manner not in _AVOIDED:
            told.append(line)
        elif line is avoided[0]:
            stop = " " if line.text.endswith(".") else "; "
            heads = [other.text.partition(": ")[0] if stop == "; " else "" for other in avoided]
            words = stop.join(
                other.text.removeprefix(f"{head}: ") if head and head == before else other.text
                for other, head, before in zip(avoided, heads, ["", *heads], strict=False)
            )
            told.append(replace(line, text=words, citations=[each for other in avoided for each in other.citations]))
    yield from told


def _in_one(lines: Sequence[Line]) -> Iterator[Line]:
    """What is ahead, and the latest values with those that changed, each section in one line."""
    for section, most in _IN_ONE.items():
        own = [line for line in lines if line.section == section]
        if section == "measurements":
            changed = [line for line in own[1:] if line.manner in {"changed", "amiss"}]
            newest = max((line.newest for line in own), default=None)
            # Those of the last visit, or of a little before, come first, and of these what is not as it should be.
            changed = [line for line in changed if line.manner == "changed" or _is_late(line, newest, _JUST_NOW)]
            changed.sort(key=lambda line: (not _is_late(line, newest), line.manner != "amiss"))
            own = [*own[:1], *changed]
        shown = own[:most]
        if shown:
            texts = [line.text.rstrip(".") for line in shown]
            told = ". ".join(map(capital, texts)) + "." if shown[0].text.endswith(".") else "; ".join(texts)
            yield replace(shown[0], text=told, citations=[each for line in shown for each in line.citations])


def _is_late(line: Line, newest: datetime | None, within: timedelta = _LATELY) -> bool:
    """Whether a value is of the last visit, or of a little before."""
    return newest is not None and newest - line.citations[0]["taken_at"] <= within


def _sections(lines: Sequence[Line], quotes: Quotes, options: Options) -> tuple[Section, ...]:
    found: dict[str, list[Statement]] = {}
    for line in lines:
        citations = quotes.of(line.citations)
        if citations:
            for_clinician, for_relative, *_ = SECTIONS[line.section]
            title = for_relative if options.audience == "family" else for_clinician
            mark = FROM_A_SCAN if quotes.is_unsure(citations) else ""
            found.setdefault(title, []).append(Statement(f"{capital(line.text)}{mark}", citations))
    return tuple(Section(title, tuple(statements)) for title, statements in found.items())


def _without_notes(profile: Profile, options: Options) -> str:
    """What can be said of a patient without notes: nothing but what stands in the record."""
    text = "No notes are on record for this patient."
    worded = plain if options.audience == "family" else str
    conditions = [worded(condition) for condition in profile.conditions if condition.strip()]
    return f"{text} On record: {', '.join(conditions)}." if conditions else text


def _no_facts() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return {"diagnoses": [], "medications": [], "allergies": [], "latest_vitals": []}


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
