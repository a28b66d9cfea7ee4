"""Measurements in the units that vital signs are stored in. Pint converts."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pint import UnitRegistry

# Units as people write them, and what Pint calls them.
_WRITTEN = {
    "f": "degF",
    "fahrenheit": "degF",
    "c": "degC",
    "celsius": "degC",
    "centigrade": "degC",
    "kg": "kilogram",
    "kgs": "kilogram",
    "kilo": "kilogram",
    "kilos": "kilogram",
    "kilogram": "kilogram",
    "kilograms": "kilogram",
    "g": "gram",
    "grams": "gram",
    "lb": "pound",
    "lbs": "pound",
    "pound": "pound",
    "pounds": "pound",
    "st": "stone",
    "stone": "stone",
    "oz": "ounce",
    "cm": "centimeter",
    "cms": "centimeter",
    "centimeter": "centimeter",
    "centimeters": "centimeter",
    "centimetre": "centimeter",
    "centimetres": "centimeter",
    "m": "meter",
    "meter": "meter",
    "meters": "meter",
    "metre": "meter",
    "metres": "meter",
    "in": "inch",
    "inch": "inch",
    "inches": "inch",
    '"': "inch",
    "ft": "foot",
    "kpa": "kilopascal",
}


@cache
def _registry() -> "UnitRegistry[Any]":
    import pint  # noqa: PLC0415 (it takes half a second, which only those wait for who need it)

    return pint.UnitRegistry(cache_folder=None)


@lru_cache(maxsize=4096)
def converted(value: float, unit: str, target: str) -> float:
    """A value in another unit, to one decimal.

    Args:
        value: The number as written.
        unit: Its unit as written, in lower case.
        target: Pint's name of the unit that is wanted.
    """
    registry = _registry()
    quantity = registry.Quantity(value, _WRITTEN[unit])
    return round(float(quantity.to(target).magnitude), 1)
