"""Charts made up for tests."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from features.summaries.shape import Chart, ChartNote, Profile

PROFILE = Profile(id=UUID(int=7), version=1, name="Ada Byron", date_of_birth=date(1950, 1, 1), sex="female")
NEWEST = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)


def note(content, *, number=0, days_ago=0, kind="progress", **facts):
    return ChartNote(
        id=UUID(int=1_000 + number),
        version=1,
        taken_at=NEWEST - timedelta(days=days_ago),
        type=kind,
        author="Dr Grace Okafor",
        content=content,
        sections=None,
        facts=facts,
    )


def chart(*contents, **more):
    """A chart of notes with these texts, the newest first."""
    notes = [note(text, number=number, days_ago=number, **more) for number, text in enumerate(contents)]
    return Chart(PROFILE, notes)


WORDS = """
    patient reports cough fever denies chest pain blood pressure stable continues amlodipine 5 mg daily review in two
    weeks lungs clear abdomen soft wound healing well mobilising with frame eating and drinking bowels open
""".split()  # noqa: SIM905 - meant to be read as text


def prose(sentences, *, seed=0):
    chance = random.Random(seed)
    return " ".join(" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(sentences))
