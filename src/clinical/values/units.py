"""Measurements in the units that vital signs are stored in. Pint converts."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pint import UnitRegistry

# Between these nothing is lost, so that nothing is rounded away: a newborn of 3456 g has 3.456 kg.
_METRIC = frozenset({"gram", "kilogram", "centimeter", "meter"})


@cache
def _registry() -> "UnitRegistry[Any]":
    import pint  # noqa: PLC0415 (it takes half a second, which only those wait for who need it)

    return pint.UnitRegistry(cache_folder=None)


@lru_cache(maxsize=4096)
def converted(value: float, unit: str, target: str) -> float:
    """A value in another unit, to one decimal; as it is, where it has the unit that is wanted.

    Args:
        value: The number as written.
        unit: Pint's name of its unit.
        target: Pint's name of the unit that is wanted.
    """
    if unit == target:
        return value
    quantity = _registry().Quantity(value, unit)
    return round(float(quantity.to(target).magnitude), 3 if {unit, target} <= _METRIC else 1)
