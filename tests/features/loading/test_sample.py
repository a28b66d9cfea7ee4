import re
import unicodedata
from datetime import date, timedelta

import nhs_number
import phonenumbers
import pytest
from stdnum.ie import pps
from stdnum.nl import bsn
from stdnum.pt import nif

from features.loading.sample import PROCEDURES, STAFF, WARD, SamplePatient
from features.procedures.schema import ProcedureWrite

POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][ABD-HJLNP-UW-Z]{2}")
DRAMA = re.compile(r"\+44(7700900|1632960|11[345678]4960|1[23456]14960|1914980|2079460|2896496|2920180)[0-9]{3}")
BY_MRN = {patient.mrn: patient for patient in WARD}
DAYS = [date(2026, 1, 1), date(2026, 12, 31), date(2031, 7, 1), date(2041, 12, 31)]
BY_CODE = {procedure.code: procedure for procedure in PROCEDURES}
PHYSICAL_THERAPY, WEIGHT, POST_OP = (
    "Physical Therapy",
    "Weight Management Program",
    "Post-Op Rehabilitation Plan",
)


def age(patient: SamplePatient, day: date) -> int:
    born = patient.date_of_birth
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def body_mass_index(patient: SamplePatient) -> float:
    return round(patient.weight_kg / (patient.height_cm / 100) ** 2, 1)


def recommended(patient: SamplePatient, day: date, days_since_loading: int = 0) -> set[str]:
    """What the three shipped rules say about the patient, worked out without them."""
    found = set()
    if age(patient, day) > 65 and "chronic pain" in patient.conditions:
        found.add(PHYSICAL_THERAPY)
    if patient.height_cm and patient.weight_kg and body_mass_index(patient) > 30:
        found.add(WEIGHT)
    for one in patient.procedures:
        procedure = BY_CODE[one.code]
        recent = one.days_ago + days_since_loading <= 90
        if recent and procedure.surgical and procedure.department == "orthopaedics":
            found.add(POST_OP)
    return found


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
def test_108_is_who_the_rules_about_age_and_pain_and_about_surgery_are_for(day):
    patient = BY_MRN["108"]
    assert 65 < age(patient, day) <= 130
    assert "chronic pain" in patient.conditions
    assert body_mass_index(patient) <= 30
    assert recommended(patient, day) == {PHYSICAL_THERAPY, POST_OP}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_105_is_who_the_weight_rule_is_for(day):
    patient = BY_MRN["105"]
    assert 18 <= age(patient, day) <= 65
    assert "chronic pain" not in patient.conditions
    assert body_mass_index(patient) > 30
    assert recommended(patient, day) == {WEIGHT}


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_102_is_who_the_rule_about_surgery_is_for(day):
    patient = BY_MRN["102"]
    assert 18 <= age(patient, day) <= 65
    assert "chronic pain" not in patient.conditions
    assert body_mass_index(patient) <= 30
    assert recommended(patient, day) == {POST_OP}


@pytest.mark.parametrize("mrn", ["102", "108"])
def test_a_ward_may_be_weeks_old_before_its_surgery_is_no_longer_recent(mrn):
    (surgery,) = (one for one in BY_MRN[mrn].procedures if BY_CODE[one.code].surgical)
    assert surgery.days_ago <= 60
    assert POST_OP in recommended(BY_MRN[mrn], DAYS[0], days_since_loading=30)
    assert POST_OP not in recommended(BY_MRN[mrn], DAYS[0], days_since_loading=91 - surgery.days_ago)


def test_nobody_else_has_had_recent_surgery_in_orthopaedics_though_some_nearly():
    assert {patient.mrn for patient in WARD if POST_OP in recommended(patient, DAYS[0])} == {"102", "108"}
    underwent = [(patient.mrn, BY_CODE[one.code], one.days_ago) for patient in WARD for one in patient.procedures]
    orthopaedic = [(mrn, one, days) for mrn, one, days in underwent if one.department == "orthopaedics"]
    assert {mrn for mrn, one, days in orthopaedic if one.surgical and days > 90} >= {"101", "113", "118"}
    assert min(days for _, one, days in orthopaedic if one.surgical and days > 90) == 91
    assert {mrn for mrn, one, days in orthopaedic if not one.surgical and days <= 90} == {"105"}
    assert {mrn for mrn, one, days in underwent if one.surgical and one.department == "cardiology" and days <= 90} == {
        "103",
        "114",
    }


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.code)
def test_every_procedure_is_one_the_api_takes_of_a_department_there_is(procedure):
    written = ProcedureWrite(
        code=procedure.code, name=procedure.name, department=procedure.department, surgical=procedure.surgical
    )
    assert (written.code, written.name) == (procedure.code, procedure.name)
    assert procedure.department in STAFF


def test_what_patients_underwent_is_on_the_list_and_within_their_lives():
    assert len(BY_CODE) == len(PROCEDURES)
    assert {one.code for patient in WARD for one in patient.procedures} == set(BY_CODE)
    for patient in WARD:
        for one in patient.procedures:
            assert one.days_ago >= 1
            assert DAYS[0] - timedelta(days=one.days_ago) > patient.date_of_birth


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
