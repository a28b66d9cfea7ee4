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

from .notes_unseen import understood
from .unseen_notes import PLURALS, Fact, plain

CASES = Path(__file__).parents[3] / "shared" / "cases" / "extraction.json"
_NAMES = ("name", "substance", "text")
_OTHER_STATUSES = re.compile(r"\(status ([^)]+)\)")

Read = Callable[[str], dict[str, list[Fact]]]


def failures(cases: list[dict[str, Any]], read: Read = understood) -> Iterator[str]:
    """What goes wrong, a line each."""
    for number, case in enumerate(cases):
        found = plain(read(case["text"]))
        for wanted in case["expect"]:
            facts = found[wanted["kind"]]
            if not any(_is(fact, _loosened(wanted, case["why"])) for fact in facts):
                yield _told(number, case, "not found", wanted, facts)
            elif "value" in wanted and wanted["kind"] in {"lab", "vital"} and not _is_the_latest(wanted, facts):
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
    """What is wanted, with the other statuses that the reason of the case allows."""
    if "status" not in wanted:
        return wanted
    if wanted["status"] == "*":
        return {name: value for name, value in wanted.items() if name != "status"}
    allowed = _OTHER_STATUSES.search(why)
    return {**wanted, "status": {wanted["status"], *re.findall(r"\w+", allowed[1] if allowed else "")}}


def _is(fact: Fact, wanted: Fact) -> bool:
    return all(_same(name, fact.get(name), value) for name, value in wanted.items() if name != "kind")


def _same(name: str, said: Any, wanted: Any) -> bool:
    if name == "regimen":
        return len(said or ()) == len(wanted) and all(map(_same_step, said, wanted))
    if name == "value":
        return isinstance(said, int | float) and abs(said - wanted) < 1e-6
    if isinstance(wanted, set):
        return said in wanted
    mine, theirs = _words(said), _words(wanted)
    return theirs in mine if name == "reaction" else mine == theirs


def _same_step(step: Fact, wanted: list[str]) -> bool:
    dose, when = wanted
    told = f"{step['frequency'] or ''} {step['duration'] or ''}"
    return _words(step["dose"]) == _words(dose) and _words(when) in _words(told)


def _words(value: object) -> str:
    return " ".join(str(value or "").casefold().split())


def _is_the_latest(wanted: Fact, facts: list[Fact]) -> bool:
    """Whether the value counts as the note's own: undated, and none after it."""
    own = [fact for fact in facts if fact["name"] == wanted["name"] and fact["at"] is None]
    return bool(own) and _same("value", own[-1]["value"], wanted["value"])


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
