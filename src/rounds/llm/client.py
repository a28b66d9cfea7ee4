"""Questions to a language model, over any server that speaks OpenAI's protocol; answers come back as checked models.

Whatever goes wrong is one exception, `ModelFailed`, so that callers can do without the model in one place. Nothing that
is asked or answered is logged. A server that fails again and again is left alone for a while (`rounds.llm.breaker`).
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from rounds.backoff import Backoff
from rounds.llm.breaker import Breaker
from rounds.llm.dialects import DIALECTS, Piece, Question
from rounds.llm.failures import PASSING, ModelFailed, failure_of
from rounds.observability.metrics import ModelMetrics
from rounds.settings import Settings

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream

__all__ = ["LARGEST_ANSWER", "LanguageModel", "ModelFailed", "Usage"]

Answer = TypeVar("Answer", bound=BaseModel)
Result = TypeVar("Result")

LARGEST_ANSWER = 1_000_000
"""Bytes of an answer; what is longer is none."""
# JSON may write one character in six, and says more than the answer.
_LARGEST_BODY = 6 * LARGEST_ANSWER + 100_000
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 8.0
# A key that is refused is not accepted half a minute later.
_REFUSED_HOLD = 300.0


@dataclass(slots=True)
class Usage:
    """What an answer cost; filled in by whoever asks."""

    tokens_in: int = 0
    tokens_out: int = 0
    retries: int = 0


class LanguageModel:
    """One model on one server. The client, and the library behind it, are loaded with the first question."""

    def __init__(self, settings: Settings, *, metrics: ModelMetrics | None = None) -> None:
        self.name = settings.openai_model
        self.base_url = settings.openai_base_url
        self._key = settings.openai_api_key
        self._seconds = settings.openai_timeout_seconds
        self._retries = settings.openai_retries
        self._dialect = DIALECTS[settings.openai_api]
        self.breaker = Breaker(failures=settings.openai_breaker_failures, seconds=settings.openai_breaker_seconds)
        self.metrics = metrics or ModelMetrics()
        self._client: AsyncOpenAI | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def configured(self) -> bool:
        """Whether there is a key, without which nothing can be asked."""
        return self._key is not None

    async def ask(
        self,
        instructions: str,
        data: str,
        answer: type[Answer],
        *,
        schema: dict[str, Any],
        usage: Usage | None = None,
        prompt_version: str = "",
    ) -> Answer:
        """What the model makes of `data`.

        Args:
            instructions: What to do; the only thing the model is told to follow.
            data: What to do it with.
            answer: The model that checks the answer.
            schema: The JSON schema that the server holds the model to, as strict as OpenAI wants it.
            usage: Filled in with what it cost, also when it fails.
            prompt_version: Which instructions these are, for the metrics.

        Raises:
            ModelFailed: when there is no key, the server does not answer in time or refuses, or the answer is none.
        """
        spent = usage if usage is not None else Usage()
        question = Question(instructions, data, answer.__name__, schema)
        with self._counted(spent, prompt_version):
            deadline = self._deadline()
            client = self.connected()
            self._expect_admission()
            text = await self._repeated(lambda: self._whole(client, question, spent), deadline, spent)
            self.breaker.succeeded()
            try:
                return answer.model_validate_json(text)
            except ValidationError:
                raise ModelFailed("the answer does not have the form that was asked for", "garbage") from None

    async def stream(
        self,
        instructions: str,
        data: str,
        name: str,
        *,
        schema: dict[str, Any],
        usage: Usage | None = None,
        prompt_version: str = "",
    ) -> AsyncGenerator[str, None]:
        """The same answer as text, in pieces as the model writes it. Close it (`aclosing`) if you leave early.

        It ends only after a whole answer; one that breaks off raises. Only what has not begun is tried again.

        Raises:
            ModelFailed: as `ask`; what came before it is no answer.
        """
        spent = usage if usage is not None else Usage()
        question = Question(instructions, data, name, schema)
        with self._counted(spent, prompt_version):
            deadline = self._deadline()
            client = self.connected()
            self._expect_admission()
            events = await self._repeated(lambda: self._opened(client, question), deadline, spent)
            try:
                async for text in self._pieces(events, deadline, spent):
                    yield text
            finally:
                await events.close()
            self.breaker.succeeded()

    @contextmanager
    def _counted(self, spent: Usage, prompt_version: str) -> Iterator[None]:
        """Counts and times a question. One that was left half-way counts as that."""
        began = monotonic()
        outcome = "left"
        try:
            yield
            outcome = "ok"
        except ModelFailed as failure:
            outcome = failure.code
            raise
        finally:
            self.metrics.called(
                self.name,
                prompt_version,
                outcome=outcome,
                seconds=monotonic() - began,
                usage=(spent.tokens_in, spent.tokens_out),
                retries=spent.retries,
            )

    def connected(self) -> "AsyncOpenAI":
        """The client of the model's server, made when it is first asked for; its connections are kept until `close`."""
        if self._client is None:
            if self._key is None:
                raise ModelFailed("OPENAI_API_KEY is not set", "no_key")
            from openai import AsyncOpenAI  # noqa: PLC0415 - costs half a second that only those with a model pay

            self._client = AsyncOpenAI(
                api_key=self._key.get_secret_value(),
                base_url=self.base_url,
                timeout=self._seconds,
                max_retries=0,  # its own know no deadline
            )
        return self._client

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    def _deadline(self) -> float:
        return self._now() + self._seconds

    def _expect_admission(self) -> None:
        if not self.breaker.admits():
            raise ModelFailed("the model's server failed again and again and is left alone for now", "breaker_open")

    def _late(self) -> ModelFailed:
        return ModelFailed(f"no answer within {self._seconds:g} s", "timeout")

    def _told(self, error: Exception, *, begun: bool) -> Exception:
        failure = failure_of(error, begun=begun)
        return self._late() if isinstance(failure, TimeoutError) else failure

    async def _repeated(self, attempt: Callable[[], Awaitable[Result]], deadline: float, spent: Usage) -> Result:
        """What the attempt comes to, tried again after failures that may pass, within the deadline."""
        backoff = Backoff(_FIRST_WAIT, _LONGEST_WAIT)
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    return await attempt()
            except TimeoutError:
                failure = self._late()
            except ModelFailed as found:
                failure = found
            wait = backoff.next_wait()
            pause = wait if failure.retry_after is None else failure.retry_after
            again = failure.code in PASSING and spent.retries < self._retries and self._now() + pause < deadline
            if not again:
                self._note(failure)
                raise failure from None
            spent.retries += 1
            await asyncio.sleep(pause)

    def _note(self, failure: ModelFailed) -> None:
        """Tell the breaker what speaks against the server, not against one question to it."""
        if failure.code == "refused":
            self.breaker.failed(hold=_REFUSED_HOLD)
        elif failure.code == "rate_limited":
            self.breaker.failed(hold=failure.retry_after or None)
        elif failure.code in {"unreachable", "timeout", "server_error", "cut_off"}:
            self.breaker.failed()

    async def _whole(self, client: "AsyncOpenAI", question: Question, spent: Usage) -> str:
        body = bytearray()
        try:
            async with self._dialect.whole(client, self.name, question) as response:
                async for part in response.iter_bytes():
                    body += part
                    _expect_bounded(len(body), _LARGEST_BODY)
            piece = self._dialect.read(_object(body))
        except Exception as error:  # noqa: BLE001 - told apart there; what is unknown is raised again
            raise self._told(error, begun=bool(body)) from None
        _charge(spent, piece)
        _expect_answer(piece.ended, anything=bool(piece.text.strip()))
        _expect_bounded(len(piece.text.encode(errors="replace")), LARGEST_ANSWER)
        return piece.text

    async def _opened(self, client: "AsyncOpenAI", question: Question) -> "AsyncStream[Any]":
        try:
            return await self._dialect.stream(client, self.name, question)
        except Exception as error:  # noqa: BLE001 - as above
            raise self._told(error, begun=False) from None

    async def _pieces(self, events: "AsyncStream[Any]", deadline: float, spent: Usage) -> AsyncIterator[str]:
        length = 0
        ended: _End = None
        source = aiter(events)
        try:
            while True:
                # Not around the `yield`: the deadline is the model's, not that of whoever reads.
                piece = await self._next(source, deadline)
                if piece is None:
                    break
                _charge(spent, piece)
                ended = piece.ended or ended
                length += len(piece.text.encode(errors="replace"))
                _expect_bounded(length, LARGEST_ANSWER)
                if ended in {"refused", "failed"}:
                    break
                if piece.text:
                    yield piece.text
            _expect_answer(ended, anything=length > 0)
        except ModelFailed as failure:
            self._note(failure)
            raise

    async def _next(self, source: AsyncIterator[Any], deadline: float) -> Piece | None:
        """What the next event adds; None after the last."""
        try:
            async with asyncio.timeout_at(deadline):
                return self._dialect.piece(await anext(source))
        except StopAsyncIteration:
            return None
        except Exception as error:  # noqa: BLE001 - as above
            raise self._told(error, begun=True) from None

    async def close(self) -> None:
        """Close its connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None


_End = Literal["whole", "cut", "refused", "failed"] | None


def _object(body: bytearray) -> dict[str, Any]:
    found = orjson.loads(body)
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what a server answers is a value, not a mistake in types
    return found


def _charge(spent: Usage, piece: Piece) -> None:
    spent.tokens_in += piece.tokens_in
    spent.tokens_out += piece.tokens_out


def _expect_answer(ended: _End, *, anything: bool) -> None:
    if ended == "refused":
        raise ModelFailed("the model refused to answer", "refusal")
    if ended == "cut":
        raise ModelFailed("the answer broke off at the model's limit", "cut_off")
    if ended == "failed":
        raise ModelFailed("the model's server failed while it answered", "server_error")
    if ended is None:
        raise ModelFailed("the answer broke off", "cut_off")
    if not anything:
        raise ModelFailed("the model gave no answer", "empty")


def _expect_bounded(length: int, most: int) -> None:
    if length > most:
        raise ModelFailed("the answer is far too long", "garbage")
