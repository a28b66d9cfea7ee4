"""Versions of resources, their entity tags, and the preconditions a caller may set on them (RFC 9110, section 13)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rounds.i18n import N_
from rounds.problems import PreconditionFailed, Refusal, invalid

_BAD_ENTITY_TAG = Refusal("entity_tag", N_('Write entity tags as the ETag header shows them, for example "3".'))
_ENTITY_TAG = re.compile(r'"([^"]*)"')
ENTITY_TAGS = r'[ \t]*(W/)?"[^"]*"([ \t]*,[ \t]*(W/)?"[^"]*")*[ \t]*'

# Set by the route while it runs a call that changes something: whatever versions it rules out, `expect_version`, which
# every such call asks within its transaction, is the place to know.
_ruled_out: ContextVar[str | None] = ContextVar("rounds.if_none_match", default=None)


class RuledOut(PreconditionFailed):
    """`If-None-Match` rules out the version that is there; `*` rules out any."""

    code = "version_ruled_out"
    title = N_("It is there already")
    detail = N_("There is the version {version}, which If-None-Match rules out.")


@contextmanager
def ruling_out(if_none_match: str | None) -> Iterator[None]:
    """Within the block, refuse to change versions that this header names."""
    before = _ruled_out.set(if_none_match)
    try:
        yield
    finally:
        _ruled_out.reset(before)


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def unchanged(if_none_match: str | None, version: int) -> bool:
    """Whether the client already has `version`."""
    return matches(if_none_match, etag(version))


def matches(if_none_match: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names `tag`, an entity tag, or is `*`; compared weakly, as RFC 9110 has it."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag.removeprefix("W/") in {f'"{each}"' for each in _tags(if_none_match)}


def expect_version(if_match: str | None, version: int) -> None:
    """Refuse to change a resource the client has not seen in its current version.

    Raises:
        PreconditionFailed: when `if_match` names other versions only, or the request's If-None-Match this one.
        InvalidFields: when it is not a list of entity tags.
    """
    if if_match is not None and if_match.strip() != "*":
        tags = _tags(if_match)
        if not tags:
            raise invalid("header:if-match", _BAD_ENTITY_TAG())
        if str(version) not in tags:
            raise PreconditionFailed(version=version)
    if unchanged(_ruled_out.get(), version):  # after If-Match: RFC 9110, section 13.2.2
        raise RuledOut(version=version)


def _tags(header: str) -> list[str]:
    return _ENTITY_TAG.findall(header) if re.fullmatch(ENTITY_TAGS, header) else []
