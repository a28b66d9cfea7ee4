"""The statements Rounds really sends, recorded from its own handlers.

The reference must do the same work in the database, today and after the next change to a query. So nothing is copied:
the handlers run once against a recorder, and what reaches the driver is what the reference sends.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from features.evaluate import evaluation, persistence
from features.patients import changing, handler
from features.patients.columns import STORED
from features.patients.schema import PatientQuery, PatientWrite
from features.rules import RuleEngine
from rounds.audit import acting_as
from rounds.auth import Actor
from rounds.data import Query, Read, create_engine, sessionmaker
from rounds.listings import Cursors
from rounds.settings import Settings
from rounds.viewer import VIEWED_AT, VIEWER

PAGE = 50
_OF_THE_VIEWER = {VIEWER.key, VIEWED_AT.key}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its positional arguments; those in `slots` differ from request to request."""

    sql: str
    arguments: tuple[Any, ...]
    slots: tuple[tuple[int, str], ...]

    def filled(self, values: Mapping[str, Any]) -> list[Any]:
        """The arguments of one request."""
        arguments = list(self.arguments)
        for place, name in self.slots:
            if name not in _OF_THE_VIEWER:  # nobody restricted is among the bench's patients
                arguments[place] = values[name]
        return arguments


@dataclass(frozen=True, slots=True)
class Writes:
    """What is sent by a request that writes, each in one transaction and in this order."""

    insert: Statement  # of a new patient
    hold: Statement  # of the patient, before something is recommended
    recommend: Statement
    publish: Statement  # of whatever happened: into the outbox, and to the subscribers


_BENCH = Actor(id=UUID(int=0), username="bench", roles=(), scopes=frozenset(), stamp=0, family=UUID(int=0), expires=0.0)


@contextmanager
def recording(engine: AsyncEngine) -> Iterator[list[Statement]]:
    """Within the block, what is sent over `engine`, each argument a slot: by SQLAlchemy, or straight to the driver."""
    sent: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, given: tuple[Any, ...], context: Any, _many: object) -> None:
        if context.compiled is not None:
            sent.append(Statement(sql, given, tuple(enumerate(context.compiled.positiontup))))

    def noted(query: Query, values: Mapping[str, Any]) -> list[Any]:
        arguments = bind(query, values)
        sent.append(Statement(query.sql, tuple(arguments), tuple(enumerate(query.names))))
        return arguments

    bind = Query.bind
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    with patch.object(Query, "bind", noted):
        yield sent
    event.remove(engine.sync_engine, "before_cursor_execute", note)


class _Recorder:
    """Stands in for the connection pool; answers rows that hold just enough to be shown and to make a cursor."""

    def __init__(self, keys: Sequence[Any]) -> None:
        self.sent: list[tuple[str, tuple[Any, ...]]] = []
        self._row = {
            **dict.fromkeys(STORED),
            "date_of_birth": date(2000, 1, 1),
            "identifiers": [],
            **{f"_key_{place}": value for place, value in enumerate(keys)},
        }

    async def fetch(self, sql: str, *arguments: Any) -> list[Mapping[str, Any]]:
        self.sent.append((sql, arguments))
        return [self._row] * (PAGE + 1)

    async def fetchrow(self, sql: str, *arguments: Any) -> Mapping[str, Any]:
        self.sent.append((sql, arguments))
        return self._row


async def cursor_behind(created_at: datetime, patient_id: UUID, key: bytes) -> str:
    """The cursor that Rounds would hand out after a page ending with this patient, sealed with `key`."""
    recorder: Any = _Recorder((created_at, patient_id))
    reads, cursors = Read(recorder), Cursors(key)
    found = await handler.list_patients(PatientQuery(limit=PAGE), actor=_BENCH, reads=reads, cursors=cursors)
    return str(found.next_cursor)


async def read_statements() -> dict[str, Statement]:
    """The statements behind the reads: `read`, `page`, `deep`, for two words `search`, and what `evaluate` reads."""
    patient, moment = UUID(int=7), datetime(2000, 1, 1, tzinfo=UTC)
    words = ("First", "Second")
    recorder: Any = _Recorder((moment, patient))
    reads, cursors = Read(recorder), Cursors(b"only for the recording")

    async def page(query: PatientQuery) -> str | None:
        found = await handler.list_patients(query, actor=_BENCH, reads=reads, cursors=cursors)
        return found.next_cursor

    await handler.read_patient(patient, actor=_BENCH, reads=reads)
    behind = await page(PatientQuery(limit=PAGE))
    await page(PatientQuery(limit=PAGE, cursor=behind))
    await page(PatientQuery(limit=PAGE, q=" ".join(words)))
    await persistence.to_evaluate(patient, reads)
    varying = {patient: "id", moment: "created_at", words[0]: "first", words[1]: "second", " ".join(words): "q"}
    return {
        name: Statement(sql, given, tuple((place, varying[one]) for place, one in enumerate(given) if one in varying))
        for name, (sql, given) in zip(("read", "page", "deep", "search", "evaluate"), recorder.sent, strict=True)
    }


async def write_statements(url: str) -> Writes:
    """The statements behind the writes, with a slot for each argument; what they are recorded with is rolled back."""
    engine = create_engine(url, pool_size=1)
    async with sessionmaker(engine)() as session:
        # Old, with chronic pain: somebody whom the shipped rules recommend something.
        somebody = PatientWrite(name="Nobody", date_of_birth=date(1930, 1, 1), conditions=["chronic pain"])
        connection = await session.connection()
        driver: Any = (await connection.get_raw_connection()).driver_connection
        with recording(engine) as sent, acting_as("bench"):
            patient = await changing.create_patient(somebody, db=session)
            await evaluation.evaluate_patient(
                patient.id,
                settings=Settings(_env_file=None),
                engine=RuleEngine(),
                reads=Read(driver),
                begin=lambda: session,
            )
        await session.rollback()
    await engine.dispose()

    def first(words: str) -> Statement:
        return next(one for one in sent if words in one.sql)

    # The audit trail is Rounds' own business: the reference keeps none.
    return Writes(
        insert=first("INTO patient"),
        hold=first("FOR SHARE"),
        recommend=first("INTO recommendation"),
        publish=first("INTO outbox"),
    )
