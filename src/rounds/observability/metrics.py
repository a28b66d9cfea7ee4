"""Prometheus metrics by route template.

Names, labels and buckets are those of prometheus-fastapi-instrumentator, which also serves them and which dashboards
know. Its middleware finds the template by matching every route a second time and looks every series up by its labels
for every request; this one takes the router's own verdict, `scope["route"]`, and keeps the series at hand.
"""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary

from rounds import clock
from rounds.observability.counters import Counters
from rounds.observability.measures import MeasureGauges

# What no route matched is counted together: raw paths would leak ids and grow without bound.
UNMATCHED = "none"
# In the scope, once a client has gone before it was answered; logged and counted under nginx's number for that.
VANISHED = "rounds.vanished"
CLIENT_CLOSED = 499
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
# The buckets, like the names, are those of prometheus-fastapi-instrumentator.
_FINE = (0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60)


class _Series(NamedTuple):
    """What one kind of answer is counted in."""

    total: Counter
    received: Summary
    sent: Summary
    duration: Histogram


class RequestMetrics:
    """Counts and times requests."""

    def __init__(self, registry: CollectorRegistry) -> None:
        total = Counter(
            "http_requests_total",
            "Total number of requests by method, status and handler.",
            ("method", "status", "handler"),
            registry=registry,
        )
        received = Summary("http_request_size_bytes", "Content length of requests.", ("handler",), registry=registry)
        sent = Summary("http_response_size_bytes", "Content length of responses.", ("handler",), registry=registry)
        duration = Histogram(
            "http_request_duration_seconds",
            "Latency by handler.",
            ("method", "handler"),
            buckets=(0.1, 0.5, 1),
            registry=registry,
        )
        self._fine = Histogram(
            "http_request_duration_highr_seconds", "Latency of all requests.", buckets=_FINE, registry=registry
        )

        @lru_cache(maxsize=4096)
        def series(method: str, status: int, handler: str) -> _Series:
            return _Series(
                total.labels(method, str(status), handler),
                received.labels(handler),
                sent.labels(handler),
                duration.labels(method, handler),
            )

        self._series = series

    def count(
        self, method: str, status: int, route: str | None, *, received: int, sent: int, seconds: float | None
    ) -> None:
        """Note a request that has been answered.

        Args:
            method: Whatever the client called it; what HTTP does not know is counted as `other`.
            status: Of the answer.
            route: The template of its route, which the router has set; None where there is no such route.
            received: The length that the body was said to have.
            sent: The length that the answer's is said to have.
            seconds: How long it took; None for a stream: how long somebody listened is no latency.
        """
        series = self._series(method if method in _METHODS else "other", status, route or UNMATCHED)
        series.total.inc()
        series.received.observe(received)
        series.sent.observe(sent)
        if seconds is not None:
            series.duration.observe(seconds)
            self._fine.observe(seconds)


class EventMetrics:
    """What becomes of events, for Prometheus."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self.counters = Counters(registry)
        """What subscribers count themselves."""
        self.measures = MeasureGauges(registry)
        """What slices measure of the database."""
        self._outcomes = Counter(
            "rounds_deliveries_total",
            "Attempts to deliver an event, by outcome: delivered, failed (will be retried) or dead (given up).",
            ("subscriber", "outcome"),
            registry=registry,
        )
        self._lag = Histogram(
            "rounds_delivery_lag_seconds",
            "Time from an event's publication to its delivery.",
            ("subscriber",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800),
            registry=registry,
        )

        def gauge(name: str, description: str) -> Gauge:
            return Gauge(name, description, ("subscriber",), registry=registry, multiprocess_mode="livemostrecent")

        self._backlog = gauge("rounds_backlog", "Deliveries not made yet.")
        self._oldest = gauge("rounds_backlog_oldest_seconds", "Age of the oldest of them.")
        self._dead = gauge("rounds_dead_deliveries", "Deliveries given up.")

    def delivered(self, subscriber: str, published_at: datetime) -> None:
        """Note a delivery of an event that was published then."""
        self._outcomes.labels(subscriber, "delivered").inc()
        self._lag.labels(subscriber).observe(max((clock.now() - published_at).total_seconds(), 0.0))

    def failed(self, subscriber: str, *, dead: bool) -> None:
        """Note a failure."""
        self._outcomes.labels(subscriber, "dead" if dead else "failed").inc()

    def standing(self, subscriber: str, *, backlog: int, oldest_seconds: float, dead: int) -> None:
        """Show what stands undelivered."""
        self._backlog.labels(subscriber).set(backlog)
        self._oldest.labels(subscriber).set(oldest_seconds)
        self._dead.labels(subscriber).set(dead)


class ModelMetrics:
    """What language models cost and are worth, for Prometheus; by model and version of the prompt."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        by = ("model", "prompt_version")

        def counter(name: str, description: str, *more: str) -> Counter:
            return Counter(name, description, (*by, *more), registry=registry)

        self._calls = counter(
            "rounds_model_calls_total", "Questions to a model, by outcome: ok, or why there was no answer.", "outcome"
        )
        self._retries = counter("rounds_model_retries_total", "Times a question was put again.")
        self._tokens = counter("rounds_model_tokens_total", "Tokens by direction: in or out.", "direction")
        self._fallbacks = counter("rounds_model_fallbacks_total", "Answers made without the model that should have.")
        self._statements = counter(
            "rounds_model_statements_total",
            "Statements of the model, by what the notes say to them: supported or unsupported.",
            "verdict",
        )
        self._seconds = Histogram(
            "rounds_model_seconds",
            "Time from question to answer or failure, retries included.",
            by,
            buckets=(0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300, 600),
            registry=registry,
        )

    def called(
        self, model: str, prompt_version: str, *, outcome: str, seconds: float, usage: tuple[int, int], retries: int
    ) -> None:
        """Note a question.

        Args:
            model: Who was asked.
            prompt_version: How.
            outcome: `ok`, or the code of the failure.
            seconds: How long it took.
            usage: Tokens in and out, as far as the server counts them.
            retries: How often it had to be put again.
        """
        self._calls.labels(model, prompt_version, outcome).inc()
        self._seconds.labels(model, prompt_version).observe(seconds)
        self._retries.labels(model, prompt_version).inc(retries)
        for direction, tokens in zip(("in", "out"), usage, strict=True):
            self._tokens.labels(model, prompt_version, direction).inc(tokens)

    def fell_back(self, model: str, prompt_version: str) -> None:
        """Note an answer made without the model that was to give it."""
        self._fallbacks.labels(model, prompt_version).inc()

    def checked(self, model: str, prompt_version: str, *, supported: int, unsupported: int) -> None:
        """Note what became of a model's statements."""
        self._statements.labels(model, prompt_version, "supported").inc(supported)
        self._statements.labels(model, prompt_version, "unsupported").inc(unsupported)
