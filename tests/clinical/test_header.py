"""Who signed a note, and when the encounter was."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from clinical import understand


def author(text):
    return understand(text).author


def when(text):
    return understand(text, datetime(2026, 3, 9, 12, tzinfo=UTC)).encounter_at


AUTHORS = [
    ("P: Rest\n\nSigned:\nDr. Mark Reynolds, MD\nInternal Medicine", "Dr. Mark Reynolds, MD"),
    ("P: Rest\nSigned: Dr. Anna Lee, MD", "Dr. Anna Lee, MD"),
    ("Electronically signed by: Sarah Connor, MD on 01/25/2024", "Sarah Connor, MD"),
    ("Electronically signed by Sarah Connor MD 01/25/2024 14:00", "Sarah Connor MD"),
    ("Dictated by: John Smith, DO", "John Smith, DO"),
    ("Provider: Jane Doe, NP\nCC: cough", "Jane Doe, NP"),
    ("Author: Dr Grace Okafor\nNote text", "Dr Grace Okafor"),
    ("Attending Physician: Sarah Connor, MD\nHPI: x", "Sarah Connor, MD"),
    ("Findings: clear\nRadiologist: Michael Ross, MD", "Michael Ross, MD"),
    ("Thank you.\n\nYours sincerely,\n\nDr Emily Watson\nGP Partner", "Dr Emily Watson"),
    ("Pain better. Call bell within reach.\nK. Jones, RN", "K. Jones, RN"),
    ("Plan: Aspirin\nDr J Smith, FY2, bleep 1234", "Dr J Smith, FY2"),
    ("Signed by:\n\nProf. José Álvarez-Núñez", "Prof. José Álvarez-Núñez"),
    ("Seen with Dr. Lee. Doing well.", None),
    ("Patient: John Smith\nCough.", None),
    ("Signed: ", None),
    ("Provider: unknown", None),
    ("Thanks to Dr. House, who referred him to us last week for this complaint.", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), AUTHORS, ids=[text[:40] for text, _ in AUTHORS])
def test_authors(text, expected):
    assert author(text) == expected


DAYS = [
    ("SOAP Note - Encounter Date: 2023-10-26", date(2023, 10, 26)),
    ("SOAP Note – Encounter Date: 2024-05-10 (Follow-Up Visit)", date(2024, 5, 10)),
    ("Date of service: October 26, 2023", date(2023, 10, 26)),
    ("Date of visit: 26 Oct 2023", date(2023, 10, 26)),
    ("Date: 26/10/2023", date(2023, 10, 26)),
    ("Date: 10/26/2023", date(2023, 10, 26)),
    ("Visit date 26th October 2023", date(2023, 10, 26)),
    ("DOS: 2023-10-26", date(2023, 10, 26)),
    ("Date: 05/05/2024", date(2024, 5, 5)),
    ("Date: 03/04/2024", None),
    ("DOB: 1950-03-15", None),
    ("Date of Birth: 15/03/1950", None),
    ("DOB: 15/03/1950\nDate of visit: 14/02/2024", date(2024, 2, 14)),
    ("Date: 2031-01-01", None),
    ("Encounter date: 2024-13-45", None),
    ("Next appointment date: 2024-05-01", None),
    ("Date and time: 2024-03-12 14:35", datetime.fromisoformat("2024-03-12T14:35")),
    ("Date: 12 March 2024 2:35 pm", datetime.fromisoformat("2024-03-12T14:35")),
    ("Date: 2024-03-12T14:35:00Z", datetime(2024, 3, 12, 14, 35, tzinfo=UTC)),
    ("Date: 2024-03-12T14:35:00+02:00", datetime(2024, 3, 12, 14, 35, tzinfo=timezone(timedelta(hours=2)))),
    ("DISCHARGE SUMMARY\nAdmitted: 20 January 2024\nDate of discharge: 25 January 2024", date(2024, 1, 25)),
    ("Progress note, 12 March 2024\nDoing well", date(2024, 3, 12)),
    ("Dr Watson\n\n14 February 2024\n\nDear Dr Patel,", date(2024, 2, 14)),
    ("He had a fall on 2024-01-05.", None),
    ("No date at all", None),
]


@pytest.mark.parametrize(("text", "expected"), DAYS, ids=[text[:50] for text, _ in DAYS])
def test_when_the_encounter_was(text, expected):
    assert when(text) == expected


def test_the_encounters_date_goes_before_others():
    assert when("Date: 2024-03-01\nReport date: 2024-03-05\nEncounter date: 2024-02-28") == date(2024, 2, 28)
