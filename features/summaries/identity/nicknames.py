"""Short and pet forms of given names: Peggy is Margaret. From the package `nicknames`, with what it lacks."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nicknames import NickNamer

# Forms that the package does not know, by the given name.
_MORE = {
    "margaret": "meg meggie maisie greta rita pearl peigi mairead",
    "mary": "molly polly mamie maire moira may",
    "elizabeth": "lilibet elspeth elsie betsy buffy libby lizzie eliza bess",
    "william": "liam wills bill billy",
    "mohammed": "mo mohamed muhammad mohammad mohamad hammad",
    "muhammad": "mo mohamed mohammed mohammad",
    "aleksandr": "sasha sascha alex",
    "alexander": "sasha sandy xander alasdair",
    "maria": "mia marie mitzi",
    "josé": "pepe",
    "francisco": "paco pancho",
    "ignacio": "nacho",
    "siobhan": "shiv",
    "oluwaseun": "seun",
    "oluwadamilola": "dami damilola",
}


@cache
def _namer() -> "NickNamer":
    from nicknames import NickNamer  # noqa: PLC0415 (reads its table)

    return NickNamer()


def short_forms(given: str) -> frozenset[str]:
    """The folded forms that a folded given name is known by, its own and those of the names it is short for."""
    if not given.isalpha():
        return frozenset()
    namer = _namer()
    canonical = {given, *namer.canonicals_of(given)} if len(given) > 2 else {given}
    found = set(canonical)
    for name in canonical:
        found |= namer.nicknames_of(name) | set(_MORE.get(name, "").split())
    # "Kris" for Kristina: the first letters of a longer name, which people make up as they go.
    if len(given) > 5:
        found |= {given[:3], given[:4], f"{given[:3]}y", f"{given[:4]}y", f"{given[:4]}ie"}
    return frozenset(form for form in found if len(form) > 2 and form != given)
