"""A server that speaks OpenAI's protocol on loopback: chat completions and responses, whole and streamed, with faults.

    with serving() as server:
        server.answers = [fails(500), says({"summary": "…", "sections": []})]
        settings = settings_for(..., openai_base_url=server.url, openai_api_key="sk")

`answers` are given in turn, the last one again and again. Each is an `Answer`, or a function that makes one from the
request's body. `asked` holds the bodies that came. In a real thread with a real socket: nothing of the client is faked.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True)
class Answer:
    """What the server does with one request."""

    text: str | None = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  # instead of what the protocol says; bytes as they are
    refusal: str | None = None
    finish: str | None = "stop"
    chunk: int = 20  # characters in each event of a stream
    cut_after: int | None = None  # bytes of the response, or events of the stream, then the connection breaks
    hangs: bool = False
    hangs_after: int | None = None  # events
    error_after: int | None = None  # events
    pause: float = 0.0  # seconds between the events
    usage: tuple[int, int] | None = (11, 7)


Reply = Answer | Callable[[dict[str, Any]], Answer]


def says(content: Any, **more: Any) -> Answer:
    """A good answer; what is no text is sent as JSON."""
    return Answer(content if isinstance(content, str) or content is None else json.dumps(content), **more)


def fails(status: int, *, code: str | None = None, **headers: str) -> Answer:
    """An error, e.g. `fails(429, retry_after="1")`. Its message quotes what no log may hold."""
    body = {"error": {"message": "the patient is Ada Byron", "type": "error", "code": code}}
    return Answer(status=status, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


HANGS = Answer(hangs=True)
REFUSES = Answer(text=None, refusal="I cannot help with that.")


class OpenAIServer:
    """The server; `url` is what `OPENAI_BASE_URL` takes."""

    def __init__(self) -> None:
        self.answers: list[Reply] = [says("{}")]
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.url = ""
        self._let_go: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def reset(self) -> None:
        """Forget what was asked; answer nothing of use until told otherwise."""
        self.answers = [says("{}")]
        for kept in (self.asked, self.keys, self.paths):
            kept.clear()

    async def _answer(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        self.asked.append(asked)
        self.keys.append(request.headers.get("authorization"))
        self.paths.append(request.url.path)
        reply = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        answer = reply if isinstance(reply, Answer) else reply(asked)
        if answer.hangs:
            await self._forever()
        if answer.status != 200 or answer.body is not None:
            return self._raw(answer)
        protocol = _Responses if request.url.path.endswith("/responses") else _Chat
        if asked.get("stream"):
            return StreamingResponse(self._events(answer, protocol), media_type="text/event-stream")
        return self._raw(answer, protocol.whole(answer))

    def _raw(self, answer: Answer, body: Any = None) -> Response:
        content = answer.body if body is None else body
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        if answer.cut_after is None:
            kind = JSONResponse.media_type
            return Response(raw, status_code=answer.status, headers=dict(answer.headers), media_type=kind)

        async def cut() -> AsyncIterator[bytes]:
            yield raw[: answer.cut_after]
            await _break_off()

        return StreamingResponse(cut(), media_type="application/json", headers={"content-length": str(len(raw))})

    async def _events(self, answer: Answer, protocol: "type[_Chat | _Responses]") -> AsyncIterator[bytes]:
        for number, event in enumerate(protocol.events(answer)):
            if number == answer.cut_after:
                await _break_off()
            if number == answer.hangs_after:
                await self._forever()
            if number == answer.error_after:
                yield b'data: {"error": {"message": "the patient is Ada Byron", "code": "server_error"}}\n\n'
                return
            if answer.pause:
                await asyncio.sleep(answer.pause)
            yield event

    async def _forever(self) -> None:
        assert self._let_go is not None
        await self._let_go.wait()

    def release(self) -> None:
        """Let go whatever hangs now; what comes later hangs again."""

        def let_go() -> None:
            assert self._let_go is not None
            self._let_go.set()
            self._let_go = asyncio.Event()

        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(let_go)

    @contextmanager
    def running(self) -> Iterator[None]:
        paths = ("/v1/chat/completions", "/v1/responses")
        app = Starlette(routes=[Route(path, self._answer, methods=["POST"]) for path in paths])
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", loop="asyncio")
        server = uvicorn.Server(config)
        started = threading.Event()

        async def serve() -> None:
            self._loop, self._let_go = asyncio.get_running_loop(), asyncio.Event()
            config.load()
            server.lifespan = config.lifespan_class(config)
            await server.startup()
            self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
            started.set()
            await server.main_loop()
            self.release()
            await server.shutdown()

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert started.wait(10)
        try:
            yield
        finally:
            server.should_exit = True
            self.release()
            thread.join(10)


@contextmanager
def serving() -> Iterator[OpenAIServer]:
    """A server for the length of the block."""
    server = OpenAIServer()
    with server.running():
        yield server


async def _break_off() -> None:
    # uvicorn closes the connection in the middle of the body, as a server that dies does.
    raise ConnectionError("broken off on purpose")


def _chunks(answer: Answer) -> list[str]:
    text = answer.text or ""
    return [text[at : at + answer.chunk] for at in range(0, len(text), answer.chunk)]


def _event(data: Any) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


class _Chat:
    @staticmethod
    def whole(answer: Answer) -> dict[str, Any]:
        message = {"role": "assistant", "content": answer.text, "refusal": answer.refusal}
        choice = {"index": 0, "message": message, "finish_reason": answer.finish}
        found = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        return found | ({"usage": _Chat.usage(answer)} if answer.usage else {})

    @staticmethod
    def usage(answer: Answer) -> dict[str, int]:
        given, made = answer.usage or (0, 0)
        return {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made}

    @staticmethod
    def events(answer: Answer) -> Iterator[bytes]:
        def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return _event(
                {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            )

        yield chunk({"role": "assistant", "content": ""})
        if answer.refusal:
            yield chunk({"refusal": answer.refusal})
        for text in _chunks(answer):
            yield chunk({"content": text})
        if answer.finish:
            yield chunk({}, answer.finish)
        if answer.usage:
            tail = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
            yield _event(tail | {"usage": _Chat.usage(answer)})
        yield b"data: [DONE]\n\n"


class _Responses:
    @staticmethod
    def whole(answer: Answer) -> dict[str, Any]:
        part = (
            {"type": "refusal", "refusal": answer.refusal}
            if answer.refusal
            else {"type": "output_text", "text": answer.text or "", "annotations": []}
        )
        message = {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
        output = [{"id": "r", "type": "reasoning", "summary": []}, message]
        cut = answer.finish == "length"
        found: dict[str, Any] = {
            "id": "r",
            "object": "response",
            "created_at": 1,
            "model": "m",
            "status": "incomplete" if cut else "completed",
            "output": output,
            "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        }
        if answer.usage:
            given, made = answer.usage
            found["usage"] = {"input_tokens": given, "output_tokens": made, "total_tokens": given + made}
        return found

    @staticmethod
    def events(answer: Answer) -> Iterator[bytes]:
        def event(kind: str, **more: Any) -> bytes:
            return f"event: {kind}\n".encode() + _event({"type": kind, "sequence_number": 1, **more})

        where = {"item_id": "m", "output_index": 1, "content_index": 0}
        yield event("response.created", response=_Responses.whole(answer) | {"status": "in_progress", "output": []})
        if answer.refusal:
            yield event("response.refusal.delta", delta=answer.refusal, **where)
        for text in _chunks(answer):
            yield event("response.output_text.delta", delta=text, logprobs=[], **where)
        if answer.finish:
            whole = _Responses.whole(answer)
            yield event(f"response.{whole['status']}", response=whole)
