"""What of the work on a summary is done in a child process (`features.summaries.workshop`)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from features.chart import nothing_collected
from features.summaries.extractive import TITLES, summarise
from features.summaries.grounding import Reason, planted, verify, verify_text
from features.summaries.identity import Disguise
from features.summaries.prompting import prompt
from features.summaries.selection import Selected, select
from features.summaries.shape import Chart, ChartNote, Draft, Options, Section, Statement

# Nobody has so many diagnoses or medications; a note that lists more is no note.
MOST_KEY_FACTS = 500
_OTHER = "Also of note"
_TITLES = {title.lower(): title for title in TITLES}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a model is asked, and what is needed to understand its answer."""

    instructions: str
    data: str
    selected: Selected
    disguise: Disguise


def tell(chart: Chart, options: Options, now: datetime) -> tuple[Draft, int]:
    """A summary from the facts alone, and how many notes give instructions to their reader."""
    with nothing_collected():
        draft = summarise(chart, options, now=now)
    key_facts = {name: list(facts)[:MOST_KEY_FACTS] for name, facts in draft.key_facts.items()}
    return replace(draft, key_facts=key_facts), sum(bool(planted(note.content)) for note in chart.notes)


def prepare(chart: Chart, options: Options, tokens: int, today: date) -> Prepared:
    """Choose the notes that a model is shown, and hide in them who the patient is."""
    selected = select(chart, tokens=tokens)
    disguise = Disguise.of(chart.profile, [note.content for note in selected.notes], today)
    instructions, data = prompt(selected.notes, options, disguise.hide)
    return Prepared(instructions, data, selected, disguise)


def supports(statement: Statement, notes: Mapping[UUID, ChartNote]) -> bool:
    """Whether the notes support a statement."""
    return verify(statement, notes).supported


def check(draft: Draft, notes: Mapping[UUID, ChartNote]) -> tuple[Draft, Counter[Reason]]:
    """The draft without what the notes do not support, and how many statements were left out for which first reason."""
    sections: list[Section] = []
    dropped: Counter[Reason] = Counter()
    for section in draft.sections:
        verdicts = [(each, verify(each, notes)) for each in section.statements]
        supported = [each for each, verdict in verdicts if verdict.supported]
        dropped.update(verdict.reasons[0] for _, verdict in verdicts if not verdict.supported)
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
