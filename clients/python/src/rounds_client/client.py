"""The client: every call of the API, and what takes more than one of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import IO, cast

import httpx

from rounds_client import models
from rounds_client.calls import Calls
from rounds_client.events import Event, listen
from rounds_client.uploads import Progress, Told

_SILENCE_SECONDS = 45.0  # three of the signs of life that a quiet stream shows by default


class Rounds(Calls):
    """A client of one server.

    async with Rounds("http://127.0.0.1:8000") as rounds:
        await rounds.sign_in("admin", password)
        patient = await rounds.create_patient({"name": "Maeve Byrne", "date_of_birth": "1957-03-09"})
    """

    def events(
        self, *, types: Sequence[str] = (), patient_id: str | None = None, last_event_id: str | None = None
    ) -> AsyncIterator[Event]:
        """What happens, as it happens; after an interruption it goes on where it was.

        Args:
            types: Only these, e.g. `rounds.note.added`; empty: all.
            patient_id: Only about this patient.
            last_event_id: Begin after this event; None: with what happens from now on.

        Raises:
            RoundsProblem: when listening is refused.
        """

        def stream(last: str | None) -> AbstractAsyncContextManager[httpx.Response]:
            query: dict[str, str | Sequence[str]] = {"type": list(types)}
            if patient_id is not None:
                query["patient_id"] = patient_id
            return self.http.stream(
                "GET",
                "/events",
                params=query,
                headers={"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {}),
                auth=self._session,
                timeout=httpx.Timeout(_SILENCE_SECONDS),
            )

        return listen(stream, last_event_id)

    async def upload_note(
        self,
        patient_id: str,
        file: Path | IO[bytes],
        *,
        taken_at: str | None = None,
        type: str | None = None,  # noqa: A002 - as the API has it
        author: str | None = None,
        name: str = "",
        on_progress: Progress = lambda *_: None,
        idempotency_key: str | None = None,
        break_glass_reason: str | None = None,
    ) -> models.NoteRead:
        """Add a note that is a file: text, PDF or a scan.

        Args:
            patient_id: Whose note it is.
            file: The file, or where it is; it has to be one that can be read twice.
            taken_at: When it was taken, RFC 3339 with an offset; None: as the note says.
            type: What kind of note it is; None: worked out from its text.
            author: Who wrote it; None: as it is signed.
            name: The file's name, where `file` has none.
            on_progress: Is told how far it is.
            idempotency_key: With which it may be sent again; None: one of its own.
            break_glass_reason: Why a restricted record has to be opened.

        Raises:
            RoundsProblem: whatever the server refuses.
        """
        said = {"taken_at": taken_at, "type": type, "author": author}
        opened = file.open("rb") if isinstance(file, Path) else file
        try:
            answer = await self._json(
                "POST",
                f"/patients/{patient_id}/notes",
                keyed=True,
                headers={"Idempotency-Key": idempotency_key, "X-Break-Glass-Reason": break_glass_reason},
                data={field: value for field, value in said.items() if value is not None},
                files={"file": (name or _name_of(opened), Told(opened, on_progress))},
            )
        finally:
            if opened is not file:
                opened.close()
        return cast("models.NoteRead", answer)


def _name_of(file: IO[bytes]) -> str:
    name = getattr(file, "name", None)
    return Path(name).name if isinstance(name, str) else "note"
