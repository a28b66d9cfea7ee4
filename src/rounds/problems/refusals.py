"""Refused fields: why one value is not acceptable, and the 422 that names each of them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, LiteralString

from pydantic import ValidationError
from pydantic_core import PydanticCustomError
from pydantic_core._pydantic_core import list_all_errors

from rounds.i18n import translate
from rounds.problems.categories import Invalid
from rounds.problems.pydantic_messages import WORDING

# Nobody mends more at once, and a body can be wrong in a hundred thousand places.
MOST_ERRORS = 100


class Refusal:
    """Why a value is refused, as a reusable constant: `raise WRONG_CHECKSUM()` inside a pydantic validator.

    Args of a call fill the placeholders of the message, which is translated when the answer is rendered.
    """

    known: ClassVar[dict[str, str]] = {
        # A mistake pydantic finds by itself is explained by its own template where we have nothing plainer to say.
        **{error["type"]: error["message_template_python"] for error in list_all_errors()},
        **WORDING,
    }

    def __init__(self, code: LiteralString, message: LiteralString) -> None:
        if self.known.setdefault(code, message) != message:
            raise TypeError(f"two refusals share the code {code!r}")
        self.code: LiteralString = code
        self._message: LiteralString = message

    def __call__(self, **values: Any) -> PydanticCustomError:
        """The error to raise."""
        return PydanticCustomError(self.code, self._message, values)


def invalid(pointer: str, refusal: PydanticCustomError) -> "InvalidFields":
    """The 422 for one field that only a handler, not the model, can judge."""
    return InvalidFields([{"pointer": pointer, "type": refusal.type, "ctx": refusal.context or {}}])


class InvalidFields(Invalid):
    """Carries the refused fields to the renderer."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self.errors = errors

    @classmethod
    def of(cls, errors: Sequence[Mapping[str, Any]]) -> "InvalidFields":
        """From pydantic's or FastAPI's error list; the offending input itself is never repeated."""
        return cls([{"pointer": pointer_of(error["loc"]), **error} for error in errors[:MOST_ERRORS]])

    @classmethod
    def of_model(cls, error: ValidationError, source: str) -> "InvalidFields":
        """From a model that was validated outside FastAPI, as if it came from `body` or `query`."""
        return cls.of([{**item, "loc": (source, *item["loc"])} for item in error.errors()])

    def document(self, language: str) -> dict[str, Any]:
        """The problem's members, with the refused fields."""
        return {
            **super().document(language),
            "errors": [
                {"pointer": error["pointer"], "code": error["type"], "detail": _explain(error, language)}
                for error in self.errors[:MOST_ERRORS]
            ],
        }


def _explain(error: Mapping[str, Any], language: str) -> str:
    template = Refusal.known.get(error["type"], Refusal.known["value_error"])
    values = dict(error.get("ctx", {}))
    if "expected" in values:  # pydantic's "'a', 'b' or 'c'", without the English word
        values["expected"] = ", ".join(str(values["expected"]).rsplit(" or ", 1))
    try:
        return translate(template, language, **values)
    except (KeyError, IndexError, ValueError):  # a template of pydantic's whose context is not ours to know
        return translate(Refusal.known["value_error"], language)


def pointer_of(location: Sequence[int | str]) -> str:
    """FastAPI's error location as a JSON pointer (RFC 6901), `?parameter`, `path:name` or `header:name`."""
    source, *steps = location
    if source == "body":
        # A body that is not JSON at all has only a character offset to show, which points nowhere in a document.
        if len(steps) == 1 and isinstance(steps[0], int):
            return ""
        return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
    name = ".".join(str(step) for step in steps)
    return {"query": f"?{name}", "path": f"path:{name}"}.get(str(source), f"{source}:{name}")
