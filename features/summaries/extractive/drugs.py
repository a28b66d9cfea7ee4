"""One drug over all notes: what was said of it, what that makes of it, and until when."""

import re
from dataclasses import dataclass, field
from datetime import date

from features.notes import last_day_of
from features.summaries.extractive.evidence import Fact, Place

# What a warning against a drug counts as among what is said of it.
WARNED = "warned"
_ENDED = frozenset({"stopped", WARNED})
_VACCINE = re.compile(r"vaccin|immuni[sz]|\bshot\b|booster", re.IGNORECASE)


@dataclass
class Drug:
    """One drug, and what was said of it, the latest last."""

    key: str
    told: list[tuple[Fact, Place]] = field(default_factory=list)

    @property
    def said(self) -> list[tuple[Fact, Place]]:
        """What decides about it."""
        return [one for one in self.told if one[0]["status"] != "mentioned"]

    @property
    def last(self) -> tuple[Fact, Place]:
        """The last word."""
        return (self.said or self.told)[-1]

    @property
    def status(self) -> str:
        """Whether it is taken."""
        return str(self.last[0]["status"])

    @property
    def run(self) -> list[tuple[Fact, Place]]:
        """What was said since it was last not taken."""
        said = self.said or self.told
        first = max((number + 1 for number, (fact, _) in enumerate(said[:-1]) if fact["status"] in _ENDED), default=0)
        return said[first:]

    @property
    def course(self) -> tuple[Fact, Place] | None:
        """What was said last of how long it is to be taken, if that holds for how it is taken now."""
        for fact, place in reversed(self.told):
            if fact.get("duration"):
                return fact, place
            if fact["status"] in {"started", "changed", *_ENDED}:
                return None
        return None

    def is_over(self, today: date) -> bool:
        """Whether its course has ended, and nobody has said since that it goes on."""
        course = self.course
        if course is None:
            return False
        fact, place = course
        end = last_day_of(fact["duration"], place.source.day)
        return end is not None and self.last[1].source.day <= end < today

    @property
    def warning(self) -> tuple[Fact, Place]:
        """The last warning since it was last taken; that it is forbidden goes before what it did."""
        warnings = []
        for fact, place in reversed(self.told):
            if fact["status"] == WARNED:
                warnings.append((fact, place))
            elif fact["status"] not in {"mentioned", "stopped"}:
                break
        return next((warning for warning in warnings if warning[0]["forbidden"]), warnings[0])

    @property
    def dosed(self) -> tuple[Fact, Place]:
        """The last word on its dose."""
        return next((one for one in reversed(self.run) if one[0].get("dose")), self.last)

    @property
    def is_vaccine(self) -> bool:
        """Whether it is given once."""
        return _VACCINE.search(self.key) is not None

    def fact(self, today: date) -> tuple[Fact, Place]:
        """The last word, with the dose it was last given; what has ended by itself counts as stopped."""
        fact, place = self.last
        over = self.is_over(today)
        if fact["status"] == WARNED:
            was = next((told for told in reversed(self.told) if told[0]["status"] != WARNED), None)
            if was is None or was[0]["status"] == "mentioned":
                shown = was[0] if was else {"dose": None, "route": None, "frequency": None}
                return {**shown, **_placed(fact), "status": "mentioned"}, place
            return {**was[0], **_placed(fact), "status": "stopped"}, place
        if fact["status"] == "stopped" or self.dosed[0] is fact:
            return ({**fact, "status": "stopped"} if over else fact), place
        known = {name: self.dosed[0].get(name) for name in ("dose", "route", "frequency") if not fact.get(name)}
        return {**fact, **known, **({"status": "stopped"} if over else {})}, place


def _placed(fact: Fact) -> dict[str, object]:
    """What of a warning is shown as a medication: the name, and where it stands."""
    return {name: fact.get(name) for name in ("name", "ingredient", "original", "section", "start", "end")}
