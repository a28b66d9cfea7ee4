"""Writes a summary: by a model whose every statement is checked against the notes, or else from the facts alone.

What asks a model, and what knows the notes, is named where it is used: the workshop has loaded it by then
(`features.summaries.workshop`), and a server's start has no use for it.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from features.summaries.places import Layouts, Places
from features.summaries.schema import (
    KeyFacts,
    NoteMention,
    SummaryGenerator,
    SummaryHeading,
    SummaryRead,
    SummarySection,
    SummaryStatement,
)
from features.summaries.shape import Chart, ChartNote, Draft, Options
from features.summaries.versions import EXTRACTIVE_VERSION, PROMPT_VERSION
from features.summaries.workshop import SECONDS_ALTOGETHER, TakesTooLong, Told, Workshop
from rounds import clock
from rounds.llm import LanguageModel, ModelFailed
from rounds.settings import Settings

if TYPE_CHECKING:
    from features.summaries.asking import Answered
    from features.summaries.benchwork import Prepared
    from features.summaries.grounding import Reason

# For so long a summary stands in for one that a model should have written, or that should rest on all notes; then that
# is tried again.
MAKESHIFT_SECONDS = 60

NO_KEY = "No model is configured (OPENAI_API_KEY is not set)."
NO_NOTES = "There are no notes to summarise."
_UNREAD = "Notes without a text, because they have not been read yet or could not be: {count}."
_DROPPED = "Statements of the model left out, because the notes do not support them: {count} ({reasons})."
_OMITTED = "Notes left out, because they exceed what the model can take in: {count}."
_PLANTED = (
    "Notes that give instructions to whoever reads them, as if to a program: {count}. That text, and what follows it "
    "in its paragraph, was left out."
)
_UNSURE = "Some of the notes are scans that could not be read well; check those statements against the files."
_NEWEST_ONLY = (
    "This rests on the newest notes only, because going through all of them took too long. Read the others themselves; "
    "allergies and medications may stand there."
)
_TOO_MANY = "Notes left out, because the record is too large to be gone through: {count}. They are the oldest ones."

Tell = Callable[[str, SummaryStatement], Awaitable[None]]


def is_makeshift(summary: SummaryRead) -> bool:
    """Whether a model should have written it, or it should rest on more notes, and another try may do better."""
    generator = summary.generator
    return generator.degraded and (generator.model is not None or _NEWEST_ONLY in summary.warnings)


@dataclass(frozen=True, slots=True)
class _Written:
    """What the model's answer came to once it was checked."""

    draft: Draft
    used: Sequence[ChartNote]
    omitted: Sequence[ChartNote]
    dropped: "Counter[Reason]"


class Writer:
    """Writes summaries with one model, or without any."""

    def __init__(self, settings: Settings, model: LanguageModel) -> None:
        self._model = model if model.configured else None
        self._tokens = settings.openai_context_tokens
        # How long writing one may take.
        self.seconds = SECONDS_ALTOGETHER + (settings.openai_timeout_seconds if self._model else 0.0)

    @property
    def identity(self) -> tuple[Any, ...]:
        """What of the writer a summary depends on."""
        if self._model is None:
            return ("extractive", EXTRACTIVE_VERSION)
        return ("model", self._model.name, self._model.base_url, PROMPT_VERSION, EXTRACTIVE_VERSION, self._tokens)

    async def write(
        self,
        chart: Chart,
        options: Options,
        *,
        unread: int,
        workshop: Workshop,
        layouts: Layouts,
        tell: Tell | None = None,
    ) -> SummaryRead:
        """A summary of the chart; if a model was asked and failed, the one made from the facts, and why.

        Args:
            chart: The patient and the notes.
            options: What was asked for.
            unread: How many further notes there are without a text.
            workshop: Where the notes are gone through.
            layouts: Brings where on their pages the words of notes stand.
            tell: Called with each statement of the model as soon as it has been checked.

        Raises:
            Unavailable: when there is no time to go through the notes.
        """
        places = Places(chart.notes, layouts)
        told = await workshop.tell(chart, options, now=clock.now())
        warnings = _warnings(chart, told, unread)
        if not chart.notes:
            generator = SummaryGenerator(
                provider="extractive", model=None, prompt_version=None, degraded=False, reason=NO_NOTES
            )
            return await _read(chart, told.draft, generator, places, used=(), omitted=(), warnings=warnings)
        reason = NO_KEY
        if self._model is not None:
            try:
                written = await self._by_model(self._model, chart, options, told.draft, workshop, places, tell)
            except TakesTooLong:
                reason = "The model was not used: making the notes ready for it took too long."
            except ModelFailed as failure:
                reason = f"The model was not used: {failure}."
            else:
                if written.dropped:
                    warnings.append(_dropped(written.dropped))
                if written.omitted:
                    warnings.append(_OMITTED.format(count=len(written.omitted)))
                generator = SummaryGenerator(
                    provider="openai",
                    model=self._model.name,
                    prompt_version=PROMPT_VERSION,
                    degraded=False,
                    reason=None,
                )
                return await _read(
                    chart,
                    written.draft,
                    generator,
                    places,
                    used=written.used,
                    omitted=[*written.omitted, *chart.omitted],
                    warnings=warnings,
                )
        model = self._model
        generator = SummaryGenerator(
            provider="extractive",
            model=model.name if model else None,
            prompt_version=PROMPT_VERSION if model else None,
            degraded=True,
            reason=reason,
        )
        if model is not None:
            model.metrics.fell_back(model.name, PROMPT_VERSION)
        left_out = {note.id for note in told.omitted}
        used = [note for note in chart.notes if note.id not in left_out]
        omitted = [*told.omitted, *chart.omitted]
        return await _read(chart, told.draft, generator, places, used=used, omitted=omitted, warnings=warnings)

    async def _by_model(
        self,
        model: LanguageModel,
        chart: Chart,
        options: Options,
        plain: Draft,
        workshop: Workshop,
        places: Places,
        tell: Tell | None,
    ) -> _Written:
        from features.summaries.asking import ask_model  # noqa: PLC0415 - see above

        prepared = await workshop.prepare(chart, options, tokens=self._tokens, today=clock.today())
        selected = prepared.selected
        notes = {note.id: note for note in chart.notes}
        if tell is None:
            question = (prepared.instructions, prepared.data)
            answered = await ask_model(question, selected, model=model, reveal=prepared.disguise.reveal)
        else:
            answered = await self._told_as_it_comes(model, prepared, notes, workshop, places, tell)
        draft, dropped = await workshop.check(answered.draft, notes, prepared.items)
        kept = sum(len(section.statements) for section in draft.sections)
        model.metrics.checked(model.name, PROMPT_VERSION, supported=kept, unsupported=dropped.total())
        if not draft.sections:
            raise ModelFailed("nothing it said is supported by the notes", "unsupported")
        return _Written(_with_alerts(draft, plain), selected.notes, selected.omitted, dropped)

    async def _told_as_it_comes(
        self,
        model: LanguageModel,
        prepared: "Prepared",
        notes: Mapping[UUID, ChartNote],
        workshop: Workshop,
        places: Places,
        tell: Tell,
    ) -> "Answered":
        from features.summaries.asking import Answered, stream_model  # noqa: PLC0415 - see above
        from features.summaries.benchwork import titled  # noqa: PLC0415

        answered = None
        question = (prepared.instructions, prepared.data)
        async with aclosing(
            stream_model(question, prepared.selected, model=model, reveal=prepared.disguise.reveal)
        ) as parts:
            async for part in parts:
                if isinstance(part, Answered):
                    answered = part
                    continue
                title, statement = part
                supported = await workshop.supports(statement, notes, prepared.items)
                if supported is not None:
                    (shown,) = await places.of([supported])
                    await tell(titled(title), shown)
        if answered is None:
            raise ModelFailed("the answer broke off", "cut_off")
        return answered


