"""Writes a summary: by a model whose every statement is checked against the notes, or else from the facts alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from features.summaries.asking import Answered, ask_model, stream_model
from features.summaries.extractive import SURE, TITLES, VITAL_TITLES, missing_from, summarise
from features.summaries.extractive import VERSION as EXTRACTIVE_VERSION
from features.summaries.grounding import planted, verify, verify_text
from features.summaries.identity import Disguise
from features.summaries.prompting import PROMPT_VERSION
from features.summaries.schema import Generator, Heading, KeyFacts, NoteMention, SectionRead, StatementRead, SummaryRead
from features.summaries.selection import Selected, select
from features.summaries.shape import Chart, ChartNote, Draft, Options, Section, Statement
from rounds import clock
from rounds.llm import LanguageModel, ModelFailed
from rounds.observability.metrics import ModelMetrics
from rounds.settings import Settings

# For so long a summary that a model should have written stands in for its own; then the model is asked again.
MAKESHIFT_SECONDS = 60

NO_KEY = "No model is configured (OPENAI_API_KEY is not set)."
NO_NOTES = "There are no notes to summarise."
_UNREAD = "Notes without a text, because they have not been read yet or could not be: {count}."
_DROPPED = "Statements of the model left out, because the notes do not support them: {count}."
_OMITTED = "Notes left out, because they exceed what the model can take in: {count}."
_PLANTED = (
    "Notes that give instructions to whoever reads them, as if to a program: {count}. That text, and what follows it "
    "in its paragraph, was left out."
)
_UNSURE = "Some of the notes are scans that could not be read well; check those statements against the files."
_OTHER = "Also of note"
_TITLES = {title.lower(): title for title in TITLES}

Tell = Callable[[str, StatementRead], Awaitable[None]]


def is_makeshift(generator: Generator) -> bool:
    """Whether a model should have written it, and is worth asking again."""
    return generator.degraded and generator.model is not None


@dataclass(frozen=True, slots=True)
class _Written:
    """What the model's answer came to once it was checked."""

    draft: Draft
    used: Sequence[ChartNote]
    omitted: Sequence[ChartNote]
    dropped: int


class Writer:
    """Writes summaries with one model, or without any."""

    def __init__(self, settings: Settings, metrics: ModelMetrics | None = None) -> None:
        self._model = LanguageModel(settings, metrics=metrics) if settings.openai_api_key else None
        self._metrics = metrics
        self._tokens = settings.openai_context_tokens
        self.seconds = settings.openai_timeout_seconds if self._model else 0.0

    @property
    def identity(self) -> tuple[Any, ...]:
        """What of the writer a summary depends on."""
        if self._model is None:
            return ("extractive", EXTRACTIVE_VERSION)
        return ("model", self._model.name, self._model.base_url, PROMPT_VERSION, EXTRACTIVE_VERSION, self._tokens)

    async def write(self, chart: Chart, options: Options, *, unread: int, tell: Tell | None = None) -> SummaryRead:
        """A summary of the chart; if a model was asked and failed, the one made from the facts, and why.

        Args:
            chart: The patient and the notes.
            options: What was asked for.
            unread: How many further notes there are without a text.
            tell: Called with each statement of the model as soon as it has been checked.
        """
        # Off the event loop: a thousand notes keep a processor busy for a while.
        plain = await asyncio.to_thread(summarise, chart, options, now=clock.now())
        warnings = [_UNREAD.format(count=unread)] if unread else []
        if any(_unsure(note) for note in chart.notes):
            warnings.append(_UNSURE)
        count = await asyncio.to_thread(_planted_in, chart)
        if count:
            warnings.append(_PLANTED.format(count=count))
        if not chart.notes:
            generator = Generator(
                provider="extractive", model=None, prompt_version=None, degraded=False, reason=NO_NOTES
            )
            return _read(chart, plain, generator, used=(), omitted=(), warnings=warnings)
        reason = NO_KEY
        if self._model is not None:
            try:
                written = await self._by_model(chart, options, plain, tell)
            except ModelFailed as failure:
                reason = f"The model was not used: {failure}."
            else:
                if written.dropped:
                    warnings.append(_DROPPED.format(count=written.dropped))
                if written.omitted:
                    warnings.append(_OMITTED.format(count=len(written.omitted)))
                generator = Generator(
                    provider="openai",
                    model=self._model.name,
                    prompt_version=PROMPT_VERSION,
                    degraded=False,
                    reason=None,
                )
                return _read(
                    chart, written.draft, generator, used=written.used, omitted=written.omitted, warnings=warnings
                )
        model = self._model
        generator = Generator(
            provider="extractive",
            model=model.name if model else None,
            prompt_version=PROMPT_VERSION if model else None,
            degraded=True,
            reason=reason,
        )
        if model is not None and self._metrics is not None:
            self._metrics.fell_back(model.name, PROMPT_VERSION)
        return _read(chart, plain, generator, used=chart.notes, omitted=(), warnings=warnings)

    async def _by_model(self, chart: Chart, options: Options, plain: Draft, tell: Tell | None) -> _Written:
        if self._model is None:
            raise ModelFailed("there is none", "no_key")
        selected, disguise = await asyncio.to_thread(self._prepare, chart)
        notes = {note.id: note for note in chart.notes}
        if tell is None:
            answered = await ask_model(selected, options, model=self._model, hide=disguise.hide, reveal=disguise.reveal)
        else:
            answered = await self._told_as_it_comes(self._model, selected, options, disguise, notes, tell)
        draft, dropped = await asyncio.to_thread(_checked, answered.draft, notes)
        if self._metrics is not None:
            kept = sum(len(section.statements) for section in draft.sections)
            self._metrics.checked(self._model.name, PROMPT_VERSION, supported=kept, unsupported=dropped)
        if not draft.sections:
            raise ModelFailed("nothing it said is supported by the notes", "unsupported")
        return _Written(_with_alerts(draft, plain), selected.notes, selected.omitted, dropped)

    def _prepare(self, chart: Chart) -> tuple[Selected, Disguise]:
        selected = select(chart, tokens=self._tokens)
        texts = [note.content for note in selected.notes]
        return selected, Disguise.of(chart.profile, texts, clock.today())

    async def _told_as_it_comes(
        self,
        model: LanguageModel,
        selected: Selected,
        options: Options,
        disguise: Disguise,
        notes: Mapping[UUID, ChartNote],
        tell: Tell,
    ) -> Answered:
        answered = None
        async with aclosing(
            stream_model(selected, options, model=model, hide=disguise.hide, reveal=disguise.reveal)
        ) as parts:
            async for part in parts:
                if isinstance(part, Answered):
                    answered = part
                    continue
                title, statement = part
                if (await asyncio.to_thread(verify, statement, notes)).supported:
                    await tell(titled(title), _statement(statement))
        if answered is None:
            raise ModelFailed("the answer broke off", "cut_off")
        return answered


