"""The numbers people go by: NHS numbers, MRNs, phone numbers, and other markets' identifiers."""

import re
from functools import cache, lru_cache
from typing import Annotated, Any

from nhs_number.validate import calculate_checksum
from pydantic import AfterValidator, Field

from features.patients.canonical import canonical
from features.patients.problems import (
    IDENTIFIER_SYSTEM,
    IDENTIFIER_VALUE,
    MRN_CHARACTERS,
    NHS_CHECKSUM,
    NHS_DIGITS,
    NHS_REPEATED,
    PHONE,
)
from rounds.fields.separators import DASHES, SPACES, plain_separators, without_separators

_TEN_DIGITS = re.compile(r"[0-9]{10}")  # ASCII only: other scripts' digits look right and compare wrong
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9._:/-]{0,79}")
_LONGEST = 40
_BETWEEN = SPACES + DASHES[1:] + DASHES[0]  # a hyphen that ends a class of characters means itself
_COUNTRY_SYSTEM = re.compile(r"[a-z]{2}\.[a-z][a-z0-9_]{1,40}")


def normalise_nhs_number(value: str) -> str:
    """The ten digits of an NHS number (NHS Data Model and Dictionary, NHS NUMBER: modulus 11, weights 10 to 2).

    Only the check digit is judged, not the ranges: numbers of other nations and of test data must be recordable too.

    Raises:
        PydanticCustomError: `nhs_number_digits`, `nhs_number_checksum` or `nhs_number_repeated`.
    """
    digits = without_separators(value)
    if len(value) > _LONGEST or not _TEN_DIGITS.fullmatch(digits):
        raise NHS_DIGITS()
    if len(set(digits)) == 1:
        raise NHS_REPEATED()
    if calculate_checksum(digits[:9]) != int(digits[9]):
        raise NHS_CHECKSUM()
    return digits


def _normalise_mrn(value: str) -> str:
    trimmed = value.strip(" ")
    if not (trimmed and len(value) <= _LONGEST and value.isascii() and value.isprintable()):
        raise MRN_CHARACTERS()
    return trimmed


@cache
def _phone_region() -> str:
    from rounds.settings import load  # noqa: PLC0415 - read once, when the first national number arrives

    return load().phone_region


def _normalise_phone(value: str) -> str:
    """The number in E.164 (ITU-T)."""
    import phonenumbers  # noqa: PLC0415 - its metadata takes a tenth of a second to load

    value = plain_separators(value)
    try:
        number = phonenumbers.parse(value, None if value.strip().startswith("+") else _phone_region())
    except phonenumbers.NumberParseException:
        raise PHONE() from None
    if not (value.isascii() and value.isprintable()) or number.extension or not phonenumbers.is_possible_number(number):
        raise PHONE()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=512)  # bounded: the names are the callers'
def _known_system(system: str) -> Any | None:
    """python-stdnum's module for a system such as `ie.pps`, if it has one."""
    if not _COUNTRY_SYSTEM.fullmatch(system):
        return None
    from stdnum import get_cc_module  # noqa: PLC0415 - most patients have no such identifier

    country, _, name = system.partition(".")
    module = get_cc_module(country, name)
    return module if hasattr(module, "validate") else None


def normalise_identifier(system: str, value: str) -> tuple[str, str]:
    """An identifier as it is stored: known systems' values are checked, and written in their canonical form.

    Raises:
        PydanticCustomError: `identifier_system` or `identifier_value`.
    """
    system, value = system.strip().lower(), value.strip()
    if not _SYSTEM.fullmatch(system):
        raise IDENTIFIER_SYSTEM()
    module = _known_system(system)
    if module is not None:
        value = plain_separators(value)
        if not value.isascii() or not module.is_valid(value):
            raise IDENTIFIER_VALUE(system=system)
        return system, canonical(module.__name__, str(module.validate(value)))
    return system, value


NhsNumber = Annotated[
    str,
    Field(
        description="Ten digits; spaces and hyphens are accepted.",
        examples=["999 000 9996"],
        json_schema_extra={"maxLength": _LONGEST, "pattern": f"^[{_BETWEEN}]*([0-9][{_BETWEEN}]*){{10}}$"},
    ),
    AfterValidator(normalise_nhs_number),
]
Mrn = Annotated[
    str,
    Field(
        description="Medical record number.",
        examples=["RX-10442"],
        json_schema_extra={"maxLength": _LONGEST, "pattern": "^[ -~]*[!-~][ -~]*$"},
    ),
    AfterValidator(_normalise_mrn),
]
Phone = Annotated[
    str,
    Field(max_length=_LONGEST, description="Stored as E.164.", examples=["+44 7700 900123"]),
    AfterValidator(_normalise_phone),
]
