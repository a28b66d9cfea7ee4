"""Patient data in, recommendations out, and everybody hears of them."""

import json
import threading
from collections.abc import Callable

import httpx
import redis

from rounds import embedded
from rounds.events import CHANNEL
from tests.journeys.conftest import PATIENCE

GENERATED = "rounds.recommendation.generated"
THERAPY, PLAN = "Physical Therapy", "Post-Op Rehabilitation Plan"


class Stream(threading.Thread):
    """A browser on `GET /events`."""

    def __init__(self, client: httpx.Client, **headers: str) -> None:
        super().__init__(daemon=True)
        self.client, self.headers, self.events, self.open = client, headers, [], threading.Event()

    @property
    def ids(self) -> list[str]:
        return [event["id"] for event in self.events]

    def run(self) -> None:
        try:
            with self.client.stream("GET", "/events", headers=self.headers, timeout=PATIENCE) as answer:
                assert answer.headers["content-type"].startswith("text/event-stream")
                self.open.set()
                for line in answer.iter_lines():
                    if line.startswith("data:"):
                        event = json.loads(line.removeprefix("data:"))
                        if event["type"] == GENERATED:  # the ward's admissions may still be on their way
                            self.events.append(event)
        except httpx.TransportError:
            return  # the program ended, or the test did


def names(recommendations: list[dict]) -> list[str]:
    return sorted(each["recommendation"] for each in recommendations)


def by_mrn(client: httpx.Client, mrn: str) -> str:
    return client.get("/patients", params={"mrn": mrn}).json()["data"][0]["id"]


def look_at_the_instruments(client: httpx.Client, until: Callable[[Callable[[], object]], None]) -> None:
    until(lambda: client.get("/health/ready").json()["consumer"]["backlog"] == 0)
    delivered = 'rounds_deliveries_total{outcome="delivered",subscriber="notify"} 4.0'
    until(lambda: delivered in client.get("/metrics").text)
    counted = client.get("/analytics/recommendations", params={"group_by": "rule"}).json()
    assert counted["total"]["recommendations"] == 4
    ready = client.get("/health/ready").json()
    assert ready["status"] == "ok"
    assert ready["consumer"]["dead"] == 0
    shown = client.get("/metrics").text
    assert 'rounds_cache_total{kind="recommendation-analytics",outcome="miss"} 1.0' in shown
    assert 'handler="/events"' not in "".join(line for line in shown.splitlines() if "duration" in line)


def evaluate_all(client: httpx.Client, until: Callable[[Callable[[], object]], None]) -> dict:
    asked = client.post("/evaluate/batch", json={"all": True})
    assert asked.status_code == 202
    until(lambda: client.get(asked.headers["Location"]).json()["status"] == "done")
    return client.get(asked.headers["Location"]).json()


def test_the_sample_ward_is_evaluated_and_everybody_hears_of_it_once(start, until, data_dir):
    program = start()
    client = program.client()
    stream = Stream(program.client())
    stream.start()
    assert stream.open.wait(PATIENCE)
    with embedded.start_or_attach(data_dir, purpose="a journey", postgres=False) as engines:
        channel = redis.from_url(engines.redis_url).pubsub()
        channel.subscribe(CHANNEL)
        assert channel.get_message(timeout=PATIENCE)["type"] == "subscribe"
        heard = []

        def hear() -> int:
            while message := channel.get_message(timeout=0.05):
                event = json.loads(message["data"])
                if event["type"] == GENERATED:
                    heard.append(event)
            return len(heard)

        patient = by_mrn(client, "108")
        answer = client.post(f"/evaluate/{patient}")
        assert answer.status_code == 200, answer.text
        assert names(answer.json()["recommendations"]) == [THERAPY, PLAN]
        until(lambda: hear() >= 2)
        until(lambda: len(stream.events) >= 2)

        made = {each["id"]: each["recommendation"] for each in answer.json()["recommendations"]}
        for events in (heard, stream.events):
            assert {event["specversion"] for event in events} == {"1.0"}
            for event in events:
                data = event["data"]
                assert set(data) == {"patient_id", "recommendation_id", "recommendation", "timestamp"}
                assert data["patient_id"] == patient
                assert data["timestamp"].endswith("Z")
            assert {each["data"]["recommendation_id"]: each["data"]["recommendation"] for each in events} == made

        def notified() -> list[dict]:
            return client.get("/notifications", params={"patient_id": patient, "kind": "recommendation"}).json()["data"]

        until(lambda: [each["status"] for each in notified()] == ["logged", "logged"])
        assert {each["recommendation_id"] for each in notified()} == set(made)

        # Again: the same recommendations, and nobody is told anything twice.
        again = client.post(f"/evaluate/{patient}").json()["recommendations"]
        assert {each["id"]: each["recommendation"] for each in again} == made
        assert names(client.post(f"/evaluate/{by_mrn(client, '105')}").json()["recommendations"]) == [
            "Weight Management Program"
        ]
        assert names(client.post(f"/evaluate/{by_mrn(client, '102')}").json()["recommendations"]) == [PLAN]
        until(lambda: hear() >= 4)
        until(lambda: len(stream.events) >= 4)
        assert len({event["id"] for event in heard}) == len(heard) == 4
        assert len(notified()) == 2
        channel.close()

    # Whoever was away since the first event gets exactly what came after it.
    late = Stream(program.client(), **{"Last-Event-ID": stream.ids[0]})
    late.start()
    until(lambda: len(late.events) >= 3)
    assert late.ids == stream.ids[1:4]

    look_at_the_instruments(client, until)
    assert evaluate_all(client, until)["done"] == 24

    # Streams do not hold up the end.
    program.interrupt()
    assert program.process.wait(PATIENCE) == 0


def test_events_wait_for_a_consumer_that_comes_later(start, until):
    program = start(ROUNDS_CONSUMER_IN_SERVER="false")
    client = program.client()
    client.post(f"/evaluate/{by_mrn(client, '105')}")
    assert client.get("/health/ready").json()["consumer"]["backlog"] > 0
    assert client.get("/notifications", params={"kind": "recommendation"}).json()["data"] == []
    listed = program.rounds("events", "list", "--status", "pending")
    assert listed.returncode == 0, listed.stderr
    assert "rounds.recommendation.generated" in listed.stdout.replace("\n", "") or "pending" in listed.stdout
    assert "0 deliveries" in program.rounds("events", "requeue", "--all").stdout
    consumer = program.beside("consume")
    until(lambda: client.get("/health/ready").json()["consumer"]["backlog"] == 0)
    assert len(client.get("/notifications", params={"kind": "recommendation"}).json()["data"]) == 1
    consumer.terminate()
    assert consumer.wait(PATIENCE) == 0
