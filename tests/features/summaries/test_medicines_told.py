"""What a summary says of medicines: as of when; and none that harmed, is forbidden or was for a time is current."""

import json
import re
from datetime import timedelta

import pytest

from rounds import clock
from tests.features.summaries.conftest import texts

CURRENT = {"started", "continued", "changed"}
CORNERS = [(audience, length) for audience in ("clinician", "family") for length in ("brief", "detailed")]


@pytest.fixture
def noted(client, patient):
    """`await noted("text", days_ago=3)`."""

    async def noted(content, days_ago=3, **more):
        taken_at = (clock.now() - timedelta(days=days_ago)).isoformat()
        body = {"content": content, "taken_at": taken_at, **more}
        answer = await client.post(f"/patients/{patient}/notes", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return noted


@pytest.fixture
def told(client, patient):
    """`summary = await told("family", "brief")`."""

    async def told(audience="clinician", length="detailed"):
        answer = await client.get(f"/patients/{patient}/summary", params={"audience": audience, "length": length})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return told


def medicines(summary):
    return [
        statement["text"]
        for section in summary["sections"]
        if section["title"] in {"Medications", "Medicines"}
        for statement in section["statements"]
    ]


def status_of(summary, name):
    return {fact["name"]: fact["status"] for fact in summary["key_facts"]["medications"]}.get(name)


def day(days_ago, audience="clinician"):
    moment = clock.now() - timedelta(days=days_ago)
    return f"{moment.day} {moment:%B}" if audience == "family" else f"{moment.day} {moment:%b}"


@pytest.mark.parametrize(("audience", "length"), CORNERS)
async def test_each_medicine_is_told_with_the_day_it_was_noted(noted, told, audience, length):
    await noted("Medications: paracetamol 1 g QDS, amitriptyline 10 mg nocte.", 40)
    await noted("P: Start amlodipine 5 mg once daily. Increase ramipril from 5 mg to 10 mg OD. Stop doxazosin.", 10)
    summary = await told(audience, length)
    for where in (medicines(summary), [summary["summary"]]):
        joined = " ".join(where)
        for name in ("amlodipine 5 mg", "ramipril 10 mg", "paracetamol 1 g", "amitriptyline 10 mg"):
            assert name in joined.lower()
        assert joined.count(day(40, audience)) >= 1
        assert joined.count(day(10, audience)) >= 1
    assert not [text for text in [*texts(summary), summary["summary"]] if "takes" in text.lower()]
    if length == "detailed":
        assert all(day(40, audience) in text or day(10, audience) in text for text in medicines(summary))
    assert {fact["taken_at"][:10] for fact in summary["key_facts"]["medications"]} == {
        (clock.now() - timedelta(days=days)).date().isoformat() for days in (40, 10)
    }


@pytest.mark.parametrize(("audience", "length"), CORNERS)
@pytest.mark.parametrize(
    "then",
    [
        "A: GI bleed due to naproxen.",
        "A: Acute kidney injury, brought on by naproxen.",
        "A: GI bleed after naproxen.",
        "P: Avoid naproxen.",
        "P: No naproxen either.",
        "P: Naproxen not to be restarted.",
        "P: Stop naproxen.",
    ],
)
async def test_what_harmed_or_is_forbidden_is_not_current(noted, told, then, audience, length):
    await noted("P: Start naproxen 500 mg BD. Continue amlodipine 5 mg OD.", 30)
    await noted(f"S: Feels ill.\n{then}", 3)
    summary = await told(audience, length)
    current = [text for text in medicines(summary) if "naproxen 500 mg" in text.lower()]
    assert current == []
    assert "naproxen 500" not in summary["summary"].lower()
    assert "amlodipine 5 mg" in json.dumps(summary).lower()
    assert status_of(summary, "naproxen") not in CURRENT


async def test_a_warning_is_told_with_its_quote(noted, told):
    content = "A: Acute heart failure after ibuprofen.\nP: No ibuprofen again. Start furosemide 40 mg OD."
    await noted(content)
    await noted("Has thrown the ibuprofen away.", 1)
    summary = await told()
    (statement,) = [
        statement
        for section in summary["sections"]
        for statement in section["statements"]
        if statement["text"].startswith("Avoid: ibuprofen")
    ]
    assert all(cited["quote"] in content for cited in statement["citations"])
    assert status_of(summary, "ibuprofen") == "stopped"


@pytest.mark.parametrize(("audience", "length"), CORNERS)
@pytest.mark.parametrize(
    ("order", "days_ago", "over"),
    [
        ("codeine 30 mg as needed for three days", 5, True),
        ("codeine 30 mg as needed for three days", 2, False),
        ("codeine 30 mg QDS 5/7", 7, True),
        ("codeine 30 mg QDS for two weeks", 15, True),
        ("codeine 30 mg QDS for two weeks", 13, False),
        ("codeine 30 mg QDS until {past}", 30, True),
        ("codeine 30 mg QDS until {future}", 30, False),
    ],
)
async def test_a_course_ends(noted, told, order, days_ago, over, audience, length):
    past, future = (f"{clock.today() + timedelta(days):%d %B %Y}".lstrip("0") for days in (-2, 9))
    await noted(f"S: Sprained wrist.\nP: Paracetamol 1 g QDS, {order.format(past=past, future=future)}.", days_ago)
    summary = await told(audience, length)
    running = summary["summary"].lower()
    assert "paracetamol 1 g" in running
    assert ("codeine 30 mg" not in running) is over
    assert (status_of(summary, "codeine") == "stopped") is over
    if length == "detailed":
        (line,) = [text for text in medicines(summary) if "codeine" in text.lower()]
        assert (line.startswith("Over by now, if as planned") or "It was planned until" in line) is over


async def test_a_course_that_somebody_continued_meanwhile_ends_when_it_was_to_end(noted, told):
    until = f"{clock.today() - timedelta(2):%d %B %Y}".lstrip("0")
    await noted("P: Start enoxaparin 40 mg SC OD for 28 days.", 40)
    await noted("P: Continue enoxaparin 40 mg OD.", 39)
    await noted(f"Medicines: enoxaparin 40 mg SC OD until {until}.", 35)
    summary = await told()
    assert status_of(summary, "enoxaparin") == "stopped"
    await noted("P: Continue enoxaparin 40 mg OD.", 1)
    assert status_of(await told(), "enoxaparin") == "continued"


@pytest.mark.parametrize(("audience", "length"), CORNERS)
async def test_a_night_nurses_report_is_no_plan(noted, told, audience, length):
    await noted("S: Better.\nA: Pneumonia.\nP: Chest X-ray in six weeks. Review in clinic in two weeks.", 3)
    await noted(
        'Nursing, night. Rang at 05:20: short of breath and anxious, "can\'t get to the bottom of a breath". Muddled '
        "since midnight; settled with company.\nObs 05:30: RR 24, SpO2 90% on air. NEWS2 score 7.\n"
        "Doctor on call informed and here within ten minutes, ECG done. Hourly observations, bed low, falls mat, "
        "husband telephoned.",
        1,
    )
    summary = await told(audience, length)
    (plan,) = [s for s in summary["sections"] if s["title"] in {"Plan and follow-up", "What comes next"}]
    assert plan["statements"]
    ahead = re.split(r"Plan: |Planned on ", summary["summary"])[1:]  # how the night went is told before
    assert ahead
    for text in [*(statement["text"] for statement in plan["statements"]), *ahead]:
        for words in ("on call", "telephoned", "bed low", "ourly"):
            assert words not in text
    assert any("two weeks" in statement["text"] for statement in plan["statements"])


async def test_the_newest_plan_holds_though_an_older_one_says_more(noted, told):
    await noted("A: Heart failure.\nP: Echo and clinic within two weeks. Follow-up with the nurse.", 20)
    await noted("A: Heart failure, stable.\nP: Bloods in two weeks, clinic in six.", 2)
    summary = await told()
    (plan,) = [section for section in summary["sections"] if section["title"] == "Plan and follow-up"]
    assert [statement["text"].partition(" (")[0] for statement in plan["statements"]] == [
        "Bloods in two weeks, clinic in six weeks"
    ]
