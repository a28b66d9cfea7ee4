"""Departments and clinicians as clients see them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from rounds.fields import Email, Strict, partial
from rounds.fields.text import Line, Name
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable


class DepartmentWrite(Strict):
    """A department as created or replaced."""

    name: Name = Field(examples=["orthopaedics"])
    active: Annotated[bool, Field(strict=True)] = Field(True, description="Whether appointments can be booked in it.")


class DepartmentRead(BaseModel):
    """A department."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str = Field(examples=["orthopaedics"])
    active: bool
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class ClinicianWrite(Strict):
    """A clinician as created or replaced."""

    name: Name = Field(examples=["Dr Grace Okafor"])
    department_id: UUID
    email: Email | None = None
    organisation: Line | None = Field(None, examples=["Northfield Hospital"])
    active: Annotated[bool, Field(strict=True)] = True


class ClinicianRead(BaseModel):
    """A clinician."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str = Field(examples=["Dr Grace Okafor"])
    department_id: UUID
    email: str | None = Field(examples=["grace.okafor@example.org"])
    organisation: str | None = Field(examples=["Northfield Hospital"])
    active: bool
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class DepartmentPatch(partial(DepartmentWrite)):  # type: ignore[misc]  # a base class made at import
    """Fields to change; fields left out stay as they are, and `null` empties one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "orthopaedics"}]})


class ClinicianPatch(partial(ClinicianWrite)):  # type: ignore[misc]  # a base class made at import
    """Fields to change; fields left out stay as they are, and `null` empties one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "g.okafor@example.org", "active": False}]})


class DepartmentSort(StrEnum):
    """What departments can be sorted by."""

    NAME = "name"
    CREATED_AT = "created_at"


class DepartmentQuery(ListQuery):
    """How to list departments. Sort by `name` or `created_at`."""

    sort: str | None = sortable(DepartmentSort)


class ClinicianSort(StrEnum):
    """What clinicians can be sorted by."""

    NAME = "name"
    CREATED_AT = "created_at"


class ClinicianQuery(ListQuery):
    """How to list clinicians. Sort by `name` or `created_at`."""

    sort: str | None = sortable(ClinicianSort)
    department_id: UUID | None = None
    active: bool | None = None
