"""What calls are sent: parameters and bodies, and those of them that the platform reads for all calls."""

from rounds.fields.choices import ONE_OF, SEVERAL_OF
from rounds.http.idempotency import HEADER, PATTERN
from rounds.http.openapi.examples import example_of
from rounds.http.openapi.model_names import PREFIX, Json
from rounds.http.restricted import HEADER as REASON
from rounds.http.restricted import LONGEST, SHORTEST, names_records
from rounds.problems import MEDIA_TYPE, documents
from rounds.versions import RuledOut

_SIGN = r"[^\x00-\x20\x7f-\xa0]"  # neither a blank nor what cannot be seen
# Without an example, as the key below: whoever tries out a call must not open a record by the way.
_REASON = {
    "name": REASON,
    "in": "header",
    "required": False,
    "description": "Break-glass: why a clinician has to see a record that is restricted. The record is then open to "
    "them for 60 minutes; the use is recorded and reviewed. Without effect on other records, and for "
    "other roles.",
    "schema": {
        "type": "string",
        "minLength": SHORTEST,
        "maxLength": LONGEST,
        "pattern": rf"^{_SIGN}[^\x00-\x1f\x7f-\x9f]{{{SHORTEST - 2},{LONGEST - 2}}}{_SIGN}$",
    },
}
# Without an example: the reference page would send it with every call, and it is good for one.
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Makes it safe to send this again: within 24 hours the same key with the same body is answered as "
    "it was the first time, and nothing is done twice. Draw a new one for each new request.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": PATTERN},
}
_RULED_OUT = {
    "name": "if-none-match",
    "in": "header",
    "required": False,
    "description": "Change none of these versions; `*`: change nothing that is there.",
    "schema": {"type": "string"},
}


def is_about_records(operation: Json, schemas: Json) -> bool:
    """Whether a call names, in its path, query or body, what may belong to a restricted record."""
    names = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] != "header"]
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = schemas.get(media["schema"].get("$ref", "").rpartition("/")[2], media["schema"])
        names += schema.get("properties", ())
    return bool(operation.get("security")) and names_records(names)


def add_parameters(method: str, operation: Json, *, names_records: bool, repeatable: bool) -> None:
    """Add what the platform reads of every call of its kind."""
    if repeatable:
        operation.setdefault("parameters", []).append(_KEY)
    if names_records:
        operation.setdefault("parameters", []).append(_REASON)
    parameters = operation.get("parameters", [])
    # What a change may be made to depend on; the route sees to it for all of them.
    if method != "get" and any(parameter["name"] == "if-match" for parameter in parameters):
        parameters.append(_RULED_OUT)
        examples = operation["responses"]["412"]["content"][MEDIA_TYPE]["examples"]
        examples |= documents(RuledOut)[RuledOut.status]["content"][MEDIA_TYPE]["examples"]


def polish_input(method: str, operation: Json, schemas: Json) -> None:
    """Say of parameters and bodies what FastAPI does not: what they cannot be, and what they look like."""
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
        if len(choices) == 1:  # a parameter is there or is left out; it cannot be null
            del schema["anyOf"]
            parameter["schema"] = {**choices[0], **schema}
        if SEVERAL_OF in parameter["schema"]:
            _list_choices(parameter, schemas)
        if ONE_OF in parameter["schema"]:
            parameter["schema"]["items"] = {"$ref": PREFIX + parameter["schema"].pop(ONE_OF)}
        if parameter["in"] == "path":
            parameter.setdefault("example", example_of(parameter["schema"], schemas))
    content: Json = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        if "properties" in media["schema"]:  # written out at the call, without a name that clients could use
            name = media["schema"]["title"]
            schemas[name] = media["schema"]
            media["schema"] = {"$ref": PREFIX + name}
        media.setdefault("example", example_of(media["schema"], schemas))
    if method == "patch" and "application/json" in content:
        content["application/merge-patch+json"] = content["application/json"]


def _list_choices(parameter: Json, schemas: Json) -> None:
    """Show what takes several names as a list of choices, separated by commas, as generated clients offer it."""
    several: Json = parameter["schema"][SEVERAL_OF]
    choice: Json = several["choice"]
    parameter.setdefault("description", parameter["schema"].get("description", choice["description"]))
    schemas[choice["title"]] = choice
    parameter |= {"style": "form", "explode": False}
    parameter["schema"] = {
        "type": "array",
        "items": {"$ref": PREFIX + choice["title"]},
        **({"uniqueItems": True, "maxItems": several["most"]} if "most" in several else {}),
        "examples": [[choice["enum"][-1]]],
    }
