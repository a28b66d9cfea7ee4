"""Addresses as clients see them."""

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from features.addresses.postcodes import coerce_postcode
from features.addresses.problems import COUNTRY, EMPTY
from rounds.fields import Strict
from rounds.fields.text import Name
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable
from rounds.problems import InvalidFields

OwnerType = Literal["patient", "department", "clinician"]


@cache
def _country_codes() -> frozenset[str]:
    import pycountry  # noqa: PLC0415 - a large table, needed from the first address on

    return frozenset(country.alpha_2 for country in pycountry.countries)


def _country(value: str) -> str:
    code = value.strip().upper()
    if code not in _country_codes():
        raise COUNTRY()
    return code


Country = Annotated[str, StringConstraints(max_length=20), AfterValidator(_country)]


class AddressWrite(Strict):
    """An address as created or replaced."""

    line1: Name | None = Field(None, examples=["14 Mill Lane"])
    line2: Name | None = None
    city: Name | None = Field(None, examples=["Selby"])
    region: Name | None = Field(None, examples=["North Yorkshire"])
    postcode: Annotated[Name, Field(max_length=20)] | None = Field(
        None, description="UK postcodes are brought into form; other countries' are kept.", examples=["YO8 8QN"]
    )
    country: Country = Field("GB", description="ISO 3166-1 alpha-2.", examples=["GB"])

    @model_validator(mode="after")
    def _whole(self) -> "AddressWrite":
        if not any((self.line1, self.line2, self.city, self.region, self.postcode)):
            raise EMPTY()
        return self


class AddressRead(BaseModel):
    """An address."""

    id: UUID
    owner_type: OwnerType
    owner_id: UUID
    line1: str | None = Field(examples=["14 Mill Lane"])
    line2: str | None = Field(examples=[None])
    city: str | None = Field(examples=["Selby"])
    region: str | None = Field(examples=["North Yorkshire"])
    postcode: str | None = Field(examples=["YO8 8QN"])
    country: str = Field(examples=["GB"])
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class AddressSort(StrEnum):
    """What addresses can be sorted by."""

    CREATED_AT = "created_at"
    POSTCODE = "postcode"


class AddressQuery(ListQuery):
    """How to list addresses. Sort by `created_at` or `postcode`."""

    sort: str | None = sortable(AddressSort)
    owner_type: OwnerType | None = None
    owner_id: UUID | None = None
    country: Country | None = None
    postcode: Annotated[Name, Field(max_length=20)] | None = Field(
        None, description="Exactly this postcode; UK ones in any spelling."
    )


def coerced(address: AddressWrite) -> AddressWrite:
    """The address with a UK postcode in its usual form.

    Raises:
        InvalidFields: `postcode`, when it has not the shape of one.
    """
    if address.country != "GB" or address.postcode is None:
        return address
    try:
        return address.model_copy(update={"postcode": coerce_postcode(address.postcode)})
    except ValueError as refusal:
        raise InvalidFields([{"pointer": "/postcode", "type": refusal.type, "ctx": {}}]) from None  # type: ignore[attr-defined]  # it is a PydanticCustomError
