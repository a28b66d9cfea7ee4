"""What has become of a medicine: the last word on it, the dose before, and whether it was stopped and begun again."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from clinical import concepts
from features.summaries.extractive.telling import Chart, Row, day_of
from features.summaries.shape import Audience

# An older change is no news.
_LATELY = timedelta(days=30)
_TAKEN = frozenset({"started", "continued", "changed"})
_LONG = re.compile(r"\d{1,2} (?:months?|years?)")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Zµ%]*)")

# In micrograms, so that 500 mg is less than 1 g.
_WEIGHTS = {"g": ("mcg", 1_000_000), "mg": ("mcg", 1_000), "mcg": ("mcg", 1), "micrograms": ("mcg", 1)}


class Before(NamedTuple):
    """The dose before the present one, and where it stands."""

    dose: str
    said: Row
    """Where that dose stands."""
    changed: Row
    """Where the present dose stands first."""
    often: Row | None = None
    """Where an earlier note tells how often it was taken, where that was not as often as now."""

    @property
    def told(self) -> str:
        """The dose with how often it was taken: "5 mg twice daily"."""
        return f"{self.dose} {self.often['frequency']}" if self.often else self.dose

    @property
    def places(self) -> list[Row]:
        """Where all of it stands."""
        return [self.said, *([self.changed] if self.changed is not self.said else []), *filter(None, [self.often])]


def last_word(row: Row) -> Row:
    """What the newest note says of a medicine; the statement that is cited first."""
    first = row["citations"][0]
    return next((said for said in row["history"] if _same(said, first)), first)


def _same(one: Row, other: Row) -> bool:
    return (one["note_id"], one["start"]) == (other["note_id"], other["start"])


def verb_of(row: Row) -> str:
    """What was done last: started, continued, increased, reduced, changed; "noted" where it is only told."""
    status = str(last_word(row).get("status") or "")
    if was_refused(row):
        return "a dose not given, noted"
    if status == "changed":
        before = dose_before(row)
        return change_of(before.dose, amount_of(row, before.dose)) if before else "changed"
    if status == "started":
        return status if str(row["since"]) >= str(last_word(row)["taken_at"].date()) else "noted"
    return "continued" if status == "continued" else "noted"


def was_refused(row: Row) -> bool:
    """Whether the newest note tells that a dose of what goes on was refused, or not given."""
    return last_word(row).get("certainty") == "declined"


def amount_of(row: Row, before: str) -> str:
    """What there is to compare with a dose before: of puffs, what one of them holds, where that is what changed."""
    strength = str(row.get("strength") or "")
    return strength if strength and _unit_of(strength) == _unit_of(before) else str(row["dose"])


def _unit_of(dose: str) -> str:
    found = _AMOUNT.search(dose)
    return _weighed(found[2])[0] if found else ""


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
    earlier = [one for one in row["history"] if one["taken_at"] < said["taken_at"] and one.get("dose")]
    if said.get("previous_dose"):
        dose, where = str(said["previous_dose"]), said
    else:
        found = next((one for one in earlier if one.get("status") in {*_TAKEN, "mentioned"}), None)
        if found is None:
            return None
        dose, where = str(found["dose"]), found
    changed = said
    for one in earlier if _unit_of(dose) == _unit_of(row["dose"]) else ():
        if one["dose"] != row["dose"]:
            break
        changed = one
    often = next((one for one in earlier if one["dose"] == dose and one.get("frequency")), None)
    differs = often is not None and row["frequency"] and not often["frequency"].startswith(row["frequency"])
    return Before(dose, where, changed, often if differs else None)


def is_for_life(row: Row) -> Row | None:
    """Where a note says that a medicine is to be taken for life."""
    return next((said for said in row["history"] if said.get("duration") == "lifelong"), None)


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
    again = next((said for said in reversed(told[:stop]) if _begins_again(said, row)), None)
    while stop + 1 < len(told) and told[stop + 1].get("status") == "stopped":
        stop += 1  # where that was said first
    return (told[stop], again) if again else None


def _begins_again(said: Row, row: Row) -> bool:
    """Whether a statement gives a drug again: as what is taken, or as what is ordered in the dose that is taken."""
    ordered = said.get("certainty") == "planned" and said.get("dose") and said["dose"] == row["dose"]
    return said.get("status") in _TAKEN or bool(ordered)


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
            yield "Restarted" if status == "started" else "Taken again", amount, said
        elif status == "started" and not taken and (row["since"] or row["status"] != "completed"):
            yield "Started", amount, said
        elif status == "changed" and amount != dose:
            yield "Changed", amount, said
        elif status == "stopped" and taken is None and not was_taken(row):
            pass  # on which day that was, nobody says
        elif status == "stopped" and (taken is not False or (held and said.get("ending") == "stopped")):
            verb = "Held" if said.get("ending") == "held" else "Stopped"
            # What the patient tells of a stop was before the visit.
            yield "Stopped by then" if verb == "Stopped" and said.get("section") == "subjective" else verb, "", said
        if status in _TAKEN:
            taken, dose = True, amount or dose
        elif status == "stopped":
            taken, held = False, said.get("ending") == "held"


def first_hold(row: Row) -> Row | None:
    """Where it was said first that a medicine is withheld, of one that was stopped later on."""
    hold = None
    for said in row["history"]:
        if said.get("status") == "stopped":
            hold = said if said.get("ending") == "held" else hold
        elif said.get("status") in _TAKEN:
            break
    return hold


def banned_on(row: Row, chart: Chart) -> datetime | None:
    """When a note forbade a medicine first, itself or its kind."""
    days = [
        said["taken_at"]
        for each in chart["avoid"]
        if each.get("forbidden") and concepts.is_a(row["ingredient"], str(each["concept"]).removesuffix("s"))
        for said in each["history"]
    ]
    return min(days, default=None)


def stopped_on(row: Row) -> bool:
    """Whether a medicine was stopped on the day of the note that tells so first, as far as is known."""
    return was_taken(row) and first_stop(row).get("section") != "subjective"


def lasts(row: Row, audience: Audience = "clinician") -> str:
    """Until when a medicine is given; of months or years, for how long from when: the last day is in no note."""
    place = (row.get("sources") or {}).get("until")
    said = next((one for one in row["history"] if place and _same(one, place)), None)
    long = str(said.get("duration") or "") if said else ""
    if said and _LONG.fullmatch(long):
        told_then = audience == "clinician" and said["taken_at"].date() == last_word(row)["taken_at"].date()
        return f"for {long}" if told_then else f"for {long} from {day_of(said['taken_at'], audience)}"
    return f"until {day_of(row['until'], audience)}"


def at_least(row: Row) -> tuple[str, Row] | None:
    """For how long at least a medicine is to be taken ("at least 6 months"), and where that stands."""
    for said in row["history"]:
        if str(said.get("duration") or "").startswith("at least"):
            return str(said["duration"]), said
        if said.get("status") in {"started", "changed"}:
            return None
    return None


def was_taken(row: Row) -> bool:
    """Whether it is known on which day a medicine was stopped.

    It is where a note tells of it before, or where the plan of a note stops it.
    """
    taken = {"started", "continued", "changed", "mentioned"}
    return any(
        said.get("status") in taken
        or not said.get("ending")
        or said.get("ending") == "held"
        or said.get("section") == "plan"
        for said in row["history"]
    )


def first_stop(row: Row) -> Row:
    """Where it was said first that a medicine is stopped, of the run of statements that say so.

    What was only withheld at first was stopped when that was said.
    """
    stop: Row = row["citations"][0]
    for said in row["history"]:
        if said.get("status") == "stopped":
            if said.get("ending") == "held" and stop.get("ending") == "stopped":
                break
            stop = said
        elif said.get("status") in _TAKEN:
            break
    return stop
