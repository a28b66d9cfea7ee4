"""Questions to a language model through the real client, to a server that fails in every way servers do."""

import asyncio
import json
import logging
from contextlib import aclosing, suppress
from datetime import timedelta
from email.utils import format_datetime
from time import monotonic

import pytest
from prometheus_client import CollectorRegistry
from pydantic import BaseModel

from rounds import clock
from rounds.llm import ModelFailed, Usage
from rounds.observability.metrics import ModelMetrics
from tests.openai_server import HANGS, REFUSES, Answer, fails, says


class Word(BaseModel):
    word: str


SCHEMA = Word.model_json_schema()
GOOD = says({"word": "yes"})


@pytest.fixture
def server(model_server):
    model_server.answers = [GOOD]
    return model_server


@pytest.fixture(params=["chat", "responses"])
def api(request):
    return request.param


@pytest.fixture(params=["whole", "streamed"])
def way(request):
    return request.param


async def asked(model, way, usage=None):
    if way == "whole":
        return await model.ask("Answer.", "data", Word, schema=SCHEMA, usage=usage, prompt_version="v1")
    stream = model.stream("Answer.", "data", "Word", schema=SCHEMA, usage=usage, prompt_version="v1")
    async with aclosing(stream):
        return Word.model_validate_json("".join([delta async for delta in stream]))


async def test_an_answer(server, model_of, api, way):
    usage = Usage()
    assert (await asked(model_of(openai_api=api, openai_model="a-model"), way, usage)).word == "yes"
    assert usage == Usage(tokens_in=11, tokens_out=7, retries=0)
    (body,) = server.asked
    assert (server.keys, body["model"]) == (["Bearer sk-of-the-tests"], "a-model")
    if api == "chat":
        assert server.paths == ["/v1/chat/completions"]
        assert [(each["role"], each["content"]) for each in body["messages"]] == [
            ("system", "Answer."),
            ("user", "data"),
        ]
        form = body["response_format"]["json_schema"]
    else:
        assert server.paths == ["/v1/responses"]
        assert (body["instructions"], body["input"], body["store"]) == ("Answer.", "data", False)
        form = body["text"]["format"]
    assert (form["name"], form["schema"], form["strict"]) == ("Word", SCHEMA, True)


FAULTS = {
    "401": (fails(401), "refused", "the model's server answered 401", 1),
    "403": (fails(403), "refused", "the model's server answered 403", 1),
    "404": (fails(404), "rejected", "the model's server answered 404", 1),
    "400": (fails(400), "rejected", "the model's server answered 400", 1),
    "context": (
        fails(400, code="context_length_exceeded"),
        "too_long",
        "the model's server answered 400: the question is too long",
        1,
    ),
    "413": (fails(413), "too_long", "the model's server answered 413: the question is too long", 1),
    "429 for an hour": (fails(429, retry_after="3600"), "rate_limited", "the model's server answered 429", 1),
    "429 at once": (fails(429, retry_after="0"), "rate_limited", "the model's server answered 429", 2),
    "500": (fails(500), "server_error", "the model's server answered 500", 2),
    "refusal": (REFUSES, "refusal", "the model refused to answer", 1),
    "empty": (says(""), "empty", "the model gave no answer", 1),
    "limit": (says('{"word": "y', finish="length"), "cut_off", "the answer broke off at the model's limit", 1),
    "hang": (HANGS, "timeout", "no answer within 1 s", 1),
    "over 1 MB": (says({"word": "y" * 1_100_000}, chunk=9_000), "garbage", "the answer is far too long", 1),
    "html": (Answer(body=b"<html>"), None, None, 1),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault(server, model_of, api, way, fault):
    answer, code, reason, calls = FAULTS[fault]
    if code is None:  # a stream without any event, or a body that is no JSON
        code = "garbage" if way == "whole" else "cut_off"
    server.answers = [answer]
    with pytest.raises(ModelFailed) as failed:
        await asked(model_of(openai_api=api, openai_timeout_seconds=1 if fault == "hang" else 20), way)
    server.release()
    assert failed.value.code == code
    assert reason is None or str(failed.value) == reason
    assert "Ada" not in str(failed.value)
    assert len(server.asked) == calls


async def test_a_body_that_is_cut(server, model_of, api):
    server.answers = [says({"word": "yes"}, cut_after=30)]
    with pytest.raises(ModelFailed) as failed:
        await asked(model_of(openai_api=api), "whole")
    assert (failed.value.code, str(failed.value)) == ("cut_off", "the answer broke off")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"cut_after": 3}, "cut_off"),
        ({"finish": None, "usage": None}, "cut_off"),
        ({"error_after": 3}, "server_error"),
        ({"hangs_after": 3}, "timeout"),
    ],
)
async def test_a_stream_that_breaks_off(server, model_of, api, fault, code):
    server.answers = [says({"word": "yes and yes again"}, chunk=3, **fault)]
    told = []
    model = model_of(openai_api=api, openai_timeout_seconds=1 if code == "timeout" else 20)

    async def listen():
        async for delta in model.stream("", "", "Word", schema=SCHEMA):
            told.append(delta)  # noqa: PERF401 - it raises before there is a list

    with pytest.raises(ModelFailed) as failed:
        await listen()
    server.release()
    assert failed.value.code == code
    assert '{"word": "yes and yes again"}'.startswith("".join(told))
    assert told
    assert len(server.asked) == 1  # what has begun is not begun again