def titled(title: str) -> str:
    """The heading, if it is one of ours. A model could say something about the patient there, which nobody checks."""
    return _TITLES.get(title.strip().lower(), _OTHER)


def _checked(draft: Draft, notes: Mapping[UUID, ChartNote]) -> tuple[Draft, int]:
    """The draft without what the notes do not support, and how many statements that were."""
    sections, dropped = [], 0
    for section in draft.sections:
        supported = [each for each in section.statements if verify(each, notes).supported]
        dropped += len(section.statements) - len(supported)
        if supported:
            sections.append(Section(titled(section.title), supported))
    statements = [each for section in sections for each in section.statements]
    summary = verify_text(draft.summary, statements, notes).text
    if not summary:  # nothing of it stood the test; then the first statements say it
        summary = " ".join(each.text for each in statements[:3])
    return Draft(summary, sections, draft.key_facts), dropped


def _with_alerts(draft: Draft, plain: Draft) -> Draft:
    """The draft with what must never be missing: what is severe in the newest notes, as the facts have it.

    A model may leave out what it likes, but not an anaphylaxis.
    """
    missing = missing_from(draft, plain, VITAL_TITLES)
    sections = [*missing, *draft.sections]
    summary = draft.summary
    for section in missing:
        summary = " ".join([*(each.text for each in section.statements[:1]), summary])
    return Draft(summary, sections, plain.key_facts)


def _planted_in(chart: Chart) -> int:
    """How many notes give instructions to their reader."""
    return sum(bool(planted(note.content)) for note in chart.notes)


def _unsure(note: ChartNote) -> bool:
    return note.confidence is not None and note.confidence < SURE


def _read(
    chart: Chart,
    draft: Draft,
    generator: Generator,
    *,
    used: Sequence[ChartNote],
    omitted: Sequence[ChartNote],
    warnings: list[str],
) -> SummaryRead:
    profile = chart.profile
    return SummaryRead(
        patient_id=profile.id,
        heading=heading_of(asdict(profile)),
        summary=draft.summary,
        sections=[
            SectionRead(title=section.title, statements=[_statement(each) for each in section.statements])
            for section in draft.sections
        ],
        key_facts=KeyFacts.model_validate({name: list(facts) for name, facts in draft.key_facts.items()}),
        notes_used=[_mention(note) for note in used],
        notes_omitted=[_mention(note) for note in omitted],
        generator=generator,
        warnings=warnings,
        generated_at=clock.now(),
    )


def heading_of(patient: Mapping[str, Any]) -> Heading:
    """Whom it is about, from the patient's fields."""
    named = {name: patient[name] for name in ("name", "date_of_birth", "sex", "mrn", "nhs_number")}
    return Heading(**named, age=clock.age_on(clock.today(), patient["date_of_birth"]))


def _statement(statement: Statement) -> StatementRead:
    return StatementRead.model_validate(asdict(statement))


def _mention(note: ChartNote) -> NoteMention:
    return NoteMention(note_id=note.id, taken_at=note.taken_at, type=note.type)
