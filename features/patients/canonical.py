"""One spelling for each number: what python-stdnum accepts in more than one.

Its modules check a number and take out what separates its parts. Where a register writes the same number with and
without a century, a check digit, a prefix or leading zeros, several spellings remain, and would be several patients.
"""

from collections.abc import Callable, Mapping

from rounds import clock

_CENTURY = 100


def _with_century(number: str) -> str:
    """A Swedish personnummer with its century: `880320-0016` is `19880320-0016`.

    The sign says who is a hundred years old or will be this year (`+`) and who is not (`-`): folkbokföringslagen
    (1991:481), 18 §.
    """
    born, sign, last = number[:-5], number[-5], number[-4:]
    if len(born) == len("YYMMDD"):
        year = clock.today().year
        turned = year - (year - int(born[:2])) % _CENTURY
        born = f"{turned - (_CENTURY if sign == '+' else 0):04}{born[2:]}"
    return f"{born}-{last}"


def _padded(length: int) -> Callable[[str], str]:
    return lambda number: number.zfill(length)


def _unpadded(number: str) -> str:
    return number.lstrip("0")


_FORMS: Mapping[str, Callable[[str], str]] = {
    "ar.dni": _padded(8),
    "at.businessid": _unpadded,
    "co.nit": _unpadded,
    "cz.dic": _unpadded,
    "fi.associationid": _unpadded,
    "gt.nit": _unpadded,
    "id.npwp": _padded(16),  # since 2024 the fifteen digits of before have a zero in front (PMK 112/2022)
    "nz.ird": _padded(9),
    "pe.cui": lambda number: number[:8],  # with or without its check character
    "pt.cc": _padded(12),
    "py.ruc": _unpadded,
    "ro.cf": lambda number: number.removeprefix("RO"),
    "se.personnummer": _with_century,
}


def canonical(module: str, number: str) -> str:
    """The one spelling of a number that python-stdnum's `module`, e.g. `stdnum.se.personnummer`, has validated."""
    form = _FORMS.get(module.removeprefix("stdnum."))
    return number if form is None else form(number)
