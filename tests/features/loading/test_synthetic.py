import re
import tracemalloc
import unicodedata
from collections import Counter
from datetime import date
from itertools import pairwise

import nhs_number
import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from features.loading.synthetic import (
    CAPACITY,
    FIRST_NHS_NUMBER,
    SyntheticPatient,
    index_after,
    synthetic_patients,
)

TODAY = date(2026, 3, 1)
# Far more than the 1e5 that make a rare slip visible, and quick enough for every run.
MANY = 120_000
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][ABD-HJLNP-UW-Z]{2}")
DRAMA = re.compile(r"\+44(7700900|1632960|11[345678]4960|1[23456]14960|1914980|2079460|2896496|2920180)[0-9]{3}")
EMAIL = re.compile(r"[a-z]+(\.[a-z]+)?[0-9]+@example\.(org|com|net)")

indexes = st.integers(0, CAPACITY - 1)


def patient(index: int) -> SyntheticPatient:
    return next(synthetic_patients(index, 1, today=TODAY))


@pytest.fixture(scope="module")
def patients() -> list[SyntheticPatient]:
    return list(synthetic_patients(0, MANY, today=TODAY))


def check_digit_holds(number: str) -> bool:
    return nhs_number.calculate_checksum(number[:9]) == int(number[9])


def age(born: date) -> int:
    return TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))


# --- numbers


def test_every_nhs_number_is_a_valid_one_from_the_test_range(patients):
    numbers = [p.nhs_number for p in patients if p.nhs_number]
    assert all(re.fullmatch(r"999[0-9]{7}", number) and number >= "9990010000" for number in numbers)
    assert all(check_digit_holds(number) for number in numbers)


def test_no_valid_nhs_number_is_left_out(patients):
    given_out = [p.nhs_number for p in patients if p.nhs_number]
    bodies = range(999_001_000, int(given_out[-1][:9]) + 1)
    checks = ((body, nhs_number.calculate_checksum(str(body))) for body in bodies)
    assert given_out == [f"{body}{check}" for body, check in checks if check != 10]
    assert given_out[0] == FIRST_NHS_NUMBER


def test_the_capacity_is_exact():
    valid = sum(nhs_number.calculate_checksum(str(body)) != 10 for body in range(999_001_000, 1_000_000_000))
    assert valid == 908_182
    assert valid + valid // 7 == CAPACITY
    assert CAPACITY >= 1_000_000

    last = list(synthetic_patients(CAPACITY - 20, 20, today=TODAY))
    highest = max(p.nhs_number for p in last if p.nhs_number)
    assert check_digit_holds(highest)
    assert not any(
        nhs_number.calculate_checksum(str(body)) != 10 for body in range(int(highest[:9]) + 1, 1_000_000_000)
    )
    assert index_after(highest) >= CAPACITY


@pytest.mark.parametrize(("start", "count"), [(CAPACITY, 1), (CAPACITY - 5, 6), (0, CAPACITY + 1), (2 * CAPACITY, 0)])
def test_more_than_the_capacity_is_refused_before_the_first_patient(start, count):
    with pytest.raises(ValueError, match=f"only {CAPACITY:,} synthetic patients exist"):
        synthetic_patients(start, count, today=TODAY)


@pytest.mark.parametrize(("start", "count"), [(-1, 1), (0, -1)])
def test_negative_arguments_are_refused(start, count):
    with pytest.raises(ValueError, match="negative"):
        synthetic_patients(start, count, today=TODAY)


def test_nothing_that_must_be_unique_repeats(patients):
    for values in (
        [p.nhs_number for p in patients if p.nhs_number],
        [p.mrn for p in patients if p.mrn],
        [p.email for p in patients if p.email],
    ):
        assert len(set(values)) == len(values)


def test_everybody_can_be_told_apart_by_a_number_and_most_have_both(patients):
    assert all(p.mrn or p.nhs_number for p in patients)
    assert all(p.mrn is None or re.fullmatch(r"SYN[0-9]{7}", p.mrn) for p in patients)
    assert 0.96 < sum(p.mrn is not None for p in patients) / MANY < 0.98
    assert sum(p.nhs_number is not None for p in patients) == MANY * 7 // 8


# --- the same patient whenever and however asked for


@given(start=indexes, before=st.integers(0, 40), after=st.integers(0, 40))
def test_a_patient_does_not_depend_on_where_the_stretch_begins_or_ends(start, before, after):
    before = min(before, start)
    after = min(after, CAPACITY - 1 - start)
    stretch = list(synthetic_patients(start - before, before + 1 + after, today=TODAY))
    assert len(stretch) == before + 1 + after
    assert stretch[before] == patient(start)


def test_stretches_join_without_a_seam(patients):
    joined = [p for start in range(0, 5000, 617) for p in synthetic_patients(start, 617, today=TODAY)]
    assert joined == patients[: len(joined)]


