"""In which order the tests run, and which of them keep together, when several processes share them.

What takes longest begins first, or else one process would be at it alone in the end. The tests of a file stay in one
process, so that what they share is made once. Journeys, and the parts of the contract, share little and take long each,
so they go where there is room.
"""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

# These share a checkout that is served, a browser, or what is made once; the files that begin so.
_TOGETHER = {
    "tests/journeys/test_documentation.py": "the served checkout",
    "tests/journeys/test_prompt.py": "the served checkout",
    "tests/journeys/test_smoke.py": "the served checkout",
    "tests/journeys/test_nastiness.py": "the nasty requests",
    "tests/clients/test_clients.py": "the clients",
    "tests/clients/test_collection.py": "the clients",
    "tests/clients/test_cookbook.py": "the clients",
    "tests/clients/test_mock.py": "the clients",
    "tests/features/console/": "the browser",
}
# What everything else comes after; among equals, those with the most tests first.
_LONGEST = (
    "the browser",
    "the served checkout",
    "the clients",
    "the nasty requests",
    "tests/test_schemathesis.py::test_everything_promised_is_kept",
    "tests/features/loading/test_loading.py",
    "tests/journeys/",
    "tests/linear/",
    "tests/clinical/test_bounds.py",
    "tests/features/loading/test_panda_appointments.py",
    "tests/features/break_glass/test_every_route.py",
    "tests/rounds/data/test_migrations.py",
    "tests/clinical/test_any_text.py",
    "tests/features/notes/reading/test_scans.py",
    "tests/features/summaries/test_by_model.py",
)


def unit_of(nodeid: str) -> str:
    """What a test belongs to: all tests of a unit run in the same process, one after the other."""
    file = nodeid.partition("::")[0]
    for start, unit in _TOGETHER.items():
        if file.startswith(start):
            return unit
    return nodeid if file.startswith(("tests/journeys/", "tests/test_schemathesis.py")) else file


def rank(unit: str) -> int:
    """The place of a unit among those that take longest."""
    return next((place for place, start in enumerate(_LONGEST) if unit.startswith(start)), len(_LONGEST))


class LongestFirst(LoadScopeScheduling):
    """Hands out units, the longest first."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=rank), last=False)
        super()._assign_work_unit(node)
