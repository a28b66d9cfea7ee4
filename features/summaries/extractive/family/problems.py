"""What the patient has, in plain words, each explained once; operations; and what is over."""

import re
from collections.abc import Iterator
from datetime import datetime

from clinical import concepts
from features.summaries.extractive import names
from features.summaries.extractive.family.person import Person
from features.summaries.extractive.grave import is_grave
from features.summaries.extractive.handover.going import ended_with, may_be, went_lately
from features.summaries.extractive.handover.problems import (
    excluded_on,
    in_order,
    is_old,
    is_only_unlikely,
    is_recent,
    is_told_again,
    is_unheard,
    just_over,
    told_since,
    was_considered,
)
from features.summaries.extractive.telling import Chart, Line, Row, cited, day_of, listed, noted, of_status, small
from features.summaries.wording import explained, in_glossary, is_plain, plain

_WORD = re.compile(r"[a-z]+")
_PARTS = frozenset({"hip", "knee", "shoulder", "ankle", "elbow", "wrist", "hand", "foot", "back", "neck", "eye", "ear"})
# How an illness goes, in a sentence; and what was looked for, where the plain name says more than that.
_COURSES = {
    **dict.fromkeys(
        ("improving", "better", "much better", "recovering", "resolving", "settling"), "It is getting better."
    ),
    **dict.fromkeys(("controlled", "well controlled", "under control", "in good control"), "It is under control."),
    **dict.fromkeys(("partly controlled", "partially controlled"), "It is only partly under control."),
    **dict.fromkeys(("poorly controlled", "not controlled"), "It is not under control yet."),
    **dict.fromkeys(("worsening", "worse", "progressing"), "It is getting worse."),
    "stable": "It is stable.",
    "healing": "It is healing.",
    "good response": "The notes tell of a good response to treatment.",
}
# What a pacemaker is put in for.
_PACED = frozenset({"sick sinus syndrome", "bradycardia", "heart block", "complete heart block", "sinus pauses"})
_LOOKED_FOR = {"heart failure": "water in the lungs or legs from a weak heart"}
# "Right L5 radicular", "fracture of the left wrist".
_ROOT = re.compile(r"\b(?P<region>[clst])\d{1,2} radicul", re.IGNORECASE)
_REGIONS = {"c": "neck", "t": "upper back", "l": "lower back", "s": "lower back"}
_BROKEN = re.compile(r"fracture of (?:the )?(?P<bone>[a-z ]{3,40})$", re.IGNORECASE)
_SIDES = {"left": "on the left side", "right": "on the right side", "bilateral": "on both sides"}


def active_of(chart: Chart, newest: datetime, person: Person) -> Iterator[Line]:
    """What the patient has, and what may be; of what has no plain name, that the notes name it."""
    told: set[str] = set()
    paced = any(row["concept"] == "pacemaker" for row in of_status(chart["procedures"], "done"))
    unknown: list[Row] = []
    for row in in_order(chart, newest):
        means = explained(row["concept"], names.condition(row))
        name = _placed(means.name, row)
        name = f"{name} (early)" if "early" in str(row["detail"] or "").split() and "early" not in name else name
        if any(name == one or name.startswith(f"{one} ") for one in told):
            continue  # the same once more, or more exactly
        told.add(name)
        if not means.is_known:
            unknown.append(row)
            continue
        explanation = means.means if means.means not in told else ""
        told.add(means.means)
        if row["status"] == "active" and is_grave(row["concept"]):
            # What happens and is over, though what it left is not: nobody "has" a heart attack.
            when = day_of(row["since"] or row["first_noted"], "family")
            text = f"{person.name} had {name} ({when}). {explanation}"
            yield Line("problems", text.strip(), [*cited(row, "detail"), *row["history"][-1:]], name, manner="event")
        elif row["status"] == "possible":
            text = f"{person.name} may have {name}. This is not certain yet. {explanation}"
            yield Line("problems", text.strip(), cited(row, "detail"), name, manner="possible")
        elif is_unheard(row, newest):
            day = day_of(row["last_noted"], "family")
            text = f"{person.name} had {name} ({day}). {explanation} The notes since do not say if it is over."
            yield Line("problems", text, cited(row, "detail"), f"{name} ({day})", manner="unheard")
        else:
            if paced and row["concept"] in _PACED:
                explanation = "The pacemaker now keeps the beat."
            stands, places = _stands(row, chart)
            text = " ".join(filter(None, [f"{person.name} has {name}.", explanation, *stands]))
            shortly = _goes_shortly(row, chart)
            item = f"{name} ({shortly})" if shortly and not name.endswith(")") else name
            yield Line("problems", text, [*cited(row, "detail", "course"), *places], item, least=name)
    yield from _just_over(chart, newest, person)
    if unknown:
        called = listed([f"“{names.condition(row)}”" for row in unknown])
        text = f"The notes also name {called}. Ask the team what this means."
        yield Line("problems", text, [row["citations"][0] for row in unknown])


