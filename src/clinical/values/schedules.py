"""What a frequency means, so that two wordings can be compared: how many doses in which time, when, on what condition.

What is the same as what:

* Two wordings are the same where they give the same number of doses in the same time. "bd", "twice daily", "every 12
  hours" and "morning and evening" are two a day; "weekly" and "every 7 days" are one in a week. "Monthly" and "every 4
  weeks", which differ by less than a tenth, are the same.
* "Every other day" is half a dose a day and never "daily". "Mon/Wed/Fri" is three times weekly, and tells the days.
* "At night", "at bedtime" and "nocte" are one time of the day, and imply once daily.
* "Biweekly" may be twice a week or every two weeks. It is the same only as itself.
* "As needed" changes the meaning: a regular dose is no dose as needed. "Every 6 hours as needed" is at most four a day.
* Meals and times of the day are details: a claim that leaves them out is borne out by a source that tells them, and not
  the other way round.
"""

from dataclasses import dataclass, field, replace

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS_OF_DAY = 24.0
_NEAR = 0.1


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often something is taken."""

    least: float | None = None
    """Doses in a day; the lower number of a range. Half is every other day, a seventh is weekly."""
    most: float | None = None
    """The higher number of a range: "every 8-12 hours" is two to three."""
    weekdays: frozenset[int] = field(default_factory=frozenset)
    """Days of the week, Monday is 0."""
    parts: frozenset[str] = field(default_factory=frozenset)
    """Times of the day: morning, midday, afternoon, evening, night, or a clock time such as "08:00"."""
    meals: str | None = None
    """with, before or after meals; empty."""
    as_needed: bool = False
    maximum: float | None = None
    """The most doses in a day, where the text limits them."""
    once: bool = False
    """A single dose."""
    continuous: bool = False
    """An infusion that goes on."""
    ambiguous: str | None = None
    """The word that may mean two things: "biweekly"."""
    implied: bool = False
    """Whether the number of doses is only implied by the times of the day: "at night"."""

    def joined(self, other: "Schedule") -> "Schedule":
        """What two parts of one direction mean together: "twice daily" and "with meals"."""
        least, most, implied = self._rate_with(other)
        return Schedule(
            least=least,
            most=most,
            weekdays=self.weekdays | other.weekdays,
            parts=self.parts | other.parts,
            meals=self.meals or other.meals,
            as_needed=self.as_needed or other.as_needed,
            maximum=self.maximum or other.maximum,
            once=self.once or other.once,
            continuous=self.continuous or other.continuous,
            ambiguous=self.ambiguous or other.ambiguous,
            implied=implied,
        )

    def _rate_with(self, other: "Schedule") -> tuple[float | None, float | None, bool]:
        """Doses in a day: times of the day add up, and what is told goes before what they imply."""
        if other.least is None:
            return self.least, self.most, self.implied
        if self.least is None or (self.implied and not other.implied):
            return other.least, other.most, other.implied
        if self.implied and other.implied:
            return self.least + other.least, (self.most or self.least) + (other.most or other.least), True
        return self.least, self.most, self.implied


def per_day(least: float, most: float | None = None) -> Schedule:
    """So many doses in a day."""
    return Schedule(least=least, most=least if most is None else most)


def every_hours(shortest: float, longest: float | None = None) -> Schedule:
    """A dose every so many hours."""
    return per_day(_HOURS_OF_DAY / (longest or shortest), _HOURS_OF_DAY / shortest)


def borne_out(claim: Schedule, source: Schedule) -> bool:
    """Whether everything that a claim says of how often is said by the source.

    The claim may leave out meals and times of the day, not that something is taken as needed, or on which days.
    """
    if claim.ambiguous or source.ambiguous:
        return claim.ambiguous == source.ambiguous
    same_kind = (claim.as_needed, claim.once, claim.continuous) == (source.as_needed, source.once, source.continuous)
    told = (
        (not claim.weekdays or claim.weekdays == source.weekdays)
        and claim.maximum in {None, source.maximum}
        and claim.parts <= source.parts
        and claim.meals in {None, source.meals}
    )
    return same_kind and told and (claim.least is None or _near(claim, source))


def same_schedule(one: Schedule, other: Schedule) -> bool:
    """Whether two wordings mean the same; a detail that only one of them tells (meals, morning) does not part them."""
    if one.parts and other.parts and one.parts != other.parts:
        return False
    if one.meals and other.meals and one.meals != other.meals:
        return False
    return borne_out(_without_details(one), _without_details(other)) and borne_out(
        _without_details(other), _without_details(one)
    )


def _without_details(schedule: Schedule) -> Schedule:
    return replace(schedule, parts=frozenset(), meals=None, maximum=None)


def _near(one: Schedule, other: Schedule) -> bool:
    return all(
        first is not None and second is not None and abs(first - second) <= _NEAR * max(first, second)
        for first, second in ((one.least, other.least), (one.most, other.most))
    )
