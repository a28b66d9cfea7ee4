"""What can go wrong with a language model, each under a code that stays, and told from what its library raises."""

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

from rounds import clock

if TYPE_CHECKING:
    from openai import APIStatusError

Failure = Literal[
    "no_key",
    "unreachable",
    "timeout",
    "refused",
    "rejected",
    "rate_limited",
    "server_error",
    "garbage",
    "refusal",
    "empty",
    "too_long",
    "breaker_open",
    "cut_off",
    "unsupported",
]
# What may be gone a moment later. A timeout has used the time there was.
PASSING = frozenset({"unreachable", "rate_limited", "server_error"})


class ModelFailed(Exception):  # noqa: N818 - it reads as what happened
    """The model gave no answer that can be used; `str()` says why, without anything that was asked or answered.

    `code` is stable: `refused` is the key's fault (401, 403), `rejected` the question's (another 4xx), `too_long` its
    length, `refusal` the model's own, `garbage` an answer that is none; `cut_off` is one that breaks off,
    `unsupported` one that does not stand the caller's test.
    """

    def __init__(self, reason: str, code: Failure = "garbage", *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.code: Failure = code
        self.retry_after = retry_after


def failure_of(error: Exception, *, begun: bool) -> Exception:  # noqa: PLR0911 - one for each kind
    """What an exception of the library means.

    Args:
        error: What was raised.
        begun: Whether some of the answer had come.

    Returns:
        A `ModelFailed`, a `TimeoutError`, or what is no failure of the model's, as it was.
    """
    import httpx2  # noqa: PLC0415 - loaded by now; those without a model never load them
    import openai  # noqa: PLC0415

    match error:
        case ModelFailed() | TimeoutError():
            return error
        case openai.APITimeoutError() | httpx2.TimeoutException():
            return TimeoutError()
        case openai.APIStatusError():
            return _by_status(error)
        case openai.APIConnectionError() | httpx2.RequestError() | httpx2.StreamError() | OSError():
            # While a body is read the library does not translate what the transport below it raises.
            if begun:
                return ModelFailed("the answer broke off", "cut_off")
            return ModelFailed("the model's server cannot be reached", "unreachable")
        case openai.APIError() if begun:  # an event of a stream that says so
            return ModelFailed("the model's server failed while it answered", "server_error")
        case openai.OpenAIError() | ValueError() | AttributeError() | TypeError() | LookupError() | RecursionError():
            # What is no completion at all breaks in one of these ways.
            return ModelFailed("the model's server answered something else than a completion", "garbage")
    return error


def _by_status(error: "APIStatusError") -> ModelFailed:
    status = error.status_code
    reason = f"the model's server answered {status}"
    if status in {401, 403}:
        return ModelFailed(reason, "refused")
    if status == 413 or error.code in {"context_length_exceeded", "string_above_max_length"}:
        return ModelFailed(f"{reason}: the question is too long", "too_long")
    if status == 429:
        return ModelFailed(reason, "rate_limited", retry_after=_retry_after(error))
    if status >= 500 or status in {408, 409}:
        return ModelFailed(reason, "server_error", retry_after=_retry_after(error))
    return ModelFailed(reason, "rejected")


def _retry_after(error: "APIStatusError") -> float | None:
    """Seconds that the server asks to wait for, as a number or as a date (RFC 9110, section 10.2.3)."""
    value = error.response.headers.get("retry-after")
    if value is None:
        return None
    try:
        seconds = float(value) if not value.strip().isdigit() else float(int(value[:12]))
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - clock.now()).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(seconds, 0.0) if seconds == seconds and seconds != float("inf") else None  # noqa: PLR0124 - NaN is not itself
