import re
import unicodedata
from datetime import date

import nhs_number
import phonenumbers
import pytest
from stdnum.ie import pps
from stdnum.nl import bsn
from stdnum.pt import nif

from features.loading.sample import WARD, SamplePatient

POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][ABD-HJLNP-UW-Z]{2}")
DRAMA = re.compile(r"\+44(7700900|1632960|11[345678]4960|1[23456]14960|1914980|2079460|2896496|2920180)[0-9]{3}")
BY_MRN = {patient.mrn: patient for patient in WARD}
DAYS = [date(2026, 1, 1), date(2026, 12, 31), date(2031, 7, 1), date(2041, 12, 31)]


def age(patient: SamplePatient, day: date) -> int:
    born = patient.date_of_birth
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def body_mass_index(patient: SamplePatient) -> float:
    return round(patient.weight_kg / (patient.height_cm / 100) ** 2, 1)


def test_two_dozen_patients_with_small_mrns():
    assert [patient.mrn for patient in WARD] == [str(mrn) for mrn in range(101, 125)]


def test_nhs_numbers_are_valid_distinct_and_kept_apart_from_synthetic_ones():
    numbers = [patient.nhs_number for patient in WARD if patient.nhs_number]
    assert len(set(numbers)) == len(numbers) >= 18
    for number in numbers:
        assert re.fullmatch(r"999000[0-9]{4}", number)
        assert nhs_number.calculate_checksum(number[:9]) == int(number[9])


def test_other_identifiers_pass_their_checksums():
    checks = {"ie.pps": pps, "pt.nif": nif, "nl.bsn": bsn}
    held = [identifier for patient in WARD for identifier in patient.identifiers]
    assert {system for system, _ in held} == set(checks)
    assert len(set(held)) == len(held)
    for system, value in held:
        assert checks[system].validate(value) == value


@pytest.mark.parametrize("patient", WARD, ids=lambda patient: patient.mrn)
def test_every_field_is_one_the_api_takes(patient):
    assert unicodedata.is_normalized("NFC", patient.name)
    assert 1 <= len(patient.name.strip()) == len(patient.name) <= 200
    assert patient.sex in {"female", "male", "other", "unknown"}
    assert patient.date_of_birth < DAYS[0]
    assert patient.height_cm is None or 20 <= patient.height_cm <= 280
    assert patient.weight_kg is None or 0.2 <= patient.weight_kg <= 700
    assert len(set(patient.conditions)) == len(patient.conditions)
    assert patient.email is None or re.fullmatch(r"[a-z.-]+@example\.(org|com|net)", patient.email)
    if patient.phone:
        assert DRAMA.fullmatch(patient.phone)
        number = phonenumbers.parse(patient.phone)
        assert phonenumbers.is_possible_number(number)
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == patient.phone


@pytest.mark.parametrize("patient", WARD, ids=lambda patient: patient.mrn)
def test_every_patient_has_a_plausible_address(patient):
    address = patient.address
    assert address.line1
    assert address.city
    assert re.fullmatch(r"[A-Z]{2}", address.country)
    if address.country == "GB":
        assert POSTCODE.fullmatch(address.postcode)


def test_contacts_are_nobody_elses():
    for values in ([p.email for p in WARD if p.email], [p.phone for p in WARD if p.phone]):
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_108_is_who_the_physical_therapy_rule_is_for(day):
    patient = BY_MRN["108"]
    assert 65 < age(patient, day) <= 130
    assert "chronic pain" in patient.conditions
    assert body_mass_index(patient) <= 30


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_105_is_who_the_weight_rule_is_for(day):
    patient = BY_MRN["105"]
    assert 18 <= age(patient, day) <= 65
    assert "chronic pain" not in patient.conditions
    assert body_mass_index(patient) > 30


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_102_is_who_no_rule_is_for(day):
    patient = BY_MRN["102"]
    assert 18 <= age(patient, day) <= 65
    assert "chronic pain" not in patient.conditions
    assert body_mass_index(patient) <= 30


def test_the_ward_holds_what_a_frontend_has_to_cope_with():
    assert BY_MRN["109"].date_of_birth.year == 2025
    assert (BY_MRN["113"].date_of_birth.month, BY_MRN["113"].date_of_birth.day) == (2, 29)
    assert age(BY_MRN["121"], date(2034, 8, 31)) == 17
    assert len(BY_MRN["119"].conditions) >= 5
    assert {patient.sex for patient in WARD} == {"female", "male", "other", "unknown"}

    scripts = {unicodedata.name(patient.name[0]).split()[0] for patient in WARD}
    assert {"LATIN", "ARABIC", "DEVANAGARI", "CJK", "HANGUL", "CYRILLIC", "GREEK"} == scripts


def test_of_124_next_to_nothing_is_known():
    patient = BY_MRN["124"]
    assert patient.nhs_number is None
    assert patient.identifiers == ()
    assert patient.email is patient.phone is patient.height_cm is patient.weight_kg is None
    assert patient.conditions == ()
