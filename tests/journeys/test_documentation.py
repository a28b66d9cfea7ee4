"""Every command of the texts is run, as it stands there, by somebody who has a fresh clone and nothing else."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.journeys.checkout import PATIENCE, ROOT, Background, Checkout

TEXTS = [ROOT / "README.md", *sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
TEXTS = list(dict.fromkeys(TEXTS))  # the tour first: it expects a ward that nobody has touched

# Why a command may go without being run, and which commands may give that reason.
REASONS = {
    "they are what runs this": r"make test\b",
    "they need Docker or Podman": (
        r"make (up|down|logs)\b|docker (compose|build) |ASK_API=\S+ |scripts/secrets\b|python3 scripts/under_load"
    ),
    "they take minutes of a whole machine": r"apt install |make bench|rounds seed ",
    "they need a cluster": r"kubectl |kind |docker build |scripts/secrets kubernetes\.env$",
    "they need a PostgreSQL server of one's own": (
        r"pg_(dump|restore) |psql |(ROUNDS_\w+=\S+ )?rounds (migrate|restore|audit verify)\b"
        r"|export OWNER |\\getenv |(CREATE|ALTER) ROLE |SQL$"
    ),
    "they read what stands beside the repository": r"\.venv/bin/python -m scripts\.bench\.notes_",
    "the tests of the clients run them": r"make (client-\w+|collection)\b|\.venv/bin/rounds mock\b",
    # The journey of backups runs them, word for word.
    "they replace the data of a server that has to be stopped": r'BIN=|export PG|"\$BIN/',
}
MARKER = re.compile(r"<!-- commands: (?:(?P<background>run in the background)|not run, (?P<reason>.+)) -->")
FENCE = re.compile(r"^(?P<before>[^\n]*)\n```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PRINTED = "<!-- printed above, in part -->"
COMMAND = re.compile(r"^(?:\$ |    )(?:rounds|make|docker|podman|curl|kubectl|pg_\w+|python3?) .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of commands."""

    line: int
    text: str
    background: bool
    reason: str | None
    shown: str | None = None  # what a text says it prints, in part


