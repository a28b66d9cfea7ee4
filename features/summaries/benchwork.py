"""What of the work on a summary is done in a child process (`features.summaries.workshop`)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from features.chart import NoteFacts, nothing_collected, reconcile
from features.summaries.extractive import TITLES, summarise
from features.summaries.extractive.quoting import Source
from features.summaries.grounding import (
    ChartItem,
    Reason,
    Verdict,
    in_short,
    items_of,
    planted,
    verify,
    verify_text,
)
from features.summaries.identity import Disguise
from features.summaries.prompting import prompt
from features.summaries.selection import FRAME, Selected, select
from features.summaries.shape import Chart, ChartNote, Citation, Draft, Options, Section, Statement
from features.summaries.tokens import tokens_in

# Nobody has so many diagnoses or medications; a note that lists more is no note.
MOST_KEY_FACTS = 500
# The chart takes at most one part in so many of the room for notes; of each of its lines so many places are cited.
_SHARE_OF_CHART, _PLACES_OF_LINE = 4, 2
_OTHER = "Also of note"
_TITLES = {title.lower(): title for title in TITLES}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a model is asked, and what is needed to understand its answer."""

    instructions: str
    data: str
    selected: Selected
    disguise: Disguise
    items: Mapping[str, ChartItem]
    """The lines of the chart that it was shown, by their ids."""


def tell(chart: Chart, options: Options, now: datetime) -> tuple[Draft, int]:
    """A summary from the facts alone, and how many notes give instructions to their reader."""
    with nothing_collected():
        draft = summarise(chart, options, now=now)
    key_facts = {name: list(facts)[:MOST_KEY_FACTS] for name, facts in draft.key_facts.items()}
    return replace(draft, key_facts=key_facts), sum(bool(planted(note.content)) for note in chart.notes)


def prepare(chart: Chart, options: Options, tokens: int, today: date) -> Prepared:
    """Choose the notes and the lines of the chart that a model is shown, and hide in them who the patient is."""
    items, lines = _shown_items(chart, tokens // _SHARE_OF_CHART)
    selected = select(chart, tokens=tokens - sum(tokens_in(line) + FRAME for line in lines.values()))
    disguise = Disguise.of(chart.profile, [note.content for note in selected.notes], today)
    instructions, data = prompt(selected.notes, options, disguise.hide, lines)
    return Prepared(instructions, data, selected, disguise, items)


def _shown_items(chart: Chart, tokens: int) -> tuple[dict[str, ChartItem], dict[str, str]]:
    """As many lines of the chart as there is room for, and what each says."""
    if not chart.notes:
        return {}, {}
    facts = [NoteFacts(note.id, note.taken_at, note.type, Source(note).facts()) for note in chart.notes]
    items: dict[str, ChartItem] = {}
    lines: dict[str, str] = {}
    for name, item in items_of(reconcile(facts, max(note.taken_at for note in chart.notes))).items():
        line = in_short(item)
        tokens -= tokens_in(line) + FRAME
        if tokens < 0:
            break
        items[name], lines[name] = item, line
    return items, lines


def supports(statement: Statement, notes: Mapping[UUID, ChartNote], items: Mapping[str, ChartItem]) -> Statement | None:
    """The statement with the notes it rests on, if these and the lines of the chart support it."""
    return _supported(statement, notes, items)[0]


def _supported(
    statement: Statement, notes: Mapping[UUID, ChartNote], items: Mapping[str, ChartItem]
) -> tuple[Statement | None, Verdict]:
    if not set(statement.items) <= items.keys():
        return None, Verdict(False, (Reason.UNKNOWN_ITEM,))
    cited = [items[name] for name in statement.items]
    verdict = verify(statement, notes, cited)
    if not verdict.supported:
        return None, verdict
    places = [place for item in cited for place in item.line["citations"][:_PLACES_OF_LINE]]
    found = [
        Citation(each["note_id"], each["taken_at"], each["quote"], each["start"])
        for each in places
        if each["note_id"] in notes
    ]
    citations = list(dict.fromkeys([*statement.citations, *found]))
    if not citations:  # every statement cites a note
        return None, Verdict(False, (Reason.NO_CITATION,))
    return replace(statement, citations=citations), verdict


def check(
    draft: Draft, notes: Mapping[UUID, ChartNote], items: Mapping[str, ChartItem]
) -> tuple[Draft, Counter[Reason]]:
    """The draft without what is not supported, and how many statements were left out for which first reason."""
    sections: list[Section] = []
    dropped: Counter[Reason] = Counter()
    for section in draft.sections:
        judged = [_supported(each, notes, items) for each in section.statements]
        supported = [statement for statement, _ in judged if statement is not None]
        dropped.update(verdict.reasons[0] for statement, verdict in judged if statement is None)
        if supported:
            sections.append(Section(titled(section.title), supported))
    statements = [each for section in sections for each in section.statements]
    summary = verify_text(draft.summary, statements, notes).text
    if not summary:  # nothing of it stood the test; then the first statements say it
        summary = " ".join(each.text for each in statements[:3])
    return Draft(summary, sections, draft.key_facts), dropped


def titled(title: str) -> str:
    """The heading, if it is one of ours. A model could say something about the patient there, which nobody checks."""
    return _TITLES.get(title.strip().lower(), _OTHER)
