"""What relatives have or had."""

from collections.abc import Sequence
from typing import Any

from features.chart.reconciling.evidence import Evidence, NoteFacts, citations, concept_of, evidence_of, history_of

_HOMELY = {
    **dict.fromkeys(["mum", "mom", "mummy", "mam"], "mother"),
    **dict.fromkeys(["dad", "daddy"], "father"),
    **dict.fromkeys(["gran", "nan", "granny", "grandma"], "grandmother"),
    **dict.fromkeys(["grandad", "granddad", "grandpa"], "grandfather"),
    "auntie": "aunt",
    "mat": "maternal",
    "pat": "paternal",
    "gm": "grandmother",
    "gf": "grandfather",
}


def _kin(relative: str | None) -> str | None:
    """A relative under one name: dad is the father."""
    return " ".join(_HOMELY.get(word, word) for word in relative.lower().split()) if relative else None


def family_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """The family history as the chart answers it: a line for each relative and condition."""
    told: dict[tuple[str | None, str], list[Evidence]] = {}
    for each in evidence_of(notes, "diagnoses"):
        if each.fact["certainty"] != "family":
            continue
        single = each.fact.get("relative")
        relatives = each.fact.get("relatives") or ([single] if single else [None])
        for relative in map(_kin, relatives):
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
