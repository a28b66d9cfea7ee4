"""Invented patients by the million, for load tests and for a first look at the product with a full database.

Patient *i* is a pure function of *i* and of the day: every choice comes from one hash of the index, so any stretch can
be made at any time, in any order, on any worker, and a later seed continues where an earlier one ended. Nothing here
can reach a real person: NHS numbers come from the range that is never issued, telephone numbers from those Ofcom keeps
for drama, e-mail addresses from the domains RFC 2606 sets aside, and names are common ones put together by chance.

Speed is why the tables are spread out at import (a weighted choice is then one multiplication and one shift) and why a
patient costs a single hash instead of a seeded random generator.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import blake2b
from itertools import accumulate

from features.loading.bodies import AGES, SEXES, body, conditions
from features.loading.naming import email, full_name
from features.loading.places import CITIES, DIGITS, INWARD, MOBILE, line1

__all__ = ["CAPACITY", "FIRST_NHS_NUMBER", "SyntheticPatient", "index_after", "synthetic_patients"]

# 999 000 0000 to 999 999 9999 is reserved for test data. Its first thousand, 999 000 xxxx, belongs to the sample ward.
FIRST_NHS_NUMBER = "9990010005"
# Of the 999 000 numbers that remain this many have a check digit; for the others it would be 10, which is never issued.
_NHS_NUMBERS = 908_182
# So that a million patients fit, every eighth has no NHS number, like visitors from abroad and the unregistered.
_NUMBERLESS_EVERY = 8
CAPACITY = _NHS_NUMBERS + _NHS_NUMBERS // (_NUMBERLESS_EVERY - 1)


@dataclass(frozen=True, slots=True)
class SyntheticPatient:
    """One invented patient with a British postal address; the fields mean what they mean on the API."""

    mrn: str | None
    nhs_number: str | None
    name: str
    date_of_birth: date
    sex: str
    email: str | None
    phone: str | None
    height_cm: float | None
    weight_kg: float | None
    conditions: list[str]
    line1: str
    city: str
    postcode: str


def synthetic_patients(start: int, count: int, *, today: date) -> Iterator[SyntheticPatient]:
    """Yield the patients with indexes `start` to `start + count - 1`, one at a time.

    Ages are counted back from `today`; apart from the date of birth a patient is the same on every day. Every patient
    has an MRN or an NHS number, most have both, and neither repeats.

    Raises:
        ValueError: at once, for a negative argument or for more patients than there are NHS numbers for.
    """
    if start < 0 or count < 0:
        raise ValueError(f"start and count must not be negative, got start={start} and count={count}")
    if start + count > CAPACITY:
        raise ValueError(
            f"only {CAPACITY:,} synthetic patients exist (999 001 000x to 999 999 999x holds {_NHS_NUMBERS:,} valid "
            f"NHS numbers): {count:,} more from {start:,} on are {start + count - CAPACITY:,} too many"
        )
    return _patients(start, count, today.toordinal())


def index_after(nhs_number: str) -> int:
    """Return the index at which to continue after the patient with this NHS number.

    It is the first later index whose patient has an NHS number as well. A patient without one in between is passed
    over, because whoever knows only the highest NHS number cannot tell whether that patient has been made already.

    Raises:
        ValueError: for a number that no synthetic patient has.
    """
    rank = _rank_of(nhs_number) + 1
    return rank + rank // (_NUMBERLESS_EVERY - 1)


# --- NHS numbers: the modulus-11 check digit, counted a thousand numbers at a time ------------------------------------


@cache
def _endings(residue: int) -> tuple[str, ...]:
    """Return the last three digits and check digit of every valid number, given the weighted sum of the six before."""
    endings = []
    for last in range(1000):
        check = -(residue + 4 * (last // 100) + 3 * (last // 10 % 10) + 2 * (last % 10)) % 11
        if check != 10:
            endings.append(f"{last:03d}{check}")
    return tuple(endings)


def _residue(block: int) -> int:
    """Return the weighted sum, modulo 11, of `999` and the three digits of `block`; weights fall from 10 to 5."""
    return (9 * (10 + 9 + 8) + 7 * (block // 100) + 6 * (block // 10 % 10) + 5 * (block % 10)) % 11


@cache
def _ranks_before() -> tuple[int, ...]:
    """Return, for every block 001 to 999 and one past the last, how many valid numbers come before it."""
    return tuple(accumulate((len(_endings(_residue(block))) for block in range(1, 1000)), initial=0))


def _nhs_numbers(rank: int) -> Iterator[str]:
    """Yield every valid number from the given rank on, in ascending order."""
    first = bisect_right(_ranks_before(), rank)
    skip = rank - _ranks_before()[first - 1]
    for block in range(first, 1000):
        prefix = f"999{block:03d}"
        for ending in _endings(_residue(block))[skip:]:
            yield prefix + ending
        skip = 0


def _rank_of(nhs_number: str) -> int:
    if len(nhs_number) == 10 and nhs_number.isascii() and nhs_number.isdigit() and nhs_number >= FIRST_NHS_NUMBER:
        block, ending = int(nhs_number[3:6]), nhs_number[6:]
        endings = _endings(_residue(block))
        if nhs_number.startswith("999") and ending in endings:
            return _ranks_before()[block - 1] + endings.index(ending)
    raise ValueError(f"{nhs_number!r} is not the NHS number of a synthetic patient (999 001 000x to 999 999 999x)")


_INDEX = struct.Struct("<Q")
_DRAWS = struct.Struct("<32H")


def _patients(start: int, count: int, today: int) -> Iterator[SyntheticPatient]:
    numbers = _nhs_numbers(start - start // _NUMBERLESS_EVERY)
    for index in range(start, start + count):
        # The last of every eight, so that seeds of round sizes leave no gap behind; see index_after.
        numberless = index % _NUMBERLESS_EVERY == _NUMBERLESS_EVERY - 1
        yield _patient(index, None if numberless else next(numbers), today)


def _patient(index: int, nhs_number: str | None, today: int) -> SyntheticPatient:
    # A hash gives 32 independent draws, and its specification makes them the same on every machine.
    draws: tuple[int, ...] = _DRAWS.unpack(blake2b(_INDEX.pack(index)).digest())
    sex = SEXES[draws[0] >> 4]
    woman = sex == "female" or (sex != "male" and draws[0] & 1 == 0)
    days = AGES[draws[1] >> 4] * 1461 // 4 + (draws[2] * 365 >> 16)
    age = days / 365.25
    mrn = f"SYN{index + 1:07d}" if draws[3] >= 2250 or nhs_number is None else None
    name, mailbox = full_name(woman, age, draws[4:12])
    height, weight = body(sex, age, draws[12], draws[13], draws[14])
    city, outwards, area = CITIES[draws[15] >> 4]
    return SyntheticPatient(
        mrn,
        nhs_number,
        name,
        date.fromordinal(today - days),
        sex,
        email(age, mailbox or mrn or "patient", index, draws[18], draws[19]),
        None if draws[20] < 8192 else (MOBILE if draws[20] < 48000 else area) + DIGITS[draws[21] >> 4],
        height,
        weight,
        conditions(sex, age, draws[22:28]),
        line1(draws[28], draws[29], draws[30]),
        city,
        f"{outwards[draws[16] >> 4]} {INWARD[draws[17] >> 4]}",
    )
