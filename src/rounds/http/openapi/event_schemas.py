"""Events as schemas: one for each type, as CloudEvents (`rounds.events.cloud_events`)."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import models_json_schema

from rounds.events import SOURCE, Event, PatientEvent, public_kinds
from rounds.http.openapi.model_names import PREFIX, Json, with_public_names

ANY, TYPES = "Event", "EventType"


def event_schemas() -> Json:
    """The schemas of all public events by name, with the choice of them and that of their types."""
    kinds = public_kinds()
    _, definitions = models_json_schema(
        [(_envelope_of(kind), "serialization") for kind in kinds], ref_template=PREFIX + "{model}"
    )
    schemas: Json = with_public_names({"components": {"schemas": definitions["$defs"]}})["components"]["schemas"]
    for kind in kinds:  # nobody who listens is to refuse what a later version adds
        schemas[kind.__name__].pop("additionalProperties", None)
    references = {kind.type: PREFIX + name_of(kind) for kind in kinds}
    return schemas | {
        ANY: {
            "title": ANY,
            "description": "Any event; `type` tells which.",
            "oneOf": [{"$ref": reference} for reference in references.values()],
            "discriminator": {"propertyName": "type", "mapping": references},
        },
        TYPES: {
            "title": TYPES,
            "description": "The type of each kind of event.",
            "type": "string",
            "enum": [*references],
        },
    }


def name_of(kind: type[Event]) -> str:
    """The name of an event's schema: `PatientCreatedEvent`, whose `data` is `PatientCreated`."""
    return f"{kind.__name__}Event"


def about(kind: type[Event]) -> str:
    """What an event tells, in one paragraph."""
    return " ".join((kind.__doc__ or "").partition("\n\n")[0].split())


def _envelope_of(kind: type[Event]) -> type[BaseModel]:
    # What is not about a patient on record has no subject, and not a null in its place.
    subject: Any = Field(description="The patient.", **({} if issubclass(kind, PatientEvent) else _LEFT_OUT))
    fields: dict[str, Any] = {
        "specversion": (Literal["1.0"], Field(description="Of CloudEvents.")),
        "id": (UUID, Field(description="Names the event; told again, it is the same.")),
        "source": (Literal[SOURCE], Field()),
        "type": (Literal[kind.type], Field()),
        "subject": (UUID, subject),
        "time": (datetime, Field(description="When it happened.")),
        "datacontenttype": (Literal["application/json"], Field()),
        "data": (kind, Field()),
    }
    return create_model(name_of(kind), __doc__=about(kind), **fields)


_LEFT_OUT: dict[str, Any] = {"default_factory": lambda: None}
