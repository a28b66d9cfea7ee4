"""Allergies in forms, in what a relative says on the phone, in classes, and with where the reaction was."""

import pytest

from clinical import understand


def allergies(text):
    return {(fact["substance"], fact["status"], fact["reaction"]) for fact in understand(text).stored()["allergies"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Asked re allergies: he denies any.", {("any", "denied", None)}),
        ("Discussed allergies - patient says none.", {("any", "denied", None)}),
        ("Asked about allergies, none known.", {("any", "denied", None)}),
        ("Allergies   Nil known\nRegular meds   Nil", {("any", "denied", None)}),
        ("Family history   Mother - asthma\nAllergies   Nil", {("any", "denied", None)}),
        ("Allergies  NKDA   Weight  64 kg", {("drugs", "denied", None)}),
        ("Allergies\tLatex (hives)\nPMH\tAsthma", {("latex", "present", "hives")}),
        ("Allergies    Tramadol\nRegular meds   Ramipril 5 mg", {("tramadol", "present", None)}),
        ("Any allergies? YES\nIf yes, please specify: doxycycline (fever)", {("doxycycline", "present", "fever")}),
        (
            "Does the child have any allergies?  Yes\nPlease list: egg (hives), latex",
            {("egg", "present", "hives"), ("latex", "present", None)},
        ),
        ("Any allergies? No\nIf yes, specify: n/a", {("any", "denied", None)}),
        (
            "Drug allergies: none. Environmental: pollen. Food: kiwi (itchy mouth).",
            {("drugs", "denied", None), ("pollen", "present", None), ("kiwi", "present", "itchy mouth")},
        ),
        ("ALLERGIES\nNuts - tolerates almonds and cashews", {("nuts", "present", None)}),
        ("Tramadol allergy recorded: facial swelling 2015.", {("tramadol", "present", "facial swelling")}),
        ("Drug allergy: Inj. tramadol -> lip swelling.", {("tramadol", "present", "lip swelling")}),
        ("Not done given allergy.", set()),
        ("Allergies: ASA-hives; latex-rash", {("asa", "present", "hives"), ("latex", "present", "rash")}),
        ("Allergies: tape - skin tears", {("tape", "present", "skin tears")}),
        ("Med allergies: tramadol (hives)", {("tramadol", "present", "hives")}),
        ("Allergic to wasps - carries an EpiPen.", {("wasps", "present", None)}),
        ("Food: none. Medicines: codeine. Contact: latex.", set()),
    ],
)
def test_a_form_is_answered(text, expected):
    assert allergies(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Daughter on the phone says she came out in hives with doxycycline.",
        "Wife (by telephone) reports that he gets hives with doxycycline.",
        "Mum via interpreter says he broke out in hives after doxycycline.",
        "Son at the bedside states she had hives with doxycycline.",
    ],
)
def test_a_relative_tells_of_the_patient(text):
    assert allergies(text) == {("doxycycline", "present", "hives")}


@pytest.mark.parametrize(
    "text", ["Wife gets hives with doxycycline.", "Her mother on dialysis has hives from doxycycline."]
)
def test_a_relative_has_an_allergy_too(text):
    assert allergies(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Diclofenac caused periorbital swelling.", ("diclofenac", "present", "periorbital swelling")),
        ("She had facial flushing and lip swelling after shellfish.", ("shellfish", "present", "lip swelling")),
        ("Developed mouth itching after kiwi.", ("kiwi", "present", "mouth itching")),
        ("He gets tongue swelling with lisinopril.", ("lisinopril", "present", "tongue swelling")),
        ("Came out in a rash with amoxicillin.", ("amoxicillin", "present", "rash")),
    ],
)
def test_a_reaction_is_told_with_its_site(text, expected):
    assert expected in allergies(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Reacts to codeine with hives and to latex with wheeze.", {("codeine", "hives"), ("latex", "wheeze")}),
        ("Allergic to egg (hives) and to tramadol (rash).", {("egg", "hives"), ("tramadol", "rash")}),
        ("ALLERGIES\nIV contrast: hives\nLatex: rash", {("iv contrast", "hives"), ("latex", "rash")}),
        (
            "Allergies:\nSulfa drugs: blisters\nGadolinium contrast: hives",
            {("sulfa drugs", "blisters"), ("gadolinium contrast", "hives")},
        ),
    ],
)
def test_each_has_its_own_reaction(text, expected):
    assert {(substance, reaction) for substance, _, reaction in allergies(text)} == expected


@pytest.mark.parametrize(
    "text",
    [
        "He is allergic to neither codeine nor latex.",
        "Allergies: neither codeine nor latex.",
        "Neither allergic to codeine nor to latex.",
    ],
)
def test_neither_is_denied(text):
    assert allergies(text) == {("codeine", "denied", None), ("latex", "denied", None)}
    assert understand(text).stored()["avoid"] == []