async def test_the_deadline_holds_for_slow_drips(server, model_of, way):
    server.answers = [says({"word": "y" * 400}, chunk=1, pause=0.02)] if way == "streamed" else [HANGS]
    with pytest.raises(ModelFailed) as failed:
        await asked(model_of(openai_timeout_seconds=0.3), way)
    server.release()
    assert (failed.value.code, str(failed.value)) == ("timeout", "no answer within 0.3 s")


async def test_whoever_reads_slowly_uses_up_the_time_of_the_model_only(server, model_of):
    server.answers = [says({"word": "yes"}, chunk=1)]
    stream = model_of(openai_timeout_seconds=30).stream("", "", "Word", schema=SCHEMA)
    told = []
    async for delta in stream:
        told.append(delta)
        await asyncio.sleep(0)
    assert json.loads("".join(told)) == {"word": "yes"}


@pytest.mark.parametrize(
    "answer",
    [fails(500), fails(503), fails(429, retry_after="0.01"), fails(408), fails(529)],
    ids=lambda each: each.status,
)
async def test_a_second_try_may_succeed(server, model_of, way, answer):
    server.answers = [answer, GOOD]
    usage = Usage()
    assert (await asked(model_of(), way, usage)).word == "yes"
    assert (usage.retries, len(server.asked)) == (1, 2)


async def test_how_often_is_tried_is_a_setting(server, model_of):
    server.answers = [fails(429, retry_after="0"), fails(429, retry_after="0"), fails(429, retry_after="0"), GOOD]
    assert (await asked(model_of(openai_retries=3), "whole")).word == "yes"
    server.asked.clear()
    server.answers = [fails(500)]
    with pytest.raises(ModelFailed):
        await asked(model_of(openai_retries=0), "whole")
    assert len(server.asked) == 1


@pytest.mark.parametrize("ahead", [3600, -3600])
async def test_a_date_to_wait_for(server, model_of, ahead):
    server.answers = [fails(429, retry_after=format_datetime(clock.now() + timedelta(seconds=ahead))), GOOD]
    if ahead < 0:
        assert (await asked(model_of(), "whole")).word == "yes"
    else:
        with pytest.raises(ModelFailed, match="429"):
            await asked(model_of(), "whole")
        assert len(server.asked) == 1


@pytest.mark.parametrize("value", ["soon", "nan", "inf", "1e999", "9" * 400, ""])
async def test_nonsense_to_wait_for(server, model_of, value):
    server.answers = [fails(429, retry_after=value)]
    with pytest.raises(ModelFailed) as failed:
        await asked(model_of(), "whole")
    assert failed.value.code == "rate_limited"


async def test_two_hundred_kilobytes_are_an_answer(server, model_of, api, way):
    server.answers = [says({"word": "é" * 100_000}, chunk=5_000)]
    assert len((await asked(model_of(openai_api=api), way)).word) == 100_000


@pytest.mark.parametrize(
    "answer",
    [
        *(Answer(body=body) for body in (b"", b"[]", b"null", {}, {"choices": []}, {"choices": [None]})),
        Answer(body={"choices": [{"message": {"content": 3}}]}),
        Answer(body={"choices": [{"message": {"content": [{"text": "yes"}]}}], "usage": {"prompt_tokens": "many"}}),
        Answer(body={"output": [3]}),
        Answer(body={"output": [{"type": "message", "content": 3}]}),
        Answer(body=b"\xff\xfe"),
        Answer(body=b"[" * 100_000),
        says("Sure! Here you are."),
        says({"word": 3}),
        says({"ward": "yes"}),
        says('{"word": "y'),
    ],
    ids=range(16),
)
async def test_what_is_no_answer(server, model_of, api, answer):
    server.answers = [answer]
    with pytest.raises(ModelFailed) as failed:
        await asked(model_of(openai_api=api), "whole")
    assert failed.value.code in {"garbage", "empty"}
    assert len(server.asked) == 1


