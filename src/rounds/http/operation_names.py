"""What a call is named in OpenAPI, and so in every generated client: `listPatients`, `createPatient`, `addNote`.

An endpoint is a verb, and the first part of its path says of what: `create` of `/patients` is `createPatient`. Where
the endpoint's own name says it all (`add_note`), it is taken as it is. Names are promises to clients, which a test
holds.
"""

_PLURALS = {"addresses": "address", "analytics": "analytics"}
# Verbs after which many things stand.
_OF_MANY = frozenset({"list", "count"})


def operation_id(endpoint: str, path: str) -> str:
    """The name of a call, in camel case.

    Args:
        endpoint: The name of the endpoint's function: `list_all`, `create`, `add_note`.
        path: The path, of which the first part names the thing where the endpoint does not.
    """
    verb, _, thing = endpoint.removesuffix("_all").partition("_")
    if thing:
        return _camel(f"{verb}_{thing}")
    many = path.strip("/").partition("/")[0].replace("-", "_")
    if not many or many.startswith("{"):
        return verb
    return _camel(f"{verb}_{many if verb in _OF_MANY else _one_of(many)}")


def _one_of(many: str) -> str:
    return _PLURALS.get(many, many.removesuffix("s"))


def _camel(words: str) -> str:
    first, *others = words.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)
