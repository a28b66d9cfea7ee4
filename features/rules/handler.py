"""The rules of rules."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.rules import persistence
from features.rules.engine import Rule
from features.rules.problems import RuleNotFound
from features.rules.programs import program
from features.rules.schema import RuleQuery, RuleRead, RuleVersionQuery, RuleVersionRead, RuleWrite, is_id
from features.rules.tables import RuleRow, RuleVersion
from rounds import clock
from rounds.audit import changes_of, record
from rounds.auth import Actor
from rounds.data import Read, changed
from rounds.listings import Cursors, Found
from rounds.merge_patch import patched
from rounds.problems import Forbidden
from rounds.versions import expect_version

WHOM = "patients:read"  # a trial tells which patients there are


async def active_rules(reads: Read) -> list[Rule]:
    """The rules that are in force, by code."""
    return await persistence.active(reads)


async def read_rules(ids: Iterable[UUID], *, reads: Read) -> dict[UUID, RuleRead]:
    """Those of these rules that there are or were: what refers to a deleted rule can still show it."""
    rows = await persistence.find_many(list(ids), reads)
    return {row["id"]: RuleRead(**dict(row)) for row in rows}


async def rule_for(code_or_id: str, *, reads: Read) -> Rule:
    """The rule with this code or id.

    Raises:
        RuleNotFound: when there is none.
    """
    if is_id(code_or_id):
        row = await persistence.find(UUID(code_or_id), reads)
    else:
        row = await persistence.find_by_code(code_or_id, reads)
    if row is None:
        raise RuleNotFound
    return Rule(
        id=row["id"],
        code=row["code"],
        version=row["version"],
        recommendation=row["recommendation"],
        expression=row["expression"],
    )


def draft_rule(expression: str) -> Rule:
    """A rule of this expression that is not kept."""
    return Rule(id=UUID(int=0), code="draft", version=0, recommendation="", expression=expression)


def expect_readable(rule: Rule, actor: Actor) -> None:
    """Make sure that the actor may read what the rule asks about, and whom it matches.

    Raises:
        Forbidden: when not, naming the scope.
    """
    try:
        asked = program(rule.expression).scopes
    except ValueError:  # an expression that is not accepted any more matches nobody
        asked = frozenset()
    for scope in sorted({WHOM, *asked}):
        if not actor.may(scope):
            raise Forbidden(scope=scope)


async def read_rule(rule_id: UUID, *, reads: Read) -> RuleRead:
    """A rule.

    Raises:
        RuleNotFound: when there is none.
    """
    row = await persistence.find(rule_id, reads)
    if row is None:
        raise RuleNotFound
    return RuleRead(**dict(row))


async def list_rules(query: RuleQuery, *, reads: Read, cursors: Cursors) -> Found[RuleRead]:
    """One page of rules."""
    values = query.model_dump(include=set(persistence.FILTERS), exclude_none=True)
    where = {name: persistence.FILTERS[name] for name in values}
    found = await persistence.RULES.fetch(query, reads, cursors, where=where, values=values)
    return found.as_models(RuleRead)


async def list_versions(
    rule_id: UUID, query: RuleVersionQuery, *, reads: Read, cursors: Cursors
) -> Found[RuleVersionRead]:
    """One page of the versions of a rule, which may be deleted.

    Raises:
        RuleNotFound: when there never was one.
    """
    found = await persistence.VERSIONS.fetch(
        query, reads, cursors, where={"rule_id": persistence.OF_RULE}, values={"rule_id": rule_id}
    )
    if not found.data and not await persistence.exists(rule_id, reads):
        raise RuleNotFound
    return found.as_models(RuleVersionRead)


async def create_rule(new: RuleWrite, *, by: UUID, db: AsyncSession) -> RuleRead:
    """Create a rule. The database refuses a code that another one has."""
    rule = RuleRow(**new.model_dump())
    db.add(rule)
    created = changes_of(rule)
    await db.flush()
    await record("create", "rule", db, resource_id=rule.id, changes=created)
    return await _kept(rule, by=by, db=db)


async def replace_rule(rule_id: UUID, new: RuleWrite, *, if_match: str | None, by: UUID, db: AsyncSession) -> RuleRead:
    """Replace what a client may write about a rule."""
    rule = await _required(rule_id, if_match, db)
    return await _write(rule, new, replaced=True, by=by, db=db)


async def patch_rule(
    rule_id: UUID, patch: dict[str, Any], *, if_match: str | None, by: UUID, db: AsyncSession
) -> RuleRead:
    """Apply a JSON merge patch to a rule."""
    rule = await _required(rule_id, if_match, db)
    return await _write(rule, patched(RuleWrite, rule, patch), replaced=False, by=by, db=db)


async def delete_rule(rule_id: UUID, *, if_match: str | None, by: UUID, db: AsyncSession) -> None:
    """Take a rule out of force and out of every list; what refers to it can still show it, and its code is free."""
    rule = await _required(rule_id, if_match, db)
    rule.deleted_at = clock.now()
    rule.active = False
    rule.touch()
    await db.flush()
    await record("delete", "rule", db, resource_id=rule.id)
    await _kept(rule, by=by, db=db)


async def _required(rule_id: UUID, if_match: str | None, db: AsyncSession) -> RuleRow:
    rule = await persistence.lock(rule_id, db)
    if rule is None:
        raise RuleNotFound
    expect_version(if_match, rule.version)
    return rule


async def _write(rule: RuleRow, new: RuleWrite, *, replaced: bool, by: UUID, db: AsyncSession) -> RuleRead:
    for name, value in new.model_dump().items():
        setattr(rule, name, value)
    changes = changes_of(rule)
    if not changed(rule, db, replaced=replaced):
        return RuleRead.model_validate(rule)
    await db.flush()
    await record("update", "rule", db, resource_id=rule.id, changes=changes)
    return await _kept(rule, by=by, db=db)


async def _kept(rule: RuleRow, *, by: UUID | None, db: AsyncSession) -> RuleRead:
    """Keep the version that `rule` has now."""
    db.add(
        RuleVersion(
            rule_id=rule.id,
            version=rule.version,
            code=rule.code,
            recommendation=rule.recommendation,
            description=rule.description,
            expression=rule.expression,
            active=rule.active,
            deleted=rule.deleted_at is not None,
            at=rule.updated_at,
            by=by,
        )
    )
    await db.flush()
    return RuleRead.model_validate(rule)