@given(index=indexes, today=st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_only_the_date_of_birth_moves_with_the_day(index, today):
    then, now = next(synthetic_patients(index, 1, today=today)), patient(index)
    assert today - then.date_of_birth == TODAY - now.date_of_birth
    assert (then.name, then.mrn, then.nhs_number, then.conditions) == (
        now.name,
        now.mrn,
        now.nhs_number,
        now.conditions,
    )


def test_known_patients_stay_who_they_are():
    # A changed table or hash would give every seeded database a second person under the same NHS number.
    assert [(p.nhs_number, p.name) for p in synthetic_patients(999_988, 4, today=TODAY)] == [
        ("9999634907", "Shaun Slater"),
        ("9999634915", "임동현"),
        ("9999634923", "Hayes, Lorraine"),
        (None, "Josephine Hunt"),
    ]


@given(indexes)
@example(0)
@example(CAPACITY - 1)
def test_index_after_continues_behind_the_given_number(index):
    number = patient(index).nhs_number
    if number is None:
        return
    following = index_after(number)
    assert index < following <= index + 2
    if following < CAPACITY:
        assert patient(following).nhs_number > number
    # Whoever is passed over has no NHS number.
    assert all(patient(passed).nhs_number is None for passed in range(index + 1, min(following, CAPACITY)))


@given(first=st.integers(1, 300), second=st.integers(1, 300))
def test_a_second_seed_that_knows_only_the_highest_nhs_number_repeats_nobody(first, second):
    already = list(synthetic_patients(0, first, today=TODAY))
    highest = max(p.nhs_number for p in already if p.nhs_number)
    more = list(synthetic_patients(index_after(highest), second, today=TODAY))
    assert len(more) == second
    for field in ("nhs_number", "mrn", "email"):
        values = [getattr(p, field) for p in already + more if getattr(p, field)]
        assert len(set(values)) == len(values)


def test_seeds_of_round_sizes_leave_no_gap(patients):
    for size in (8, 200, 1000, 10_000, 100_000):
        assert index_after(max(p.nhs_number for p in patients[:size] if p.nhs_number)) == size


@pytest.mark.parametrize(
    "number",
    [
        "9990000379",  # valid, but the sample ward's
        "9990010006",  # wrong check digit
        "9434765919",  # valid, but not test data
        "999001000",
        "99900100050",
        "",
        "999 001 0005",
        "٩٩٩٠٠١٠٠٠٥",
    ],
)
def test_index_after_refuses_numbers_that_are_not_ours(number):
    with pytest.raises(ValueError, match="not the NHS number of a synthetic patient"):
        index_after(number)


# --- what the fields hold


def test_names_are_normalised_and_fit(patients):
    for p in patients:
        assert unicodedata.is_normalized("NFC", p.name)
        assert 1 <= len(p.name) <= 200
        assert p.name == " ".join(p.name.split())
        assert p.name.isprintable()
        assert "_" not in p.name
        assert "/" not in p.name


def test_names_come_in_many_scripts_and_mostly_in_latin(patients):
    scripts = Counter(unicodedata.name(p.name[0]).split()[0] for p in patients)
    assert {"LATIN", "ARABIC", "DEVANAGARI", "CJK", "HANGUL", "CYRILLIC", "GREEK"} == set(scripts)
    assert 0.85 < scripts["LATIN"] / MANY < 0.95
    assert min(scripts.values()) > 500


@pytest.mark.parametrize(
    "shape",
    [
        r"\w+ (\w+ )?O’Brien",
        r"\w+ (\w+ )?McKenzie",
        r"Dr \w+ .+",
        r"\w+, \w+",
        r"\w+ \w+-\w+",
        r"Nguyễn Thị \w+",
        r"Szabó Katalin",
        r"María \w+ \w+",
        r"João \w+ da Silva",
        r"\w+ Kowalska",
        r"Siân .+",
        r"王\w{1,2}",
        r"김\w{2}",
    ],
)
def test_a_kind_of_name_occurs(patients, shape):
    assert any(re.fullmatch(shape, p.name) for p in patients)


def test_names_vary(patients):
    names = Counter(p.name for p in patients)
    assert len(names) > MANY * 0.6
    assert names.most_common(1)[0][1] < MANY / 1000


def test_given_names_and_gendered_surnames_agree_with_the_sex(patients):
    women = {p.name for p in patients if p.sex == "female"}
    men = {p.name for p in patients if p.sex == "male"}
    for first in ("Margaret ", "Olivia ", "Agnieszka ", "सुनीता ", "Ольга "):
        assert not any(name.startswith(first) for name in men)
    for first in ("Geoffrey ", "Callum ", "Krzysztof ", "Сергей "):
        assert not any(name.startswith(first) for name in women)
    assert any(name.endswith(" Kowalski") for name in men)
    assert not any(name.endswith((" Kowalska", " Иванова")) for name in men)
    assert not any(name.endswith((" Kowalski", " Иванов", " Παπαδόπουλος")) for name in women)


def test_sexes(patients):
    shares = {sex: count / MANY for sex, count in Counter(p.sex for p in patients).items()}
    assert set(shares) == {"female", "male", "other", "unknown"}
    assert 0.48 < shares["female"] < 0.54
    assert 0.44 < shares["male"] < 0.50


def test_ages(patients):
    ages = [age(p.date_of_birth) for p in patients]
    assert max(p.date_of_birth for p in patients) <= TODAY
    assert 0 <= min(ages) <= max(ages) <= 105
    assert min(ages) == 0
    assert max(ages) >= 100
    assert 0.15 < sum(years < 18 for years in ages) / MANY < 0.25
    assert 0.20 < sum(years > 65 for years in ages) / MANY < 0.35


def test_heights_and_weights_are_within_what_the_api_takes(patients):
    for p in patients:
        assert p.height_cm is None or (20 <= p.height_cm <= 280 and round(p.height_cm, 1) == p.height_cm)
        assert p.weight_kg is None or (0.2 <= p.weight_kg <= 700 and round(p.weight_kg, 1) == p.weight_kg)
    for field in ("height_cm", "weight_kg"):
        assert 0.08 < sum(getattr(p, field) is None for p in patients) / MANY < 0.12


def test_body_mass_index_spans_what_adults_have(patients):
    measured = [
        round(p.weight_kg / (p.height_cm / 100) ** 2, 1)
        for p in patients
        if p.height_cm and p.weight_kg and age(p.date_of_birth) >= 19
    ]
    assert 16 <= min(measured) < 17
    assert 44 < max(measured) <= 45
    assert 0.2 < sum(index > 30 for index in measured) / len(measured) < 0.35


def test_children_grow(patients):
    heights: dict[int, list[float]] = {}
    for p in patients:
        if p.height_cm:
            heights.setdefault(age(p.date_of_birth), []).append(p.height_cm)
    means = [sum(heights[years]) / len(heights[years]) for years in range(16)]
    assert all(younger < older for younger, older in pairwise(means))
    babies = [p.weight_kg for p in patients if p.weight_kg and (TODAY - p.date_of_birth).days < 14]
    assert 2.5 < sum(babies) / len(babies) < 5


def test_the_old_have_shrunk(patients):
    def mean(youngest: int, oldest: int) -> float:
        heights = [
            p.height_cm
            for p in patients
            if p.height_cm and p.sex == "female" and youngest <= age(p.date_of_birth) <= oldest
        ]
        return sum(heights) / len(heights)

    assert mean(20, 49) - 5 < mean(75, 95) < mean(20, 49) - 2


def test_conditions_come_with_age(patients):
    def mean(youngest: int, oldest: int) -> float:
        counts = [len(p.conditions) for p in patients if youngest <= age(p.date_of_birth) <= oldest]
        return sum(counts) / len(counts)

    assert mean(0, 9) < 0.2 < mean(20, 39) < mean(45, 59) < mean(62, 74) < mean(76, 104)
    assert all(len(set(p.conditions)) == len(p.conditions) <= 5 for p in patients)
    named = {condition for p in patients for condition in p.conditions}
    assert {"hypertension", "type 2 diabetes", "asthma", "chronic pain", "osteoarthritis", "COPD"} <= named
    assert not any("dementia" in p.conditions for p in patients if age(p.date_of_birth) < 50)
    assert not any("endometriosis" in p.conditions for p in patients if p.sex == "male")


def test_patients_share_no_list(patients):
    first, second = patient(3), patient(3)
    first.conditions.append("changed")
    assert patient(3) == second


def test_nobody_can_be_called(patients):
    phones = {p.phone for p in patients if p.phone}
    assert all(DRAMA.fullmatch(phone) for phone in phones)
    assert 0.8 < sum(p.phone is not None for p in patients) / MANY < 0.95


def test_phones_are_e164_that_libphonenumber_takes(patients):
    never_assigned = ("+447700900", "+441632960", "+441154960")
    for phone in {p.phone for p in patients if p.phone}:
        number = phonenumbers.parse(phone)
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == phone
        assert phonenumbers.is_possible_number(number)
        # libphonenumber leaves out what Ofcom never assigns, where the range stands on its own.
        assert phonenumbers.is_valid_number(number) or phone.startswith(never_assigned)


def test_nobody_can_be_mailed(patients):
    assert all(EMAIL.fullmatch(p.email) for p in patients if p.email)
    assert 0.4 < sum(p.email is not None for p in patients) / MANY < 0.8


def test_addresses_have_the_british_shape(patients):
    for p in patients:
        assert POSTCODE.fullmatch(p.postcode), p.postcode
        assert re.fullmatch(r"(Flat \d+, )?\d+ \D+|\D+, \D+", p.line1), p.line1
        assert p.city
    assert len({p.city for p in patients}) >= 30
    assert len({p.line1 for p in patients}) > 20_000


def test_memory_stays_flat():
    stream = synthetic_patients(500_000, 10_000, today=TODAY)
    next(stream)
    tracemalloc.start()
    try:
        for _ in stream:
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
