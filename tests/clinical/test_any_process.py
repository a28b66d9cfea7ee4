"""Every process understands a note the same: nothing hangs on the order of a set, which each process has for itself."""

import json
import os
import subprocess
import sys
from itertools import permutations
from pathlib import Path

from clinical.allergies import weighing
from clinical.weighing.linear import Linear

ROOT = Path(__file__).parents[2]
NOTES = ROOT / "scripts/bench/readings/strangers"
# What a process makes of these notes, and each pattern with which it does.
PROGRAM = """
import hashlib, json, pathlib, re, sys
from clinical import understand

texts = []
for name in sys.argv[1:]:
    texts += [json.loads(line)["text"] for line in pathlib.Path(name).read_text().splitlines()]
facts = [hashlib.sha256(repr(understand(text).stored()).encode()).hexdigest() for text in texts]
modules = [module for name, module in sorted(sys.modules.items()) if name.partition(".")[0] == "clinical"]
patterns = {
    f"{module.__name__}.{name}": value.pattern
    for module in modules for name, value in vars(module).items() if isinstance(value, re.Pattern)
}
print(json.dumps({"facts": facts, "patterns": patterns}))
"""


def seen_by(seed: int) -> dict[str, object]:
    files = [NOTES / "fifteenth.jsonl", NOTES / "snippets_of_medicines.jsonl"]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", PROGRAM, *map(str, files)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_two_processes_understand_the_same():
    one, other = seen_by(1), seen_by(2)
    assert len(one["facts"]) > 100
    assert one["patterns"] == other["patterns"]
    assert one["facts"] == other["facts"]


def test_the_order_of_what_is_seen_does_not_matter_to_the_sum():
    weights = {name: ((0, weight),) for name, weight in zip("abcdef", (10, 20, 30, -70, 7, 3), strict=True)}
    model = Linear(("yes", "no"), (0, 0), weights)
    assert len({model.shares(features)["yes"] for features in permutations("abcdef")}) == 1


def test_nor_to_what_speaks_for_a_warning(monkeypatch):
    weights = dict(zip("abcdef", (0.1, 0.2, 0.3, -0.7, 0.07, 0.03), strict=True))
    monkeypatch.setattr(weighing, "_weights", lambda _: (0.0, weights))
    sums = {weighing.weight_of(features, "warning") for features in permutations("abcdef")}
    assert len(sums) == 1
    assert len({sum(weights[name] for name in features) for features in permutations("abcdef")}) > 1
