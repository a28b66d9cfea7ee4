"""What things are called in a summary, where the chart has another name for them."""

import re
from collections.abc import Mapping
from typing import Any

from clinical.lexicon.spelling import american
from features.summaries.shape import Audience

_WORD = re.compile(r"[^\W_]+")
# How somebody felt, as a thing.
_FELT = {"sick": "sickness", "breathless": "breathlessness", "dizzy": "dizziness", "drowsy": "drowsiness",
         "tired": "tiredness", "itchy": "itching", "confused": "confusion", "sleepy": "sleepiness",
         "wheezy": "wheeze", "shaky": "shakiness", "constipated": "constipation", "nauseous": "nausea",
         "nauseated": "nausea", "agitated": "agitation", "irritable": "irritability", "faint": "faintness",
         "light-headed": "light-headedness", "weak": "weakness", "muddled": "confusion"}  # fmt: skip

_CONDITIONS = {
    "diabetes mellitus type 2": "type 2 diabetes",
    "diabetes mellitus type 1": "type 1 diabetes",
    "diabetes mellitus": "diabetes",
}
_MEASURES = {
    "heart_rate": "HR",
    "respiratory_rate": "RR",
    "oxygen_saturation": "SpO2",
    "body_temperature": "Temp",
    "pain_score": "Pain",
    "hemoglobin_a1c": "HbA1c",
    "hemoglobin": "Hb",
    "egfr": "eGFR",
    "nt_probnp": "NT-proBNP",
    "white_blood_cells": "WBC",
    "urine_albumin_creatinine_ratio": "Urine ACR",
    "ejection_fraction": "EF",
    "phq_9": "PHQ-9",
    "gad_7": "GAD-7",
    "das28": "DAS28",
    "anti_ccp": "anti-CCP",
    "d_dimer": "D-dimer",
    "hcg": "hCG",
    "vitamin_b12": "vitamin B12",
    "vitamin_d": "vitamin D",
}
_CAPITALS = frozenset(
    {"bmi", "alt", "ast", "alp", "ggt", "crp", "esr", "tsh", "inr", "psa", "bun", "mcv", "bnp", "ldh", "fsh", "lh"}
) | {"ldl", "hdl", "ck", "t4", "t3", "ph", "aptt", "pt", "fev1", "fvc", "ana", "ige"}
_ROUTES = {
    "oral": ("PO", "by mouth"),
    "intravenous": ("IV", "into a vein"),
    "intramuscular": ("IM", "into a muscle"),
    "subcutaneous": ("SC", "by injection under the skin"),
    "inhaled": ("inhaled", "by inhaler"),
    "nasal": ("nasal", "into the nose"),
    "topical": ("topical", "on the skin"),
    "transdermal": ("transdermal", "as a patch"),
    "ophthalmic": ("ophthalmic", "into the eyes"),
    "otic": ("otic", "into the ears"),
    "sublingual": ("SL", "under the tongue"),
    "rectal": ("PR", "into the back passage"),
}
# Names of people in those of illnesses, and abbreviations that would be words otherwise.
_NAMES = {name.lower(): name for name in ("Barrett", "Crohn", "Parkinson", "Alzheimer", "Graves", "Hodgkin", "Addison",
          "Cushing", "Raynaud", "Paget", "Lyme", "Bell", "Wegener", "Hashimoto", "Dupuytren", "Huntington", "Colles",
          "Behcet", "Kawasaki", "Wilson", "Down")} | {"st": "ST"}  # fmt: skip
_WRITTEN = {"nsaids": "NSAIDs", "nsaid": "NSAIDs", "ssris": "SSRIs", "ppis": "PPIs"}
_VITAMIN = re.compile(r"(?<=vitamin )[a-k]\d{0,2}\b")
FORMS = frozenset({"mr", "xl", "sr", "er", "la", "cr", "ec", "ir"})


def condition(row: Mapping[str, Any]) -> str:
    """A condition of the chart as colleagues call it: type 2 diabetes, CHF exacerbation."""
    name: str = row["name"]
    for known, said in _CONDITIONS.items():
        if name.startswith(known):
            return f"{said}{name[len(known) :]}"
    quotes = [str(each["quote"]) for each in (*row["citations"], *row["history"])]
    own = set(_WORD.findall(name.lower()))
    return abbreviated(name, max(quotes, key=lambda quote: len(own & {american(one) for one in _words(quote)})))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def abbreviated(name: str, quote: str) -> str:
    """A name with its abbreviations in capitals, and in the spelling, that the quote has: CHF, oedema."""
    written: dict[str, str] = dict(_NAMES)
    for word in () if quote.isupper() else _WORD.findall(quote):
        if word.isupper() and len(word) > 1:
            written[word.lower()] = word
        elif american(word.lower()) != word.lower():
            written[american(word.lower())] = word.lower()
    return _WORD.sub(lambda word: written.get(word.group(), word.group()), name)


def harm(told: str) -> str:
    """What a medicine did, as a thing: "dizzy" is dizziness."""
    return _FELT.get(told.lower(), told)


def relative_condition(name: str) -> str:
    """A condition of a relative."""
    return _CONDITIONS.get(name, name)


def measure(name: str) -> str:
    """A vital sign or a laboratory value: HR, HbA1c, LDL cholesterol."""
    if name in _MEASURES:
        return _MEASURES[name]
    return " ".join(word.upper() if word in _CAPITALS else word for word in name.split("_"))


def route(name: str, audience: Audience = "clinician") -> str:
    """A way of giving: PO, or by mouth."""
    return _ROUTES.get(name, (name, name))[audience == "family"]


def drug(name: str) -> str:
    """A medicine, the letters of its form in capitals: metformin MR."""
    told = " ".join(_WRITTEN.get(word) or (word.upper() if word in FORMS else word) for word in name.split())
    return _VITAMIN.sub(lambda found: found.group().upper(), told)
