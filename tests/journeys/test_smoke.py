"""The smoke walk, which pipelines take through a stack of containers, on a program that runs here."""

import re
import subprocess
import sys
from pathlib import Path

from rounds import slices

ROOT = Path(__file__).parents[2]


def test_a_patient_is_walked_through_every_slice(served_checkout):
    ran = served_checkout.run("make", "smoke")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not ran.stderr, "everything was tidied up"
    walked = set(re.findall(r"^ok   (\w+)", ran.stdout, re.MULTILINE))
    assert walked >= set(slices.names()) - {"loading"}  # which has commands only


def test_what_does_not_hold_ends_the_walk_with_a_failure(served_checkout):
    ran = served_checkout.run("make", "smoke", "API=http://127.0.0.1:1", "PASS=any")
    assert ran.returncode != 0
    assert "Nobody answers at http://127.0.0.1:1" in ran.stderr
    broken = "import smoke, smoke_walk; smoke._take(lambda walk: smoke_walk.holds(False, 'it is not so'), None)"
    failed = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, 'scripts'); {broken}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert failed.returncode == 1
    assert failed.stdout == "FAIL <lambda>       it is not so\n"
