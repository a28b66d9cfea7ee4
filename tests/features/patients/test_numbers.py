"""NHS numbers, MRNs, phones, e-mail addresses and identifiers: what is taken, how it is stored, how it is found."""

import pkgutil
import re
import unicodedata
from importlib import import_module
from urllib.parse import quote

import pytest
import stdnum
from hypothesis import event, example, given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from features.patients.numbers import normalise_identifier, normalise_nhs_number

BODY = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
WEIGHTS = range(10, 1, -1)


def check_digit(nine: str) -> int:
    """NHS Data Model and Dictionary: 11 minus the weighted sum modulo 11; 11 means 0, 10 means there is none."""
    return (11 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, nine, strict=True)) % 11) % 11


def refused(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


# --- NHS numbers

WELL_WRITTEN = [
    "1373645350",
    "137 364 5350",
    "137-364-5350",
    " 137-364 5350 ",
    "1 3 7 3 6 4 5 3 5 0",
    "--1373645350--",
    "137\u00a0364\u00a05350",  # no-break spaces, as word processors and web pages write them
    "137\u202f364\u20075350",
    "137\u2009364\u30005350",
    "137\u2011364\u20115350",  # no-break hyphens
    "137–364—5350",
    "137\u2212364\u20105350",
    "\u00a0137\u00a0\u2011 3645350\u00a0",
]
BADLY_WRITTEN = [
    ("137364535", "digits"),  # nine
    ("13736453500", "digits"),  # eleven
    ("", "digits"),
    (" - ", "digits"),
    ("137364535O", "digits"),  # the letter
    ("NHS1373645350", "digits"),
    ("1373645350.0", "digits"),
    ("+1373645350", "digits"),
    ("١٣٧٣٦٤٥٣٥٠", "digits"),  # Arabic-Indic
    ("１３７３６４５３５０", "digits"),  # full-width
    ("१३७३६४५३५०", "digits"),  # Devanagari
    ("1373645³50", "digits"),
    ("1373645350\u0000", "digits"),
    ("1373645350\n", "digits"),
    ("137\t364\t5350", "digits"),
    ("\u200e1373645350", "digits"),
    ("1373645350" + " " * 31, "digits"),
    ("1373645351", "checksum"),
    ("1373645305", "checksum"),  # two digits swapped
    ("0000000001", "checksum"),
    ("0000000000", "repeated"),
    ("1111111111", "repeated"),
    ("999 999 9999", "repeated"),
]


@pytest.mark.parametrize("written", WELL_WRITTEN)
async def test_an_nhs_number_is_stored_as_ten_digits_and_found_however_it_is_written(client, admit, written):
    patient = await admit(nhs_number=written)
    assert patient["nhs_number"] == "1373645350"
    for asked in WELL_WRITTEN:
        found = await client.get(f"/patients/by-nhs-number/{quote(asked, safe='')}")
        assert found.json() == patient, asked
        for params in ({"nhs_number": asked}, {"q": asked}):
            listed = (await client.get("/patients", params=params)).json()
            assert [row["id"] for row in listed["data"]] == [patient["id"]], params


@pytest.mark.parametrize(("written", "code"), BADLY_WRITTEN)
async def test_what_is_no_nhs_number_is_refused_on_every_way_in(client, admit, written, code):
    expected = f"nhs_number_{code}"
    assert refused(await client.post("/patients", json={**BODY, "nhs_number": written})) == [("/nhs_number", expected)]
    own = f"/patients/{(await admit())['id']}"
    for call in ("PUT", "PATCH"):
        answer = await client.request(call, own, json={**BODY, "nhs_number": written})
        assert refused(answer) == [("/nhs_number", expected)]
    assert refused(await client.get("/patients", params={"nhs_number": written})) == [("?nhs_number", expected)]
    if written:
        answer = await client.get(f"/patients/by-nhs-number/{quote(written, safe='')}")
        assert refused(answer) == [("path:nhs_number", expected)]


@pytest.mark.parametrize("value", [1373645350, 1373645350.0, True, ["1373645350"], {}])
async def test_an_nhs_number_is_text(client, value):
    assert refused(await client.post("/patients", json={**BODY, "nhs_number": value})) == [
        ("/nhs_number", "string_type")
    ]


async def test_a_valid_number_that_nobody_has_is_not_found(client):
    assert (await client.get("/patients/by-nhs-number/9434765919")).status_code == 404
    assert (await client.get("/patients", params={"nhs_number": "9434765919"})).json()["data"] == []


@given(st.integers(0, 999_999_999).map("{:09d}".format))
@example("137364535")  # check digit 0: the weighted sum is a multiple of 11
@example("000000000")
@example("987654320")
def test_exactly_one_check_digit_fits_unless_it_would_be_ten(nine):
    accepted = []
    for digit in range(10):
        try:
            accepted.append(normalise_nhs_number(f"{nine}{digit}"))
        except ValueError:
            continue
    expected = check_digit(nine)
    number = f"{nine}{expected}"
    assert accepted == ([number] if expected < 10 and len(set(number)) > 1 else [])


@given(st.text(max_size=30))
def test_any_text_is_ten_ascii_digits_or_refused(text):
    try:
        number = normalise_nhs_number(text)
    except ValueError:
        return
    assert number == "".join(each for each in text if unicodedata.category(each) not in {"Zs", "Pd", "Sm"})
    assert number.isascii()
    assert len(number) == 10


async def test_a_patient_can_have_no_number_and_so_can_another(admit):
    assert (await admit(nhs_number=None))["nhs_number"] is None
    assert (await admit())["nhs_number"] is None


# --- MRNs


@pytest.mark.parametrize("mrn", ["1", "102", "RX-10442", "a b", "~!@#$%^&*()", "x" * 40, "'; DROP TABLE patient--"])
async def test_an_mrn_is_kept_and_found_as_it_is(client, admit, mrn):
    patient = await admit(mrn=f" {mrn} " if len(mrn) < 39 else mrn)
    assert patient["mrn"] == mrn
    listed = (await client.get("/patients", params={"mrn": mrn})).json()
    assert [row["id"] for row in listed["data"]] == [patient["id"]]


@pytest.mark.parametrize("mrn", ["", " ", "x" * 41, "é", "病", "a\tb", "a\n", "\u0000", "a\u0000b", "٣", "😀"])
async def test_what_is_no_mrn_is_refused(client, mrn):
    assert refused(await client.post("/patients", json={**BODY, "mrn": mrn})) == [("/mrn", "mrn_characters")]
    assert refused(await client.get("/patients", params={"mrn": mrn})) == [("?mrn", "mrn_characters")]


async def test_mrns_tell_upper_and_lower_case_apart(client, admit):
    upper, lower = await admit(mrn="AB1"), await admit(mrn="ab1")
    assert [row["id"] for row in (await client.get("/patients", params={"mrn": "ab1"})).json()["data"]] == [lower["id"]]
    assert [row["id"] for row in (await client.get("/patients", params={"mrn": "AB1"})).json()["data"]] == [upper["id"]]


# --- one number, one patient

SPELLINGS = [
    ("se.personnummer", "880320-0016", "198803200016"),  # with its century
    ("se.personnummer", "19880320-0016", "8803200016"),
    ("se.personnummer", "880320+0016", "188803200016"),  # over a hundred years old
    ("se.personalid", "8803200016", "19880320-0016"),
    ("se.personnummer", "880320\u20110016", "880320\u00a0-\u00a00016"),
    ("pe.cui", "10117410-2", "10117410"),  # with its check digit
    ("nz.ird", "49-091-850", "049091850"),
    ("id.npwp", "01.312.166.0-091.000", "0013121660091000"),
    ("ro.cf", "RO 1630615123457", "1630615123457"),
    ("us.ssn", "536\u201190\u20114399", "536904399"),
    ("ie.pps", "6433435\u00a0F", "6433435F"),
    ("cz.rc", "710319/2745", "7103192745"),
    ("dk.cpr", "211062-5629", "2110625629"),
    ("gb.nhs", "943\u00a0476\u00a05919", "943-476-5919"),
]


@pytest.mark.parametrize(
    ("field", "value", "again"),
    [
        ("mrn", "RX-1", " RX-1 "),
        ("nhs_number", "1373645350", "137-364-5350"),
        ("identifiers", [{"system": "ie.pps", "value": "6433435F"}], [{"system": "IE.PPS", "value": "6433435 f"}]),
        *[
            ("identifiers", [{"system": system, "value": one}], [{"system": system, "value": other}])
            for system, one, other in SPELLINGS
        ],
        (
            "identifiers",
            [{"system": "b", "value": "7"}],
            [{"system": "a", "value": "1"}, {"system": "b", "value": "7"}],
        ),
    ],
)
async def test_a_number_belongs_to_one_patient(client, admit, field, value, again):
    holder = await admit(**{field: value})
    other = await admit()
    own = f"/patients/{other['id']}"
    for call, path in [("POST", "/patients"), ("PUT", own), ("PATCH", own)]:
        answer = await client.request(call, path, json={**BODY, field: again})
        assert answer.status_code == 409, (call, answer.text)
        problem = answer.json()
        assert (problem["code"], problem["field"]) == ("duplicate_patient", field)
        assert field in problem["detail"]
        assert holder["id"] not in answer.text
    assert (await client.get(own)).json() == other
    for call in ("PUT", "PATCH"):  # its own number stays its own
        answer = await client.request(call, f"/patients/{holder['id']}", json={**BODY, field: value})
        assert answer.json()[field] == holder[field]


# --- identifiers


@pytest.mark.parametrize(
    ("system", "value", "stored_system", "stored_value"),
    [
        ("ie.pps", "6433435F", "ie.pps", "6433435F"),
        ("IE.PPS", " 6433435 f ", "ie.pps", "6433435F"),
        ("us.ssn", "536-90-4399", "us.ssn", "536904399"),
        ("nl.bsn", "1112.22.333", "nl.bsn", "111222333"),
        ("pt.nif", "PT 501 964 843", "pt.nif", "501964843"),
        ("in.aadhaar", "2341 2341 2346", "in.aadhaar", "234123412346"),  # `in` is a word of Python
        ("es.vat", "54362315K", "es.vat", "54362315K"),  # another name of es.nif
        ("hospital.local", "  A/7 | x ", "hospital.local", "A/7 | x"),
        ("https://example.org/ids", "7", "https://example.org/ids", "7"),
        ("passport", "Ünïcode 7", "passport", "Ünïcode 7"),
    ],
)
async def test_an_identifier_is_checked_stored_and_found(client, admit, system, value, stored_system, stored_value):
    patient = await admit(identifiers=[{"system": system, "value": value}])
    assert patient["identifiers"] == [{"system": stored_system, "value": stored_value}]
    for asked in (f"{system}|{value}", f"{stored_system}|{stored_value}"):
        listed = await client.get("/patients", params={"identifier": asked})
        assert [row["id"] for row in listed.json()["data"]] == [patient["id"]], asked


@pytest.mark.parametrize(
    ("system", "value"),
    [
        ("ie.pps", "6433435E"),
        ("us.ssn", "000-00-0000"),
        ("nl.bsn", "111222334"),
        ("pt.nif", "501964842"),
        ("in.aadhaar", "234123412347"),
        ("es.vat", "54362315Z"),
        ("gb.nhs", "9434765918"),
        ("ie.pps", "６４３３４３５F"),
    ],
)
async def test_a_number_that_its_system_does_not_know_is_refused(client, system, value):
    answer = await client.post("/patients", json={**BODY, "identifiers": [{"system": system, "value": value}]})
    assert refused(answer) == [("/identifiers/0", "identifier_value")]
    answer = await client.get("/patients", params={"identifier": f"{system}|{value}"})
    assert refused(answer) == [("?identifier", "identifier_value")]


@pytest.mark.parametrize("system", ["", " ", "a b", "|", "a|b", ".x", "é", "x" * 81, "a\u0000b", "<script>"])
async def test_systems_have_plain_names(client, system):
    answer = await client.post("/patients", json={**BODY, "identifiers": [{"system": system, "value": "1"}]})
    assert refused(answer)[0][0].startswith("/identifiers/0")


@pytest.mark.parametrize(
    ("identifiers", "pointer"),
    [
        ([{"system": "x"}], "/identifiers/0/value"),
        ([{"value": "1"}], "/identifiers/0/system"),
        ([{"system": "x", "value": " "}], "/identifiers/0/value"),
        ([{"system": "x", "value": "1" * 101}], "/identifiers/0/value"),
        ([{"system": "x", "value": "1", "use": "official"}], "/identifiers/0/use"),
        ([{"system": "x", "value": 1}], "/identifiers/0/value"),
        (["x|1"], "/identifiers/0"),
        ({"system": "x", "value": "1"}, "/identifiers"),
        ([{"system": "x", "value": "1"}, {"system": "X", "value": " 1 "}], "/identifiers"),
        ([{"system": "ie.pps", "value": "6433435F"}, {"system": "ie.pps", "value": "6433435 f"}], "/identifiers"),
        ([{"system": f"x{place}", "value": "1"} for place in range(21)], "/identifiers"),
    ],
)
async def test_identifiers_that_are_none_are_refused(client, identifiers, pointer):
    assert refused(await client.post("/patients", json={**BODY, "identifiers": identifiers}))[0][0] == pointer


async def test_a_patient_has_many_identifiers_and_a_value_many_systems(client, admit):
    many = [{"system": f"ward.{place:02d}", "value": "7"} for place in range(20)]
    patient = await admit(identifiers=list(reversed(many)))
    assert patient["identifiers"] == many  # in order of system
    other = await admit(identifiers=[{"system": "ward.99", "value": "7"}])
    listed = (await client.get("/patients", params={"identifier": "ward.07|7"})).json()
    assert [row["id"] for row in listed["data"]] == [patient["id"]]
    listed = (await client.get("/patients", params={"identifier": "ward.99|7"})).json()
    assert [row["id"] for row in listed["data"]] == [other["id"]]
    assert (await client.get("/patients", params={"identifier": "ward.07|8"})).json()["data"] == []


@pytest.mark.parametrize("asked", ["", "ie.pps", "|", "ie.pps|", "|7", " | ", "a b|7"])
async def test_the_identifier_filter_has_two_parts(client, asked):
    assert refused(await client.get("/patients", params={"identifier": asked}))[0][0] == "?identifier"


@given(
    st.sampled_from(["ie.pps", "us.ssn", "nl.bsn", "pt.nif", "in.aadhaar", "es.vat", "eu.vat", "br.cpf", "cn.ric"])
    | st.from_regex(r"[a-z]{2}\.[a-z_]{1,10}", fullmatch=True),
    st.text(st.characters(codec="ascii"), max_size=40) | st.text("0123456789-. ", max_size=20),
)
def test_no_value_of_any_system_can_do_worse_than_be_refused(system, value):
    try:
        stored = normalise_identifier(system, value)
    except PydanticCustomError as refusal:
        event(refusal.type)
        return
    assert normalise_identifier(*stored) == stored  # what is stored is found by what is stored


def _examples() -> list[tuple[str, str]]:
    """Every number that python-stdnum's own documentation shows as valid."""
    found = []
    for each in pkgutil.walk_packages(stdnum.__path__, "stdnum."):
        module = import_module(each.name)
        if each.name.count(".") == 2 and hasattr(module, "is_valid"):
            shown = re.findall(r"(?:validate|format|compact)\('([^']+)'\)", module.__doc__ or "")
            found += [(each.name, number) for number in shown if number.isascii() and module.is_valid(number)]
    return found


def test_every_spelling_that_a_system_takes_is_one_number():
    """Its compact form, its presentation, and ours are all taken, and all become ours."""
    examples = _examples()
    assert len(examples) > 150
    for name, number in examples:
        module = import_module(name)
        system = name.removeprefix("stdnum.").replace("_.", ".")  # `in_` and `is_`, which are words of Python
        stored = normalise_identifier(system, number)[1]
        spellings = {number, str(module.validate(number)), stored, number.replace("-", "\u2011").replace(" ", "\u00a0")}
        if hasattr(module, "format"):
            spellings.add(str(module.format(number)))
        assert {normalise_identifier(system, each) for each in spellings} == {(system, stored)}


# --- phone and e-mail


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+44 20 7946 0958", "+442079460958"),
        ("020 7946 0958", "+442079460958"),
        ("+44 (0)20 7946-0958", "+442079460958"),
        (" +447700900123 ", "+447700900123"),
        ("+44\u00a07700\u2011900\u2011123", "+447700900123"),
        ("+353 1 234 5678", "+35312345678"),
        ("+1 (202) 555-0123", "+12025550123"),
        ("+5511987654321", "+5511987654321"),
    ],
)
async def test_a_phone_number_is_stored_as_e164(admit, written, stored):
    assert (await admit(phone=written))["phone"] == stored


