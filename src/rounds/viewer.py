"""On whose behalf records are looked at, for the statements that leave out what not everybody may see.

A request looks on behalf of its account; deliveries, periodic work and commands look at everything, for they show
nothing to anybody. Whoever has not said so looks on behalf of nobody: what is confidential is left out then, so that
a place that was forgotten hides too much and never too little.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam

from rounds import clock

NOBODY = UUID(int=0)
PROGRAM = UUID(int=2**128 - 1)  # the program itself, which sees everything

_viewer: ContextVar[UUID] = ContextVar("rounds.viewer", default=NOBODY)


def viewer() -> UUID:
    """The account that looks, or `NOBODY`, or `PROGRAM`."""
    return _viewer.get()


def look_as(account: UUID) -> None:
    """From now on, and for the rest of this task, look on behalf of an account; an answer may go on after its call."""
    _viewer.set(account)


@contextmanager
def looking_as(account: UUID) -> Iterator[None]:
    """Within the block, look on behalf of an account, or of `NOBODY`, or of `PROGRAM`."""
    before = _viewer.set(account)
    try:
        yield
    finally:
        _viewer.reset(before)


# In a statement: the viewer at the moment when it is executed.
VIEWER = bindparam("viewer", callable_=viewer, type_=Uuid)
# And that moment: what was opened to the viewer for an hour is open until it has passed.
VIEWED_AT = bindparam("viewed_at", callable_=clock.now, type_=DateTime(timezone=True))


def context_of_nobody() -> Context:
    """A context for a task whose answer many will be given."""
    context = copy_context()
    context.run(look_as, NOBODY)
    return context
