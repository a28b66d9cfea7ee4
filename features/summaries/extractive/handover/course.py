"""The course: each encounter with why it was, and what changed in it; and what was found."""

from collections.abc import Iterator

from features.summaries.extractive import names
from features.summaries.extractive.events import changes_of
from features.summaries.extractive.telling import Chart, Line, Row, capital, day_of, listed

_KINDS = {
    "procedure": "operation",
    "emergency": "emergency visit",
    "laboratory": "laboratory report",
    "correspondence": "letter",
    "progress": "",
    "other": "",
}
# What brought the patient to hospital, which the shortest summary tells as well.
EVENTS = frozenset({"emergency", "admission"})


def encounters_of(chart: Chart) -> Iterator[Line]:
    """One line for each encounter of which a reason or a change is told, the newest first."""
    reasons = {row["citations"][0]["note_id"]: row for row in chart["encounters"]}
    events = _events(chart)
    moments = {row["citations"][0]["note_id"]: row["citations"][0]["taken_at"] for row in chart["encounters"]}
    moments |= {said["note_id"]: said["taken_at"] for told in events.values() for _, said in told}
    for note in sorted(moments, key=lambda note: (moments[note], str(note)), reverse=True):
        reason = reasons.get(note)
        told = events.get(note, [])
        parts = [*([reason_of(reason)] if reason else []), *_together(told)]
        citations = [*(reason["citations"] if reason else ()), *(said for _, said in told)]
        manner = "event" if reason and reason["type"] in EVENTS else ""
        yield Line("course", f"{day_of(moments[note])}: {'. '.join(parts)}", citations, manner=manner)


def reason_of(row: Row) -> str:
    """Why the patient was seen, with the kind of the note."""
    text = row["reason"].capitalize() if row["reason"].isupper() else row["reason"]
    kind = _KINDS.get(row["type"], str(row["type"]))
    is_title = ":" in text or "clinic" in text.lower() or kind.split(" ")[0] in text.lower()
    return f"{kind}, {text}" if kind and not is_title else capital(text)


def _events(chart: Chart) -> dict[object, list[tuple[str, Row]]]:
    """What was started, changed and stopped, and what was found out, by note."""
    found: dict[object, list[tuple[str, Row]]] = {}
    for row in chart["medications"]:
        for verb, amount, said in changes_of(row):
            to = " to" if amount and verb == "Changed" else ""
            text = f"{_named_then(row, said)}{to} {amount}".strip()
            found.setdefault(said["note_id"], []).append((f"{verb}|{text}", said))
    for row in chart["problems"]:
        first = row["history"][-1] if row["history"] else None
        if first and row["since"] and first.get("certainty") == "confirmed":
            found.setdefault(first["note_id"], []).append((f"New|{names.condition(row)}", first))
    return found


def _named_then(row: Row, said: Row) -> str:
    """A drug, without a form ("MR") that it has only later."""
    *drug, form = str(row["name"]).split()
    later = drug and form in names.FORMS and form not in said["quote"].lower().split()
    return names.drug(" ".join(drug) if later else row["name"])


def _together(told: list[tuple[str, Row]]) -> Iterator[str]:
    by_head: dict[str, list[str]] = {}
    for text, _ in told:
        head, _, what = text.partition("|")
        by_head.setdefault(head, []).append(what)
    for head, items in by_head.items():
        yield f"{head}: {listed(list(dict.fromkeys(items)))}"


def findings_of(chart: Chart) -> Iterator[Line]:
    """What was found, results first."""
    for row in chart["findings"]:
        text = capital(row["text"])
        yield Line("findings", f"{text} ({day_of(row['on'])})", row["citations"], text)
