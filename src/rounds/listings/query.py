"""The parameters every list has."""

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from rounds.i18n import N_
from rounds.problems import Refusal

LARGEST_OFFSET = 10_000
_TOO_DEEP = Refusal(
    "offset_too_large", N_("Offsets end at {maximum}. Page further with cursor: start with next_cursor of any page.")
)
_TWO_WAYS = Refusal("cursor_with_offset", N_("Send either cursor or offset, not both."))


class ListQuery(BaseModel):
    """The parameters every list has. A slice adds its filters as further fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(50, ge=1, le=200, description="Rows per page.")
    cursor: str | None = Field(None, max_length=2000, description="`next_cursor` of the page before.")
    offset: int | None = Field(
        None, ge=0, json_schema_extra={"maximum": LARGEST_OFFSET}, description="Rows to skip, for numbered pages."
    )
    total: bool = Field(False, description="Also count all rows that match.")
    sort: str | None = Field(None, max_length=200, description="Fields, separated by commas; `-` before one descends.")

    @field_validator("offset")
    @classmethod
    def _shallow_and_alone(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value > LARGEST_OFFSET:
            raise _TOO_DEEP(maximum=LARGEST_OFFSET)
        if value is not None and info.data.get("cursor") is not None:
            raise _TWO_WAYS()
        return value
