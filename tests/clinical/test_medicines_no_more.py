"""Ends and returns of medicines that no verb beside the name tells."""

import pytest

from clinical import understand


def told(text):
    return {(one["concept"], one["status"], one["reality"]) for one in understand(text).stored()["medications"]}


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("No senna or bisacodyl since Easter.", "bisacodyl"),
        ("No senna or bisacodyl since Easter.", "senna"),
        ("Sleeps well, no zopiclone since March.", "zopiclone"),
        ("Has had no tramadol since the operation.", "tramadol"),
        ("No steroids since 2019.", "corticosteroid"),
        ("Gabapentin was tailed off over the summer.", "gabapentin"),
        ("Flushed since nifedipine, fine in a week without, then flushed again. Stopped for good.", "nifedipine"),
        ("Ankles swollen with felodipine. Withdrawn today.", "felodipine"),
    ],
)  # fmt: skip
def test_it_is_stopped(text, drug):
    assert (drug, "stopped", "actual") in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "No fits since August on levetiracetam 500 mg BD.",
        "No change in bisoprolol 5 mg OD since May.",
        "No paracetamol since 4 am.",
        "Takes ramipril 5 mg OD. Stopped smoking in May.",
        "Warfarin 3 mg OD. Ceased driving.",
    ],
)
def test_it_is_not_stopped(text):
    assert not any(status == "stopped" for _, status, _ in told(text))


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Etanercept 50 mg back on weekly since 1 June.", "etanercept"),
        ("Infection gone, leflunomide now back on.", "leflunomide"),
    ],
)
def test_back_on_is_a_start(text, drug):
    assert (drug, "started", "actual") in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Next pregnancy: aspirin 150 mg from 12 weeks.",
        "In a future pregnancy: folic acid 5 mg OD.",
        "Next flare: prednisolone 30 mg OD for 5 days.",
        "At the next relapse, lenalidomide would be the choice.",
    ],
)
def test_what_the_next_time_needs_is_not_taken_now(text):
    assert all(status == "mentioned" and reality not in {"actual", "past"} for _, status, reality in told(text))


def test_another_time_that_was_is_no_condition():
    assert ("rituximab", "started", "actual") in told("Another relapse: rituximab started.")
