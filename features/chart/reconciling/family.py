"""What relatives have or had."""

from collections.abc import Sequence
from typing import Any

from features.chart.reconciling.evidence import Evidence, NoteFacts, citations, concept_of, evidence_of, history_of


def family_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """The family history as the chart answers it: a line for each relative and condition."""
    told: dict[tuple[str | None, str], list[Evidence]] = {}
    for each in evidence_of(notes, "diagnoses"):
        if each.fact["certainty"] != "family":
            continue
        single = each.fact.get("relative")
        relatives = each.fact.get("relatives") or ([single] if single else [None])
        for relative in relatives:
            told.setdefault((relative, concept_of(each.fact, "text")), []).append(each)
    named = {concept for relative, concept in told if relative}
    return [
        {
            "relative": relative,
            "condition": said[-1].fact["text"],
            "concept": concept,
            "citations": citations(said),
            "history": history_of(said),
        }
        for (relative, concept), said in told.items()
        if relative or concept not in named
    ]
