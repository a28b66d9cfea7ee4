"""What becomes of sign-ins, for the log and for Prometheus: who guesses from where, never what was typed."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import structlog
from prometheus_client import CollectorRegistry, Counter
from starlette.requests import Request

from rounds.audit import AuditOutcome, report
from rounds.auth.client_address import ClientAddress

_log = structlog.get_logger("rounds.auth.sign_in_metrics")

# Attempts that nobody looked at: they tell nothing, and whoever floods us with them would flood the audit trail, too.
_UNEXAMINED = ("too_many", "busy")
Call = Literal["sign_in", "refresh"]


@dataclass(frozen=True, slots=True)
class SignInWatch:
    """Notes how one call turned out."""

    address: ClientAddress
    request_id: str | None
    call: Call
    outcomes: Counter

    def succeeded(self) -> None:
        """Count a success."""
        self.outcomes.labels(self.call, "succeeded").inc()

    def failed(self, reason: str, *, account: UUID | None = None) -> None:
        """Count and log a failure.

        Args:
            reason: A short fixed name.
            account: Whose account it was about, when there is one. The username is left out: people type passwords
                there.
        """
        self.outcomes.labels(self.call, reason).inc()
        _log.warning(
            f"{self.call}.failed",
            request_id=self.request_id,
            address=self.address.shown,
            reason=reason,
            account=str(account) if account else None,
        )
        if not reason.startswith(_UNEXAMINED):
            report(
                self.call,
                "session",
                resource_id=account,
                outcome=AuditOutcome.FAILED,
                detail=f"{reason} from {self.address.shown}",
            )


class SignInMetrics:
    """How sign-ins and refreshes turn out, for Prometheus."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self._outcomes = Counter(
            "rounds_sign_ins_total",
            "Calls to sign in or to refresh a session, by outcome: succeeded, or why not.",
            ("call", "outcome"),
            registry=registry or CollectorRegistry(),
        )

    def watch(self, request: Request, call: Call) -> SignInWatch:
        """Somebody to note how this request turns out."""
        return SignInWatch(ClientAddress.of(request), request.scope.get("rounds.request_id"), call, self._outcomes)
