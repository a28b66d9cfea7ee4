"""UK postcodes, brought into their usual form by shape alone."""

import re

from features.addresses.problems import POSTCODE
from rounds.fields.separators import without_separators

# BS 7666 as the Royal Mail's Programmer's Guide describes it: outward area, district, then digit and two letters. The
# area's letters are not checked against the real ones, which change. Girobank, the forces and the overseas territories
# have shapes of their own.
_USUAL = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
_SPECIAL = re.compile(r"(GIR)(0AA)|(BFPO)([0-9]{1,4})|([A-Z]{4})(1ZZ)")


def coerce_postcode(value: str) -> str:
    """`value` in capitals with one space, e.g. `YO8 8QN`.

    Raises:
        PydanticCustomError: `postcode`, when it has no postcode's shape.
    """
    squeezed = without_separators("".join(value.split()))
    # Before capitals are made: those of letters beyond ASCII may be ASCII.
    found = squeezed.isascii() and (_USUAL.fullmatch(squeezed.upper()) or _SPECIAL.fullmatch(squeezed.upper()))
    if not found:
        raise POSTCODE()
    return " ".join(part for part in found.groups() if part is not None)
