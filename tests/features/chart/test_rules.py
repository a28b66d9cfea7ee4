"""Every rule of docs/chart.md, on the example that stands under it there."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from tests.features.chart.charting import chart_of, holds, read

PAGE = Path(__file__).parents[3] / "docs" / "chart.md"


def examples():
    """Each block of the page, under the rule that stands before it."""
    text = PAGE.read_text(encoding="utf-8")
    rule = "the page"
    for match in re.finditer(r"\*\*([^*]+)\*\*|```chart\n(.*?)```", text, re.DOTALL):
        if match[1]:
            rule = " ".join(match[1].split())
        else:
            yield pytest.param(match[2], id=f"{rule[:50]} {match.start()}")


def test_the_page_has_examples():
    assert len(list(examples())) >= 20


@pytest.mark.parametrize("example", list(examples()))
def test_the_chart_says_what_the_page_says(example):
    notes, claims = read(example)
    assert notes
    assert claims
    chart = chart_of(notes, as_of=datetime(2026, 11, 1, tzinfo=UTC))
    for claim in claims:
        holds(claim, chart)


def test_the_order_of_notes_does_not_matter():
    notes = [
        ("2026-01-01T10:00:00+00:00", "Amlodipine 5 mg OD started. Known asthma."),
        ("2026-02-01T10:00:00+00:00", "Amlodipine increased to 10 mg OD. Penicillin allergy."),
        ("2026-03-01T10:00:00+00:00", "Amlodipine stopped. No known drug allergies."),
    ]
    ids = [UUID(int=number) for number in (1, 2, 3)]
    as_of = datetime(2026, 4, 1, tzinfo=UTC)
    assert chart_of(notes, as_of=as_of, ids=ids) == chart_of(notes[::-1], as_of=as_of, ids=ids[::-1])


def test_as_of_knows_no_later_note():
    notes = [
        ("2026-01-01T10:00:00+00:00", "Amlodipine 5 mg OD started."),
        ("2026-03-01T10:00:00+00:00", "Amlodipine stopped."),
    ]
    before = chart_of(notes, as_of=datetime(2026, 2, 1, tzinfo=UTC))
    after = chart_of(notes, as_of=datetime(2026, 3, 2, tzinfo=UTC))
    assert [line["status"] for line in before["medications"]] == ["current"]
    assert [line["status"] for line in after["medications"]] == ["stopped"]


def test_each_line_cites_words_of_its_notes():
    content = "Amlodipine 5 mg OD started. Known asthma. Allergies: latex. BP 130/80. Mother had breast cancer."
    chart = chart_of([("2026-01-01T10:00:00+00:00", content)], as_of=datetime(2026, 2, 1, tzinfo=UTC))
    lines = [line for kind, lines in chart.items() if kind != "conflicts" for line in lines]
    assert len(lines) >= 5
    for line in lines:
        assert line["citations"]
        for citation in line["citations"]:
            assert content[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize(
    ("day", "dose", "frequency"), [(1, "8 mg", "twice daily"), (3, "8 mg", "twice daily"), (4, "2 mg", "once daily")]
)
def test_the_dose_of_the_day_counts_where_doses_follow_each_other(day, dose, frequency):
    notes = [("2026-03-01T10:00:00+00:00", "Dexamethasone 8 mg BD for 3 days then 2 mg OD.")]
    (line,) = chart_of(notes, as_of=datetime(2026, 3, day, 12, tzinfo=UTC))["medications"]
    assert (line["status"], line["dose"], line["frequency"]) == ("current", dose, frequency)
