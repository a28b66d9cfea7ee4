"""Units: one table of spellings, `lexicon/data/units.txt`, and Pint for what they are worth.

Pint takes half a second to load, which only those wait for who convert.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from clinical.lexicon.resources import entries

if TYPE_CHECKING:
    from pint import UnitRegistry

# Between these nothing is lost, so that nothing is rounded away: a newborn of 3456 g has 3.456 kg.
_METRIC = frozenset({"gram", "kilogram", "centimeter", "meter"})


class Unit(NamedTuple):
    """A unit, or something that is counted."""

    name: str
    """As it is printed: "mcg", "mL", "°C", "tablet"."""
    kind: str
    """mass, volume, activity, charge, amount, share, length, temperature, form, time ..."""
    pint: str
    """What Pint calls it."""


@cache
def _table() -> tuple[dict[str, Unit], dict[str, Unit]]:
    """Units by their spelling in small letters, and those that are found in just their letters."""
    any_case: dict[str, Unit] = {}
    exact: dict[str, Unit] = {}
    for line in entries("units.txt"):
        name, kind, pint, spellings = (part.strip() for part in line.split("|"))
        unit = Unit(name, kind, pint)
        for spelling in spellings.split():
            written = spelling.replace("_", " ")
            if written.startswith("="):
                exact[written[1:]] = unit
            else:
                any_case[written] = unit
    return any_case, exact


def spellings() -> dict[str, Unit]:
    """Every spelling that is found in any case, in small letters."""
    return _table()[0]


def unit_of(written: str) -> Unit | None:
    """The unit that a spelling means: "micrograms" is mcg, "mls" is mL; None for what is none.

    Compound units are made of their parts: "units/kg/hr" is "units/kg/hour".
    """
    written = " ".join(written.split())
    any_case, exact = _table()
    simple = exact.get(written) or any_case.get(written.lower())
    if simple is not None or "/" not in written:
        return simple
    parts = [unit_of(part) for part in written.split("/")]
    if any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    kind = "/".join(part.kind for part in known)
    return Unit("/".join(part.name for part in known), kind, " / ".join(f"({part.pint})" for part in known))


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


@lru_cache(maxsize=4096)
def in_unit(value: float, unit: Unit, target: Unit) -> float | None:
    """A value in another unit, unrounded; None where the two do not measure the same.

    Things that are counted are equal only to themselves: a tablet is no capsule. A unit of activity is an IU.
    """
    if unit.name == target.name:
        return value
    if unit.kind != target.kind or "form" in unit.kind.split("/"):
        return None
    return float(_registry().Quantity(value, unit.pint).to(target.pint).magnitude)


def same_quantity(value: float, unit: Unit, other: float, other_unit: Unit, tolerance: float = 1e-6) -> bool:
    """Whether two quantities are the same, in whatever units: 500 mg is 0.5 g, 98.6 °F is 37 °C.

    `tolerance` is a share of the larger; temperatures, which people round, agree within a twentieth of a degree.
    """
    there = in_unit(value, unit, other_unit)
    if there is None:
        return False
    if unit.kind == "temperature":
        return abs(there - other) <= 0.06
    return abs(there - other) <= tolerance * max(abs(there), abs(other), 1e-12)
