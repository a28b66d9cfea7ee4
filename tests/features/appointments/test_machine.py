"""A machine that books, moves, cancels, notes attendance and lets time pass, beside a model that knows the rules."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from rounds import clock
from tests.features.appointments.conftest import Diary

BEGIN = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)  # the evening before clocks go forward in London
MINUTE = timedelta(minutes=1)


@dataclass
class Modelled:
    """An appointment as the rules have it."""

    clinician: int
    patient: int
    start: datetime
    end: datetime
    overriding: bool
    cancelled: bool = False
    attended: bool = False
    rebooked: str | None = None

    def status(self, now: datetime) -> str:
        if self.cancelled:
            return "cancelled"
        if self.attended:
            return "attended"
        return "missed" if self.end <= now else "active"

    def in_the_way_of(self, clinician: int, patient: int, start: datetime, end: datetime) -> bool:
        same = self.clinician == clinician or self.patient == patient
        return same and not self.cancelled and self.start < end and start < self.end


STARTS = st.integers(-12, 36).map(lambda quarters: quarters * 15)
LENGTHS = st.sampled_from([15, 30, 60, 90])
TWO = st.integers(0, 1)


class Machine(RuleBasedStateMachine):
    """What is done through HTTP must come out as in the model."""

    diary: Diary
    loop: asyncio.AbstractEventLoop
    restart = None

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.held = clock.frozen(self.now)
        self.held.__enter__()
        self.model: dict[str, Modelled] = {}
        self.staff = [self.run(self.diary.another_clinician(f"Dr {number}"))["id"] for number in range(2)]
        self.patients = [self.run(self.diary.patient())["id"] for _ in range(2)]

    def run(self, awaitable):
        return asyncio.run_coroutine_threadsafe(awaitable, self.loop).result(60)

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self.run(self.diary.client.request(method, path, json=body))

    def body(self, clinician: int, patient: int, start: int, length: int, overriding: bool) -> dict:
        return {
            "clinician_id": self.staff[clinician],
            "patient_id": self.patients[patient],
            "start_at": (self.now + start * MINUTE).isoformat(),
            "duration": f"PT{length}M",
            "allow_overlap": overriding,
        }

    def is_free(self, one: Modelled, but: str | None = None) -> bool:
        others = (other for key, other in self.model.items() if key != but)
        return one.overriding or not any(
            other.in_the_way_of(one.clinician, one.patient, one.start, one.end) for other in others
        )

    @rule(clinician=TWO, patient=TWO, start=STARTS, length=LENGTHS, overriding=st.integers(0, 4).map(lambda n: n == 0))
    def book(self, clinician, patient, start, length, overriding):
        at = self.now + start * MINUTE
        one = Modelled(clinician, patient, at, at + length * MINUTE, overriding)
        answer = self.call("POST", "/appointments", self.body(clinician, patient, start, length, overriding))
        assert answer.status_code == (201 if self.is_free(one) else 409), answer.text
        if answer.status_code == 201:
            self.model[answer.json()["id"]] = one

    @precondition(lambda self: self.model)
    @rule(data=st.data(), clinician=TWO, start=STARTS, length=LENGTHS)
    def move(self, data, clinician, start, length):
        key = data.draw(st.sampled_from(list(self.model)))
        one = self.model[key]
        at = self.now + start * MINUTE
        moved = Modelled(clinician, one.patient, at, at + length * MINUTE, overriding=False)
        answer = self.call("PUT", f"/appointments/{key}", self.body(clinician, one.patient, start, length, False))
        same = (one.clinician, one.start, one.end, one.overriding) == (clinician, moved.start, moved.end, False)
        allowed = one.status(self.now) == "active" and (same or self.is_free(moved, but=key))
        assert answer.status_code == (200 if allowed else 409), answer.text
        if allowed:
            moved.rebooked = one.rebooked
            self.model[key] = moved

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def cancel(self, data):
        key = data.draw(st.sampled_from(list(self.model)))
        one = self.model[key]
        answer = self.call("POST", f"/appointments/{key}/cancel")
        assert answer.status_code == (409 if one.attended else 200), answer.text
        one.cancelled = not one.attended

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def attend(self, data):
        key = data.draw(st.sampled_from(list(self.model)))
        one = self.model[key]
        timely = one.start - 60 * MINUTE <= self.now <= one.end
        answer = self.call("POST", f"/appointments/{key}/attended")
        allowed = not one.cancelled and (one.attended or timely)
        assert answer.status_code == (200 if allowed else 409), answer.text
        one.attended = one.attended or allowed

    @precondition(lambda self: self.model)
    @rule(data=st.data(), start=STARTS, length=LENGTHS)
    def rebook(self, data, start, length):
        key = data.draw(st.sampled_from(list(self.model)))
        old = self.model[key]
        at = self.now + start * MINUTE
        one = Modelled(old.clinician, old.patient, at, at + length * MINUTE, overriding=False, rebooked=key)
        again = any(other.rebooked == key and not other.cancelled for other in self.model.values())
        allowed = old.status(self.now) in {"missed", "cancelled"} and not again and self.is_free(one)
        answer = self.call(
            "POST", f"/appointments/{key}/rebook", {"start_at": at.isoformat(), "duration": f"{length}m"}
        )
        assert answer.status_code == (201 if allowed else 409), answer.text
        if allowed:
            self.model[answer.json()["id"]] = one

    @rule(minutes=st.sampled_from([1, 15, 45, 240]))
    def time_passes(self, minutes):
        self.held.__exit__(None, None, None)
        self.now += minutes * MINUTE
        self.held = clock.frozen(self.now)
        self.held.__enter__()

    @invariant()
    def everything_is_as_the_model_has_it(self):
        found = self.call("GET", f"/appointments?limit=200&clinician_id={self.staff[0]}").json()["data"]
        found += self.call("GET", f"/appointments?limit=200&clinician_id={self.staff[1]}").json()["data"]
        assert {one["id"]: (one["status"], datetime.fromisoformat(one["start_at"])) for one in found} == {
            key: (one.status(self.now), one.start) for key, one in self.model.items()
        }

    def teardown(self):
        for staff in self.staff:
            rows = self.call("GET", f"/appointments/statistics?group_by=clinician&as_of={self.now:%Y-%m-%dT%H:%M:%SZ}")
            of_one = [row for row in rows.json()["data"] if row["clinician_id"] == staff]
            statuses = [one.status(self.now) for one in self.model.values() if self.staff[one.clinician] == staff]
            counted = {name: of_one[0][name] if of_one else 0 for name in ("missed", "attended", "cancelled")}
            assert counted == {name: statuses.count(name) for name in counted}
        self.held.__exit__(None, None, None)


async def test_the_rules_hold_whatever_is_done_in_whatever_order(live, monkeypatch):
    monkeypatch.setattr("rounds.auth.ACCESS_TOKEN_LIFE", timedelta(days=4000))
    diary = await Diary(live).open()

    class Here(Machine):
        pass

    Here.diary, Here.loop = diary, asyncio.get_running_loop()
    quietly = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Here, settings=quietly)
