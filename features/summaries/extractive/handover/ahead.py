"""What is still to be done, and what nothing settles."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from clinical.advice import forbids
from clinical.communication import is_of_speaking
from clinical.follow_up import ends_follow_up, is_of_the_writer
from clinical.safeguards import is_arranged
from features.summaries.extractive.telling import Chart, Line, Row, capital, day_of, noted, small

_REVIEW = re.compile(
    r"(?:clinic |next )?(?:review|clinic|follow|see|back|again|check|appointment|come back)\b", re.IGNORECASE
)
_VISIT = re.compile(
    r"\b(?:review|clinic|follow[- ]?up|appointment|session|check[- ]?up|see (?:again|him|her|them)|outpatients?)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[\w' -]*?\b(?:clinic|nurse|outpatients?)\b", re.IGNORECASE)
# "Bloods in two weeks, clinic in six" is six weeks.
_TIME = re.compile(r"\bin [\w-]+ (?P<unit>days|weeks|months)\b", re.IGNORECASE)
_NO_UNIT = re.compile(r"\bin (?:two|three|four|five|six|eight|ten|twelve|\d{1,2})$", re.IGNORECASE)
# "Letter for his cardiologist in Utrecht; next check there"
_ELSEWHERE = re.compile(r"\bthere\b", re.IGNORECASE)
_GP = re.compile(r"\b(?:gp|surgery|practice)\b", re.IGNORECASE)
# What is told by a span of time.
_COUNTS = re.compile(r"\b(?:in|within|at|after) [\w-]+ (?:days|weeks|months)\b|\b(?:week|month)s?\b", re.IGNORECASE)
_OFTEN = re.compile(
    r"(?:once|twice|(?:one|two|three|four|five|\d) times) (?:weekly|an? (?:week|month))\b", re.IGNORECASE
)
_ASKS = re.compile(
    r"(?:please |kindly |could you |would you |can you |grateful if you (?:could|would) )?(?:please )?"
    r"(?:arrange|perform|do|carry out|assess|see|advise|consider|review|test|check|repeat|book|offer)\b",
    re.IGNORECASE,
)
# "Continue at home daily": of what, only the sentence before says.
_OF_NOTHING = re.compile(
    r"(?:to )?(?:continue|carry on|keep going|go on|goes on)(?:,? (?:at home|daily|every day|weekly|for now|the same|"
    r"(?:once|twice) (?:daily|weekly|a (?:day|week))|as (?:before|now|planned)))*",
    re.IGNORECASE,
)
_REFERRAL = re.compile(r"referral to (?P<whom>.+)", re.IGNORECASE)
_REFERRED_WITHIN = timedelta(days=120)
# ", then " between what is advised and the step that follows.
_THEN = len(", and then ")
UNHEARD = timedelta(days=42)
_PARTS = re.compile(r"(?:\.|;)\s+")
# What was done with the patient there and then.
_DONE = re.compile(
    r"\b(?:issued|trained|handed (?:over|out)|provided|supplied|fitted|shown|taught|demonstrated|given|sent|made|"
    r"explained|discussed|completed|signed|informed|told)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:to be|be|will|should|must|shall|if|once|when|until|unless|not|needs?|please|can|may|next|by the)\b",
    re.IGNORECASE,
)
_PREPOSITIONS = ("after ", "in ", "at ", "within ", "on ", "from ")


def steps_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """What keeps the patient safe, the steps ahead, then what else the newest plan advises."""
    heeded, arranged = watched_in(chart)
    for row in heeded:
        yield Line("plan", f"{capital(row['text'])} ({day_of(row['on'])})", row["citations"], small(row["text"]),
                   as_of=_unless_newest(row, newest), manner=bearing_of(row))  # fmt: skip
    led = leading_in(chart)
    for row in chart["next_steps"]:
        text, done = without_done(str(row["text"]))
        line = _step_line({**row, "text": text}, led, newest)
        whom = asked_of(row, chart)
        if whom:
            asked = f"asked of {whom}: "
            line = replace(line, text=f"{capital(asked)}{small(line.text)}", item=f"{asked}{small(line.item)}")
        yield line
        for part in done:
            yield Line("plan", f"{capital(part)} (done {noted(row)})", row["citations"][:1])
    for row in chart["overdue"]:
        told = f"Not noted as done: {small(row['text'])} (planned {day_of(row['planned'])})"
        day = f"not noted as done, planned {day_of(row['planned'])}"
        yield Line("plan", told, row["citations"], small(row["text"]), as_of=day, weight=1)
    for row in arranged:
        yield Line("plan", f"{capital(row['text'])} ({_done_or_not(row)}{day_of(row['on'])})", row["citations"])
    for row in referrals_of(chart, newest):
        yield Line(
            "plan", f"{capital(row['reason'])} ({day_of(row['on'])})", row["citations"], small(row["reason"]), weight=1
        )
    for row in chart["advice"]:
        if not row.get("safety_net") and not is_leading(row, chart):
            text, places = advised_in(row, chart)
            told = f"{capital(text)} ({_done_or_not(row)}{day_of(row['on'])})"
            day = "done" if is_done(str(row["text"])) else _unless_newest(row, newest)
            weight = int(is_of_newest(row, newest))
            yield Line("plan", told, places, small(text), as_of=day, manner=bearing_of(row), weight=weight)


def _unless_newest(row: Row, newest: datetime) -> str:
    """The day of what an older note advises, so that nobody takes it for news."""
    return "" if is_of_newest(row, newest) else day_of(row["on"])


def bearing_of(row: Row) -> str:
    """What advice bears on: "over", that nobody sees the patient again; "forbidden"; "heed", what keeps them safe."""
    if ends_follow_up(row["text"]):
        return "over"
    if forbids(row["text"]):
        return "forbidden"
    return "heed" if row.get("safety_net") else ""


def _done_or_not(row: Row) -> str:
    return "done " if is_done(str(row["text"])) else ""


def is_done(text: str) -> bool:
    """Whether a part of a plan tells what was done at the visit: "Remote monitor issued", "trained with the pen"."""
    return _DONE.search(text) is not None and _AHEAD.search(text) is None


def without_done(text: str) -> tuple[str, list[str]]:
    """A plan in several sentences without those that tell what was done, and these."""
    parts = [part for part in _PARTS.split(text) if part]
    done = [part for part in parts if is_done(part)]
    if not done or len(done) == len(parts):
        return text, []
    kept = [part for part in parts if part not in done]
    return "; ".join([kept[0], *map(small, kept[1:])]), done


def advised(row: Row) -> str:
    """What is advised; of a mere "twice weekly", what is to take place so often; "I" is who wrote the note."""
    if is_of_the_writer(row["text"]):
        return "no further appointment made"
    return f"sessions {small(row['text'])}" if _OFTEN.match(row["text"]) else str(row["text"])


def advised_in(row: Row, chart: Chart) -> tuple[str, list[Row]]:
    """What is advised, and where that stands; of a mere "continue at home daily", with what the note judges before."""
    places = list(row["citations"])
    if _OF_NOTHING.fullmatch(str(row["text"])):
        place = places[0]
        before = [
            one
            for one in chart["findings"]
            if one["origin"] == "assessment"
            and one["citations"][0]["note_id"] == place["note_id"]
            and one["citations"][0]["start"] < place["start"]
        ]
        if before:
            last = max(before, key=lambda one: one["citations"][0]["start"])
            return f"{last['text']}; {small(row['text'])}", [*places, last["citations"][0]]
    return advised(row), places


def watched_in(chart: Chart) -> tuple[list[Row], list[Row]]:
    """What keeps the patient safe: what to heed, and what has been arranged for an emergency."""
    rows = [row for row in chart["advice"] if row.get("safety_net") and not is_of_speaking(row["text"])]
    return [row for row in rows if not is_arranged(row["text"])], [row for row in rows if is_arranged(row["text"])]


def _step_line(row: Row, led: Mapping[object, str], newest: datetime) -> Line:
    """A step ahead, with its day, its place, and who is asked to do it."""
    asked = ", by the GP" if row.get("by") == "gp" and not _GP.search(row["text"]) else ""
    text = f"{led.get(place_of(row), '')}{step_in(row, led)}{asked}"
    where = f"{visit_of(row)}, " if visit_of(row) else ""
    # Of what was planned long before the newest note, the notes since say nothing: else it were no step any more.
    unheard = ", no word of it since" if newest - row["citations"][0]["taken_at"] > UNHEARD else ""
    told = f"{text} (planned {noted(row)})" if row.get("then") else f"{text} ({where}{noted(row)}{unheard})"
    # "In four weeks" counts from the day on which it was planned.
    older = row["citations"][0]["taken_at"].date() != newest.date()
    dated = older and (unheard or _COUNTS.search(text))
    day = f"planned {noted(row)}{unheard}" if dated or row.get("then") else ""
    return Line("plan", capital(told), row["citations"], text, as_of=day, weight=1 + is_visit(row))


def leading_in(chart: Chart) -> dict[object, str]:
    """What is advised right before a step of the same sentence, by the place of the step: "new cast ..., then"."""
    return {
        place_of(row): f"{small(advised['text'])}, then "
        for row in chart["next_steps"]
        for advised in chart["advice"]
        if _leads(advised, row)
    }


def is_leading(advised: Row, chart: Chart) -> bool:
    """Whether advice is told with the step that follows it."""
    return any(_leads(advised, row) for row in chart["next_steps"])


def _leads(advised: Row, row: Row) -> bool:
    before, place = advised["citations"][0], row["citations"][0]
    gap = place["start"] - before["end"]
    return bool(before["note_id"] == place["note_id"] and 0 <= gap <= _THEN and str(row["due"]).startswith("after "))


def place_of(row: Row) -> object:
    """Where a line of the chart stands first."""
    first = row["citations"][0]
    return first["note_id"], first["start"]


def step_in(row: Row, led: Mapping[object, str]) -> str:
    """A step with its condition, and with its day, if what stands before it does not tell that."""
    return step(row) if place_of(row) not in led else with_condition(row)


def with_condition(row: Row) -> str:
    """A step without its day, and on what it hangs: "CT if still tender"."""
    text, condition = str(row["text"]), str(row["condition"] or "")
    return f"{text} {condition}" if condition and condition.lower() not in text.lower() else text


def asked_of(row: Row, chart: Chart) -> str | None:
    """Whom a step is asked of, where a referral asks for it: "the allergy service"; None where it is the own team's."""
    note = row["citations"][0]["note_id"]
    referral = next(
        (one for one in chart["encounters"] if one["citations"][0]["note_id"] == note and one["type"] == "referral"),
        None,
    )
    if referral is None or not _ASKS.match(str(row["text"])):
        return None
    named = _REFERRAL.match(referral["reason"])
    return named["whom"] if named else "the team referred to"


