"""Structured logs: JSON lines in production, readable ones in development, ids and never clinical content."""

import logging
import sys
from typing import Any

import orjson
import structlog

from rounds.settings import Settings


def configure(settings: Settings) -> None:
    """Send structlog and the standard library's loggers to standard error, in one format."""
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and settings.production)
    level = logging.getLevelNamesMapping()[settings.log_level]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    factory: Any
    if as_json:
        renderer: list[structlog.typing.Processor] = [
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ]
        factory = structlog.BytesLoggerFactory(sys.stderr.buffer)
    else:
        renderer = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
        factory = structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    handler = _ToStructlog()
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


class _ToStructlog(logging.Handler):
    """Passes what libraries log on to structlog.

    Only the logger's name, the level and the exception's type are kept beside the message template: the arguments of a
    library's message (a statement's parameters, say) may hold personal data.
    """

    def emit(self, record: logging.LogRecord) -> None:
        logger = structlog.get_logger(record.name)
        event = record.getMessage() if record.name.startswith(("uvicorn", "rounds")) else str(record.msg)
        failure = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        logger.log(record.levelno, event, logger=record.name, **({"error": failure} if failure else {}))
