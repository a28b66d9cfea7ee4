"""Evaluation and recommendations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.evaluate import batches, evaluation, handler
from features.evaluate.problems import (
    BatchNotFound,
    DuplicateRecommendation,
    RecommendationAnswered,
    RecommendationNotFound,
)
from features.evaluate.schema import (
    BatchQuery,
    EvaluateRequest,
    EvaluationBatchRead,
    EvaluationBatchWrite,
    EvaluationRead,
    Expansions,
    RecommendationFeedback,
    RecommendationPatch,
    RecommendationQuery,
    RecommendationRead,
    RecommendationReplace,
    RecommendationWrite,
)
from features.patients import PatientNotFound
from features.rules import ChosenEngine, RuleNotFound
from rounds.audit import changes, note_shown, shows, shows_no_patient
from rounds.auth import Actor, require
from rounds.data import MayBegin, Reads, Tx
from rounds.events import concerns
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created, creates
from rounds.http import router as new_router
from rounds.i18n import negotiate
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("evaluate")

CanEvaluate = Annotated[Actor, require("evaluate:run")]
CanRead = Annotated[Actor, require("recommendations:read")]
CanWrite = Annotated[Actor, require("recommendations:write")]
CanDelete = Annotated[Actor, require("recommendations:delete")]


# Before `/evaluate/{patient_id}`, which would take "batch" for an id.
@router.post("/evaluate/batch", status_code=202, response_model=EvaluationBatchRead)
@changes("evaluation_batch")
async def start_evaluation_batch(body: EvaluationBatchWrite, actor: CanEvaluate, db: Tx) -> Response:
    """Evaluate many patients in the background. Read the progress where `Location` says.

    Every patient is evaluated as by `POST /evaluate/{patient_id}`. It is done in steps, each of which is kept, so a
    server that stops on the way goes on where it was, and nothing is recommended twice.
    """
    batch = await batches.start_batch(body, actor=actor, db=db)
    return created(batch, f"/evaluate/batch/{batch.id}", version=batch.version, status_code=202)


@router.get("/evaluate/batch", response_model=Page[EvaluationBatchRead])
@shows_no_patient
async def list_evaluation_batches(
    query: Annotated[BatchQuery, Query()], actor: CanEvaluate, request: Request, reads: Reads
) -> Response:
    """List batches, newest first."""
    found = await batches.list_batches(query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.get(
    "/evaluate/batch/{batch_id}",
    response_model=EvaluationBatchRead,
    responses={**NOT_MODIFIED, **documents(BatchNotFound)},
)
@shows_no_patient
async def read_evaluation_batch(
    batch_id: UUID, actor: CanEvaluate, reads: Reads, if_none_match: IfNoneMatch = None
) -> Response:
    """Read how far a batch has come."""
    batch = await batches.read_batch(batch_id, reads=reads)
    return answer(batch, version=batch.version, if_none_match=if_none_match)


@router.post("/evaluate/{patient_id}", responses=documents(PatientNotFound))
@changes("recommendation")
async def evaluate_patient(
    patient_id: UUID, actor: CanEvaluate, request: Request, response: Response, reads: Reads, begin: MayBegin
) -> EvaluationRead:
    """Evaluate a patient's record against every active rule.

    A rule that fires makes a recommendation and an event, once: while it is active it is answered as it is, and what
    clinicians have accepted or declined is not raised again until the rule or the facts change. What is active although
    its rule no longer applies becomes `superseded`.
    """
    state = request.app.state
    outcome = await evaluation.evaluate_patient(
        patient_id, settings=state.settings, engine=state.long_lived[ChosenEngine].engine, reads=reads, begin=begin
    )
    return _answer(outcome, request, response)


@router.post("/evaluate", responses=documents(PatientNotFound), openapi_extra=creates())
@changes("recommendation")
async def evaluate_facts(
    body: EvaluateRequest, actor: CanEvaluate, request: Request, response: Response, reads: Reads, db: Tx
) -> EvaluationRead:
    """Evaluate stated facts. What is not stated is missing, and a rule that needs it does not fire.

    With `patient_id`, the stated facts take the place of those on the record, and what is found is stored for that
    patient; nothing is superseded, since the record may say otherwise.

    Without it, what is found is stored too, with `patient_id: null`, and announced. Say with `external_id` whom you
    mean, by your own number: then asking again neither makes nor announces what is active already, and what no longer
    applies becomes `superseded`. The number is yours: another account's same number is somebody else.

    With `dry_run` nothing is stored or announced, and what would be new has no id.
    """
    state = request.app.state
    reached = {
        "settings": state.settings,
        "engine": state.long_lived[ChosenEngine].engine,
        "reads": reads,
        "begin": lambda: db,
    }
    concerns(db, body.patient_id)
    if body.patient_id is None:
        outcome = await evaluation.evaluate_facts(body, actor=actor, **reached)
    else:
        stating = body if body.states_anything else None
        outcome = await evaluation.evaluate_patient(body.patient_id, stating, dry_run=body.dry_run, **reached)
    return _answer(outcome, request, response)


def _answer(outcome: evaluation.Outcome, request: Request, response: Response) -> EvaluationRead:
    language = negotiate(request.headers.get("accept-language", "en"))
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return outcome.shown(language)


@router.get("/recommendations", response_model=Page[RecommendationRead])
@shows("recommendation")
async def list_all(
    query: Annotated[RecommendationQuery, Query()], actor: CanRead, request: Request, reads: Reads
) -> Response:
    """List recommendations, newest first."""
    cursors = request.app.state.cursors
    found = await handler.list_recommendations(query, actor=actor, reads=reads, cursors=cursors)
    note_shown(recommendation.patient_id for recommendation in found.data)
    return found.answer(request, exclude_unset=True)


@router.post(
    "/recommendations",
    status_code=201,
    responses=documents(PatientNotFound, RuleNotFound, DuplicateRecommendation),
    response_model=RecommendationRead,
)
@changes("recommendation")
async def create(body: RecommendationWrite, actor: CanWrite, reads: Reads, db: Tx) -> Response:
    """Recommend something by hand, with or without a rule."""
    made = await handler.create_recommendation(body, reads=reads, db=db)
    return created(made, f"/recommendations/{made.id}", version=made.version, exclude_unset=True)


@router.get(
    "/recommendations/{recommendation_id}",
    response_model=RecommendationRead,
    responses={**NOT_MODIFIED, **documents(RecommendationNotFound)},
)
@shows("recommendation")
async def read(
    recommendation_id: UUID,
    actor: CanRead,
    reads: Reads,
    expand: Annotated[Expansions | None, Query()] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read one recommendation."""
    found = await handler.read_recommendation(recommendation_id, expand, actor=actor, reads=reads)
    note_shown([found.patient_id], resource_id=recommendation_id)
    # What is expanded has versions of its own, so an answer with it has no ETag.
    version = None if expand else found.version
    return answer(found, version=version, if_none_match=if_none_match, exclude_unset=True)