def _stands(row: Row, chart: Chart) -> tuple[list[str], list[Row]]:
    """Of what kind an illness may be and how it goes, in sentences, and where that stands."""
    kind, before = may_be(row), went_lately(row)
    goes = _goes(row, chart)
    if before:
        goes = f"The notes of {day_of(before['taken_at'], 'family')} say: {small(_COURSES[before['course']])}"
    likely = f"It may be what the notes call “{small(kind['quote'])}”. Ask the team." if kind else ""
    return [likely, goes], [each for each in (kind, before) if each]


def _goes_shortly(row: Row, chart: Chart) -> str:
    """The same in a few words: "under control", "getting better"."""
    before = went_lately(row)
    if before:
        told = _COURSES[before["course"]].removeprefix("It is ").rstrip(".")
        return f"{told} on {day_of(before['taken_at'], 'family')}"
    goes = _goes(row, chart)
    return goes.removeprefix("It is ").rstrip(".") if goes.startswith("It is ") else ""


def _goes(row: Row, chart: Chart) -> str:
    """How an illness goes, in a sentence; not how it went with a medicine that has been stopped since."""
    course = str(row.get("course") or "")
    return "" if "response" in course and ended_with(row, chart) else _COURSES.get(course, "")


def _just_over(chart: Chart, newest: datetime, person: Person) -> Iterator[Line]:
    """What the newest note says to be over."""
    for row in just_over(chart, newest):
        means = explained(row["concept"], names.condition(row))
        if means.is_known and not _is_replaced_joint(row):
            text = f"{person.name} had {means.name}. That is over ({noted(row, 'family')})."
            yield Line("problems", text, row["citations"][:1], means.name, manner="over")


def _placed(name: str, row: Row) -> str:
    """With the joint and the side: "worn joints in the right hip"."""
    side = row["side"] if row["side"] not in _WORD.findall(name.lower()) else None
    root = _ROOT.search(row["name"])
    if root:
        name = f"{name} from a nerve of the {_REGIONS[root['region'].lower()]}"
    broken = _BROKEN.search(row["name"])
    if broken and name == "a broken bone" and is_plain(bone := plain(broken["bone"])):
        return f"{name} ({small(bone)})"
    part = _place_of(row)
    if part and part not in name:
        return f"{name} in {'both' if side == 'bilateral' else f'the {side}' if side else 'the'} {part}"
    return f"{name} {_SIDES[side]}" if side in _SIDES else name


def _is_replaced_joint(row: Row) -> bool:
    """Whether one joint is worn no longer; others may still be."""
    return row["status"] == "resolved" and str(row["concept"]).endswith("arthritis") and _place_of(row) is not None


def _place_of(row: Row) -> str | None:
    """The part of the body that a problem is told of."""
    words = dict.fromkeys(_WORD.findall(f"{row['detail'] or ''} {row['name']}"))
    several = [word for word in words if word.removesuffix("s") in _PARTS and word not in _PARTS]
    return listed(sorted(several)) if several else next((word for word in words if word in _PARTS), None)


