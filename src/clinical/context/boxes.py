"""Where the boxes and ticks of a form's line stand: before what they answer, or behind it."""

import re
from collections.abc import Sequence

_BARE_SIGNS = frozenset("✓✔✗✘")
# What divides a line of labels, and what shows that a box closes its label.
_COLUMN = re.compile(r"(?<!\s)\s{2,}+|\t|\||[.;]\s")
_CLOSES = re.compile(r"[ \t]{2,}\S|\t|\s?\||[.,;]")


def follow_labels(text: str, start: int, end: int, boxes: Sequence[re.Match[str]]) -> bool:
    """Whether the boxes of `text[start:end]` stand behind their labels: "Angina [ ]   MI [x] 2018", "Flu jab ✓."."""
    before = text[start : boxes[0].start()].strip(" \t-*•·")
    if not before or before.endswith(":"):
        return False
    bare = boxes[0].group() in _BARE_SIGNS
    return bare or not text[boxes[-1].end() : end].strip() or any(_CLOSES.match(text, box.end()) for box in boxes)


def label_before(text: str, start: int, box: int) -> int:
    """Where the label begins that a box answers which stands behind it; `start` is where the box before it ends."""
    return max((mark.end() for mark in _COLUMN.finditer(text, start, box) if mark.end() < box), default=start)


def remark_behind(text: str, box: int, end: int) -> int:
    """Where the words end that are added to a box which stands behind its label."""
    column = _COLUMN.search(text, box, end)
    return column.start() if column else end
