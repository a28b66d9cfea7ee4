"""The AsyncAPI document: what is told to whoever listens, on Redis and as server-sent events."""

from functools import cache
from typing import Any

from rounds import __version__, slices
from rounds.events import CHANNEL, Event, public_kinds
from rounds.http.openapi.event_schemas import ANY, TYPES, about, event_schemas, name_of
from rounds.http.openapi.examples import example_of
from rounds.http.openapi.model_names import PREFIX, Json

_DESCRIPTION = """\
What happens is told to whoever listens, once it is committed, as CloudEvents 1.0 JSON: to programs on a channel of \
Redis, and to browsers as server-sent events of `GET /events`, which the OpenAPI document describes.

An event comes at least once: after a crash in the wrong moment it may come again, with the same `id`. Redis tells \
those who are there; who was away asks `GET /events` for what it missed. No event holds what is clinical: whoever may \
know reads the resource that it names.
"""
_CONTENT = "application/cloudevents+json"


@cache
def asyncapi_document() -> Json:
    """The document, made of the events that the slices publish."""
    slices.load_events()
    kinds = public_kinds()
    schemas = {name: schema for name, schema in event_schemas().items() if name not in {ANY, TYPES}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Rounds events", "version": __version__, "description": _DESCRIPTION},
        "defaultContentType": _CONTENT,
        "servers": {
            "redis": _server("redis", "The Redis or Valkey of `ROUNDS_REDIS_URL`.", "localhost:6379"),
            "api": _server("http", "Where the API is served.", "localhost:8000"),
        },
        "channels": {
            "announcements": _channel("redis", CHANNEL, "Every event, as it happens, by Redis Pub/Sub.", kinds),
            "stream": _channel(
                "api",
                "/events",
                "Server-sent events: `id` is the event's id, `event` its type, `data` the event. Needs an access token "
                "with the scope `events:read`, or a ticket; resumes by `Last-Event-ID`.",
                kinds,
            ),
        },
        "operations": {
            "announceEvents": _sends("announcements", "Tell every event on Redis."),
            "streamEvents": _sends("stream", "Tell the events that a listener asks for."),
        },
        "components": {"messages": {kind.__name__: _message(kind, schemas) for kind in kinds}, "schemas": schemas},
    }


def _server(protocol: str, description: str, host: str) -> Json:
    variable = {"default": host, "description": "The host and its port."}
    return {"host": "{host}", "protocol": protocol, "description": description, "variables": {"host": variable}}


def _channel(server: str, address: str, description: str, kinds: list[type[Event]]) -> Json:
    messages = {kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"} for kind in kinds}
    return {
        "address": address,
        "description": description,
        "servers": [{"$ref": f"#/servers/{server}"}],
        "messages": messages,
    }


def _sends(channel: str, summary: str) -> Json:
    return {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _message(kind: type[Event], schemas: Json) -> Json:
    payload = {"$ref": PREFIX + name_of(kind)}
    example: Any = example_of(payload, schemas)
    return {
        "name": kind.type,
        "title": name_of(kind),
        "summary": about(kind),
        "contentType": _CONTENT,
        "payload": payload,
        "examples": [{"name": kind.type.rpartition(".")[2], "payload": example}],
    }
