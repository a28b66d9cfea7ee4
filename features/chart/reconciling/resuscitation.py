"""The decision on resuscitation that stands: the latest counts, and a limit of treatment holds until it is lifted."""

from collections.abc import Sequence
from typing import Any

from features.chart.reconciling.evidence import Evidence, NoteFacts, citations, evidence_of, history_of

_UNSTATED, _ATTEMPT = "unstated", "attempt"


def resuscitation_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """The decision as the chart answers it, in one line; none where no note tells one."""
    told = list(evidence_of(notes, "resuscitation"))
    if not told:
        return []
    decided = next((each for each in reversed(told) if each.fact["decision"] != _UNSTATED), None)
    since = told[told.index(decided) :] if decided is not None and decided.fact["decision"] == _ATTEMPT else told
    limited = _latest(since, "limit")
    form = _latest(since, "form")
    deciding = [each for each in told if any(each is one for one in (decided, limited, form))]
    last = decided or told[-1]
    line = {
        "decision": decided.fact["decision"] if decided else _UNSTATED,
        "limit": limited.fact["limit"] if limited else None,
        "form": form.fact["form"] if form else None,
        "on": last.note.taken_at.date().isoformat(),
        "citations": citations(deciding or told[-1:]),
        "history": history_of(told, "decision", "limit", "form"),
    }
    return [line]


def _latest(told: Sequence[Evidence], name: str) -> Evidence | None:
    return next((each for each in reversed(told) if each.fact.get(name)), None)
