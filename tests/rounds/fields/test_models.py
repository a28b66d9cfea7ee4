"""What request models are built from: days, moments, e-mail addresses."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from rounds import clock
from rounds.fields import GRACE, Email, Moment, is_ahead

EMAIL, MOMENT = TypeAdapter(Email), TypeAdapter(Moment)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("maeve@example.org", "maeve@example.org"),
        (" Maeve@EXAMPLE.org ", "Maeve@example.org"),
        ("sister@ward.local", "sister@ward.local"),
        ("sister@mail.ward.internal", "sister@mail.ward.internal"),
        ("sister@ward.lan", "sister@ward.lan"),
        ("jörg@klinik-köln.de", "jörg@klinik-köln.de"),
    ],
)
def test_addresses_are_judged_by_their_form_internal_domains_included(sent, kept):
    assert EMAIL.validate_python(sent) == kept


@pytest.mark.parametrize(
    "sent",
    ["banana", "@ward.local", "sister@", "sister@ward..local", "two words@ward.local", "a@b.invalid", "a\n@b.org"],
)
def test_what_is_no_address_is_refused(sent):
    with pytest.raises(ValidationError, match="e-mail address"):
        EMAIL.validate_python(sent)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2026-03-10T12:00:00Z", NOON),
        ("2026-03-10t13:00:00+01:00", NOON),
        ("2026-03-10T08:30:00.000-03:30", NOON),
        (NOON, NOON),
    ],
)
def test_a_moment_is_read_in_utc(sent, read):
    found = MOMENT.validate_python(sent)
    assert (found, found.tzinfo) == (read, UTC)


@pytest.mark.parametrize(
    "sent",
    [
        "2026-03-10T12:00:00",
        "2026-03-10",
        "2026-03-10 12:00:00Z",
        "1773144000",
        1773144000,
        "0001-01-01T00:00:00+23:59",
    ],
)
def test_a_moment_written_otherwise_is_refused(sent):
    with pytest.raises(ValidationError, match="RFC 3339"):
        MOMENT.validate_python(sent)


def test_a_clients_clock_may_be_ahead_by_the_grace_and_no_more():
    with clock.frozen(NOON):
        assert not is_ahead(NOON + GRACE)
        assert is_ahead(NOON + GRACE + GRACE.resolution)
