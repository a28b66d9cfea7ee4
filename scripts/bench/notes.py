"""What `make bench-notes` measures: the understanding of notes beside what people annotated, and the time it takes."""

from dataclasses import dataclass
from pathlib import Path

from bench import notes_gold
from bench.notes_context import Judged, judged
from bench.notes_denials import Estimate, estimate
from bench.notes_gold import Fact, Gold, Span
from bench.notes_scoring import CURRENT, Scores, false_problems, score
from bench.notes_sections import Classes, Split, classes, split
from bench.notes_speed import Speed, speed
from clinical import assertion, understand
from clinical.sections.classes import section_class


@dataclass
class Understood:
    """What came of the annotated notes."""

    notes: int
    scores: Scores
    problems: int
    false_problems: list[str]

    @property
    def false_per_hundred(self) -> float:
        """Problems reported as current that are not, in a hundred notes."""
        return 100 * len(self.false_problems) / self.notes


@dataclass
class Marked:
    """How much was annotated."""

    notes: int
    drugs: int
    names: int
    doses: int
    vitals: int
    labs: int
    allergies: int
    diagnoses: int
    not_current: int

    @property
    def of_treatment(self) -> int:
        """Mentions of medications and doses, and vital signs."""
        return self.names + self.doses + self.vitals


@dataclass
class Results:
    """Everything but the scans."""

    marked: Marked
    split: Split
    classes: Classes
    understood: Understood
    judged: Judged
    estimate: Estimate
    speed: Speed | None


def measure(data: Path = notes_gold.DATA, *, timed: bool = True) -> Results:
    """Measure everything on the notes in a folder of data."""
    gold = notes_gold.read(data)
    train = notes_gold.visits(data, "train")
    return Results(
        marked=marked(gold),
        split=split(gold, lambda text: understand(text).sections),
        classes=classes(data, section_class),
        understood=understood(gold),
        judged=judged(gold, is_current),
        estimate=estimate(train, lambda text: facts_in(text)["diagnoses"]),
        speed=speed([*train, *notes_gold.visits(data, "valid")], understand) if timed else None,
    )


def understood(gold: list[Gold]) -> Understood:
    """Understand every annotated note and count."""
    found = Understood(len(gold), Scores(), 0, [])
    for one in gold:
        facts = facts_in(one.text)
        score(one, facts, found.scores)
        found.problems += sum(fact["certainty"] in CURRENT for fact in facts["diagnoses"])
        found.false_problems += false_problems(one, facts["diagnoses"])
    return found


def facts_in(text: str) -> dict[str, list[Fact]]:
    """What a text says, as it is stored."""
    return understand(text).stored()


def is_current(text: str, span: Span) -> bool:
    """Whether our own reading of the context takes a mention for the patient's present."""
    told = assertion(text, *span)
    return not (told.negated or told.historical or told.family or told.hypothetical)


def marked(gold: list[Gold]) -> Marked:
    """Count the annotations, without the optional ones."""

    def number(kind: str) -> int:
        return sum(not fact.get("optional") for one in gold for fact in one.of(kind))

    return Marked(
        notes=len(gold),
        drugs=sum(not drug.get("optional") for one in gold for drug in one.drugs),
        names=number("medication"),
        doses=number("dose"),
        vitals=number("vital"),
        labs=number("lab"),
        allergies=number("allergy"),
        diagnoses=number("diagnosis"),
        not_current=sum(len(one.not_current) for one in gold),
    )
