"""Events: what happened, as typed facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from rounds import clock

if TYPE_CHECKING:
    pass


class Event(BaseModel):
    """Something that happened. Subclass it in the slice where it happens, and give it a `type`.

    The fields are the event's `data`. A field named `patient_id` makes the patient the event's subject, if it holds the
    id of one: when the patient is deleted, earlier events about them are withdrawn from every stream.
    """

    # Whoever receives an event has all of its fields, those with a default too.
    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)

    type: ClassVar[str]
    # An event that is not public is work handed to a subscriber: it never leaves the house.
    public: ClassVar[bool] = True

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Note the type, so that it can be read again from the outbox."""
        super().__pydantic_init_subclass__(**options)
        name = cls.__dict__.get("type")
        if name is not None and _kinds.setdefault(name, cls) is not cls:
            raise TypeError(f"two events share the type {name!r}")


_kinds: dict[str, type[Event]] = {}


def kind_of(name: str) -> type[Event]:
    """The class of a type of events.

    Raises:
        LookupError: when no slice has one, e.g. because it was removed.
    """
    return _kinds[name]


def public_kinds() -> list[type[Event]]:
    """The classes of all events that are told to the outside, by their types."""
    return [_kinds[name] for name in sorted(_kinds) if _kinds[name].public]


class PatientEvent(Event):
    """Something that happened to a patient."""

    patient_id: UUID
    timestamp: datetime = Field(default_factory=clock.now)


Kind = TypeVar("Kind", bound=Event)


@dataclass(frozen=True, slots=True)
class Received(Generic[Kind]):
    """An event as a subscriber gets it."""

    id: UUID
    event: Kind
    occurred_at: datetime
    attempt: int  # 1 the first time