def _warnings(chart: Chart, told: Told, unread: int) -> list[str]:
    """What a reader must know before relying on it."""
    warnings = [_UNREAD.format(count=unread)] if unread else []
    if told.omitted:
        warnings.append(_NEWEST_ONLY)
    if chart.omitted:
        warnings.append(_TOO_MANY.format(count=len(chart.omitted)))
    if any(_unsure(note) for note in chart.notes):
        warnings.append(_UNSURE)
    if told.planted:
        warnings.append(_PLANTED.format(count=told.planted))
    return warnings


def _dropped(reasons: "Counter[Reason]") -> str:
    """How many statements were left out, and for which reasons, the commonest first."""
    told = ", ".join(f"{reason.value} {count}" for reason, count in reasons.most_common())
    return _DROPPED.format(count=reasons.total(), reasons=told)


def _with_alerts(draft: Draft, plain: Draft) -> Draft:
    """The draft with what must never be missing: what is severe in the newest notes, as the facts have it.

    A model may leave out what it likes, but not an anaphylaxis.
    """
    from features.summaries.extractive import VITAL_TITLES, missing_from  # noqa: PLC0415 - see above

    missing = missing_from(draft, plain, VITAL_TITLES)
    sections = [*missing, *draft.sections]
    summary = draft.summary
    for section in missing:
        summary = " ".join([*(each.text for each in section.statements[:1]), summary])
    return Draft(summary, sections, plain.key_facts)


def _unsure(note: ChartNote) -> bool:
    from features.summaries.extractive import SURE  # noqa: PLC0415 - see above

    return note.confidence is not None and note.confidence < SURE


async def _read(
    chart: Chart,
    draft: Draft,
    generator: SummaryGenerator,
    places: Places,
    *,
    used: Sequence[ChartNote],
    omitted: Sequence[ChartNote],
    warnings: list[str],
) -> SummaryRead:
    profile = chart.profile
    shown = iter(await places.of([each for section in draft.sections for each in section.statements]))
    return SummaryRead(
        patient_id=profile.id,
        heading=heading_of(asdict(profile)),
        summary=draft.summary,
        sections=[
            SummarySection(title=section.title, statements=list(islice(shown, len(section.statements))))
            for section in draft.sections
        ],
        key_facts=KeyFacts.model_validate({name: list(facts) for name, facts in draft.key_facts.items()}),
        notes_used=[_mention(note) for note in used],
        notes_omitted=[_mention(note) for note in omitted],
        generator=generator,
        warnings=warnings,
        generated_at=clock.now(),
    )


def heading_of(patient: Mapping[str, Any]) -> SummaryHeading:
    """Whom it is about, from the patient's fields."""
    named = {name: patient[name] for name in ("name", "date_of_birth", "sex", "mrn", "nhs_number")}
    return SummaryHeading(**named, age=clock.age_on(clock.today(), patient["date_of_birth"]))


def _mention(note: ChartNote) -> NoteMention:
    return NoteMention(note_id=note.id, taken_at=note.taken_at, type=note.type)
