"""The tables of `make bench-notes`: for the screen, and as Markdown for the page that keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from bench.notes import Results
from bench.notes_scoring import Score

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass(frozen=True)
class Sheet:
    """A table that has not decided yet how it will look."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def on_screen(self) -> Table:
        """For a terminal."""
        table = Table(title=self.title, box=box.SIMPLE, title_justify="left", title_style="bold")
        for position, column in enumerate(self.columns):
            table.add_column(column, justify="right" if position else "left")
        for row in self.rows:
            table.add_row(*row)
        return table

    def on_paper(self) -> str:
        """In Markdown."""
        rules = ("---", *("---:" for _ in self.columns[1:]))
        lines = ["| " + " | ".join(row) + " |" for row in (self.columns, *self.rows)]
        return "\n".join([lines[0], "|" + "|".join(rules) + "|", *lines[1:]])


def sheets(results: Results) -> list[Sheet]:
    """Every table, in the order of the page."""
    found = [_goals(results), _facts(results), _values(results), _context(results), _classes(results)]
    return [*found, _speed(results)] if results.speed else found


def scanned(rows: Sequence[Any], *, goal: float) -> Sheet:
    """The pages that were rendered and recognised."""
    told = [
        (
            row.cell.font,
            str(row.cell.dots),
            f"{row.cell.turned:g}°",
            row.cell.noise,
            f"{row.accuracy:.3f}",
            f"{row.confidence:.2f}",
            f"{row.seconds:.1f}",
        )
        for row in rows
    ]
    columns = ("font", "dots an inch", "turned", "noise", "characters right", "confidence", "seconds a page")
    return Sheet(f"Scans; {goal:.2f} is to be reached on clean print", columns, told)


def show(tables: list[Sheet], console: Console) -> None:
    """Print everything."""
    for table in tables:
        console.print(table.on_screen())


def explain(results: Results, console: Console) -> None:
    """Print every miss and everything made up: to be read beside the notes."""
    for kind, counted in results.understood.scores.facts.items():
        for miss in counted.misses:
            console.print(f"missed in {kind}: {miss}", markup=False, highlight=False)
        for false in counted.false:
            console.print(f"made up in {kind}: {false}", markup=False, highlight=False)
    groups = {
        "value": results.understood.scores.disagreements,
        "false problem": results.understood.false_problems,
        "false problem, estimated": results.estimate.denied,
        "section": results.split.wrong,
        "context": results.judged.examples,
        "class": [
            f"{wanted} taken for {told}: {times}" for (wanted, told), times in results.classes.confusions.items()
        ],
    }
    for name, lines in groups.items():
        for line in lines:
            console.print(f"{name}: {line}", markup=False, highlight=False)


def write(tables: list[Sheet], page: Path) -> None:
    """Put the tables between the page's two marks."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    written = "\n\n".join(f"**{table.title}**\n\n{table.on_paper()}" for table in tables)
    page.write_text(f"{before}{BEGIN}\n\n{written}\n\n{END}{after}", encoding="utf-8")


def _goals(results: Results) -> Sheet:
    scores, split = results.understood.scores, results.split
    rows = [
        ("SOAP notes split exactly", f"{split.exact} of {split.notes}", "all", split.exact == split.notes),
        _goal("Medications, F1", scores.of("medications").f1, 0.90),
        _goal("Vital signs, F1", scores.of("vitals").f1, 0.90),
    ]
    false = results.understood.false_per_hundred
    rows.append(("False current problems per 100 notes", f"{false:.1f}", "≤ 3", false <= 3))
    if results.speed:
        taken = results.speed.median
        rows.append(("Understanding a note, median", f"{taken:.1f} ms", "≤ 60 ms", taken <= 60))
    told = [(what, found, goal, "yes" if reached else "NO") for what, found, goal, reached in rows]
    return Sheet("To reach", ("", "found", "goal", "reached"), told)


def _goal(what: str, found: float, goal: float) -> tuple[str, str, str, bool]:
    return what, f"{found:.3f}", f"≥ {goal:.2f}", found >= goal


def _facts(results: Results) -> Sheet:
    kinds = ("medications", "medications with dose", "vitals", "labs", "allergies", "diagnoses")
    rows = []
    for kind in kinds:
        one = results.understood.scores.of(kind)
        counts = (str(one.right + one.missed), str(one.right), str(one.wrong), str(one.missed))
        rows.append((kind.capitalize(), *counts, *_shares(one)))
    return Sheet(
        f"Facts in {results.understood.notes} annotated notes",
        ("", "in the notes", "right", "made up", "missed", "precision", "recall", "F1"),
        rows,
    )


def _shares(one: Score) -> tuple[str, str, str]:
    """Of what was never extracted no share can be right."""
    return f"{one.precision:.3f}" if one.right + one.wrong else "–", f"{one.recall:.3f}", f"{one.f1:.3f}"


def _values(results: Results) -> Sheet:
    scores = results.understood.scores
    names = {
        "status": "Status of a medication",
        "frequency": "Frequency, where stated",
        "route": "Route, where stated",
        "certainty": "Certainty of a diagnosis",
        "possible": "A merely possible diagnosis reported as possible",
    }
    rows = [
        (told, str(judged), f"{scores.accuracy(name):.3f}" if judged else "–")
        for name, told in names.items()
        for judged in [len(scores.agreement.get(name, []))]
    ]
    return Sheet("Values of the facts found", ("", "judged", "right"), rows)


def _context(results: Results) -> Sheet:
    judged, understood, estimate = results.judged, results.understood, results.estimate
    kinds = ", ".join(f"{count} {why}" for why, count in sorted(judged.taken_for_current.items()))
    taken = f"{judged.taken_for_current.total()} of {judged.not_current}" + (f" ({kinds})" if kinds else "")
    false = f"{len(understood.false_problems)} of {understood.problems}"
    rows = [
        ("Reported current problems that are not, annotated notes", false),
        ("The same per 100 notes", f"{understood.false_per_hundred:.1f}"),
        (f"Upper estimate per 100 in {estimate.notes} other notes", f"{estimate.per_hundred:.1f}"),
        ("Marked mentions that are not current, taken for current", taken),
        ("Marked current mentions lost", f"{judged.lost} of {judged.current}"),
    ]
    return Sheet("Negation, history, family, hypothesis", ("", "found"), rows)


def _classes(results: Results) -> Sheet:
    classes = results.classes
    rows = [
        ("Sections", str(classes.total)),
        ("Accuracy", f"{classes.accuracy:.3f}"),
        (f"Macro-F1 over {len(classes.f1)} classes", f"{classes.macro_f1:.3f}"),
    ]
    return Sheet("Section classes from the text alone, MTS-Dialog validation", ("", "found"), rows)


def _speed(results: Results) -> Sheet:
    speed = results.speed
    if speed is None:
        raise ValueError("nothing was timed")
    rows = [
        ("Median", f"{speed.median:.1f} ms"),
        ("95th percentile", f"{speed.p95:.1f} ms"),
        ("Longest", f"{speed.longest:.1f} ms"),
        ("One after another", f"{speed.a_second:.0f} notes/s"),
    ]
    if speed.isolated_a_second is not None:
        rows.append(("One after another, in the child process", f"{speed.isolated_a_second:.0f} notes/s"))
    return Sheet(f"Time for {speed.notes} visit notes", ("", "taken"), rows)