def blocks(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    fences = list(FENCE.finditer(text))
    for found, after in zip_longest(fences, fences[1:]):
        if found["language"] != "sh":
            continue
        marker = MARKER.fullmatch(found["before"])
        line = text.count("\n", 0, found.start("body")) + 1
        shown = after["body"] if after is not None and after["before"] == PRINTED else None
        yield Block(line, found["body"], bool(marker and marker["background"]), marker and marker["reason"], shown)


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


RUN = [path for path in TEXTS if any(block.reason is None for block in blocks(path))]
LEFT_OUT = [(path, block) for path in TEXTS for block in blocks(path) if block.reason is not None]


class Terminal:
    """One shell that goes through a text from its top to its end."""

    END = "\x1e"

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.output: list[str] = []
        self.heard: list[Background] = []
        self.errors = Path(tempfile.mkstemp(dir=checkout.scratch)[1])
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                ["bash", "-eu", "-o", "pipefail"],
                cwd=checkout.path,
                env=checkout.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def type(self, block: Block) -> str:
        """Run a block; answers what it printed."""
        if block.background:
            self.heard.append(self.checkout.background(block.text))
            return ""
        script = Path(tempfile.mkstemp(dir=self.checkout.scratch)[1])
        script.write_text(block.text, encoding="utf-8")
        # What was printed last need not have ended its line.
        self.process.stdin.write(f"{{ . '{script}'; }} </dev/null\nprintf '\\n{self.END}\\n'\n")
        self.process.stdin.flush()
        printed = []
        for line in self.process.stdout:
            if line == f"{self.END}\n":
                self.output.append("".join(printed))
                return self.output[-1]
            printed.append(line)
        raise AssertionError(f"line {block.line}:\n{block.text}\n{''.join(printed)}\n{self.errors.read_text()}")

    def printed_after(self, command: str, texts: list[Block]) -> str:
        """What the block with this command printed."""
        run = [block for block in texts if not block.background]
        (number,) = [number for number, block in enumerate(run) if command in block.text]
        return self.output[number]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        for each in self.heard:
            each.stop()


def documents(printed: str) -> list[dict]:
    """The JSON documents that were printed one after another."""
    decoder, found, printed = json.JSONDecoder(), [], printed[printed.index("{") :]
    while printed := printed.lstrip():
        document, end = decoder.raw_decode(printed)
        found.append(document)
        printed = printed[end:]
    return found


def is_part(shown: object, printed: object) -> bool:
    """Whether what a text shows is in what was printed: fields may be left out, entries too, and `…` is anything."""
    if isinstance(shown, dict) and isinstance(printed, dict):
        return all(name in printed and is_part(value, printed[name]) for name, value in shown.items())
    if isinstance(shown, list) and isinstance(printed, list):
        return all(any(is_part(each, there) for there in printed) for each in shown)
    return shown in ("…", printed)


def test_what_is_shown_is_compared_with_what_was_printed() -> None:
    printed = {"name": "Ann", "notes": [{"id": 1}, {"id": 2, "text": "x"}], "version": 1}
    assert is_part({"notes": [{"id": 2, "text": "…"}], "version": 1}, printed)
    assert not is_part({"notes": [{"id": 3}]}, printed)
    assert not is_part({"age": "…"}, printed)
    assert not is_part({"name": ["Ann"]}, printed)
    assert [block.shown for path in TEXTS for block in blocks(path) if block.shown], "nothing is shown"
    marks = sum(path.read_text(encoding="utf-8").count(PRINTED) for path in TEXTS)
    assert marks == len([block for path in RUN for block in blocks(path) if block.shown]), (
        "one stands behind no command"
    )


@pytest.mark.parametrize("path", RUN, ids=names)
def test_every_command_of_a_text_runs(path: Path, served_checkout: Checkout) -> None:
    texts = [block for block in blocks(path) if block.reason is None and "make run" not in block.text]
    terminal = Terminal(served_checkout)
    try:
        for block in texts:
            printed = terminal.type(block)
            if block.shown is not None:
                assert any(is_part(json.loads(block.shown), each) for each in documents(printed)), printed
        if path.name == "README.md":
            _the_tour_shows_what_it_promises(terminal, texts)
    finally:
        terminal.close()


def _the_tour_shows_what_it_promises(terminal: Terminal, texts: list[Block]) -> None:
    assert "12 created, 0 unchanged, 0 refused" in terminal.printed_after("import panda", texts)
    fuzzy, by_number, one = documents(terminal.printed_after("glennis", texts))
    assert fuzzy["data"][0]["name"] == one["name"] == "Glenys Parker"
    assert [row["id"] for row in by_number["data"]] == [one["id"]]
    typed, letter, chart, summary = documents(terminal.printed_after("discharge_letter.pdf", texts))
    assert typed["sections"]["plan"] == "Stop codeine."
    assert letter["file"]["media_type"] == "application/pdf"
    assert chart["medications"]
    assert summary["sections"]
    assert "\\u" not in terminal.printed_after("discharge_letter.pdf", texts), "people cannot read that"
    evaluated, notified = documents(terminal.printed_after("/notifications", texts))
    ids = {row["id"] for row in evaluated["recommendations"]}
    assert len(ids) == 2
    for recommendation in ids:
        terminal.heard[-1].wait_for(recommendation)
    assert notified["pagination"]["count"] <= 2  # the consumer may still be at it


def test_what_is_not_run_says_why_and_is_well_formed() -> None:
    assert LEFT_OUT
    for path, block in LEFT_OUT:
        place = f"{names(path)}, line {block.line}"
        assert block.reason in REASONS, place
        checked = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, f"{place}: {checked.stderr}"
        for command in filter(None, block.text.splitlines()):
            assert re.match(REASONS[block.reason], command), f"{place}: {command!r} can be run"


@pytest.mark.parametrize("path", TEXTS, ids=names)
def test_no_command_hides_from_being_run(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    outside = FENCE.sub("", text)
    assert not COMMAND.findall(outside), "put commands into a block that begins with ```sh"
    assert not {found["language"] for found in FENCE.finditer(text)} & {"", "bash", "shell", "console"}
    assert len(re.findall(r"<!-- commands:", text)) == sum(
        block.background or bool(block.reason) for block in blocks(path)
    )
