"""The small texts beside the repository are understood, and the trying of them finds what is wrong."""

import pytest

from scripts.bench.notes_cases import failures, read_cases


@pytest.fixture(scope="module")
def cases(shared_data):
    return read_cases(shared_data.parent / "cases" / "extraction.json")


def test_all_cases_are_right(cases):
    wrong = list(failures(cases))
    assert not wrong, "\n".join(wrong)


def test_there_are_cases_of_every_kind_that_was_asked_for(cases):
    assert len(cases) >= 69
    assert {fact["kind"] for case in cases for fact in [*case["expect"], *case["absent"]]} == {
        "medication", "diagnosis", "allergy", "avoid", "vital", "lab",
    }  # fmt: skip


def tried(expect=(), absent=(), why="", **facts):
    case = {"text": "…", "expect": list(expect), "absent": list(absent), "why": why}
    return list(failures([case], lambda _: facts))


RAMIPRIL = {"name": "ramipril", "status": "started", "dose": "5 mg", "frequency": "once daily"}
WANTED = {"kind": "medication", "name": "Ramipril", "status": "started", "dose": "5 mg"}


def test_what_is_wanted_and_there_is_right():
    assert tried([WANTED], medications=[RAMIPRIL]) == []


@pytest.mark.parametrize("change", [{"name": "captopril"}, {"status": "continued"}, {"dose": "50 mg"}, {"dose": None}])
def test_what_is_wanted_and_there_otherwise_is_wrong(change):
    assert len(tried([WANTED], medications=[RAMIPRIL | change])) == 1


def test_a_status_may_be_left_open():
    assert tried([WANTED | {"status": "*"}], medications=[RAMIPRIL | {"status": "stopped"}]) == []
    why = "no verb (status continued or mentioned)"
    assert tried([WANTED | {"status": "continued"}], why=why, medications=[RAMIPRIL | {"status": "mentioned"}]) == []
    assert tried([WANTED | {"status": "continued"}], why=why, medications=[RAMIPRIL | {"status": "stopped"}])


def test_what_must_not_be_there_is_wrong_with_more_words_too():
    egg = {"kind": "allergy", "substance": "egg", "status": "present"}
    assert len(tried(absent=[egg], allergies=[{"substance": "so egg", "status": "present"}])) == 1
    assert tried(absent=[egg], allergies=[{"substance": "eggplant", "status": "present"}]) == []
    assert tried(absent=[egg], allergies=[{"substance": "egg", "status": "denied"}]) == []
    assert len(tried(absent=[{"kind": "allergy"}], allergies=[{"substance": "egg", "status": "denied"}])) == 1


def test_every_step_of_a_regimen_counts():
    wanted = {"kind": "medication", "name": "ramipril", "regimen": [["5 mg", "5 days"], ["stop", ""]]}
    steps = [
        {"dose": "5 mg", "frequency": None, "duration": "for 5 days"},
        {"dose": "stop", "frequency": None, "duration": None},
    ]
    assert tried([wanted], medications=[RAMIPRIL | {"regimen": steps}]) == []
    assert tried([wanted], medications=[RAMIPRIL | {"regimen": steps[:1]}])
    assert tried([wanted], medications=[RAMIPRIL])


def test_the_value_that_is_wanted_must_be_the_latest_and_the_notes_own():
    wanted = {"kind": "lab", "name": "crp", "value": 48}
    before, now = {"name": "crp", "value": 212.0, "at": None}, {"name": "crp", "value": 48.0, "at": None}
    assert tried([wanted], labs=[before, now]) == []
    assert tried([wanted], labs=[now, before])
    assert tried([wanted], labs=[now, before | {"at": "2026-03-01"}]) == []
    assert tried([wanted], labs=[now | {"at": "1960-05-05"}])


def test_a_name_may_tell_the_form_or_the_side_and_nothing_else():
    inhaler, device = (
        {"name": name, "status": "continued", "dose": "100 mcg/hour"} for name in ("salbutamol inhaler", "salbutamol")
    )
    wanted = {"kind": "medication", "name": "salbutamol", "dose": "100 mcg/h"}
    assert not tried([wanted], medications=[inhaler])
    assert tried([{**wanted, "name": "salbutamol inhaler"}], medications=[device])
    assert tried([{**wanted, "name": "senna"}], medications=[{**inhaler, "name": "senna and salbutamol"}])
    assert tried([{**wanted, "dose": "100 mcg"}], medications=[inhaler])
    repair = {"kind": "procedure", "text": "hernia repair", "status": "done"}
    for text, right in (("left hernia repair", True), ("hernia repair on the left", True), ("no hernia repair", False)):
        assert bool(tried([repair], procedures=[{"text": text, "status": "done"}])) is not right


def test_the_reason_of_a_case_may_allow_other_names_and_statuses():
    wanted = {"kind": "medication", "name": "senna", "status": "started"}
    told = {"name": "sennosides", "status": "continued"}
    assert not tried([wanted], why="(name senna or sennosides; status started or continued)", medications=[told])
    assert tried([wanted], why="(name senna or sennosides)", medications=[told])


def test_a_value_is_the_latest_by_its_day_and_by_its_own_unit():
    wanted = {"kind": "lab", "name": "ALP", "value": 96}
    told = [{"name": "alkaline_phosphatase", "value": value, "unit": None, "at": at} for value, at in
            ((96.0, "2025-10-14"), (188.0, "2025-09-02"))]  # fmt: skip
    text = "ALP 96 on 14/10/2025, 188 on 02/09/2025."
    assert not list(failures([_case(text, wanted)], lambda _: {"labs": told}))
    assert list(failures([_case(text, wanted | {"value": 188})], lambda _: {"labs": told}))
    born = [told[0] | {"at": "1948-10-14"}]
    assert list(failures([_case("DOB 14/10/1948, seen 03/03/2026: ALP 96.", wanted)], lambda _: {"labs": born}))
    twice = [{"name": "alkaline_phosphatase", "value": value, "unit": unit, "at": None} for value, unit in
             ((96.0, "U/L"), (1.6, "µkat/L"))]  # fmt: skip
    assert not list(failures([_case("ALP 96 U/L (1.6 µkat/L)", wanted)], lambda _: {"labs": twice}))


def test_a_diagnosis_may_tell_its_grade_and_no_second_diagnosis():
    wanted = {"kind": "diagnosis", "text": "eczema", "certainty": "confirmed"}
    for text, right in (("severe eczema", True), ("eczema, asthma", False), ("eczema and asthma", False)):
        found = [{"text": text, "certainty": "confirmed"}]
        assert bool(list(failures([_case("…", wanted)], lambda _, found=found: {"diagnoses": found}))) is not right


def _case(text, wanted):
    return {"text": text, "expect": [wanted], "absent": [], "why": ""}