async def test_a_server_that_counts_no_tokens(server, model_of, api, way):
    server.answers = [says({"word": "yes"}, usage=None)]
    usage = Usage()
    assert (await asked(model_of(openai_api=api), way, usage)).word == "yes"
    assert usage == Usage()


async def test_nobody_there(model_of, way):
    with pytest.raises(ModelFailed) as failed:
        await asked(model_of(openai_base_url="http://127.0.0.1:1/v1"), way)
    assert (failed.value.code, str(failed.value)) == ("unreachable", "the model's server cannot be reached")


async def test_no_key(model_of, way):
    with pytest.raises(ModelFailed) as failed:
        await asked(model_of(openai_api_key=None), way)
    assert failed.value.code == "no_key"


async def test_a_server_that_fails_again_and_again_is_left_alone(server, model_of, way):
    server.answers = [fails(500)]
    model = model_of(openai_retries=0, openai_breaker_failures=2, openai_breaker_seconds=600)
    for _ in range(2):
        with pytest.raises(ModelFailed, match="500"):
            await asked(model, way)
    server.answers = [GOOD]
    with pytest.raises(ModelFailed) as failed:
        await asked(model, way)
    assert (failed.value.code, len(server.asked)) == ("breaker_open", 2)


async def test_it_is_tried_again_when_the_time_is_up(server, model_of, way):
    server.answers = [fails(500)]
    model = model_of(openai_retries=0, openai_breaker_failures=1)
    with pytest.raises(ModelFailed, match="500"):
        await asked(model, way)
    assert model.breaker.is_open
    model.breaker.now = lambda: monotonic() + 60
    server.answers = [GOOD]
    assert (await asked(model, way)).word == "yes"
    assert (await asked(model, way)).word == "yes"


async def test_a_refused_key_is_not_tried_a_second_time(server, model_of, way):
    server.answers = [fails(401), GOOD]
    model = model_of(openai_breaker_seconds=0.001)
    with pytest.raises(ModelFailed, match="401"):
        await asked(model, way)
    with pytest.raises(ModelFailed) as failed:
        await asked(model, way)
    assert (failed.value.code, len(server.asked)) == ("breaker_open", 1)


async def test_what_is_wrong_with_one_question_is_not_held_against_the_server(server, model_of, way):
    model = model_of(openai_breaker_failures=1)
    for answer in (REFUSES, says(""), fails(400), fails(413)):
        server.answers = [answer]
        with pytest.raises(ModelFailed):
            await asked(model, way)
    server.answers = [GOOD]
    assert (await asked(model, way)).word == "yes"


async def test_a_stream_can_be_left(server, model_of):
    server.answers = [says({"word": "yes" * 100}, chunk=1)]
    model = model_of()
    async with aclosing(model.stream("", "", "Word", schema=SCHEMA)) as stream:
        async for _ in stream:
            break
    server.answers = [GOOD]
    assert (await asked(model, "whole")).word == "yes"


async def test_what_is_counted(server, model_of, way):
    registry = CollectorRegistry()
    metrics = ModelMetrics(registry)
    model = model_of(metrics=metrics, openai_model="a-model")

    def value(name, **labels):
        return registry.get_sample_value(name, {"model": "a-model", "prompt_version": "v1", **labels})

    server.answers = [fails(429, retry_after="0"), GOOD]
    await asked(model, way)
    server.answers = [REFUSES]
    with pytest.raises(ModelFailed):
        await asked(model, way)
    assert value("rounds_model_calls_total", outcome="ok") == 1
    assert value("rounds_model_calls_total", outcome="refusal") == 1
    assert value("rounds_model_retries_total") == 1
    assert value("rounds_model_seconds_count") == 2
    refused = 11, 7
    if way == "streamed":  # what it cost comes last, and is not waited for
        refused = 0, 0
    assert value("rounds_model_tokens_total", direction="in") == 11 + refused[0]
    assert value("rounds_model_tokens_total", direction="out") == 7 + refused[1]
    metrics.fell_back("a-model", "v1")
    metrics.checked("a-model", "v1", supported=9, unsupported=1)
    assert value("rounds_model_fallbacks_total") == 1
    assert value("rounds_model_statements_total", verdict="unsupported") == 1
    assert value("rounds_model_statements_total", verdict="supported") == 9


async def test_nothing_that_is_asked_or_answered_is_logged(server, model_of, way, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("openai").setLevel(logging.DEBUG)
    for answer in (says({"word": "leprosy"}), fails(400), says("leprosy")):
        server.answers = [answer]
        model = model_of()
        with suppress(ModelFailed, ValueError):
            await asked(model, way)
    assert server.asked
    for secret in ("leprosy", "Ada Byron", "sk-of-the-tests"):
        assert secret not in caplog.text
