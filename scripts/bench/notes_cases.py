"""`python -m scripts.bench.notes_cases`: small texts that must be understood, and what goes wrong in them.

The cases lie beside the repository, in shared/cases/extraction.json: a text, the facts that must be found, and those
that must not be. It prints one line a failure; the exit code tells whether there was one.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from clinical.concepts import ConceptKind, concept_of, same
from clinical.values.amounts import doses_in
from clinical.values.dates import dates_in
from clinical.values.frequencies import frequency_borne_out, same_frequency, whole_frequency_in

from .notes_unseen import understood
from .unseen_notes import PLURALS, Fact, plain

CASES = Path(__file__).parents[3] / "shared" / "cases" / "extraction.json"
_NAMES = ("name", "substance", "text")
# What else the reason of a case allows: "(name senna or sennosides; status started or continued)".
_OTHER_STATUSES = re.compile(r"[(;]\s?status ([^);]+)")
_OTHER_NAMES = re.compile(r"[(;]\s?name ([^);]+)")
# By what one name is another word for the same.
_CONCEPTS: dict[str, ConceptKind] = {
    "allergy": "allergen",
    "avoid": "allergen",
    "diagnosis": "condition",
    "procedure": "procedure",
}
# What joins a second name to the first one.
_ANOTHER = re.compile(r"[,;/&+]|-$|\b(?:and|or|with|vs|no|not|without)\b")

_GOES_ON = re.compile(r"(?:there)?after(?:wards)?|then on|ongoing|long[- ]term", re.IGNORECASE)

Read = Callable[[str], dict[str, list[Fact]]]


def failures(cases: list[dict[str, Any]], read: Read = understood) -> Iterator[str]:
    """What goes wrong, a line each."""
    for number, case in enumerate(cases):
        found = plain(read(case["text"]))
        for wanted in case["expect"]:
            facts = found[wanted["kind"]]
            if not any(_is(fact, _loosened(wanted, case["why"])) for fact in facts):
                yield _told(number, case, "not found", wanted, facts)
            elif (
                "value" in wanted
                and wanted["kind"] in {"lab", "vital"}
                and not _is_the_latest(wanted, facts, case["text"])
            ):
                yield _told(number, case, "not the latest, or dated", wanted, facts)
        for unwanted in case["absent"]:
            facts = [fact for fact in found[unwanted["kind"]] if _is_like(fact, unwanted)]
            if facts:
                yield _told(number, case, "found, and wrong", unwanted, facts)


def _told(number: int, case: dict[str, Any], what: str, about: Fact, facts: list[Fact]) -> str:
    left_out = {"original", "section", "start", "end", "places", "concept"}
    shown = [{name: value for name, value in fact.items() if name not in left_out and value} for fact in facts]
    return f"{number} {case['text']!r} ({case['why']})\n    {what}: {about}\n    there: {shown}"


def _loosened(wanted: Fact, why: str) -> Fact:
    """What is wanted, with the other statuses and names that the reason of the case allows."""
    loosened = dict(wanted)
    names = _OTHER_NAMES.search(why)
    if "name" in wanted and names:
        loosened["name"] = {wanted["name"], *re.split(r",\s|\sor\s", names[1].strip())}
    if wanted.get("status") == "*":
        del loosened["status"]
    elif "status" in wanted:
        allowed = _OTHER_STATUSES.search(why)
        loosened["status"] = {wanted["status"], *re.findall(r"\w+", allowed[1] if allowed else "")}
    return loosened


def _is(fact: Fact, wanted: Fact) -> bool:
    return all(
        _is_called(fact.get(name), value, wanted["kind"]) if name in _NAMES else _same(name, fact.get(name), value)
        for name, value in wanted.items()
        if name != "kind"
    )


def _is_called(said: Any, wanted: Any, kind: str) -> bool:
    """Whether a fact has a name that is wanted, or tells more of the same thing: its form, its side.

    "Salbutamol inhaler" is the same medication as "salbutamol", "carpal tunnel release of the left hand" the same
    procedure as "carpal tunnel release", "severe eczema" the same diagnosis as "eczema", and ALP is the laboratory
    value that facts call alkaline_phosphatase.
    """
    mine = _words(said)
    for one in wanted if isinstance(wanted, set) else {wanted}:
        named = _words(one)
        if mine == named:
            return True
        if kind == "medication" and _holds(mine, named) and same(mine, named, "drug"):
            return True
        if kind == "lab" and said == concept_of(str(one), "lab"):
            return True
        if kind in {"diagnosis", "procedure"} and _holds(mine, named) and not _ANOTHER.search(mine.replace(named, "")):
            return True
        concept = _CONCEPTS.get(kind)
        if (
            concept
            and mine
            and bool(_ANOTHER.search(mine)) is bool(_ANOTHER.search(named))
            and same(mine, named, concept)
        ):
            return True
    return False


def _same(name: str, said: Any, wanted: Any) -> bool:
    if name == "regimen":
        return len(said or ()) == len(wanted) and all(map(_same_step, said, wanted))
    if name == "value":
        return isinstance(said, int | float) and abs(said - wanted) < 1e-6
    if isinstance(wanted, set):
        return said in wanted
    if name == "dose" and said:
        return _dose(said) == _dose(wanted)
    if name == "frequency" and said and frequency_borne_out(wanted, said):
        return True
    mine, theirs = _words(said), _words(wanted)
    return theirs in mine if name == "reaction" else mine == theirs


def _dose(value: str) -> str:
    """A dose with its unit as facts have it: "25 mcg/h" is "25 mcg/hour"."""
    found = doses_in(value)
    return _words(found[0].text if len(found) == 1 else value)


def _same_step(step: Fact, wanted: list[str]) -> bool:
    dose, when = wanted
    told = f"{step['frequency'] or ''} {step['duration'] or ''}"
    return _dose(step["dose"]) == _dose(dose) and (_words(when) in _words(told) or _is_when(told, when))


def _is_when(told: str, wanted: str) -> bool:
    """Whether two times of taking are one, or the wanted one only says that the step goes on."""
    if _GOES_ON.fullmatch(wanted):
        return True
    return whole_frequency_in(wanted) is not None and same_frequency(told.strip(), wanted)


def _words(value: object) -> str:
    return " ".join(str(value or "").casefold().split())


def _is_the_latest(wanted: Fact, facts: list[Fact], text: str) -> bool:
    """Whether the value counts as the note's own: undated, or of the latest day, and none after it.

    A value that is told in two units is one value. A day of an earlier year than the text names is none of the note's:
    a day of birth.
    """
    own = [fact for fact in facts if _is_called(fact["name"], wanted["name"], wanted["kind"])]
    units = {fact.get("unit") for fact in own if _same("value", fact["value"], wanted["value"])}
    own = [fact for fact in own if fact.get("unit") is None or fact.get("unit") in units or None in units]
    undated = [fact for fact in own if fact["at"] is None]
    dated = sorted(
        (fact for fact in own if (fact["at"] or "")[:4] == _latest_year(text)), key=lambda fact: str(fact["at"])
    )
    return any(_same("value", told[-1]["value"], wanted["value"]) for told in (undated or dated,) if told)


def _latest_year(text: str) -> str:
    return max((found.iso[:4] for found in dates_in(text, None) if found.iso), default="none")


def _is_like(fact: Fact, unwanted: Fact) -> bool:
    """Whether a fact says what must not be said, of the thing itself or of the thing with more words around it."""
    for name, value in unwanted.items():
        if name == "kind":
            continue
        said = _words(fact.get(name))
        if not (_holds(said, value) if name in _NAMES else said == _words(value)):
            return False
    return True


def _holds(said: str, value: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(value.casefold())}(?!\w)", said))


def read_cases(path: Path = CASES) -> list[dict[str, Any]]:
    """The cases of a file.

    Raises:
        ValueError: A case asks for a kind of fact that there is not.
    """
    cases: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    kinds = {fact["kind"] for case in cases for fact in [*case["expect"], *case["absent"]]}
    if not kinds <= set(PLURALS):
        raise ValueError(f"unknown kinds of facts: {kinds - set(PLURALS)}")
    return cases


def main() -> int:
    """Run what the command line asks for; answers the exit code."""
    parser = argparse.ArgumentParser(description="Try small texts that must be understood.")
    parser.add_argument("file", nargs="?", type=Path, default=CASES, help="cases in the same form")
    cases = read_cases(parser.parse_args().file)
    found = list(failures(cases))
    print("\n".join(found))
    wrong = {one.split(maxsplit=1)[0] for one in found}
    print(f"\n{len(cases)} cases, {len(cases) - len(wrong)} right, {len(wrong)} wrong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
