"""How a problem goes, of what kind it may be, and what is taken for it."""

import re
from datetime import timedelta

from clinical import concepts
from features.summaries.extractive import names
from features.summaries.extractive.telling import Chart, Row, listed, of_status
from features.summaries.wording import purposes_of

_WORD = re.compile(r"\w+")
_SAME_SENTENCE, _FEW_WORDS = 120, 4
_CONTROLLED = frozenset({"controlled", "well controlled", "under control", "in good control"})
_WENT_LATELY = timedelta(days=60)


def may_be(row: Row) -> Row | None:
    """Where the newest note on what is certain says of what kind it may be: "cyst ..., most likely an endometrioma"."""
    last = row["history"][0] if row["history"] else None
    if last is None or row["status"] != "active":
        return None
    own = [said for said in row["history"] if said["note_id"] == last["note_id"]]
    certain = [said["start"] for said in own if said.get("certainty") == "confirmed"]
    known = str(row["name"]).lower()
    return next(
        (
            said
            for said in own
            if said.get("certainty") == "possible"
            and certain
            and 0 < said["start"] - max(certain) <= _SAME_SENTENCE
            and _WORD.findall(said["quote"].lower())[-1] not in known
            and len(said["quote"].split()) <= _FEW_WORDS
        ),
        None,
    )


def course_of(row: Row, chart: Chart) -> str:
    """How a problem goes; of a response, to which drug, where the same note stopped that one."""
    place = (row.get("sources") or {}).get("course")
    stopped = ended_with(row, chart) if place and "response" in str(row["course"]) else []
    return f"{row['course']} to {listed(stopped)} (since stopped)" if stopped else str(row["course"])


def went_lately(row: Row) -> Row | None:
    """That an illness was under control not long before the note that names it last, where that does not say.

    What was getting better need not do so any more.
    """
    if row.get("course") or row["status"] != "active":
        return None
    said = next((one for one in row["history"] if one.get("course")), None)
    said = said if said and said["course"] in _CONTROLLED else None
    return said if said and timedelta() < row["last_noted"] - said["taken_at"] <= _WENT_LATELY else None


def ended_with(row: Row, chart: Chart) -> list[str]:
    """The drugs for a problem that the note stopped which says how it goes."""
    note = row["sources"]["course"]["note_id"]
    return [
        names.drug(drug["name"])
        for drug in of_status(chart["medications"], "stopped")
        if treats(drug, row) and any(said["note_id"] == note and said.get("ending") for said in drug["history"])
    ]


def treated_by(drug: Row, chart: Chart) -> list[Row]:
    """The problems that a drug is taken for, going by the note that begins it: what is new there, or named there.

    Of a drug that is good for several things, nobody else says which of them was meant.
    """
    fitting = [row for row in of_status(chart["problems"], "active") if treats(drug, row)]
    begun = next((said for said in reversed(drug["history"]) if said.get("status") == "started"), None)
    if begun is None or drug["reason"] or len(fitting) < 2:
        return fitting
    named = [row for row in fitting if any(said["note_id"] == begun["note_id"] for said in row["history"])]
    new = [row for row in named if row["history"][-1]["note_id"] == begun["note_id"]]
    return new or named or fitting


def treats(drug: Row, problem: Row) -> bool:
    """Whether a drug is taken for a problem: as the notes say, or as such drugs are."""
    if drug["reason"]:
        return concepts.concept_of(drug["reason"], "condition") == str(problem["concept"])
    return any(problem["concept"] in purpose.conditions for purpose in purposes_of(drug["ingredient"]))
