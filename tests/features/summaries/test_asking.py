"""Asking a model for a summary, through the real client."""

import json
from contextlib import aclosing

import pytest

from features.summaries.asking import Answered, ask_model, stream_model
from features.summaries.prompting import prompt
from features.summaries.selection import select
from features.summaries.shape import Options, Statement
from rounds.llm import ModelFailed, Usage
from tests.features.summaries.charts import chart
from tests.openai_server import HANGS, REFUSES, fails, says

SELECTED = select(chart("BP 120/80.", "Seen by Ada Byron. No fever."), tokens=4_000)


def hide(text):
    return text.replace("Ada Byron", "[PATIENT]")


def reveal(text):
    return text.replace("[PATIENT]", "Ada Byron")


def answer(*texts, note="n1", quote="Seen by [PATIENT]."):
    statements = [{"text": text, "citations": [{"note": note, "quote": quote}]} for text in texts]
    return {"sections": [{"title": "Problems", "statements": statements}], "summary": "[PATIENT] is well."}


@pytest.fixture
def server(model_server):
    model_server.answers = [says(answer("[PATIENT] has no fever.", "Second."))]
    return model_server


async def whole(model, selected=SELECTED):
    return await ask_model(prompt(selected.notes, Options(), hide), selected, model=model, reveal=reveal)


async def streamed(model, selected=SELECTED):
    """All that comes, of which the last is the whole."""
    stream = stream_model(prompt(selected.notes, Options(), hide), selected, model=model, reveal=reveal)
    async with aclosing(stream):
        return [each async for each in stream]


async def test_a_summary(server, model_of):
    answered = await whole(model_of(openai_model="a-model"))
    (section,) = answered.draft.sections
    assert [each.text for each in section.statements] == ["Ada Byron has no fever.", "Second."]
    assert answered.draft.summary == "Ada Byron is well."
    assert section.statements[0].citations[0].note_id == SELECTED.notes[0].id
    assert section.statements[0].citations[0].quote == "Seen by Ada Byron."
    assert (answered.model, answered.usage, answered.retries) == ("a-model", Usage(11, 7, 0), 0)
    (asked,) = server.asked
    instructions, data = prompt(SELECTED.notes, Options(), hide)
    assert [each["content"] for each in asked["messages"]] == [instructions, data]
    assert "Byron" not in json.dumps(asked)


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("chunk", [1, 7, 10_000])
async def test_a_stream_says_what_the_whole_says(server, model_of, api, chunk):
    server.answers = [says(answer("[PATIENT] has no fever.", "Zweite 😀 “é”."), chunk=chunk)]
    *statements, last = await streamed(model_of(openai_api=api))
    assert isinstance(last, Answered)
    assert last == await whole(model_of(openai_api=api))
    (section,) = last.draft.sections
    assert statements == [("Problems", each) for each in section.statements]
    assert all(isinstance(each, Statement) for _, each in statements)


async def test_statements_come_before_the_answer_is_whole(server, model_of):
    server.answers = [says(answer("First.", "Second."), chunk=1, hangs_after=150)]
    question = prompt(SELECTED.notes, Options(), hide)
    stream = stream_model(question, SELECTED, model=model_of(openai_model="a-model"), reveal=reveal)
    async with aclosing(stream):
        title, statement = await anext(stream)
    server.release()
    assert (title, statement.text) == ("Problems", "First.")


BROKEN = {
    "refused key": (fails(401), "refused"),
    "overloaded": (fails(429, retry_after="600"), "rate_limited"),
    "failing": (fails(500), "server_error"),
    "refusing": (REFUSES, "refusal"),
    "silent": (says(""), "empty"),
    "prose": (says("The patient is well."), "garbage"),
    "another form": (says({"summary": "well", "sections": "none"}), "garbage"),
    "another statement": (says({"summary": "", "sections": [{"title": "T", "statements": [{"t": 1}]}]}), "garbage"),
    "nothing said": (says({"summary": "All well.", "sections": []}), "empty"),
    "cut JSON": (says(json.dumps(answer("First."))[:-5]), "garbage"),
    "more than JSON": (says(json.dumps(answer("First.")) + " Anything else?"), "garbage"),
}


@pytest.mark.parametrize("manner", BROKEN)
@pytest.mark.parametrize("way", [whole, streamed], ids=["whole", "streamed"])
async def test_a_model_that_fails(server, model_of, way, manner):
    server.answers = [BROKEN[manner][0]]
    with pytest.raises(ModelFailed) as failed:
        await way(model_of(openai_retries=0))
    assert failed.value.code == BROKEN[manner][1]
    assert "well" not in str(failed.value)


@pytest.mark.parametrize("way", [whole, streamed], ids=["whole", "streamed"])
async def test_a_model_that_takes_too_long(server, model_of, way):
    server.answers = [HANGS]
    with pytest.raises(ModelFailed) as failed:
        await way(model_of(openai_timeout_seconds=0.2))
    server.release()
    assert failed.value.code == "timeout"


@pytest.mark.parametrize("way", [whole, streamed], ids=["whole", "streamed"])
async def test_two_hundred_kilobytes_of_statements(server, model_of, way):
    texts = [f"Statement {number}. " + "é" * 400 for number in range(200)]
    server.answers = [says(answer(*texts), chunk=3_000)]
    found = await way(model_of(openai_model="a-model"))
    last = found[-1] if isinstance(found, list) else found
    assert [each.text for each in last.draft.sections[0].statements] == texts


async def test_retries_are_told(server, model_of):
    server.answers = [fails(500), says(answer("First."))]
    answered = await whole(model_of(openai_model="a-model"))
    assert (answered.retries, answered.usage.retries) == (1, 1)