@pytest.mark.parametrize(
    "phone",
    ["", " ", "x", "123", "+", "+999 123456", "+44 20 7946 0958 ext. 7", "+442079460958;ext=7", "+44２０79460958",
     "+442079460958\u0000", "+442079460958\n", "+44 20 7946 0958 / +44 20 7946 0959", "1" * 41, "<script>"],
)  # fmt: skip
async def test_what_is_no_phone_number_is_refused(client, phone):
    assert refused(await client.post("/patients", json={**BODY, "phone": phone}))[0][0] == "/phone"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("maeve@example.org", "maeve@example.org"),
        (" Maeve.O'Sullivan+ward@EXAMPLE.ORG ", "Maeve.O'Sullivan+ward@example.org"),
        ("zoë@bücher.example.org", "zoë@bücher.example.org"),
    ],
)
async def test_an_email_address_is_kept_with_its_domain_in_lower_case(admit, written, stored):
    assert (await admit(email=written))["email"] == stored


@pytest.mark.parametrize(
    "email",
    ["", " ", "maeve", "maeve@", "@example.org", "a@@example.org", "a b@example.org", "Maeve <a@example.org>",
     "a@example.org, b@example.org", "a@example.org\u0000", "a@exam\nple.org", f"{'x' * 250}@example.org", "a@-x.org"],
)  # fmt: skip
async def test_what_is_no_email_address_is_refused(client, email):
    assert refused(await client.post("/patients", json={**BODY, "email": email}))[0][0] == "/email"


@pytest.mark.parametrize("field", ["phone", "email", "mrn", "nhs_number"])
@pytest.mark.parametrize("value", [1, True, [], {}])
async def test_numbers_and_addresses_are_text(client, field, value):
    assert refused(await client.post("/patients", json={**BODY, field: value})) == [(f"/{field}", "string_type")]


async def test_a_phone_and_an_email_address_may_be_shared(admit):
    shared = {"phone": "+442079460958", "email": "family@example.org"}
    assert (await admit(**shared))["phone"] == (await admit(**shared))["phone"]
