"""The SQL of summaries: what a chart holds, and the summaries that were made of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, and_, bindparam, case, delete, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.addresses import PATIENT_ADDRESSES
from features.notes import CHART_NOTES, chart_stamp
from features.patients import PATIENT_IDENTIFIERS, PATIENTS
from features.summaries.shape import Chart, ChartNote, Profile
from features.summaries.tables import Summary
from features.summaries.unparsed import Unparsed
from rounds import clock
from rounds.data import Query, Read, Row

_whose = PATIENTS.c.id == bindparam("patient_id", type_=Uuid)

_stamp = func.concat(PATIENTS.c.version, literal_column("':'"), chart_stamp(PATIENTS.c.id))
_fresh = func.coalesce(col(Summary.expires_at), literal_column("'infinity'::timestamptz")) > bindparam(
    "now", type_=DateTime(timezone=True)
)

# Who it is about, what record and notes are at this moment, and the summary that was made of just that: one statement.
_STANDING = Query(
    select(
        PATIENTS.c.id,
        PATIENTS.c.name,
        PATIENTS.c.date_of_birth,
        PATIENTS.c.sex,
        PATIENTS.c.mrn,
        PATIENTS.c.nhs_number,
        _stamp.label("stamp"),
        col(Summary.body),
        col(Summary.made_at),
    )
    .select_from(
        PATIENTS.outerjoin(
            Summary,
            and_(
                col(Summary.patient_id) == PATIENTS.c.id,
                col(Summary.kind) == bindparam("kind", type_=Text),
                col(Summary.stamp) == _stamp,
                _fresh,
            ),
        )
    )
    .where(_whose)
)

_numbers = (
    select(func.array_agg(PATIENT_IDENTIFIERS.c.value))
    .where(PATIENT_IDENTIFIERS.c.patient_id == PATIENTS.c.id)
    .scalar_subquery()
)
_lines = func.concat_ws(
    literal_column(r"E'\n'"),
    PATIENT_ADDRESSES.c.line1,
    PATIENT_ADDRESSES.c.line2,
    PATIENT_ADDRESSES.c.city,
    PATIENT_ADDRESSES.c.region,
    PATIENT_ADDRESSES.c.postcode,
)
_address = select(_lines).where(PATIENT_ADDRESSES.c.patient_id == PATIENTS.c.id).limit(1).scalar_subquery()
_profile_columns = (
    PATIENTS.c.id,
    PATIENTS.c.version,
    PATIENTS.c.name,
    PATIENTS.c.date_of_birth,
    PATIENTS.c.sex,
    PATIENTS.c.mrn,
    PATIENTS.c.nhs_number,
    PATIENTS.c.phone,
    PATIENTS.c.email,
    PATIENTS.c.conditions,
    PATIENTS.c.height_cm,
    PATIENTS.c.weight_kg,
    _numbers.label("identifiers"),
    _address.label("address"),
)
# What is understood of a note stands within so much of its beginning (`features.notes`); a record of more text than
# that of two thousand full pages is gone through from its newest end.
NOTE_CHARACTERS = 400_000
CHART_CHARACTERS = 4_000_000
_note_columns = (
    CHART_NOTES.c.id.label("note_id"),
    CHART_NOTES.c.version.label("note_version"),
    CHART_NOTES.c.taken_at,
    CHART_NOTES.c.type,
    CHART_NOTES.c.author,
    (CHART_NOTES.c.characters > 0).label("written"),
    CHART_NOTES.c.extraction_status,
    CHART_NOTES.c.extraction_method,
    CHART_NOTES.c.extraction_confidence,
)


def chart_query(*, most: int, of_each: int) -> Query:
    """The statement for a chart of up to `most` characters, the newest notes first, and `of_each` note's beginning.

    One statement: who it is about stands on every row, and on the only one when there are no notes.
    """
    newest_first = (CHART_NOTES.c.taken_at.desc(), CHART_NOTES.c.id.desc())
    shown: Any = literal_column(str(of_each))
    so_far = func.sum(func.least(CHART_NOTES.c.characters, shown)).over(order_by=newest_first)
    fits = so_far <= literal_column(str(most))
    texts = (
        case((fits, func.left(CHART_NOTES.c.content, shown))).label("content"),
        case((fits, CHART_NOTES.c.sections)).label("sections"),
        case((fits, CHART_NOTES.c.facts)).label("facts"),
    )
    return Query(
        select(*_profile_columns, *_note_columns, *texts, _stamp.label("stamp"))
        .select_from(PATIENTS.outerjoin(CHART_NOTES, CHART_NOTES.c.patient_id == PATIENTS.c.id))
        .where(_whose)
        .order_by(*newest_first)
    )


_CHART = chart_query(most=CHART_CHARACTERS, of_each=NOTE_CHARACTERS)


async def find_standing(patient_id: UUID, kind: str, db: Read) -> Row | None:
    """Who it is about, the `stamp` of record and notes, and the `body` of the summary of this kind, or null."""
    return await db.one(_STANDING, patient_id=patient_id, kind=kind, now=clock.now())


async def read_chart(patient_id: UUID, db: Read) -> tuple[Chart, str, int] | None:
    """The chart, its stamp, and how many notes of it have not been read yet; None when there is no such patient."""
    rows = await db.all(_CHART, patient_id=patient_id)
    if not rows:
        return None
    first = rows[0]
    profile = Profile(
        id=first["id"],
        version=first["version"],
        name=first["name"],
        date_of_birth=first["date_of_birth"],
        sex=first["sex"],
        mrn=first["mrn"],
        nhs_number=first["nhs_number"],
        phone=first["phone"],
        email=first["email"],
        identifiers=tuple(first["identifiers"] or ()),
        address=tuple((first["address"] or "").splitlines()),
        conditions=tuple(first["conditions"]),
        height_cm=first["height_cm"],
        weight_kg=first["weight_kg"],
    )
    written = [row for row in rows if row["note_id"] is not None]
    notes = [_note(row) for row in written if row["content"]]
    omitted = [_note(row) for row in written if row["written"] and row["content"] is None]
    return Chart(profile, notes, omitted), first["stamp"], len(written) - len(notes) - len(omitted)


def _note(row: Row) -> ChartNote:
    return ChartNote(
        id=row["note_id"],
        version=row["note_version"],
        taken_at=row["taken_at"],
        type=row["type"],
        author=row["author"],
        content=row["content"] or "",
        sections=_json(row["sections"]),
        facts=_json(row["facts"]) or {},
        confidence=row["extraction_confidence"],
        is_from_file=row["extraction_method"] != "text",
    )


def _json(value: Any) -> Any:
    return value if not isinstance(value, str) else None if value == "null" else Unparsed(value)


# Only what was made of record and notes as they still are; and what was made on days gone by makes room.
_GONE = delete(Summary).where(
    col(Summary.patient_id) == bindparam("patient"), col(Summary.made_at) < bindparam("long_ago")
)
_AS_IT_IS = select(PATIENTS.c.id).where(
    PATIENTS.c.id == bindparam("patient", type_=Uuid), _stamp == bindparam("as_made", type_=Text)
)


async def store(values: Mapping[str, Any], db: AsyncSession) -> bool:
    """Keep a summary, if record and notes still have its `stamp`; answers whether they have.

    Args:
        values: `patient_id`, `kind`, `stamp`, `body`, `made_at` and `expires_at`.
        db: A transaction that holds the notes (`features.notes.hold_chart`).
    """
    patient = {"patient": values["patient_id"]}
    if (await db.scalar(_AS_IT_IS, {**patient, "as_made": values["stamp"]})) is None:
        return False
    await db.execute(_GONE, {**patient, "long_ago": values["made_at"] - timedelta(days=2)})
    new = insert(Summary).values(**values)
    changed = {name: new.excluded[name] for name in ("stamp", "body", "made_at", "expires_at")}
    await db.execute(new.on_conflict_do_update(index_elements=["patient_id", "kind"], set_=changed))
    return True


_TAKE_OFF = text("""
INSERT INTO summary_flight (key, holder, until) VALUES (:key, :holder, :until)
ON CONFLICT (key) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE summary_flight.until < :now
RETURNING holder
""")
# Along with those whose makers died long ago, and that nobody asked for again.
_LAND = text("DELETE FROM summary_flight WHERE key = :key AND holder = :holder OR until < :long_ago")


async def take_off(key: str, holder: UUID, until: datetime, db: AsyncSession) -> bool:
    """Whether `holder` may make the summary at this address; False while somebody else is at it."""
    found = await db.execute(_TAKE_OFF, {"key": key, "holder": holder, "until": until, "now": clock.now()})
    return found.first() is not None


async def land(key: str, holder: UUID, long_ago: datetime, db: AsyncSession) -> None:
    """`holder` has done; and whoever should have done by `long_ago` never will."""
    await db.execute(_LAND, {"key": key, "holder": holder, "long_ago": long_ago})


async def forget(patient_id: UUID, db: AsyncSession) -> None:
    """Delete every summary of a patient."""
    await db.execute(delete(Summary).where(col(Summary.patient_id) == patient_id))


async def discard(patient_id: UUID, kind: str, db: AsyncSession) -> None:
    """Delete the summary of this kind."""
    await db.execute(delete(Summary).where(col(Summary.patient_id) == patient_id, col(Summary.kind) == kind))
