"""A machine that orders, moves and changes tasks and lets time pass, beside a model that knows the rules."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from rounds import clock
from tests.features.tasks.conftest import NOW, Ward

ALLOWED = {
    "ORDERED": ["IN_PROGRESS", "CANCELLED"],
    "IN_PROGRESS": ["COMPLETED", "ON_HOLD", "CANCELLED"],
    "ON_HOLD": ["IN_PROGRESS", "CANCELLED"],
    "COMPLETED": [],
    "CANCELLED": [],
}
URGENCY = ["routine", "urgent", "stat"]
MINUTE = timedelta(minutes=1)


@dataclass
class Modelled:
    """A task as the rules have it."""

    kind: str
    priority: str
    due: datetime | None
    at: datetime
    status: str = "ORDERED"
    steps: list[tuple[str | None, str, datetime]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.steps.append((None, "ORDERED", self.at))

    def overdue(self, now: datetime) -> bool:
        return bool(ALLOWED[self.status]) and self.due is not None and self.due < now

    def seconds_in(self, status: str, now: datetime) -> float | None:
        ends = [at for _, _, at in self.steps[1:]] + [now]
        spent = [
            (end - at).total_seconds() for (_, after, at), end in zip(self.steps, ends, strict=True) if after == status
        ]
        return sum(spent) if spent else None


class Machine(RuleBasedStateMachine):
    """What is done through HTTP must come out as in the model."""

    ward: Ward
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.held = clock.frozen(self.now)
        self.held.__enter__()
        self.model: dict[str, Modelled] = {}
        self.patient = self.run(self.ward.another_patient())["id"]

    def run(self, awaitable):
        return asyncio.run_coroutine_threadsafe(awaitable, self.loop).result(60)

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self.run(self.ward.client.request(method, path, json=body))

    def drawn(self, data) -> tuple[str, Modelled]:
        key = data.draw(st.sampled_from(list(self.model)))
        return key, self.model[key]

    @rule(
        kind=st.sampled_from(["x-ray", "blood test"]),
        priority=st.sampled_from(URGENCY),
        due=st.sampled_from([None, -5, 10, 60]),
    )
    def order(self, kind, priority, due):
        due = None if due is None else self.now + due * MINUTE
        body = {"patient_id": self.patient, "task_type": kind, "priority": priority, "due_at": due and due.isoformat()}
        answer = self.call("POST", "/tasks", body)
        assert answer.status_code == 201, answer.text
        self.model[answer.json()["id"]] = Modelled(kind, priority, due, self.now)

    @precondition(lambda self: self.model)
    @rule(data=st.data(), wanted=st.sampled_from(list(ALLOWED)), reason=st.sampled_from(["so", " so ", " "]))
    def move(self, data, wanted, reason):
        key, one = self.drawn(data)
        answer = self.call("POST", f"/tasks/{key}/transition", {"new_status": wanted, "reason": reason})
        if not reason.strip():
            assert answer.status_code == 422, answer.text
        elif wanted in ALLOWED[one.status]:
            assert answer.status_code == 200, answer.text
            one.steps.append((one.status, wanted, self.now))
            one.status = wanted
        else:
            problem = answer.json()
            assert answer.status_code == 409, answer.text
            assert (problem["current"], problem["allowed"]) == (one.status, ALLOWED[one.status])

    @precondition(lambda self: self.model)
    @rule(data=st.data(), priority=st.sampled_from(URGENCY), due=st.sampled_from([None, -5, 30]))
    def change(self, data, priority, due):
        key, one = self.drawn(data)
        due = None if due is None else self.now + due * MINUTE
        answer = self.call("PATCH", f"/tasks/{key}", {"priority": priority, "due_at": due and due.isoformat()})
        assert answer.status_code == (200 if ALLOWED[one.status] else 409), answer.text
        if ALLOWED[one.status]:
            one.priority, one.due = priority, due

    @rule(minutes=st.sampled_from([1, 7, 45]))
    def time_passes(self, minutes):
        self.held.__exit__(None, None, None)
        self.now += minutes * MINUTE
        self.held = clock.frozen(self.now)
        self.held.__enter__()

    @invariant()
    def the_lists_are_as_the_model_has_them(self):
        mine = f"limit=200&patient_id={self.patient}"
        found = self.call("GET", f"/tasks?{mine}&sort=-priority").json()["data"]
        assert {task["id"]: (task["status"], task["priority"], task["overdue"]) for task in found} == {
            key: (one.status, one.priority, one.overdue(self.now)) for key, one in self.model.items()
        }
        urgencies = [URGENCY.index(task["priority"]) for task in found]
        assert urgencies == sorted(urgencies, reverse=True)
        late = self.call("GET", f"/tasks?{mine}&overdue=true").json()["data"]
        assert {task["id"] for task in late} == {key for key, one in self.model.items() if one.overdue(self.now)}

    def teardown(self):
        for key, one in self.model.items():
            steps = self.call("GET", f"/tasks/{key}/audit").json()["data"]
            assert [step["sequence"] for step in steps] == list(range(1, len(steps) + 1))
            shown = [(s["previous_status"], s["new_status"], datetime.fromisoformat(s["at"])) for s in steps]
            assert shown == one.steps
        self.statistics_are_those_of_a_count_by_hand()
        assert self.call("DELETE", f"/patients/{self.patient}").status_code == 204
        self.held.__exit__(None, None, None)

    def statistics_are_those_of_a_count_by_hand(self):
        groups = self.call("GET", "/tasks/statistics?group_by=task_type").json()["data"]
        assert {group["task_type"] for group in groups} == {one.kind for one in self.model.values()}
        for group in groups:
            mine = [one for one in self.model.values() if one.kind == group["task_type"]]
            done = [one for one in mine if one.status == "COMPLETED"]
            late = [one for one in done if one.due is not None and one.steps[-1][2] > one.due]
            timely = [one for one in done if one.due is not None and one.steps[-1][2] <= one.due]
            expected = {
                "ordered": len(mine),
                "open": sum(bool(ALLOWED[one.status]) for one in mine),
                "overdue": sum(one.overdue(self.now) for one in mine),
                "completed": len(done),
                "cancelled": sum(one.status == "CANCELLED" for one in mine),
                "completed_in_time": len(timely),
                "completed_late": len(late),
                "in_time_rate": round(len(timely) / (len(timely) + len(late)), 4) if timely or late else None,
            }
            assert {name: group[name] for name in expected} == expected
            for status, mean in group["seconds_in_status"].items():
                spent = [seconds for one in mine if (seconds := one.seconds_in(status, self.now)) is not None]
                assert (
                    mean == (sum(spent) / len(spent) if spent else None) or abs(mean - sum(spent) / len(spent)) < 1e-6
                )


async def test_the_rules_hold_whatever_is_done_in_whatever_order(live, monkeypatch):
    monkeypatch.setattr("rounds.auth.ACCESS_TOKEN_LIFE", timedelta(days=4000))
    monkeypatch.setattr("rounds.auth.tokens.ACCESS_TOKEN_LIFE", timedelta(days=4000))

    class Here(Machine):
        pass

    Here.ward, Here.loop = await Ward(live).open(), asyncio.get_running_loop()
    quietly = settings(
        max_examples=15,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Here, settings=quietly)
