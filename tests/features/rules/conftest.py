import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from features.rules.engine import Facts, Rule
from features.rules.facts import Policy, facts_of
from rounds.database import new_id

Make = Callable[..., Awaitable[dict[str, Any]]]

TODAY = date(2026, 3, 10)
POLICY = Policy(rehab_departments=("orthopaedics",), recent_surgery_days=90)
BODY = {"code": "physical_therapy", "recommendation": "Physical Therapy", "expression": "age > 65 && chronic_pain"}


def rule_of(expression: str, code: str = "a_rule") -> Rule:
    return Rule(id=new_id(), code=code, version=1, recommendation="Something", expression=expression)


def row(**more: object) -> dict[str, Any]:
    """A row of FACT_ROWS, of a patient of whom nothing is wrong."""
    return {
        "patient_id": new_id(),
        "date_of_birth": date(1990, 1, 1),
        "sex": "female",
        "height_cm": 170.0,
        "weight_kg": 60.0,
        "conditions": [],
        "procedures": "[]",
        "observations": None,
        **more,
    }


def facts(**more: object) -> Facts:
    return facts_of(row(**more), policy=POLICY, today=TODAY)


def refused(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.fixture
def rule(client: httpx.AsyncClient) -> Make:
    """`made = await rule(code="...", expression="...")`"""

    async def rule(**more: object) -> dict[str, Any]:
        answer = await client.post("/rules", json={**BODY, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return rule


class ModelServer:
    """An OpenAI-compatible server: answers what `answers` holds, in turn, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Callable[[dict[str, Any]], tuple[int, Any]]] = []
        self.asked: list[dict[str, Any]] = []
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.asked.append({"path": self.path, "key": self.headers["authorization"], **asked})
                answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                status, body = answer(asked)
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def completion(content: object) -> dict[str, Any]:
    """A chat completion as OpenAI's server writes it."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    server = ModelServer()
    yield server
    server.close()
