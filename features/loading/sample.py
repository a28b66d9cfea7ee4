"""The sample ward that a fresh development database starts with; who is on it stands in `sample_ward.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

__all__ = ["PROCEDURES", "STAFF", "WARD", "SampleAddress", "SamplePatient", "SampleProcedure", "Underwent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleAddress:
    """Where a sample patient lives; the fields of the API's address."""

    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postcode: str
    country: str = "GB"


@dataclass(frozen=True, slots=True)
class SampleProcedure:
    """Something one of the departments does."""

    code: str
    name: str
    department: str
    surgical: bool


@dataclass(frozen=True, slots=True)
class Underwent:
    """What a sample patient underwent, so many days before the ward is loaded."""

    code: str
    days_ago: int
    report: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePatient:
    """One sample patient; the fields of the API's create body, an address, and procedures."""

    mrn: str
    name: str
    date_of_birth: date
    sex: str
    nhs_number: str | None = None
    email: str | None = None
    phone: str | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    conditions: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    address: SampleAddress
    procedures: tuple[Underwent, ...] = ()


def _patient(given: Mapping[str, Any]) -> SamplePatient:
    return SamplePatient(
        **{
            **given,
            "conditions": tuple(given.get("conditions", ())),
            "identifiers": tuple((system, value) for system, value in given.get("identifiers", ())),
            "address": SampleAddress(**given["address"]),
            "procedures": tuple(Underwent(**each) for each in given.get("procedures", ())),
        }
    )


_WRITTEN = tomllib.loads(files(__package__).joinpath("sample_ward.toml").read_text(encoding="utf-8"))

WARD: tuple[SamplePatient, ...] = tuple(_patient(each) for each in _WRITTEN["patients"])

PROCEDURES: tuple[SampleProcedure, ...] = tuple(SampleProcedure(**each) for each in _WRITTEN["procedures"])

STAFF: dict[str, tuple[str, ...]] = {department: tuple(names) for department, names in _WRITTEN["staff"].items()}
"""The departments, and who works in them."""
