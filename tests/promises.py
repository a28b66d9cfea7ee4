"""Tries out what an OpenAPI document promises, with everything that Schemathesis can think of."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from schemathesis.engine import Status, events, from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER
from schemathesis.schemas import BaseSchema

from tests.edges import Edges

# The servers are on this machine; looking for proxies and passwords for each of thousands of requests takes an eighth
# of the time. `requests` finds these where its module of sessions has them.
requests.sessions.get_environ_proxies = lambda *_, **__: {}
requests.sessions.get_netrc_auth = lambda *_, **__: None

EFFORT: dict[str, Any] = {
    # The same requests on every run but for the ids that the server makes up.
    "seed": 1,
    # Who waits is not to fail because the machine is busy.
    "request-timeout": 180,
    "generation": {"mode": "all", "deterministic": True, "max-examples": 5},
    "phases": {"stateful": {"generation": {"max-examples": 12}}},
}


def is_spoilt_in_vain(check: Any) -> bool:
    """Whether a header that may be left out was to be spoilt, and was left out, so that all was well."""
    return "Invalid component: positive test case" in check.failure_info.failure.message


@dataclass
class Outcome:
    """What came of it: promises that were broken, and what was reached at all."""

    broken: dict[str, str] = field(default_factory=dict)
    answered: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    calls: Counter[str] = field(default_factory=Counter)

    def note(self, event: events.ScenarioFinished) -> None:
        recorder = event.recorder
        for case_id, interaction in recorder.interactions.items():
            assert interaction.response is not None, "the server did not answer"
            case = recorder.cases[case_id].value
            self.answered[f"{case.method} {case.operation.path}"].add(interaction.response.status_code)
            self.calls[event.phase.value] += 1
        for check in (check for checks in recorder.checks.values() for check in checks):
            if check.status != Status.SUCCESS and not is_spoilt_in_vain(check):
                failure = check.failure_info.failure
                text = f"{recorder.label}: {failure.title}\n{failure.message}\n{check.failure_info.code_sample}"
                self.broken.setdefault(f"{recorder.label} {check.name} {failure.title}", text)


def tried(schema: BaseSchema) -> Outcome:
    """All phases over all operations, without the edges that were met in other operations."""
    outcome, edges = Outcome(), Edges()

    def filter_case(context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
        return edges.is_new(case)

    schemathesis.hook(filter_case)
    try:
        for event in from_schema(schema).execute():
            match event:
                case events.ScenarioFinished():
                    outcome.note(event)
                case events.NonFatalError(label=label, value=error):
                    outcome.broken[label] = f"{label}: {error!r}"
                case events.FatalError(exception=error):
                    raise error
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(filter_case)
    return outcome
