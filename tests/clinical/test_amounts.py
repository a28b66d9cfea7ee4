"""Amounts and the numbers in them, in all the ways they are written."""

import pytest

from clinical.values.amounts import amounts_in
from clinical.values.numbers import number_of, numbers_in, plain
from clinical.values.units import in_unit, same_quantity, unit_of

NUMBERS = {
    "5": 5.0,
    "0,125": 0.125,
    "2,5": 2.5,
    "1,500": 1500.0,
    "50,000": 50000.0,
    "1.234,5": 1234.5,
    "10 000": 10000.0,
    ".5": 0.5,
    "½": 0.5,
    "1½": 1.5,
    "1 1/2": 1.5,
    "3/4": 0.75,
    "one": 1.0,
    "twenty-five": 25.0,
    "two hundred and fifty": 250.0,
    "one and a half": 1.5,
    "half a": 0.5,
    "a dozen": 12.0,
}


@pytest.mark.parametrize(("written", "value"), NUMBERS.items())
def test_numbers(written, value):
    assert number_of(written) == value


@pytest.mark.parametrize("written", ["", "L5", "many", "1/0", "two b"])
def test_what_is_no_number(written):
    assert number_of(written) is None


def test_numbers_within_words_are_none():
    assert [number.value for number in numbers_in("B12 and L5, vitamin D3; 2 of 3, $50")] == [2.0, 3.0]


@pytest.mark.parametrize(("value", "printed"), [(0.125, "0.125"), (1000.0, "1000"), (2.50, "2.5"), (1e-05, "0.00001")])
def test_numbers_are_printed_plainly(value, printed):
    assert plain(value) == printed


AMOUNTS = {
    "20mg": ["20 mg"],
    "0,125 mg od": ["0.125 mg"],
    "heparin 5,000 units then 10 000 units": ["5000 units", "10000 units"],
    "50,000 IU of vitamin D": ["50000 IU"],
    "500micrograms": ["500 mcg"],
    "100 μg": ["100 mcg"],
    "10-20mg": ["10-20 mg"],
    "10 to 20 mg": ["10-20 mg"],
    "10mg-20mg": ["10-20 mg"],
    "amlodipine 5 mg to 10 mg": ["5 mg", "10 mg"],
    "increased from 5 to 10 mg": ["10 mg"],
    "24/26 mg bd": ["24/26 mg"],
    "800-160 mg": ["800-160 mg"],
    "500 mg/12.5 mg": ["500/12.5 mg"],
    "50 mcg/spray, 2 sprays": ["50 mcg/spray", "2 sprays"],
    "125 mg/5 ml: 5 ml": ["125 mg/5 mL", "5 mL"],
    "12 UNITS/KG/HR": ["12 units/kg/hour"],
    "4 mg per hour": ["4 mg/hour"],
    "15 mg/kg/day": ["15 mg/kg/day"],
    "2 g/day": ["2 g"],
    "300 mg per day": ["300 mg"],
    "half a tablet": ["0.5 tablet"],
    "one and a half tablets": ["1.5 tablets"],
    "½ tab": ["0.5 tablet"],
    "two (2) capsules": ["2 capsules"],
    "1 or 2 puffs": ["1-2 puffs"],
    "a sachet": ["1 sachet"],
    "2 x 500 mg": ["2 x 500 mg"],
    "5% cream": ["5%"],
    "37.5 C": ["37.5°C"],
    "99.1F": ["99.1°F"],
    "1.75 m": ["1.75 m"],
    "5 ft 10 in": ["5 ft", "10 in"],
    "3 in the morning": [],
    "on the 1st": [],
    "for 5 days": [],
    "$50 mg": [],
    "co-codamol 30/500": [],
}


@pytest.mark.parametrize(("text", "told"), AMOUNTS.items())
def test_amounts(text, told):
    assert [amount.text for amount in amounts_in(text)] == told


def test_amounts_stand_where_they_are_written():
    text = "Metformin 1,000 mg in the morning, 500mg at night"
    assert [text[amount.start : amount.end] for amount in amounts_in(text)] == ["1,000 mg", "500mg"]


def _same(one, other):
    """Whether both ends of two amounts are the same quantity."""
    (first,), (second,) = amounts_in(one), amounts_in(other)
    units = unit_of(first.unit), unit_of(second.unit)
    if None in units:
        return first.unit == second.unit and first.value == second.value
    ends = [(amount.value, amount.value if amount.high is None else amount.high) for amount in (first, second)]
    return all(same_quantity(this, units[0], that, units[1]) for this, that in zip(*ends, strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("500 mg", "0.5 g"),
        ("1 mg", "1000 micrograms"),
        ("2 x 500 mg", "1 g"),
        ("98.6°F", "37°C"),
        ("10-20 mg", "0.01-0.02 g"),
    ],
)
def test_the_same_amount_in_other_units(one, other):
    assert _same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 mg", "5 mL"),
        ("5 mg", "5 mcg"),
        ("1 tablet", "1 capsule"),
        ("98.6°F", "98.6°C"),
        ("5 mg", "5-10 mg"),
        ("1 g", "1 mg"),
    ],
)
def test_other_amounts(one, other):
    assert not _same(one, other)


def test_units_are_converted_by_what_they_measure():
    assert in_unit(1.0, unit_of("lb"), unit_of("kilograms")) == pytest.approx(0.45359237)
    assert in_unit(1.0, unit_of("mg"), unit_of("ml")) is None
