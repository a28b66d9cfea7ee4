"""Building blocks of request models: strictness, dates, and partial models for merge patches."""

import re
from datetime import date
from typing import Annotated, Any, TypeVar

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from rounds.i18n import N_
from rounds.problems import Refusal

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EMAIL = Refusal("email", N_("Write the e-mail address like name@example.org."))
_NOT_A_DAY = Refusal("date_format", N_("Write the date as YYYY-MM-DD."))


class Strict(BaseModel):
    """A request body: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid")


def _iso_day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise _NOT_A_DAY()
    return value


# A calendar date, written YYYY-MM-DD and in no other way.
Day = Annotated[date, BeforeValidator(_iso_day)]


def _normalise_email(value: str) -> str:
    try:
        # Hospitals have internal domains such as `ward.local`, so only the form is judged.
        checked = validate_email(
            value.strip(), check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except (EmailNotValidError, UnicodeError):
        raise _EMAIL() from None
    return checked.normalized


Email = Annotated[str, Field(max_length=254, examples=["maeve@example.org"]), AfterValidator(_normalise_email)]

Model = TypeVar("Model", bound=BaseModel)


def partial(model: type[Model]) -> Any:
    """`model` with every field optional and nullable, for JSON merge patches: what is unset stays as it is."""
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        annotation: Any = field.rebuild_annotation()
        fields[name] = (annotation | None, None)
    return create_model(f"Partial{model.__name__}", __base__=Strict, **fields)
