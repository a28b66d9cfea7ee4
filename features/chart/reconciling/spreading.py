"""Cancer that has spread, where notes tell of its metastases and not of the cancer anew."""

import re
from collections.abc import Iterable

from features.chart.reconciling.problem import ACTIVE, Problem

_SOLID = re.compile(r"cancer|carcinoma|sarcoma|melanoma")
_METASTASIS = "metastasis"
_OF_LYMPH_NODES = "lymph node"
_SPREAD = re.compile(r"metast|stage 4")
_STAGE = re.compile(r"\bstage\b")


def spread(problems: Iterable[Problem]) -> None:
    """Where there are metastases and one cancer that they can be of, it is metastatic and of stage 4.

    Metastases of lymph nodes alone may be of an earlier stage.
    """
    active = [problem for problem in problems if problem.status == ACTIVE]
    found = [
        problem
        for problem in active
        if problem.concept.endswith(_METASTASIS) and _OF_LYMPH_NODES not in f"{problem.concept} {problem.detail}"
    ]
    cancers = [problem for problem in active if _SOLID.search(problem.concept) and problem not in found]
    if not found or len(cancers) != 1:
        return
    cancer = cancers[0]
    kept = [part for part in (cancer.detail or "").split(", ") if part and not _SPREAD.search(part)]
    told = [part for part in kept if not _STAGE.search(part)]
    cancer.detail = ", ".join(["metastatic", *told, "stage 4"])
    cancer.detailed = found[-1].deciding[-1] if found[-1].deciding else cancer.detailed
