"""The two ways in which OpenAI's protocol puts a question: chat completions, which every server knows, and responses.

Answers are read as what they are, somebody else's JSON: whatever is missing or of another kind is a `ValueError`.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked."""

    instructions: str
    data: str
    name: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer, or all of it."""

    text: str = ""
    ended: Literal["whole", "cut", "refused", "failed"] | None = None
    tokens_in: int = 0
    tokens_out: int = 0


class Dialect(Protocol):
    """A way of asking."""

    def whole(self, client: "AsyncOpenAI", model: str, question: Question) -> AbstractAsyncContextManager[Any]:
        """The response to a question, its body not read yet."""

    async def stream(self, client: "AsyncOpenAI", model: str, question: Question) -> "AsyncStream[Any]":
        """The events of an answer."""

    def read(self, body: Mapping[str, Any]) -> Piece:
        """The answer in a response's body.

        Raises:
            ValueError: when there is none.
        """

    def piece(self, event: Any) -> Piece:
        """What an event of a stream adds."""


class Chat:
    """Chat completions."""

    @staticmethod
    def _asked(model: str, question: Question) -> dict[str, Any]:
        form = {"name": question.name, "schema": question.schema, "strict": True}
        return {
            "model": model,
            "messages": [
                {"role": "system", "content": question.instructions},
                {"role": "user", "content": question.data},
            ],
            "response_format": {"type": "json_schema", "json_schema": form},
        }

    def whole(self, client: "AsyncOpenAI", model: str, question: Question) -> AbstractAsyncContextManager[Any]:
        """As the protocol says."""
        return client.chat.completions.with_streaming_response.create(**self._asked(model, question))

    async def stream(self, client: "AsyncOpenAI", model: str, question: Question) -> "AsyncStream[Any]":
        """As the protocol says."""
        asked = self._asked(model, question)
        found: AsyncStream[Any] = await client.chat.completions.create(
            **asked, stream=True, stream_options={"include_usage": True}
        )
        return found

    def read(self, body: Mapping[str, Any]) -> Piece:
        """As the protocol says."""
        choice = _first(body.get("choices"))
        message = _mapping(choice.get("message"))
        refused = bool(message.get("refusal"))
        text = message.get("content")
        return Piece(
            text if isinstance(text, str) else "",
            "refused" if refused else _chat_end(choice.get("finish_reason")) or "whole",
            *_tokens(body.get("usage"), "prompt_tokens", "completion_tokens"),
        )

    def piece(self, event: Any) -> Piece:
        """As the protocol says."""
        body = event.to_dict()
        spent = _tokens(body.get("usage"), "prompt_tokens", "completion_tokens")
        choices = body.get("choices")
        if not choices:
            return Piece("", None, *spent)
        choice = _first(choices)
        delta = _mapping(choice.get("delta") or {})
        text = delta.get("content")
        ended = "refused" if delta.get("refusal") else _chat_end(choice.get("finish_reason"))
        return Piece(text if isinstance(text, str) else "", ended, *spent)


class Responses:
    """The newer protocol. Nothing of it is to be stored at the other end."""

    @staticmethod
    def _asked(model: str, question: Question) -> dict[str, Any]:
        form = {"type": "json_schema", "name": question.name, "schema": question.schema, "strict": True}
        return {
            "model": model,
            "instructions": question.instructions,
            "input": question.data,
            "text": {"format": form},
            "store": False,
        }

    def whole(self, client: "AsyncOpenAI", model: str, question: Question) -> AbstractAsyncContextManager[Any]:
        """As the protocol says."""
        return client.responses.with_streaming_response.create(**self._asked(model, question))

    async def stream(self, client: "AsyncOpenAI", model: str, question: Question) -> "AsyncStream[Any]":
        """As the protocol says."""
        found: AsyncStream[Any] = await client.responses.create(**self._asked(model, question), stream=True)
        return found

    def read(self, body: Mapping[str, Any]) -> Piece:
        """As the protocol says."""
        output = body.get("output")
        if not isinstance(output, list):
            raise ValueError("no output")  # noqa: TRY004 - what is none of the protocol's is a wrong value here
        parts = [
            _mapping(part)
            for item in output
            if _mapping(item).get("type") == "message"
            for part in item.get("content") or ()
        ]
        refused = any(part.get("type") == "refusal" for part in parts)
        text = "".join(str(part.get("text") or "") for part in parts if part.get("type") == "output_text")
        ended = "refused" if refused else _response_end(body)
        return Piece(text, ended, *_tokens(body.get("usage"), "input_tokens", "output_tokens"))

    def piece(self, event: Any) -> Piece:
        """As the protocol says."""
        body = event.to_dict()
        match body.get("type"):
            case "response.output_text.delta":
                text = body.get("delta")
                return Piece(text if isinstance(text, str) else "")
            case "response.refusal.delta" | "response.refusal.done":
                return Piece(ended="refused")
            case "response.completed" | "response.incomplete" | "response.failed":
                response = _mapping(body.get("response"))
                spent = _tokens(response.get("usage"), "input_tokens", "output_tokens")
                return Piece("", _response_end(response), *spent)
            case "error":
                return Piece(ended="failed")
        return Piece()


DIALECTS: Mapping[str, Dialect] = {"chat": Chat(), "responses": Responses()}


def _chat_end(reason: object) -> Literal["whole", "cut", "refused"] | None:
    if reason == "length":
        return "cut"
    if reason == "content_filter":
        return "refused"
    return "whole" if reason else None


def _response_end(response: Mapping[str, Any]) -> Literal["whole", "cut", "refused", "failed"]:
    status = response.get("status")
    if status == "incomplete":
        why = (response.get("incomplete_details") or {}).get("reason")
        return "refused" if why == "content_filter" else "cut"
    return "failed" if status in {"failed", "cancelled"} else "whole"


def _first(found: object) -> Mapping[str, Any]:
    if not isinstance(found, list) or not found:
        raise ValueError("no choices")
    return _mapping(found[0])


def _mapping(found: object) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise ValueError("not an object")  # noqa: TRY004 - as above
    return found


def _tokens(usage: object, given: str, made: str) -> tuple[int, int]:
    """What it cost. Servers that do not count say nothing."""
    if not isinstance(usage, Mapping):
        return 0, 0
    counts = [usage.get(given), usage.get(made)]
    spent_in, spent_out = (
        count if isinstance(count, int) and not isinstance(count, bool) and count > 0 else 0 for count in counts
    )
    return spent_in, spent_out
