"""Rules over HTTP."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.rules import handler, trial
from features.rules.engine import Rule
from features.rules.facts import Policy
from features.rules.problems import DuplicateRule, RuleNotFound
from features.rules.schema import (
    ExpressionTrial,
    RulePatch,
    RuleQuery,
    RuleRead,
    RuleTrial,
    RuleTrialResult,
    RuleVersionQuery,
    RuleVersionRead,
    RuleWrite,
)
from rounds.audit import changes, note_shown, shows, shows_no_patient
from rounds.auth import Actor, require
from rounds.data import Read, Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import Forbidden, Invalid, PreconditionFailed, documents

router = new_router("rules")

CanRead = Annotated[Actor, require("rules:read")]
CanWrite = Annotated[Actor, require("rules:write")]

_CHANGED = documents(RuleNotFound, DuplicateRule, PreconditionFailed, Invalid)


@router.get("/rules", response_model=Page[RuleRead])
@shows_no_patient
async def list_rules(query: Annotated[RuleQuery, Query()], actor: CanRead, request: Request, reads: Reads) -> Response:
    """List rules, the definitions of recommendations."""
    found = await handler.list_rules(query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.post("/rules", status_code=201, responses=documents(DuplicateRule, Invalid), response_model=RuleRead)
@changes("rule", of_patient=False)
async def create_rule(body: RuleWrite, actor: CanWrite, db: Tx) -> Response:
    """Create a rule.

    Its `expression` is [CEL](https://cel.dev), the Common Expression Language, over these facts:

    | fact | type | meaning |
    |---|---|---|
    | `age` | int | whole years on the day of evaluation |
    | `sex` | string | `female`, `male` or `other` |
    | `bmi` | double | kg/m², to the one decimal that the API shows |
    | `conditions` | list(string) | in lower case |
    | `chronic_pain` | bool | whether a condition says so, undenied and of the patient now; or a problem of the chart |
    | `procedures` | list | of `{code, department, surgical, days_ago}`, latest first; `department` in lower case |
    | `problems` | list | of `{name, concept, status}`, as the chart has them; e.g. `status == "active"` |
    | `medications` | list | of `{name, ingredient, status}`, as the chart has them; e.g. `status == "current"` |
    | `allergies` | list | of `{substance, concept, status}`, as the chart has them; e.g. `status == "present"` |
    | `rehab_departments` | list(string) | whose surgery leads to rehabilitation (a setting) |
    | `recent_surgery_days` | int | how many days surgery counts as recent (a setting) |
    | `observations` | map | latest values by name, e.g. `observations.heart_rate`; all double |

    It may use `&& || ! == != < <= > >= in + - * / % ?:`, the loops `all`, `exists`, `exists_one`, `filter` and `map`,
    and `size`, `contains`, `startsWith`, `endsWith`, `matches`, `int`, `double`, `string` and `has`. Numbers compare by
    value (`bmi > 30`), but one cannot calculate with int and double together (write `bmi * 2.0`).

    A rule does not fire while a fact that it refers to is missing, and the trace of the evaluation names it;
    `has(observations.heart_rate)` asks for one without demanding it. A mistake is answered with 422 at `/expression`,
    with its line and column.
    """
    rule = await handler.create_rule(body, by=actor.id, db=db)
    return created(rule, f"/rules/{rule.id}", version=rule.version)


@router.get("/rules/{rule_id}", response_model=RuleRead, responses={**NOT_MODIFIED, **documents(RuleNotFound)})
@shows_no_patient
async def read_rule(rule_id: UUID, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None) -> Response:
    """Read one rule."""
    rule = await handler.read_rule(rule_id, reads=reads)
    return answer(rule, version=rule.version, if_none_match=if_none_match)


@router.put("/rules/{rule_id}", responses=_CHANGED, response_model=RuleRead)
@changes("rule", of_patient=False)
async def replace_rule(rule_id: UUID, body: RuleWrite, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> Response:
    """Replace a rule. What it was stays readable among its versions."""
    rule = await handler.replace_rule(rule_id, body, if_match=if_match, by=actor.id, db=db)
    return answer(rule, version=rule.version)


@router.patch("/rules/{rule_id}", responses=_CHANGED, response_model=RuleRead)
@changes("rule", of_patient=False)
async def patch_rule(rule_id: UUID, body: RulePatch, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> Response:
    """Change some fields of a rule. What it was stays readable among its versions."""
    changes = body.model_dump(mode="json", exclude_unset=True)
    rule = await handler.patch_rule(rule_id, changes, if_match=if_match, by=actor.id, db=db)
    return answer(rule, version=rule.version)


@router.delete("/rules/{rule_id}", status_code=204, responses=documents(RuleNotFound, PreconditionFailed))
@changes("rule", of_patient=False)
async def delete_rule(rule_id: UUID, actor: CanWrite, db: Tx, if_match: IfMatch = None) -> None:
    """Delete a rule. Recommendations that it made stay, its versions too, and its code is free again.

    To suspend it, set `active` to false instead.
    """
    await handler.delete_rule(rule_id, if_match=if_match, by=actor.id, db=db)


@router.get("/rules/{rule_id}/versions", responses=documents(RuleNotFound), response_model=Page[RuleVersionRead])
@shows_no_patient
async def list_rule_versions(
    rule_id: UUID,
    query: Annotated[RuleVersionQuery, Query()],
    actor: CanRead,
    request: Request,
    reads: Reads,
) -> Response:
    """List every version that a rule has had, the latest first; also those of a deleted rule."""
    found = await handler.list_versions(rule_id, query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.post("/rules/try", responses=documents(Invalid, Forbidden))
@shows("rule_trial")
async def try_expression(body: ExpressionTrial, actor: CanWrite, request: Request, reads: Reads) -> RuleTrialResult:
    """Count and sample the patients that an expression would match before it becomes a rule; changes nothing.

    It needs what `POST /rules/{rule_id}/try` needs, and ends as that does.
    """
    draft = handler.draft_rule(body.expression)
    return await _tried(draft, body.limit, actor=actor, request=request, reads=reads)


@router.post("/rules/{rule_id}/try", responses=documents(RuleNotFound, Invalid, Forbidden))
@shows("rule_trial")
async def try_rule(
    rule_id: UUID, actor: CanWrite, request: Request, reads: Reads, body: RuleTrial | None = None
) -> RuleTrialResult:
    """Count and sample the patients that a rule, or a changed expression of it, would match; changes nothing.

    Whom an expression matches tells what it asks about. So this needs, besides `rules:write`, `patients:read` and what
    it takes to read each fact that the expression names: `procedures:read` for `procedures`, `notes:read` for
    `observations`.

    Its own expression decides here, whichever engine is configured. One trial runs at a time; others wait for it. It
    ends early, with `complete: false`, when the expression takes long on too many patients.
    """
    wanted = body or RuleTrial()
    rule = await handler.rule_for(str(rule_id), reads=reads)
    if wanted.expression is not None:
        rule = replace(rule, expression=wanted.expression)
    return await _tried(rule, wanted.limit, actor=actor, request=request, reads=reads)


async def _tried(rule: Rule, limit: int, *, actor: Actor, request: Request, reads: Read) -> RuleTrialResult:
    handler.expect_readable(rule, actor)
    state = request.app.state
    policy = Policy.of(state.settings)
    found = await trial.try_rule(
        rule,
        limit=limit,
        policy=policy,
        reads=reads,
        child_processes=state.child_processes,
        turn=state.long_lived[trial.TrialTurn],
    )
    note_shown(found.sample, resource_id=rule.id if rule.version else None)  # a draft is nothing one could refer to
    return found
