"""What comes next, and what the notes do not agree on, as far as it can be said plainly."""

import re
from collections.abc import Iterator

from features.summaries.extractive.handover.ahead import parts_of, visit_of
from features.summaries.extractive.telling import Chart, Line, Row, ended, noted, small
from features.summaries.wording import is_plain, plain, plain_drug

_REVIEW = re.compile(r"^review\b", re.IGNORECASE)
# For what something is advised: "Sleep apnoea: continue CPAP".
_LABEL = re.compile(r"^(?P<what>[A-Z][\w' -]{2,40}):\s+(?P<told>\S.*)$")

# What one hands on to another: "For the doctor: weight loss, dietitian".
_HANDED_ON = re.compile(r"^(?:for|ask|tell) (?P<whom>the [\w ]{2,20}): (?P<what>\S.*)$", re.IGNORECASE)


def steps_of(chart: Chart) -> Iterator[Line]:
    """The steps ahead, then what the newest plan advises."""
    hidden = 0
    for row in chart["next_steps"]:
        text, condition = parts_of(row)
        text, condition = plain(_REVIEW.sub("check-up", text)), plain(condition)
        if is_plain(text) and is_plain(condition):
            yield _step(row, text, condition)
        else:
            hidden += 1
            if hidden == 1:
                text = f"More steps were planned on {noted(row, 'family')}. The team can explain them."
                yield Line("plan", text, row["citations"])
    for row in chart["advice"]:
        text = plain(row["text"])
        handed = _HANDED_ON.match(text)
        if handed and is_plain(handed["what"]):
            told = f"The notes of {noted(row, 'family')} have a point for {handed['whom']}: {small(handed['what'])}"
            yield Line("plan", ended(told), row["citations"])
        elif is_plain(text):
            told = f"The team advised on {noted(row, 'family')}: {small(_labelled(text))}"
            yield Line("plan", ended(told), row["citations"])


def _step(row: Row, text: str, condition: str) -> Line:
    """A step in a sentence: when it was planned, where, on what it hangs."""
    visit = small(plain(visit_of(row)))
    where = f" ({visit})" if visit and is_plain(visit) else ""
    what = f"{small(condition)}, this is planned: {small(text)}" if condition else small(text)
    told = f"Planned on {noted(row, 'family')}{where}: {what}"
    more = " Ask the team what the medicine is for." if row["kind"] == "medication" else ""
    item = told if row.get("then") else f"Next: {what}"
    return Line("plan", f"{ended(told)}{more}", row["citations"], ended(item))


def _labelled(text: str) -> str:
    """With what it is for in front: "for sleep apnoea: continue ..."."""
    found = _LABEL.match(text)
    return f"for {small(found['what'])}: {small(found['told'])}" if found else text


def conflicts_of(chart: Chart) -> Iterator[Line]:
    """Where notes contradict each other."""
    for row in chart["conflicts"]:
        text = f"The notes do not agree on {plain_drug(row['about'])}. Ask the team what is right."
        yield Line("conflicts", text, row["between"], always=True)
