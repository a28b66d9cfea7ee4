"""Asks a model for a summary, whole or as it is written. What it says is not checked here."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from pydantic import ValidationError

from features.summaries.partial import PartialAnswer, Unreadable
from features.summaries.prompting import (
    Change,
    Names,
    Written,
    WrittenStatement,
    draft_of,
    schema,
)
from features.summaries.selection import Selected
from features.summaries.shape import Draft, Statement
from features.summaries.versions import PROMPT_VERSION
from rounds.llm import LanguageModel, ModelFailed, Usage


@dataclass(frozen=True, slots=True)
class Answered:
    """What a model made of the notes, and what it cost."""

    draft: Draft
    usage: Usage
    model: str
    retries: int = 0


async def ask_model(question: tuple[str, str], selected: Selected, *, model: LanguageModel, reveal: Change) -> Answered:
    """The model's summary.

    Args:
        question: The instructions and the data, as `prompting.prompt` makes them.
        selected: The notes that are shown in them.
        model: Who is asked.
        reveal: Puts back what was hidden of the patient.

    Raises:
        ModelFailed: when it gives no answer that can be used.
    """
    instructions, data = question
    usage = Usage()
    written = await model.ask(instructions, data, Written, schema=schema(), usage=usage, prompt_version=PROMPT_VERSION)
    return _answered(written, selected, model, reveal, usage)


async def stream_model(
    question: tuple[str, str], selected: Selected, *, model: LanguageModel, reveal: Change
) -> AsyncGenerator[tuple[str, Statement] | Answered, None]:
    """Each statement with its section's title as soon as it is there, and at the end, once, the whole.

    What came before a failure is no summary. Close it (`aclosing`) if you leave early.

    Raises:
        ModelFailed: as `ask_model`.
    """
    instructions, data = question
    usage = Usage()
    names = Names(selected.notes, reveal)
    partial, parts = PartialAnswer(), []
    deltas = model.stream(
        instructions, data, Written.__name__, schema=schema(), usage=usage, prompt_version=PROMPT_VERSION
    )
    try:
        async with aclosing(deltas):
            async for delta in deltas:
                parts.append(delta)
                for title, found in partial.feed(delta):
                    statement = names.statement(WrittenStatement.model_validate(found))
                    if statement.text:
                        yield names.line(title), statement
        written = Written.model_validate_json(
            "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    except (Unreadable, ValidationError):
        raise ModelFailed("the answer does not have the form that was asked for", "garbage") from None
    yield _answered(written, selected, model, reveal, usage)


def _answered(written: Written, selected: Selected, model: LanguageModel, reveal: Change, usage: Usage) -> Answered:
    draft = draft_of(written, selected.notes, reveal)
    if not draft.sections:
        raise ModelFailed("the answer has no statements", "empty")
    return Answered(draft, usage, model.name, usage.retries)
