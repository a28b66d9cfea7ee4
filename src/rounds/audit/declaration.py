"""What a route shows or changes of patients, declared on its endpoint; without it the route does not come to life."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

_ATTRIBUTE = "__audited__"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Audited:
    """What a route shows or changes.

    Attributes:
        resource: The kind of thing, e.g. `note`; None when it is nothing of a patient.
        action: What the trail calls a look at it.
        shows: Whether a patient's record, or a part of it, is shown.
        changes: Whether something is changed.
        of_patient: Whether what is changed belongs to a patient.
    """

    resource: str | None = None
    action: str = "view"
    shows: bool = False
    changes: bool = False
    of_patient: bool = False

    def described(self) -> dict[str, Any]:
        """As OpenAPI shows it, under `x-audited`."""
        told = {"shows": self.shows, "changes": self.changes, "of_patient": self.of_patient}
        return {"resource": self.resource, **{name: True for name, holds in told.items() if holds}}


def shows(resource: str, *, action: str = "view") -> Callable[[Endpoint], Endpoint]:
    """Declare that an endpoint shows something of a patient, or of several; stands below the router's decorator.

    Every answer below 400 is noted as a view. Whose record it showed is the path's `patient_id`, or what the endpoint
    said with `note_shown`; one that has neither fails.
    """
    return _mark(Audited(resource, action, shows=True, of_patient=True))


def changes(resource: str, *, of_patient: bool = True) -> Callable[[Endpoint], Endpoint]:
    """Declare that an endpoint changes something.

    Its handler records what it changed with `record`, in the transaction of the change. When it changed nothing but
    showed a record, as a PATCH does that leaves everything as it is, that is noted as a view.

    Args:
        resource: What it changes.
        of_patient: Whether that belongs to a patient.
    """
    return _mark(Audited(resource, changes=True, of_patient=of_patient))


def shows_no_patient(endpoint: Endpoint) -> Endpoint:
    """Declare that an endpoint shows nothing of any patient, and changes nothing."""
    return _mark(Audited())(endpoint)


def audited(endpoint: Callable[..., Any]) -> Audited | None:
    """What was declared, or None."""
    return getattr(endpoint, _ATTRIBUTE, None)


def _mark(declared: Audited) -> Callable[[Endpoint], Endpoint]:
    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, declared)
        return endpoint

    return mark
