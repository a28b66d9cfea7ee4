"""No regular expression takes more time than in proportion to the text it is tried on."""

import asyncio
import json
import re
import sys

import pytest

from tests.linear.collecting import ROOT, weakness


async def test_every_pattern_is_linear():
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.linear.collecting"),
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        stdout=asyncio.subprocess.PIPE,
    )
    told = json.loads((await process.communicate())[0])
    assert told["looked_at"] > 300
    assert told["weak"] == {}


@pytest.mark.parametrize("weak", [r"(a+)+$", r"\s+$", r"[.!?]+[)\]]*\s+", r"\b[\w-]+\.com", r"^(?:\W*[\w ]+: )?i said"])
def test_what_goes_back_is_found_out(weak):
    assert weakness(re.compile(weak), anchored=False)


@pytest.mark.parametrize("linear", [r"(?<!\s)\s++$", r"[^\W_]+(?:-[^\W_]+)*", r"\d{1,3}\s?mg\b"])
def test_what_does_not_is_left_alone(linear):
    assert weakness(re.compile(linear), anchored=False) is None


def test_a_pattern_that_is_only_tried_at_one_place_may_begin_with_a_run():
    assert weakness(re.compile(r"[ \t]*x"), anchored=True) is None
