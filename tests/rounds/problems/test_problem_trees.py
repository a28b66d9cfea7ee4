"""The trees of problems that are drawn where problems are defined are the ones that grow there."""

import sys
from collections.abc import Iterator

import pytest

from rounds import slices
from rounds.problems import Problem, categories


def defined(below: type[Problem]) -> Iterator[type[Problem]]:
    for each in below.__subclasses__():
        yield each
        yield from defined(each)


def everything() -> list[type[Problem]]:
    for part in ("problems", "endpoint"):
        for _ in slices.modules(part):
            pass
    return [Problem, *defined(Problem)]


def branch(problem: type[Problem], among: list[type[Problem]], depth: int) -> list[str]:
    lines = [f"{'  ' * depth}{problem.__name__}  {problem.status} {problem.code}"]
    for each in sorted((one for one in among if one.__base__ is problem), key=lambda one: (one.status, one.code)):
        lines += branch(each, among, depth + 1)
    return lines


def tree(among: list[type[Problem]]) -> str:
    """These problems, those on one branch below each other; above them the categories that are defined elsewhere."""
    names = set(among)
    tops = sorted({each.__base__ for each in among if each.__base__ not in names}, key=lambda top: top.__name__)
    lines = []
    for top in tops:
        if issubclass(top, Problem):
            lines.append(top.__name__)
        below = sorted((one for one in among if one.__base__ is top), key=lambda one: (one.status, one.code))
        for each in below:
            lines += branch(each, among, 1 if issubclass(top, Problem) else 0)
    return "\n".join(lines)


def test_the_tree_of_the_platform_is_drawn_at_the_top_of_its_categories():
    own = [each for each in everything() if each.__module__.startswith("rounds.")]
    assert tree(own) in (categories.__doc__ or ""), f"draw this:\n\n{tree(own)}"


@pytest.mark.parametrize("slice_name", slices.names())
def test_each_slice_draws_its_own_problems(slice_name):
    own = [each for each in everything() if each.__module__.startswith(f"features.{slice_name}.")]
    homes = {each.__module__ for each in own}
    assert homes <= {f"features.{slice_name}.problems"}, "problems are defined in `problems`"
    for home in homes:
        assert tree(own) in (sys.modules[home].__doc__ or ""), f"draw this in {home}:\n\n{tree(own)}"
