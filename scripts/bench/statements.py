"""The statements Rounds really sends, recorded from its own handlers.

The reference must do the same work in the database, today and after the next change to a query. So nothing is copied:
the handlers run once against a recorder, and what reaches the driver is what the reference sends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event

from features.patients import handler
from features.patients.schema import PatientQuery, PatientWrite
from rounds.database import Database, Read, create_engine, sessionmaker
from rounds.paging import Cursors

PAGE = 50


@dataclass(frozen=True)
class Statement:
    """SQL with its positional arguments; those in `slots` differ from request to request."""

    sql: str
    arguments: tuple[Any, ...]
    slots: tuple[tuple[int, str], ...]

    def filled(self, values: Mapping[str, Any]) -> list[Any]:
        """The arguments of one request."""
        arguments = list(self.arguments)
        for place, name in self.slots:
            arguments[place] = values[name]
        return arguments


class _Recorder:
    """Stands in for the connection pool; answers rows that hold just enough to make a cursor."""

    def __init__(self, keys: Sequence[Any]) -> None:
        self.sent: list[tuple[str, tuple[Any, ...]]] = []
        self._row = {f"_key_{place}": value for place, value in enumerate(keys)}

    async def fetch(self, sql: str, *arguments: Any) -> list[Mapping[str, Any]]:
        self.sent.append((sql, arguments))
        return [self._row] * (PAGE + 1)

    async def fetchrow(self, sql: str, *arguments: Any) -> Mapping[str, Any]:
        self.sent.append((sql, arguments))
        return self._row


async def cursor_behind(created_at: datetime, patient_id: UUID, key: bytes) -> str:
    """The cursor Rounds itself would hand out after a page whose last row is this one, sealed with `key`."""
    reads: Any = Read(_Recorder((created_at, patient_id)))  # type: ignore[arg-type]  # it has the two methods used
    found = await handler.list_patients(PatientQuery(limit=PAGE), reads=reads, cursors=Cursors(key))
    return str(found.next_cursor)


async def read_statements() -> dict[str, Statement]:
    """The statements of the four reads: `one`, `first`, `deep` and, for two words, `search`."""
    patient, moment = UUID(int=7), datetime(2000, 1, 1, tzinfo=UTC)
    words = ("First", "Second")
    recorder = _Recorder((moment, patient))
    reads = Read(recorder)  # type: ignore[arg-type]  # it has the two methods used
    cursors = Cursors(b"only for the recording")
    await handler.read_patient(patient, reads=reads)
    found = await handler.list_patients(PatientQuery(limit=PAGE), reads=reads, cursors=cursors)
    await handler.list_patients(PatientQuery(limit=PAGE, cursor=found.next_cursor), reads=reads, cursors=cursors)
    await handler.list_patients(PatientQuery(limit=PAGE, q=" ".join(words)), reads=reads, cursors=cursors)
    varying = {patient: "id", moment: "created_at", words[0]: "first", words[1]: "second", " ".join(words): "q"}
    return {
        name: _statement(sql, arguments, varying)
        for name, (sql, arguments) in zip(("one", "first", "deep", "search"), recorder.sent, strict=True)
    }


def _statement(sql: str, arguments: tuple[Any, ...], varying: Mapping[Any, str]) -> Statement:
    slots = tuple((place, varying[value]) for place, value in enumerate(arguments) if value in varying)
    return Statement(sql, arguments, slots)


async def insert_statement(url: str) -> Statement:
    """The INSERT of a new patient, with a slot per column; the recorded row itself is rolled back."""
    engine = create_engine(url, pool_size=1)
    sent: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, arguments: tuple[Any, ...], context: Any, _many: bool) -> None:
        sent.append(Statement(sql, arguments, tuple(enumerate(context.compiled.positiontup))))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    async with sessionmaker(engine)() as session:
        await handler.create_patient(PatientWrite(name="Nobody", date_of_birth=date(2000, 1, 1)), db=session)
        await session.rollback()
    await engine.dispose()
    return sent[0]


__all__ = ["PAGE", "Database", "Statement", "cursor_behind", "insert_statement", "read_statements"]
