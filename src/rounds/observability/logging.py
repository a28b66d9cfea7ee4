"""Structured logs: JSON lines in production, readable ones in development, ids and never clinical content."""

import logging
import sys
from traceback import walk_tb
from typing import Any

import orjson
import structlog

from rounds.settings import Settings


def configure(settings: Settings) -> None:
    """Send structlog and the standard library's loggers to standard error, in one format."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and settings.production)
    level = logging.getLevelNamesMapping()[settings.log_level]
    shared: list[structlog.typing.Processor] = [
        *([] if settings.request_log else [_without_requests]),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _only_the_origin,
    ]
    factory: Any
    if as_json:
        renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(serializer=orjson.dumps)
        factory = structlog.BytesLoggerFactory(sys.stderr.buffer)
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        factory = structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    handler = _ToStructlog()
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


# What stands between our own frames in every traceback, and would push them out of sight.
_MACHINERY = ("anyio", "asyncio", "asyncpg", "fastapi", "sqlalchemy", "starlette")


def origin_of(error: BaseException) -> dict[str, object]:
    """What of an exception may be logged: its type and where it came from.

    Never its message, which may quote a patient's data when the database made it, nor the values of its variables.
    """
    frames = [
        (str(frame.f_globals.get("__name__")), f"{line} {frame.f_code.co_name}")
        for frame, line in walk_tb(error.__traceback__)
    ]
    telling = [frame for frame in frames[:-1] if frame[0].partition(".")[0] not in _MACHINERY] + frames[-1:]
    return {
        "error": type(error).__qualname__,
        "cause": type(error.__cause__).__qualname__ if error.__cause__ else None,
        "frames": [f"{module}:{place}" for module, place in telling[-12:]],
    }


def _without_requests(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if event.get("event") == "request":
        raise structlog.DropEvent
    return event


def _only_the_origin(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event.update(origin_of(error))
    return event


class _ToStructlog(logging.Handler):
    """Passes what libraries log on to structlog.

    Of a message of theirs only the first line of its template is kept: its arguments (a statement's parameters, say)
    may hold personal data, and so may what asyncio writes below its first line about a task that failed.
    """

    def emit(self, record: logging.LogRecord) -> None:
        logger = structlog.get_logger(record.name)
        message = record.getMessage() if record.name.startswith(("uvicorn", "rounds")) else str(record.msg)
        logger.log(record.levelno, message.partition("\n")[0], logger=record.name, exc_info=record.exc_info)
