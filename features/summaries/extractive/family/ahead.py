"""What comes next, and what the notes do not agree on, as far as it can be said plainly."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from features.summaries.extractive.handover.ahead import (
    UNHEARD,
    advised_in,
    asked_of,
    bearing_of,
    is_done,
    is_leading,
    is_of_newest,
    is_visit,
    leading_in,
    parts_of,
    place_of,
    referrals_of,
    visit_of,
    watched_in,
    with_condition,
    without_done,
)
from features.summaries.extractive.telling import Chart, Line, Row, capital, day_of, ended, noted, small
from features.summaries.wording import is_plain, plain, plain_drug

# When to come back is advice, and no plan.
_RETURN = re.compile(r"(?:return|come back|call|ring|phone|seek|attend)\b.*\bif\b", re.IGNORECASE)
# Who is discharged from a clinic need not come there any more.
_ENDED = re.compile(r"^discharged? from (?:the )?(?P<what>[\w ]{0,24}?(?:clinic|class|group|service))\b", re.IGNORECASE)
_PLEASE = re.compile(r"^(?:please|kindly) ", re.IGNORECASE)
_AGAIN = re.compile(r"^(?:repeat|recheck) (?=[a-z])", re.IGNORECASE)
_REVIEW = re.compile(r"^review\b", re.IGNORECASE)
_NEXT = re.compile(r"^next (?=an? )", re.IGNORECASE)
# What a plan bids, rather than tells.
_BIDS = re.compile(
    r"(?:to call|to ring|to phone|"
    r"no|not|do|don['’]t|avoid|stop|keep|continue|call|ring|weigh|rest|ice|take|drink|eat|use|wear|bring|walk|stay|"
    r"return|seek|ask|try|carry|progress|start|increase|reduce|never|always|please|warm|daily)\b",
    re.IGNORECASE,
)
# For what something is advised: "Sleep apnoea: continue CPAP".
_LABEL = re.compile(r"^(?P<what>[A-Z][\w' -]{2,40}):\s+(?P<told>\S.*)$")

# What one hands on to another: "For the doctor: weight loss, dietitian".
_HANDED_ON = re.compile(r"^(?:for|ask|tell) (?P<whom>the [\w ]{2,20}): (?P<what>\S.*)$", re.IGNORECASE)


def steps_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """What keeps the patient safe, the steps ahead, then what else the newest plan advises."""
    heeded, arranged = watched_in(chart)
    yield from _advised(heeded, chart, newest)
    hidden, led = 0, leading_in(chart)
    for each in chart["next_steps"]:
        row: Row = {**each, "text": without_done(str(each["text"]))[0]}
        text, condition = parts_of(row)
        if before := led.get(place_of(row)):
            text, condition = f"{before}{with_condition(row)}", ""
        text, condition = plain(_REVIEW.sub("check-up", text)), plain(condition)
        if is_plain(text) and is_plain(condition):
            # What stands before ", then" may have been done at the visit.
            yield _step(row, text, condition, newest, led=bool(before), asked=asked_of(each, chart))
        else:
            hidden += 1
            if hidden == 1:
                text = f"More steps were planned on {noted(row, 'family')}. The team can explain them."
                yield Line("plan", text, row["citations"])
    for late in chart["overdue"]:
        text, day = plain(_AGAIN.sub("another test of ", str(late["text"]))), day_of(late["planned"], "family")
        if is_plain(text):
            told = f"Planned on {day}: {small(text)}. The notes do not say if it was done. Ask the team."
            head = f"Planned on {day}, not noted as done"
            yield Line("plan", told, late["citations"], small(text), as_of=head, weight=1)
    for sent in referrals_of(chart, newest):
        whom = plain(sent["reason"])
        if is_plain(whom):
            text = f"{capital(whom)} ({day_of(sent['on'], 'family')}). Ask the team about the appointment."
            yield Line("plan", text, sent["citations"], text, weight=1)
    yield from _advised(arranged, chart, newest, short=False)
    others = [row for row in chart["advice"] if not row.get("safety_net") and not is_leading(row, chart)]
    yield from _advised(others, chart, newest)


def _advised(rows: Sequence[Row], chart: Chart, newest: datetime, *, short: bool = True) -> Iterator[Line]:
    """What is advised, and what else a plan tells that is no step.

    Args:
        rows: The advice.
        chart: What the notes come to.
        newest: When the newest note was taken.
        short: Whether the running text tells it as well.
    """
    for row in rows:
        advice, places = advised_in(row, chart)
        words = _ENDED.sub(lambda found: f"the visits to the {found['what']} have come to an end", advice)
        text, day = plain(words), noted(row, "family")
        handed = _HANDED_ON.match(text)
        if handed and is_plain(handed["what"]):
            asked = handed["what"].endswith("?")
            who = f"The notes of {day} {'ask' if asked else 'have a point for'} {handed['whom']}"
            what = small(handed["what"].rstrip("?"))
            told = f"{who} about {what}" if asked else f"{who}: {what}"
        elif is_plain(text):
            who = f"The team advised on {day}" if _BIDS.match(text) else f"The notes of {day} say"
            who = f"Done by {day}" if is_done(str(row["text"])) else who
            what = small(_labelled(text))
            told = f"{who}: {what}"
        else:
            continue
        bearing = bearing_of(row)
        head = "" if bearing == "over" else who.replace("The notes of", "Notes of").removesuffix(" say")
        yield Line("plan", ended(told), places, what if short else "", as_of=head,
                   manner=bearing, weight=int(is_of_newest(row, newest)))  # fmt: skip


def _step(row: Row, text: str, condition: str, newest: datetime, *, led: bool, asked: str | None) -> Line:
    """A step in a sentence: when it was planned, where, on what it hangs, and who is asked to do it."""
    visit = small(plain(visit_of(row)))
    where = f" ({visit})" if visit and is_plain(visit) else ""
    text = _NEXT.sub("", text)
    what = f"{small(condition)}, this is planned: {small(text)}" if condition else small(text)
    weighed = row["kind"] == "medication" and condition and text.lower().startswith("consider ")
    if weighed:
        what = f"{small(condition)}, {small(text[len('consider ') :])} may be given"
    planned = "The team advised on" if _RETURN.match(text) else "The plan of" if led else "Planned on"
    told = f"{planned} {noted(row, 'family')}{where}: {what}"
    if asked:  # of others, so that nobody takes it for something to be arranged by the family
        whom = plain(asked) if is_plain(plain(asked)) else "another team"
        told = f"{capital(whom)} was asked on {noted(row, 'family')} to {small(_PLEASE.sub('', what))}"
    by_doctor = row.get("by") == "gp" and "family doctor" not in text
    more = " The family doctor (GP) is asked to do this." if by_doctor else ""
    more += " Ask the team what the medicine is for." if row["kind"] == "medication" and not weighed else ""
    # "In four weeks" counts from the day on which it was planned.
    older = row["citations"][0]["taken_at"].date() != newest.date()
    unheard = newest - row["citations"][0]["taken_at"] > UNHEARD and not row.get("then")
    more += " The notes since do not say if it was done. Ask the team." if unheard else ""
    head = f"{planned} {noted(row, 'family')}" if row.get("then") or older else "Next"
    head = f"{head}, not known if done" if unheard else head
    item = f"{what} (the family doctor)" if by_doctor else what
    if asked:
        head, item = "", f"{told} (it is not known if it was done)" if unheard else told
    return Line("plan", f"{ended(told)}{more}", row["citations"], item, as_of=head, weight=1 + is_visit(row))


def _labelled(text: str) -> str:
    """With what it is for in front: "for sleep apnoea: continue ..."."""
    found = _LABEL.match(text)
    return f"for {small(found['what'])}: {small(found['told'])}" if found else text


def conflicts_of(chart: Chart) -> Iterator[Line]:
    """Where notes contradict each other."""
    for row in chart["conflicts"]:
        text = f"The notes do not agree on {plain_drug(row['about'])}. Ask the team what is right."
        yield Line("conflicts", text, row["between"], always=True)
