"""The rules of recommendations: made once, answered once, and kept."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.accounts import read_names
from features.evaluate import persistence
from features.evaluate.decisions import MANUAL, without_words
from features.evaluate.events import RecommendationGenerated
from features.evaluate.problems import OTHER_PATIENT, RecommendationAnswered, RecommendationNotFound
from features.evaluate.schema import (
    RecommendationFeedback,
    RecommendationQuery,
    RecommendationRead,
    RecommendationReplace,
    RecommendationWrite,
)
from features.evaluate.tables import Recommendation
from features.patients import read_patients, require_patient
from features.rules import read_rules, rule_for
from rounds import clock
from rounds.audit import changes_of, note_shown, record
from rounds.auth import Actor
from rounds.data import Read, changed
from rounds.events import publish
from rounds.expansions import requested_expansions
from rounds.listings import Cursors, Found
from rounds.merge_patch import patched
from rounds.problems import invalid
from rounds.versions import expect_version

_RESOURCE = "recommendation"
EXPANSIONS = {"patient": "patients:read", "rule": "rules:read", "answerer": None}


async def read_recommendation(
    recommendation_id: UUID, expand: str | None = None, *, actor: Actor, reads: Read
) -> RecommendationRead:
    """A recommendation, with what `expand` asks for.

    Raises:
        InvalidFields: when `expand` names what is not offered.
        Forbidden: when the actor may not read it.
        RecommendationNotFound: when there is no such recommendation.
    """
    parts = requested_expansions("expand", expand, EXPANSIONS, actor=actor)
    row = await persistence.find(recommendation_id, reads)
    if row is None:
        raise RecommendationNotFound
    return (await _shown([row], parts, reads=reads))[0]


async def list_recommendations(
    query: RecommendationQuery, *, actor: Actor, reads: Read, cursors: Cursors
) -> Found[RecommendationRead]:
    """One page of recommendations, with what `expand` asks for.

    Raises:
        InvalidFields: when `expand` names what is not offered.
        Forbidden: when the actor may not read it.
    """
    parts = requested_expansions("expand", query.expand, EXPANSIONS, actor=actor)
    values: dict[str, Any] = query.model_dump(include={"patient_id", "external_id", "status"}, exclude_none=True)
    if query.rule is not None:
        try:
            values["rule_id"] = UUID(query.rule)
        except ValueError:
            values["rule"] = query.rule
    where = {name: persistence.FILTERS[name] for name in values}
    found = await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)
    rows = [persistence.revived(row) for row in found.data]
    return found.showing(await _shown(rows, parts, reads=reads))


async def _shown(
    rows: Sequence[Mapping[str, Any]], parts: Collection[str] = (), *, reads: Read
) -> list[RecommendationRead]:
    """Recommendations with the parts asked for; one query for each part, however many rows."""
    patients = rules = people = None
    if "patient" in parts:
        patients = await read_patients([each for row in rows if (each := row["patient_id"]) is not None], reads=reads)
    if "rule" in parts:
        rules = await read_rules([row["rule_id"] for row in rows if row["rule_id"] is not None], reads=reads)
    if "answerer" in parts:
        people = await read_names([row["answered_by"] for row in rows if row["answered_by"] is not None], reads=reads)
    members = []
    for row in rows:
        more: dict[str, Any] = {}
        if patients is not None:
            more["patient"] = patients.get(row["patient_id"])
        if rules is not None and row["rule_id"] is not None:
            more["rule"] = rules.get(row["rule_id"], row["rule"])
        if people is not None:
            more["answerer"] = people.get(row["answered_by"])
        members.append(RecommendationRead.model_validate({**row, **more}))
    return members


async def load_for_patients(ids: Sequence[UUID], reads: Read) -> dict[UUID, list[RecommendationRead]]:
    """The recommendations of many patients, newest first, by patient id."""
    found: dict[UUID, list[RecommendationRead]] = {}
    for row in await persistence.of_patients(ids, reads):
        found.setdefault(row["patient_id"], []).append(RecommendationRead.model_validate(row))
    return found


async def create_recommendation(new: RecommendationWrite, *, reads: Read, db: AsyncSession) -> RecommendationRead:
    """Recommend something by hand. The database refuses a second active one of the same rule.

    Raises:
        PatientNotFound: when there is no such patient.
        RuleNotFound: when there is no such rule.
    """
    rule = await rule_for(new.rule, reads=reads) if new.rule is not None else None
    await require_patient(new.patient_id, db=db)
    made = Recommendation(
        patient_id=new.patient_id,
        rule_id=rule.id if rule else None,
        rule=rule.code if rule else None,
        rule_version=rule.version if rule else None,
        recommendation=new.recommendation,
        engine=MANUAL,
        trace={"expression": None, "facts": {}, "engine": MANUAL, "evaluated_at": clock.now().isoformat()},
    )
    db.add(made)
    await db.flush()
    await record(
        "create",
        _RESOURCE,
        db,
        resource_id=made.id,
        patient_id=made.patient_id,
        changes={"recommendation": (None, made.recommendation), "rule": (None, made.rule)},
    )
    await publish(
        RecommendationGenerated(
            patient_id=new.patient_id,
            recommendation_id=made.id,
            recommendation=made.recommendation,
            timestamp=made.created_at,
        ),
        db,
    )
    return _of(made)


async def replace_recommendation(
    recommendation_id: UUID,
    new: RecommendationReplace,
    *,
    if_match: str | None,
    actor: Actor,
    reads: Read,
    db: AsyncSession,
) -> RecommendationRead:
    """Replace what a client may write about a recommendation.

    Raises:
        RecommendationNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
        InvalidFields: when it names another patient.
        RuleNotFound: when there is no such rule.
    """
    found = await _locked(recommendation_id, if_match, db)
    return await _write(found, new, replaced=True, actor=actor, reads=reads, db=db)


async def patch_recommendation(
    recommendation_id: UUID,
    patch: dict[str, Any],
    *,
    if_match: str | None,
    actor: Actor,
    reads: Read,
    db: AsyncSession,
) -> RecommendationRead:
    """Apply a JSON merge patch to what a client may write about a recommendation; refuses what replacing refuses."""
    found = await _locked(recommendation_id, if_match, db)
    return await _write(
        found, patched(RecommendationReplace, found, patch), replaced=False, actor=actor, reads=reads, db=db
    )


async def _write(
    found: Recommendation, new: RecommendationReplace, *, replaced: bool, actor: Actor, reads: Read, db: AsyncSession
) -> RecommendationRead:
    if new.patient_id != found.patient_id:
        raise invalid("/patient_id", OTHER_PATIENT())
    if new.rule is None:
        found.rule_id = found.rule = found.rule_version = found.fingerprint = None
    elif new.rule not in {found.rule, str(found.rule_id)}:  # by its own, perhaps deleted, rule it may stay
        rule = await rule_for(new.rule, reads=reads)
        found.rule_id, found.rule, found.rule_version, found.fingerprint = rule.id, rule.code, rule.version, None
    if new.status != found.status:
        answered = new.status in {"accepted", "declined"}
        found.answered_at = clock.now() if answered else None
        found.answered_by = actor.id if answered else None
    found.status, found.reason, found.recommendation = new.status, new.reason, new.recommendation
    changes = changes_of(found)
    if changed(found, db, replaced=replaced):
        await db.flush()
        await record("update", _RESOURCE, db, resource_id=found.id, patient_id=found.patient_id, changes=changes)
    else:
        note_shown([found.patient_id], resource_id=found.id)
    return _of(found)


async def delete_recommendation(recommendation_id: UUID, *, if_match: str | None, db: AsyncSession) -> None:
    """Take a recommendation out of every read.

    Raises:
        RecommendationNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
    """
    found = await _locked(recommendation_id, if_match, db)
    found.deleted_at = clock.now()
    found.touch()
    await record("delete", _RESOURCE, db, resource_id=found.id, patient_id=found.patient_id)


async def answer_recommendation(
    recommendation_id: UUID, feedback: RecommendationFeedback, *, actor: Actor, db: AsyncSession
) -> RecommendationRead:
    """Accept or decline an active recommendation; of several answers at once the first one stands.

    Raises:
        RecommendationNotFound: when there is none.
        RecommendationAnswered: when it is not active and what it is now is not this answer.
    """
    at = clock.now()
    values = {
        "status": feedback.status,
        "reason": feedback.reason,
        "answered_at": at,
        "answered_by": actor.id,
        "updated_at": at,
    }
    row = await persistence.answer(recommendation_id, values, db)
    if row is None:
        row = await persistence.read_again(recommendation_id, db)
        if row is None:
            raise RecommendationNotFound
        if row["status"] != feedback.status:
            raise RecommendationAnswered(current=row["status"])
        note_shown([row["patient_id"]], resource_id=recommendation_id)
    else:
        changes = {"status": ("active", feedback.status), "reason": (None, feedback.reason)}
        await record(
            "feedback",
            _RESOURCE,
            db,
            resource_id=recommendation_id,
            patient_id=row["patient_id"],
            changes=changes,
        )
    return RecommendationRead.model_validate(row)


async def remove_of_patient(patient_id: UUID, db: AsyncSession) -> None:
    """A deleted patient's recommendations leave with the patient."""
    await persistence.remove_of_patient(patient_id, clock.now(), db)


async def forget_words(patient_id: UUID, note_id: UUID, db: AsyncSession) -> None:
    """Of a deleted note, recommendations keep which one it was and when, and none of its words."""
    for recommendation_id, trace in await persistence.traces_on_note(patient_id, note_id, db):
        await persistence.keep_trace(recommendation_id, without_words(trace, str(note_id)), db)


async def _locked(recommendation_id: UUID, if_match: str | None, db: AsyncSession) -> Recommendation:
    found = await persistence.lock(recommendation_id, db)
    if found is None:
        raise RecommendationNotFound
    expect_version(if_match, found.version)
    return found


def _of(found: Recommendation) -> RecommendationRead:
    return RecommendationRead.model_validate({name: getattr(found, name) for name in persistence.SHOWN})
