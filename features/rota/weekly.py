"""A week of working hours, and the moments it means.

Hours are wall-clock times of a time zone: who starts at nine does so in summer and in winter. On the days on which
clocks change, a period is as long as the clocks make it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from rounds.fields.zones import zone_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
END_OF_DAY = "24:00"

# What is assumed of clinicians for whom nothing has been set.
DEFAULT_WEEK: tuple[Mapping[str, str], ...] = tuple(
    {"weekday": weekday, "start": "09:00", "end": "17:00"} for weekday in WEEKDAYS[:5]
)

Period = tuple[datetime, datetime]


def working_periods(
    week: Sequence[Mapping[str, str]], time_zone: str, since: datetime, until: datetime
) -> Iterator[Period]:
    """The periods of work between two moments, in UTC and in order, cut at both."""
    first = since.astimezone(zone_of(time_zone)).date()
    last = until.astimezone(zone_of(time_zone)).date()
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        today = [each for each in week if each["weekday"] == WEEKDAYS[day.weekday()]]
        for each in sorted(today, key=lambda period: period["start"]):
            begins = max(_moment(day, each["start"], time_zone), since)
            ends = min(_moment(day, each["end"], time_zone), until)
            if begins < ends:
                yield begins, ends


def _moment(day: date, at: str, time_zone: str) -> datetime:
    """A wall-clock time as a moment; of an hour that clocks skip, the moment they would have shown it."""
    if at == END_OF_DAY:
        day, at = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(at), tzinfo=zone_of(time_zone)).astimezone(UTC)
