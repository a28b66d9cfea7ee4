"""Finds every regular expression of the program, and how it is used: imports all modules and watches what is compiled.

Runs in a process of its own, since it has to be there before the modules are.
"""

import ast
import gc
import importlib
import json
import pkgutil
import re
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from tests.linear.pumps import Attack, attacks, built

ROOT = Path(__file__).parents[2]
_METHODS = {"match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split"}
_ANCHORED = {"match", "fullmatch"}
# Seconds of processor time that a text of `_LENGTH` characters may take without being looked at more closely, and how
# many times longer a text of twice the length may take: it is twice for what is linear, four times for what is not.
_LENGTH, _QUICK, _GROWTH = 500, 0.000_1, 2.9
_HOPELESS = 1.0


class Hopeless(Exception):  # noqa: N818 - a finding
    """The pattern did not come to an end."""


class Found(NamedTuple):
    """A pattern and where it is made."""

    pattern: re.Pattern[Any]
    file: Path
    line: int


def collected() -> list[Found]:
    """All patterns that are compiled when the modules are imported."""
    found: dict[tuple[Any, int], Found] = {}
    plain = re._compile

    def watched(pattern: Any, flags: Any) -> re.Pattern[Any]:
        compiled = plain(pattern, flags)
        frame: FrameType | None = sys._getframe(1)
        while frame and frame.f_code.co_filename.endswith(("re/__init__.py", "functools.py")):
            frame = frame.f_back
        file = Path(frame.f_code.co_filename) if frame else Path()
        if frame and any(file.is_relative_to(ROOT / folder) for folder in ("src", "features")):
            found.setdefault((compiled.pattern, compiled.flags), Found(compiled, file, frame.f_lineno))
        return compiled

    re._compile = watched
    for folder, package in (("src/rounds", "rounds"), ("src/clinical", "clinical"), ("features", "features")):
        for module in pkgutil.walk_packages([str(ROOT / folder)], f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    re._compile = plain
    return sorted(found.values(), key=lambda each: (each.file, each.line))


@cache
def _trees() -> list[tuple[Path, ast.Module]]:
    """What stands in each file of the program."""
    files = (file for folder in ("src", "features") for file in (ROOT / folder).rglob("*.py"))
    return [(file, ast.parse(file.read_text("utf-8"))) for file in files]


def _known_as(name: str, file: Path) -> str:
    """A name that tells a private one from the same in another module."""
    return f"{file}:{name}" if name.startswith("_") else name


class Uses:
    """Which methods are called on which names."""

    def __init__(self) -> None:
        self._by_name: defaultdict[str, set[str]] = defaultdict(set)
        self._unnamed: defaultdict[Path, set[str]] = defaultdict(set)
        self._names: dict[Path, list[tuple[int, int, str]]] = {}
        for file, tree in _trees():
            self._look_at(file, tree)

    def _look_at(self, file: Path, tree: ast.Module) -> None:
        self._names[file] = [
            (node.lineno, node.end_lineno or node.lineno, target.id)
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
                receiver = node.func.value
                receiver = receiver.value if isinstance(receiver, ast.Subscript) else receiver
                name = getattr(receiver, "id", None) or getattr(receiver, "attr", "")
                if name.isupper():
                    self._by_name[_known_as(name, file)].add(node.func.attr)
                elif name != "re":
                    self._unnamed[file].add(node.func.attr)

    def is_anchored(self, found: Found) -> bool:
        """Whether it is only ever tried at one place, and never looked for in the whole of a text."""
        names = [name for first, last, name in self._names[found.file] if first <= found.line <= last]
        methods = (
            set().union(*(self._by_name[_known_as(name, found.file)] for name in names)) or self._unnamed[found.file]
        )
        return bool(methods) and methods <= _ANCHORED


def _seconds(pattern: re.Pattern[Any], text: Any, *, anchored: bool) -> float:
    best = float("inf")
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, _HOPELESS)
    for _ in range(2):
        started = time.thread_time()
        if anchored:
            pattern.match(text)
        else:
            for _match in pattern.finditer(text):
                pass
        best = min(best, time.thread_time() - started)
        if best < _QUICK:
            break
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return best


def _give_up(*_: object) -> None:
    raise Hopeless


def weakness(pattern: re.Pattern[Any], *, anchored: bool) -> str | None:
    """A text on which the pattern takes more than its share of time, if one is found."""
    for attack in attacks(pattern):
        try:
            # Twice more, or a bad moment of the machine would count.
            if all(_grows(pattern, attack, anchored=anchored) for _ in range(3)):
                return repr(attack)
        except Hopeless:
            return repr(attack)
    return None


def _grows(pattern: re.Pattern[Any], attack: Attack, *, anchored: bool) -> bool:
    times: list[float] = []
    for length in (_LENGTH, 2 * _LENGTH, 4 * _LENGTH):
        times.append(_seconds(pattern, built(attack, length, pattern), anchored=anchored))
        if times[-1] < _QUICK or (len(times) > 1 and times[-1] < _GROWTH * times[-2]):
            return False
    return True


def written_in_functions() -> Iterator[tuple[Found, bool]]:
    """The patterns that stand where they are used, each with whether it is tried at one place only."""
    for file, tree in _trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            method, literal = node.func.attr, node.args[0]
            if ast.unparse(node.func.value) == "re" and method in _METHODS and isinstance(literal, ast.Constant):
                flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(node) else re.NOFLAG
                yield Found(re.compile(literal.value, flags), file, node.lineno), method in _ANCHORED


def main() -> None:
    """Print the weak patterns, as JSON."""
    gc.disable()  # hundreds of modules and their trees are kept to the end; looking through them is half of the time
    uses, weak = Uses(), {}
    everything = [(found, uses.is_anchored(found)) for found in collected()] + list(written_in_functions())
    for found, anchored in everything:
        attack = weakness(found.pattern, anchored=anchored)
        if attack is not None:
            weak[f"{found.file.relative_to(ROOT)}:{found.line}"] = attack
    json.dump({"looked_at": len(everything), "weak": weak}, sys.stdout)


if __name__ == "__main__":
    main()
