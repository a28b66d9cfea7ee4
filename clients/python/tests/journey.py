"""One walk through the API with the Python client, against a server that runs.

ROUNDS_URL, ROUNDS_USERNAME and ROUNDS_PASSWORD say where, and as whom. It fails where anything is not as it should be.
"""

import asyncio
import dataclasses
import io
import os

import httpx
import pytest

from rounds_client import Event, NotSignedIn, Rounds, RoundsProblem, every, models

CONTENT = "S: Feels well.\nO: Weight 71 kg.\nP: Stop codeine."
PATIENCE = 60.0  # seconds until a journey that does not move is given up


class Wire(httpx.AsyncBaseTransport):
    """The network, which tells what went through it, and can lose answers."""

    def __init__(self) -> None:
        self._transport = httpx.AsyncHTTPTransport()
        self.sent: list[httpx.Request] = []
        self.answers: list[httpx.Response] = []
        self.to_lose = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        response = await self._transport.handle_async_request(request)
        self.answers.append(response)
        if self.to_lose:
            self.to_lose -= 1
            await response.aread()
            raise httpx.ReadError("The answer was lost.")
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()

    def sent_to(self, path: str) -> list[httpx.Request]:
        return [request for request in self.sent if request.url.path == path]


async def creates_once(rounds: Rounds, wire: Wire, name: str) -> models.PatientRead:
    """The answer to a creation is lost: it is sent again, with its key, and there is one patient."""
    before, wire.to_lose = len(wire.sent_to("/patients")), 1
    patient = await rounds.create_patient({"name": name, "date_of_birth": "1957-03-09"})
    first, second = wire.sent_to("/patients")[before:]
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert wire.answers[-1].headers["Idempotency-Replayed"] == "true"
    return patient


async def pages(rounds: Rounds) -> int:
    """Pages of two make the same list as one page of many."""
    whole = await rounds.list_patients(limit=200, sort=["name", "-date_of_birth"], total=True)
    by_twos = [patient["id"] async for patient in every(rounds.list_patients, limit=2, sort=["name", "-date_of_birth"])]
    assert by_twos == [patient["id"] for patient in whole["data"]]
    assert len(by_twos) == whole["pagination"]["total"]
    return len(by_twos)


async def refuses(rounds: Rounds, patient: models.PatientRead) -> None:
    """What the server refuses tells which field, and which version there is."""
    with pytest.raises(RoundsProblem, match="422 invalid") as invalid:
        await rounds.create_patient({"name": "", "date_of_birth": "1957-03-09"})
    assert [error["pointer"] for error in invalid.value.errors] == ["/name"]
    changed = await rounds.patch_patient(patient["id"], {"phone": "+442079460000"}, if_match=patient["version"])
    assert changed["version"] == patient["version"] + 1
    with pytest.raises(RoundsProblem, match="412") as stale:
        await rounds.patch_patient(patient["id"], {"phone": None}, if_match=patient["version"])
    assert stale.value.document["version"] == changed["version"]


async def refreshes_once(rounds: Rounds, wire: Wire) -> None:
    """Many tasks with a token that has ended: one exchange for all, and again where the server says so."""
    for spoilt in ({"ends": 0.0}, {"access": "refused"}):
        session, before = rounds._session, len(wire.sent_to("/security/refresh"))
        assert session._tokens is not None
        session._tokens = dataclasses.replace(session._tokens, **spoilt)
        accounts = await asyncio.gather(*(rounds.read_own_account() for _ in range(8)))
        assert len({account["id"] for account in accounts}) == 1
        assert len(wire.sent_to("/security/refresh")) == before + 1


async def hears_of_notes(rounds: Rounds, patient: models.PatientRead) -> str:
    """Notes, one of them a file with progress, and the events of them; a stream goes on where another one stopped."""
    told: list[tuple[int, int]] = []
    since = await opened_at(rounds)
    typed = await rounds.add_note(patient["id"], {"taken_at": "2026-03-09T14:30:00Z", "content": CONTENT})
    summary = await rounds.summarise_patient(patient["id"], length="brief")
    cited = {
        citation["note_id"]
        for section in summary["sections"]
        for statement in section["statements"]
        for citation in statement["citations"]
    }
    assert cited == {typed["id"]}
    content = b"Weight 71 kg. " * 20_000
    uploaded = await rounds.upload_note(
        patient["id"],
        io.BytesIO(content),
        name="weights.txt",
        taken_at="2026-03-10T14:30:00Z",
        on_progress=lambda done, length: told.append((done, length)),
    )
    assert uploaded["file"] is not None
    assert uploaded["file"]["filename"] == "weights.txt"
    assert uploaded["file"]["bytes"] == len(content)
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1] == (len(content), len(content))
    heard: list[Event] = []
    async for event in rounds.events(types=["rounds.note.added"], patient_id=patient["id"], last_event_id=since):
        heard.append(event)
        if len(heard) == 2:
            break
    assert [event.document["data"]["note_id"] for event in heard] == [typed["id"], uploaded["id"]]
    assert await rounds.read_note_file(patient["id"], uploaded["id"]) == content
    return typed["id"]


async def opened_at(rounds: Rounds) -> str:
    """A place in the stream of events, from which it can be read again: the event of a patient who is made for it."""
    listening = rounds.events(types=["rounds.patient.created"])
    first = asyncio.ensure_future(anext(listening))
    while not first.done():  # until the stream is open
        await rounds.create_patient({"name": "Somebody Else", "date_of_birth": "1990-01-01"})
        await asyncio.wait({first}, timeout=0.2)
    return (await first).id


async def walk() -> None:
    """The journey."""
    wire = Wire()
    async with Rounds(os.environ["ROUNDS_URL"], transport=wire) as rounds:
        with pytest.raises(NotSignedIn):
            await rounds.read_own_account()
        await rounds.sign_in(os.environ["ROUNDS_USERNAME"], os.environ["ROUNDS_PASSWORD"])
        patient = await creates_once(rounds, wire, "Maeve Byrne of Python")
        count = await pages(rounds)
        await refuses(rounds, patient)
        await refreshes_once(rounds, wire)
        note = await hears_of_notes(rounds, patient)
        await rounds.delete_note(patient["id"], note)
        await rounds.delete_patient(patient["id"])
        await rounds.sign_out()
        with pytest.raises(NotSignedIn):
            await rounds.read_own_account()
    print(f"{count} patients; {len(wire.sent)} requests")


asyncio.run(asyncio.wait_for(walk(), PATIENCE))
