"""`Idempotency-Key`: a request that creates may be sent again, and is answered again, without creating anything twice.

The answer is kept in the transaction of what it tells of, as its last statement: a crash leaves both or neither. When
two of the same race, both do the work, and the database lets one of them keep its answer; the other is rolled back,
whatever it has done, and answers what the first one did. Nothing is locked while a note is read or a model thinks.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from rounds.data import SESSION, AnyTransaction
from rounds.http.body_digest import BodyDigest
from rounds.http.kept_answers import Answer, Slot
from rounds.http.middleware import allow_body
from rounds.http.subrequest import look_at
from rounds.i18n import N_
from rounds.problems import Gone, InvalidFields, Refusal, TooLarge, invalid

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
CREATES = "x-creates"
PATTERN = r"^[\x21-\x7e]{1,255}$"
_KEY = re.compile(PATTERN.removesuffix("$") + r"\Z")
_BAD_KEY = Refusal("idempotency_key", N_("Send one key of 1 to 255 visible ASCII characters, for example a UUID."))
_REUSED = Refusal("idempotency_key_reused", N_("Take a new key for a new request."))
_SLACK = 64 * 1024  # a form that is sent again may have longer boundaries

Run = Callable[[Request], Awaitable[Response]]


class KeyReused(InvalidFields):
    """The `Idempotency-Key` has been used for another request within 24 hours; take a new one for each request."""

    code = "idempotency_key_reused"
    title = N_("The key has been used")
    detail = N_("This Idempotency-Key belongs to another request. Take a new one for each new request.")
    sample_error = (f"header:{HEADER.lower()}", _REUSED.code)

    def __init__(self) -> None:
        super().__init__([{"pointer": self.sample_error[0], "type": _REUSED.code, "ctx": {}}])


class AnswerGone(Gone):
    """The request was answered before, and what it created has been deleted since. It is not created again."""

    code = "idempotency_answer_gone"
    title = N_("Answered before, and deleted since")
    detail = N_("This request was answered before, and what it created has been deleted since. Nothing was done now.")


def creates() -> dict[str, Any]:
    """The `openapi_extra=` of a POST that creates although it does not answer 201 or 202."""
    return {CREATES: True}


def is_creation(methods: set[str] | None, status: int | None, extra: Mapping[str, Any] | None) -> bool:
    """Whether a call creates something, so that sending it again would create it again."""
    return methods == {"POST"} and (status in {201, 202} or bool((extra or {}).get(CREATES)))


async def once(request: Request, run: Run) -> Response:
    """The answer to a request that may carry a key: from `run`, or the one it had when it came before.

    Raises:
        InvalidFields: when the key is none, or belongs to another request.
        AnswerGone: when what was created then is no longer there.
    """
    given = request.headers.getlist(HEADER)
    if not given:
        return await run(request)
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        raise invalid(f"header:{HEADER.lower()}", _BAD_KEY())
    return await _Attempt(request, given[0]).answer(run)


class _Attempt:
    """One request with a key."""

    def __init__(self, request: Request, key: str) -> None:
        state, scope = request.app.state, request.scope
        self._request = request
        self._reads = state.database.reads
        self._slot = Slot(scope["rounds.actor"].id, key, signing_key=state.settings.signing_key)
        self._body = BodyDigest(
            request.receive,
            content_type=request.headers.get("content-type"),
            about=b"\n".join(
                (scope["method"].encode(), scope["path"].encode("utf-8", "replace"), scope["query_string"])
            ),
            key=self._slot.secret,
        )

    async def answer(self, run: Run) -> Response:
        """See `once`."""
        used, kept = await self._slot.find(self._reads)
        if used:
            return await self._again(kept)
        try:
            response = await run(Request(self._request.scope, self._body.receive))
        except Exception:
            # Perhaps only because the same request came in between, as with a number that may be taken once.
            with suppress(Exception):  # what went wrong first is what is told
                used, kept = await self._slot.find(self._reads)
            if not used:
                raise
            await self._undo()
            return await self._again(kept)
        if response.status_code >= 300 or await self._keep(response):
            return response
        await self._undo()
        _, kept = await self._slot.find(self._reads)
        return await self._again(kept)

    async def _keep(self, response: Response) -> bool:
        fingerprint = await self._body.finish()
        session: AnyTransaction = self._request.scope[SESSION]
        answer = Answer(
            fingerprint=fingerprint or "",
            body_bytes=self._body.length,
            status=response.status_code,
            headers=[(name, value) for name, value in response.headers.items() if name != "content-length"],
            body=bytes(response.body),
        )
        return await self._slot.put(answer, session)

    async def _undo(self) -> None:
        session: AnyTransaction | None = self._request.scope.get(SESSION)
        if session is not None:
            await session.rollback()

    async def _again(self, kept: Answer | None) -> Response:
        if kept is None:
            raise AnswerGone
        if await self._fingerprint(kept.body_bytes + _SLACK) != kept.fingerprint:
            raise KeyReused
        # What is shown again has to be there, and the caller may have to justify, or be refused, a look at it by now.
        location = dict(kept.headers).get("location")
        if location is not None:
            seen = await look_at(self._request, location)
            if seen.status in {404, 410}:
                raise AnswerGone
            if seen.status >= 400 and seen.code != "forbidden":  # who may create without reading was shown it once too
                return Response(seen.body, seen.status, dict(seen.headers))
        return Response(kept.body, kept.status, {**dict(kept.headers), REPLAYED: "true"})

    async def _fingerprint(self, most: int) -> str | None:
        allow_body(self._request, max(most + _SLACK, self._request.scope["rounds.max_body_bytes"]))
        try:
            return await self._body.finish(most)
        except HTTPException as error:
            if error.status_code == TooLarge.status:
                return None
            raise
