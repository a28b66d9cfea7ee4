"""What has become of a medicine: the last word on it, the dose before, and whether it was stopped and begun again."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from features.summaries.extractive.telling import Row

# An older change is no news.
_LATELY = timedelta(days=30)
_TAKEN = frozenset({"started", "continued", "changed"})
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Zµ%]*)")

# In micrograms, so that 500 mg is less than 1 g.
_WEIGHTS = {"g": ("mcg", 1_000_000), "mg": ("mcg", 1_000), "mcg": ("mcg", 1), "micrograms": ("mcg", 1)}


class Before(NamedTuple):
    """The dose before the present one, and where it stands."""

    dose: str
    said: Row


def last_word(row: Row) -> Row:
    """What the newest note says of a medicine; the statement that is cited first."""
    first = row["citations"][0]
    return next((said for said in row["history"] if _same(said, first)), first)


def _same(one: Row, other: Row) -> bool:
    return (one["note_id"], one["start"]) == (other["note_id"], other["start"])


def verb_of(row: Row) -> str:
    """What was done last: started, continued, increased, reduced, changed; "noted" where it is only told."""
    status = str(last_word(row).get("status") or "")
    if status == "changed":
        before = dose_before(row)
        return change_of(before.dose, row["dose"]) if before else "changed"
    if status == "started":
        return status if str(row["since"]) >= str(last_word(row)["taken_at"].date()) else "noted"
    return "continued" if status == "continued" else "noted"


def change_of(before: str, after: str) -> str:
    """What became of a dose: "increased", "reduced", or only "changed"."""
    change = _compare(before, after)
    return "increased" if change > 0 else "reduced" if change < 0 else "changed"


def _compare(before: str, after: str) -> int:
    first, last = _AMOUNT.search(before), _AMOUNT.search(after)
    if not first or not last:
        return 0
    (unit, scale), (other_unit, other_scale) = _weighed(first[2]), _weighed(last[2])
    if unit != other_unit:
        return 0
    one, other = float(first[1]) * scale, float(last[1]) * other_scale
    return (other > one) - (other < one)


def _weighed(unit: str) -> tuple[str, int]:
    return _WEIGHTS.get(unit.lower(), (unit.lower(), 1))


def dose_before(row: Row) -> Before | None:
    """The dose before, if the last word on the medicine changed it, or another one not long before."""
    last = last_word(row)
    if not row["dose"]:
        return None
    for said in row["history"]:
        if last["taken_at"] - said["taken_at"] > _LATELY:
            break
        if said.get("status") == "changed":
            before = _before(row, said)
            return before if before and before.dose != row["dose"] else None
    return None


def _before(row: Row, said: Row) -> Before | None:
    if said.get("previous_dose"):
        return Before(str(said["previous_dose"]), said)
    earlier = [one for one in row["history"] if one["taken_at"] < said["taken_at"] and one.get("dose")]
    found = next((one for one in earlier if one.get("status") in {*_TAKEN, "mentioned"}), None)
    return Before(str(found["dose"]), found) if found else None


def was_changed_last(row: Row) -> bool:
    """Whether the last word on the medicine changed its dose."""
    return last_word(row).get("status") == "changed"


def reason_of_stop(row: Row) -> tuple[str, Row] | None:
    """Why a medicine was stopped, and where that stands; the newest that says so."""
    for said in row["history"]:
        if said.get("status") == "stopped" and said.get("stopped_for"):
            return str(said["stopped_for"]), said
    return None


def interruption(row: Row) -> tuple[Row, Row] | None:
    """Of a medicine that is taken: where it was stopped, and where it was begun again."""
    told = list(row["history"])  # the newest first
    stop = next((at for at, said in enumerate(told) if said.get("status") == "stopped"), None)
    if stop is None:
        return None
    again = next((said for said in reversed(told[:stop]) if said.get("status") in _TAKEN), None)
    return (told[stop], again) if again else None


def changes_of(row: Row) -> Iterator[tuple[str, str, Row]]:
    """What was done to a medicine, the earliest first: what, to which dose, and where it stands.

    What is only told again is no change: a medicine that stays stopped, a dose that was raised before.
    """
    taken: bool | None = None
    held = False
    dose = ""
    for said in reversed(row["history"]):
        status, amount = said.get("status"), str(said.get("dose") or "")
        if said.get("certainty", "actual") != "actual":
            continue
        if status in {"started", "continued"} and taken is False:
            yield "Restarted", amount, said
        elif status == "started" and not taken:
            yield "Started", amount, said
        elif status == "changed" and amount != dose:
            yield "Changed", amount, said
        elif status == "stopped" and (taken is not False or (held and said.get("ending") == "stopped")):
            yield "Held" if said.get("ending") == "held" else "Stopped", "", said
        if status in _TAKEN:
            taken, dose = True, amount or dose
        elif status == "stopped":
            taken, held = False, said.get("ending") == "held"


def first_stop(row: Row) -> Row:
    """Where it was said first that a medicine is stopped, of the run of statements that say so."""
    stop: Row = row["citations"][0]
    for said in row["history"]:
        if said.get("status") == "stopped":
            stop = said
        elif said.get("status") in _TAKEN:
            break
    return stop
