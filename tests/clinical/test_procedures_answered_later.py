"""What became of a procedure where that stands further behind its name, or in another cell; and what is only judged."""

import pytest

from clinical import understand


def told(text):
    return {(fact["text"].lower(), fact["status"]) for fact in understand(text).stored()["procedures"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hysteroscopy postponed as her Hb was low. Now booked for 3 June.", "planned"),
        ("Cystoscopy abandoned because of pain; relisted under GA.", "planned"),
        ("Gastroscopy did not go ahead as no bed was free, new date to follow: 12 July.", "planned"),
        ("Cystoscopy cancelled and will not be rebooked.", "declined"),
        ("Bronchoscopy cancelled, to be rebooked if he wants it.", "declined"),
        ("Colonoscopy cancelled as she is too frail.", "declined"),
    ],
)
def test_what_was_called_off_and_booked_anew_is_planned(text, expected):
    assert {status for _, status in told(text)} == {expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Angiogram advised but she turned it down.", {("angiogram", "declined")}),
        ("We offered an ICD, which was turned down.", {("icd", "declined")}),
        ("Amniocentesis was offered; the couple decided against it.", {("amniocentesis", "declined")}),
        ("PEG recommended by the team. Her daughters refused.", {("peg", "declined")}),
        ("Bone marrow biopsy: no consent.", {("bone marrow biopsy", "declined")}),
        ("Her son withdrew his consent for the gastrostomy.", {("gastrostomy", "declined")}),
        ("Parents do not consent to the MMR.", {("mmr", "declined")}),
        ("Declined cystoscopy this time, will think about it again in June.", {("cystoscopy", "declined")}),
        ("CT head normal, no consent for lumbar puncture.", {("ct head", "done"), ("lumbar puncture", "declined")}),
        ("Had an ICD in 2019; offered a statin, which he declined.", {("icd", "done")}),
        ("CT colonography was requested after he refused a barium enema.",
         {("ct colonography", "planned"), ("barium enema", "declined")}),
    ],
)  # fmt: skip
def test_a_refusal_without_object_is_of_what_was_offered(text, expected):
    assert told(text) == expected


def test_a_row_tells_what_became_of_the_procedure_it_names():
    text = (
        "| Test | When | Status |\n|---|---|---|\n| Echo | 2/6 | Completed |\n| MRI brain | | Requested |\n"
        "| EEG | | Not needed |\n| Cystoscopy | | Patient refused |"
    )
    assert told(text) == {
        ("echo", "done"),
        ("mri brain", "planned"),
        ("eeg", "declined"),
        ("cystoscopy", "declined"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "There is no current indication for an urgent laparotomy.",
        "She may still require a colectomy.",
        "He may need an amputation in the future.",
        "MRI is safe with this valve.",
        "The flu vaccine need not be avoided.",
    ],
)
def test_what_is_only_judged_is_neither_done_nor_planned_nor_refused(text):
    assert told(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MR enterography showed a short stricture.", ("mr enterography", "done")),
        ("CT cystogram booked.", ("ct cystogram", "planned")),
        ("Echo at 3 months was normal.", ("echo", "done")),
        ("Echo at 3 months.", ("echo", "planned")),
        ("Catheter change attended at home by the district nurse.", ("catheter", "done")),
        ("Rotarix given today.", ("rotarix", "done")),
    ],
)
def test_names_and_times_of_what_was_seen(text, expected):
    assert expected in told(text)


def test_a_vaccine_by_its_brand_is_no_medication():
    assert understand("Rotarix given today.").stored()["medications"] == []