def operations_of(chart: Chart, newest: datetime, person: Person) -> Iterator[Line]:
    """The operations of late, those of a day in one; what they left in the body is told first of all."""
    by_day: dict[str, list[Row]] = {}
    for row in chart["procedures"]:
        recent = row["status"] == "done" and is_recent(row, newest) and not concepts.is_implant(row["concept"])
        if recent and is_plain(_operation(row)):
            by_day.setdefault(str(row["on"]), []).append(row)
    for day, rows in by_day.items():
        what = listed([_operation(row) for row in rows])
        text = f"{person.name} had an operation on {day_of(day, 'family')}: {what}."
        yield Line("operations", text, [place for row in rows for place in row["citations"][:2]], text)
    yield from _just_before_visit(chart, person)


def _just_before_visit(chart: Chart, person: Person) -> Iterator[Line]:
    """The operation without a day of which the newest visit tells how long ago it was."""
    for row in of_status(chart["procedures"], "done"):
        since = told_since(row, chart)
        if since and is_plain(_operation(row)):
            day = day_of(chart["encounters"][0]["on"], "family")
            text = f"{person.name} had an operation {since} before {day}: {_operation(row)}."
            yield Line("operations", text, row["citations"][:2], text)


def _operation(row: Row) -> str:
    """What was done, in plain words."""
    return small(plain(row["text"].lower() if row["text"].isupper() else row["text"]))


def past_of(chart: Chart, newest: datetime, person: Person) -> Iterator[Line]:
    """What is over or was excluded, operations of old, and what runs in the family."""
    told_above = just_over(chart, newest)
    for row in of_status(chart["problems"], "resolved", "historical"):
        if row in told_above:
            continue
        means = explained(row["concept"], names.condition(row))
        if means.is_known and not _is_replaced_joint(row):
            when = day_of(row["since"] or row["first_noted"], "family")
            only_over = row["status"] == "resolved" and all(said.get("resolved") for said in row["history"])
            over = f"{person.name} had {means.name}{'' if only_over else f' ({when})'}."
            goes = next((str(said["course"]) for said in row["history"] if said.get("course")), "")
            over += " That is over." if row["status"] == "resolved" else f" {_COURSES.get(goes, '')}".rstrip()
            yield Line("history", over, [*row["citations"][:2], *row["history"][-1:]])
    yield from _looked_for(chart)
    for row in chart["procedures"]:
        text = _operation(row)
        told = is_told_again(row, chart) or told_since(row, chart)
        if row["status"] == "done" and is_old(row, newest) and not told and is_plain(text):
            day = f" ({day_of(row['on'], 'family')})" if row["on"] else ""
            told = f"{person.name} had this operation: {text}{day}."
            yield Line("history", told, row["citations"][:2], told)
    yield from _in_the_family(chart)


def _looked_for(chart: Chart) -> Iterator[Line]:
    """What was looked for and not found, or held for unlikely."""
    for row in of_status(chart["problems"], "ruled_out"):
        means = explained(row["concept"], names.condition(row))
        # Which kind of it was looked for matters, where the notes say that.
        exact = means.is_exact and (not row["detail"] or in_glossary(names.condition(row)))
        if was_considered(row) and means.is_known and exact:
            looked_for = _LOOKED_FOR.get(str(row["concept"]), small(means.name))
            day = day_of(excluded_on(row), "family")
            text = f"The team looked for {looked_for} and did not find it ({day})."
            if is_only_unlikely(row):
                text = f"The team saw no clear sign of {looked_for} ({day})."
            yield Line("history", text, row["citations"][:2])


def _in_the_family(chart: Chart) -> Iterator[Line]:
    """What runs in the family, and who has it."""
    by_condition: dict[str, list[Row]] = {}
    for row in chart["family_history"]:
        means = explained(row["concept"], row["condition"])
        if means.is_known:
            by_condition.setdefault(means.name, []).append(row)
    for name, rows in by_condition.items():
        relatives = listed([f"the {row['relative']}" if row["relative"] else "a relative" for row in rows])
        text = f"In the family: {name} ({relatives})."
        yield Line("family", text, [row["citations"][0] for row in rows])