def referrals_of(chart: Chart, newest: datetime) -> Iterator[Row]:
    """To whom the patient was referred of late: what a note that refers has as its title."""
    for row in chart["encounters"]:
        lately = newest - row["citations"][0]["taken_at"] <= _REFERRED_WITHIN
        if row["type"] == "referral" and lately and _REFERRAL.match(row["reason"]):
            yield row


def is_of_newest(row: Row, newest: datetime) -> bool:
    """Whether the newest note says it."""
    return bool(row["citations"][0]["taken_at"].date() == newest.date())


def is_visit(row: Row) -> bool:
    """Whether a step is that somebody sees the patient again."""
    return _VISIT.search(str(row["text"])) is not None


def visit_of(row: Row) -> str:
    """Where a bare review was planned, which is where it will be: "diabetes clinic"; else nothing."""
    place = _PLACE.match(str(row.get("about") or ""))
    if (
        place is None
        or _ELSEWHERE.search(row["text"])
        or not _REVIEW.match(row["text"])
        or place.group().lower() in row["text"].lower()
    ):
        return ""
    return small(place.group())


def step(row: Row) -> str:
    """A step with its day and its condition."""
    text, condition = parts_of(row)
    return f"{condition}: {text}" if condition else text


def parts_of(row: Row) -> tuple[str, str]:
    """A step with its day, and on what it hangs, where its words do not say that themselves."""
    text, condition = _timed(row), str(row["condition"] or "")
    if not condition or condition.lower() in text.lower():
        return text, ""
    if str(row["text"]).lower() in condition.lower() or condition == row["citations"][0]["quote"]:
        return condition, ""  # it is the whole sentence, with the step in it
    return text, condition


def _timed(row: Row) -> str:
    text = str(row["text"]).removeprefix("please ").removeprefix("Please ")
    time = _TIME.search(text)
    if time and _NO_UNIT.search(text):
        text = f"{text} {time['unit']}"
    due = day_of(row["due"]) if row["due"] else ""
    if due and due.lower() not in text.lower() and str(row["due"]).lower() not in text.lower():
        text = f"{text} {due}" if due.lower().startswith(_PREPOSITIONS) else f"{text}, due {due}"
    return text


def conflicts_of(chart: Chart) -> Iterator[Line]:
    """Where notes contradict each other."""
    for row in chart["conflicts"]:
        sides = "; ".join(f"{side['said']} ({day_of(side['taken_at'])})" for side in row["between"])
        yield Line("conflicts", f"Notes disagree on {row['about']}: {sides}", row["between"], always=True)