_CHANGE = documents(RecommendationNotFound, RuleNotFound, DuplicateRecommendation, PreconditionFailed)


@router.put(
    "/recommendations/{recommendation_id}",
    responses=_CHANGE,
    response_model=RecommendationRead,
)
@changes("recommendation")
async def replace(
    recommendation_id: UUID,
    body: RecommendationReplace,
    actor: CanWrite,
    reads: Reads,
    db: Tx,
    if_match: IfMatch = None,
) -> Response:
    """Replace a recommendation, its status and reason included. To answer one, better send feedback."""
    made = await handler.replace_recommendation(
        recommendation_id, body, if_match=if_match, actor=actor, reads=reads, db=db
    )
    return answer(made, version=made.version, exclude_unset=True)


@router.patch(
    "/recommendations/{recommendation_id}",
    responses=_CHANGE,
    response_model=RecommendationRead,
)
@changes("recommendation")
async def patch(
    recommendation_id: UUID,
    body: RecommendationPatch,
    actor: CanWrite,
    reads: Reads,
    db: Tx,
    if_match: IfMatch = None,
) -> Response:
    """Change some fields of a recommendation (JSON merge patch: `null` empties a field)."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    made = await handler.patch_recommendation(
        recommendation_id, changes, if_match=if_match, actor=actor, reads=reads, db=db
    )
    return answer(made, version=made.version, exclude_unset=True)


@router.delete(
    "/recommendations/{recommendation_id}",
    status_code=204,
    responses=documents(RecommendationNotFound, PreconditionFailed),
)
@changes("recommendation")
async def delete(recommendation_id: UUID, actor: CanDelete, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a recommendation. If its rule still applies, the next evaluation makes a new one; decline it instead."""
    await handler.delete_recommendation(recommendation_id, if_match=if_match, db=db)


@router.post(
    "/recommendations/{recommendation_id}/feedback",
    name="answer",
    responses=documents(RecommendationNotFound, RecommendationAnswered),
    response_model=RecommendationRead,
)
@changes("recommendation")
async def answer_recommendation(
    recommendation_id: UUID, body: RecommendationFeedback, actor: CanWrite, db: Tx
) -> Response:
    """Accept or decline an active recommendation. The same answer again changes nothing; another one is refused."""
    made = await handler.answer_recommendation(recommendation_id, body, actor=actor, db=db)
    return answer(made, version=made.version, exclude_unset=True)
