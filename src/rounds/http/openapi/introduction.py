"""The introduction of the OpenAPI document, and what its tags are about: what each slice says of itself."""

import sys

from rounds import slices
from rounds.http import system
from rounds.http.openapi.model_names import Json

_GENERAL = """\
A clinical backend: who the patients are, what is known of them and what is to be done, behind one typed JSON API.

* **Sign in** with `POST /security/token` and send the access token as `Authorization: Bearer …`.
* **Errors** are problem details (RFC 9457); match on `code`. `Accept-Language` picks the language (`en`, `pt`).
* **Lists** take `limit`, `sort`, and either `cursor` (any depth) or `offset` (numbered pages).
* **Versions**: send an `ETag` back as `If-None-Match` to save a transfer, or as `If-Match` to change only what you saw.
* **Retries**: a `POST` that creates may carry an `Idempotency-Key`; sent again, it is answered again and done once.
* **Bodies** are sent as they are (`Content-Encoding` is refused with 415), each name once in an object.
* **Restricted** records answer 403 `restricted_record`; clinicians open them with a reason in `X-Break-Glass-Reason`.
* **Parameters** take one value, unless they are lists; truths are `true` and `false`, numbers have digits only.
* **Events** are described at `/asyncapi.json`; `GET /events` streams them, and Redis tells them on `rounds.events`.

What there is:

"""


def introduce(document: Json) -> None:
    """Describe each tag by what its slices say of themselves, and begin with all of them."""
    used = {tag for operations in document["paths"].values() for call in operations.values() for tag in call["tags"]}
    described: dict[str, list[str]] = {tag: [] for tag in sorted(used)}
    for endpoint in (*slices.modules("endpoint"), system):
        for tag in used & {*endpoint.router.tags}:
            described[tag].append(_about(endpoint.__name__.removesuffix(".endpoint")))
    document["tags"] = [{"name": tag, "description": " ".join(told)} for tag, told in described.items()]
    rooms = "\n".join(f"* **{tag['name']}**: {tag['description']}" for tag in document["tags"])
    document["info"]["description"] = f"{_GENERAL}{rooms}\n"


def _about(module: str) -> str:
    """The first sentence of a module, without the name that it may begin with."""
    said = " ".join((sys.modules[module].__doc__ or "").partition("\n\n")[0].split())
    _, named, rest = said.partition(": ")
    return rest[:1].upper() + rest[1:] if named else said
