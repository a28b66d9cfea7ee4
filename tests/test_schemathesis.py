"""The API keeps every promise of its OpenAPI document, whatever is sent to it.

Schemathesis runs all its checks over all operations against a real server with a database of its own: the documented
examples, the edges of every schema from inside and outside, drawn data good and bad, and stories of several calls.
"""

import asyncio
import json
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import jsonschema_rs
import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CaseMetadata, TestPhase
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from features.accounts import startup
from features.loading.synthetic import synthetic_patients
from rounds import clock, slices
from rounds.app import create_app
from rounds.data import Database, new_id
from rounds.events.consumer import Consumer
from rounds.lifespan import Platform
from rounds.llm import LanguageModel
from rounds.processes import ChildProcesses
from tests.conftest import settings_for
from tests.paper import pdf
from tests.promises import EFFORT, tried

METHODS = {"get", "post", "put", "patch", "delete"}
# Event streams: an answer without an end is nothing to wait for. Their own tests read them.
ENDLESS = {"/events"}
REASON = "Unconscious in the emergency department"
LETTER = pdf("Weight 80 kg")  # a note with a page to look at

CONFIG: dict[str, Any] = {
    **EFFORT,
    "checks": {
        "positive_data_acceptance": {
            # What a schema cannot say. 409: that a number, name or username is taken, or a recommendation answered.
            # 412: that If-Match names a version that has passed. 422: that a check digit is wrong, a day in the future,
            # a cursor made up, a country none, a department unknown, a sort key not offered, an expression no CEL, two
            # facts at odds, that a name holds a control character, or an Idempotency-Key belongs to another request.
            # 410: that what was created with it has been deleted since.
            # 400, 401, 403, 405, 406, 413, 415, 429 and 5xx remain failures.
            "expected-statuses": ["2xx", "3xx", "404", "409", "410", "412", "422"],
        },
    },
    "operations": [
        *({"include-path": path, "enabled": False} for path in sorted(ENDLESS)),
        # One function makes these calls for each kind of owner; the edges of their schemas are met at patients.
        {"include-path-regex": "^/(departments|clinicians)/.*/address$", "phases": {"coverage": {"enabled": False}}},
        # To other methods `statistics` is the id of an appointment, and a bad one; so is `try` that of a rule.
        {
            "include-path": "/appointments/statistics",
            "checks": {"unsupported_method": {"enabled": False}, "allow_header_conformance": {"enabled": False}},
        },
        {
            "include-path-regex": "^/(tasks/(board|statistics)|rules/try)$",
            "checks": {"unsupported_method": {"enabled": False}, "allow_header_conformance": {"enabled": False}},
        },
        # Nor can a schema say that a password or a refresh token is the right one, or was not tried too often.
        {
            "include-path-regex": "^/security/(token|refresh)$",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "401", "422", "429"]}},
        },
    ],
}


@dataclass
class Server:
    """The program as uvicorn runs it, in a thread beside the tests."""

    url: str
    token: str
    clinician_token: str
    password: str
    database_url: str


@pytest.fixture
async def server(cloned_url, engines, document) -> Iterator[Server]:
    settings = settings_for(cloned_url, engines.redis_url)
    async with Database.open(cloned_url, pool_size=1) as database:
        await startup.prepare(settings, database)
        account = await database.reads.source.fetchval("SELECT id FROM account")
    app = create_app(settings)
    app.openapi_schema = document  # which takes a second to make, and Schemathesis does not wait for long
    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not running.started:
            assert thread.is_alive(), "the server did not start"
            await asyncio.sleep(0.01)
        # The stamp is beyond any that a change of the account could reach, so that the token outlives the test's
        # own attempts on the administrator.
        token = app.state.tokens.issue(
            account=account, username="admin", roles=["admin"], stamp=1_000_000, family=new_id()
        )
        clinician = app.state.tokens.issue(
            account=new_id(), username="clinician", roles=["clinician"], stamp=1_000_000, family=new_id()
        )
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield Server(url, token, clinician, settings.first_password, cloned_url)
    finally:
        running.should_exit = True
        await asyncio.to_thread(thread.join)


@dataclass
class Furnisher:
    """Puts what exists in the place of made-up ids and credentials, or good data would meet nothing but 404 and 401."""

    server: Server
    made: int = 0
    turns: Counter[str] = field(default_factory=Counter)
    kept: dict[tuple[str, bool], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.server.token}"}
        self._http = httpx.Client(base_url=self.server.url, headers=headers)
        everybody = synthetic_patients(0, 10_000, today=clock.today())
        self._nhs_numbers = (one.nhs_number for one in everybody if one.nhs_number)

    def before_call(self, case: schemathesis.Case) -> None:
        _mend_body(case)
        if case.meta is None or case.meta.phase.name == TestPhase.STATEFUL:  # stories have ids of their own
            return
        self.turns[case.operation.label] += 1
        if _is_good(case.meta, ParameterLocation.BODY) and isinstance(case.body, dict):
            self._furnish_body(case.operation.path, case.body)
            if self.turns[case.operation.label] % 2:
                self._tell_apart(case.operation.path, case.body)
        if _is_good(case.meta, ParameterLocation.QUERY) and self.turns[case.operation.label] % 2:
            for name in {"expand", "include"} & set(case.query or ()):  # an answer with more parts has no version
                del case.query[name]
        if _is_good(case.meta, ParameterLocation.QUERY) and {"cursor", "offset"} <= set(case.query or ()):
            del case.query["cursor"]  # either may be sent, and one that is made up leads nowhere
        if _is_good(case.meta, ParameterLocation.HEADER):
            self._furnish_headers(case)
        if _is_good(case.meta, ParameterLocation.PATH):
            self._furnish_path(case)

    def _furnish_path(self, case: schemathesis.Case) -> None:
        for name in case.path_parameters:
            if name.endswith("_id"):
                # What is deleted is the last one named; those before it only say where it is.
                method = case.method if name == [*case.path_parameters][-1] else "GET"
                case.path_parameters[name] = self._id(name, case.operation.path, method)
            elif name == "secret":
                case.path_parameters[name] = self._secret()

    def _furnish_body(self, path: str, body: dict[str, Any]) -> None:
        for name in ("clinician_id", "department_id", "patient_id", "procedure_id"):
            if isinstance(body.get(name), str):
                body[name] = self._known(name)
        if isinstance(body.get("assignee_id"), str):
            body["assignee_id"] = self._known("clinician_id")
        if body.get("patient_ids"):
            body["patient_ids"] = [self._known("patient_id")]
        if body.get("rule"):
            body["rule"] = self._known("rule_id")
        if isinstance(body.get("expression"), str):
            body["expression"] = "age > 65 && chronic_pain"
        if path == "/security/token":
            body.update(username="admin", password=self.server.password)
        if path == "/security/refresh":
            form = {"username": "admin", "password": self.server.password}
            body["refresh_token"] = self._http.post("/security/token", data=form).json()["refresh_token"]

    def _tell_apart(self, path: str, body: dict[str, Any]) -> None:
        """Let every other body be free of what is taken already."""
        self.made += 1
        for name, free in {
            "nhs_number": next(self._nhs_numbers),
            "mrn": f"M{self.made}",
            "code": f"free-{self.made}",
            "username": f"{self.made}.free",
            "identifiers": [{"system": "free", "value": str(self.made)}],
            "name": f"free {self.made}" if path.startswith("/departments") else None,
        }.items():
            if free is not None and body.get(name) and path != "/security/token":
                body[name] = free
        if "start_at" in body and path.startswith("/appointments"):  # at a time that is free
            body.pop("end_at", None)
            body["start_at"] = (clock.now() + timedelta(days=self.made)).isoformat()
            body["duration"] = "30m"
        body.pop("rule", None)  # of which there may be one active recommendation

    def _furnish_headers(self, case: schemathesis.Case) -> None:
        """Ask, by turns, for a version that is not there, for any, and for what was drawn; and take new keys."""
        if "Idempotency-Key" in (case.headers or {}) and self.turns[case.operation.label] % 8:
            case.headers["Idempotency-Key"] = new_id().hex  # or nearly every one would have been used before
        names = {parameter.name for parameter in case.operation.iter_parameters()} & {"if-match", "if-none-match"}
        if names == {"if-match", "if-none-match"}:  # a change, which the second would only rule out
            case.headers.pop("if-none-match", None)
            names = {"if-match"}
        if "X-Break-Glass-Reason" in (case.headers or {}):  # which must be one; the schema cannot say what is
            case.headers["X-Break-Glass-Reason"] = REASON
        for name in names:
            wanted = ('"0"', "*", None)[self.turns[case.operation.label] % 3]
            if wanted is not None:
                case.headers[name] = wanted

    def _known(self, name: str) -> str:
        """The one that is kept."""
        return self._id(name, "", "GET")

    def _id(self, name: str, path: str, method: str) -> str:
        """One to be used up, or one that is kept for all calls that leave it alive."""
        address = path.endswith("/address")
        used_up = name in {"appointment_id", "task_id"} and method != "GET"
        fresh = method == "DELETE" or (address and method == "POST") or used_up
        if not fresh and (name, address) in self.kept:
            return self.kept[name, address]
        made = self._make(name)
        if address and method != "POST":
            self._post(f"/{name.removesuffix('_id')}s/{made}/address", line1="14 Mill Lane")
        if path.endswith("/rebook"):
            self._http.post(f"/appointments/{made}/cancel")
        if not fresh:
            self.kept[name, address] = made
        return made

    def _secret(self) -> str:
        """The secret part of a calendar's address."""
        answer = self._http.post(f"/clinicians/{self._known('clinician_id')}/calendar-feeds", json={})
        return answer.json()["path"].removeprefix("/calendar/").removesuffix(".ics")

    def _make(self, name: str) -> str:
        self.made += 1
        if name == "notification_id":
            self._make("recommendation_id")
            asyncio.run(deliver(self.server.database_url))
            return self._http.get("/notifications").json()["data"][0]["id"]
        if name == "use_id":
            body = {"name": "Ada Byron", "date_of_birth": "1990-01-01", "restricted": True}
            headers = {
                "Authorization": f"Bearer {self.server.clinician_token}",
                "X-Break-Glass-Reason": REASON,
            }
            assert self._http.get(f"/patients/{self._post('/patients', **body)}", headers=headers).status_code == 200
            return self._http.get("/audit/break-glass").json()["data"][0]["id"]
        if name == "note_id":
            form = {"taken_at": "2026-03-09T14:30:00Z"}
            path = f"/patients/{self._known('patient_id')}/notes"
            return self._http.post(path, data=form, files={"file": ("note.pdf", LETTER)}).json()["id"]
        if name == "fact_feedback_id":
            path = f"/patients/{self._known('patient_id')}/notes/{self._known('note_id')}"
            fact = self._http.get(path).json()["facts"]["vitals"][0]
            return self._post(f"{path}/fact-feedback", kind="vitals", start=fact["start"], end=fact["end"])
        assert name in self._recipes, f"tell the Furnisher how to make what {name} names"
        path, body = self._recipes[name]()
        return self._post(path, **body)

    @property
    def _recipes(self) -> dict[str, Callable[[], tuple[str, dict[str, Any]]]]:
        """Where to send what for each kind of id."""
        known, made = self._known, self.made
        return {
            "patient_id": lambda: ("/patients", {"name": "Ada Byron", "date_of_birth": "1990-01-01"}),
            "department_id": lambda: ("/departments", {"name": f"department {made}"}),
            "clinician_id": lambda: ("/clinicians", {"name": "Dr A", "department_id": self._make("department_id")}),
            "address_id": lambda: (f"/patients/{self._make('patient_id')}/address", {"line1": "14 Mill Lane"}),
            "procedure_id": lambda: ("/procedures", {"code": f"made-{made}", "name": "Hip", "department": "any"}),
            "patient_procedure_id": lambda: (
                "/patient_procedures",
                {
                    "patient_id": known("patient_id"),
                    "procedure_id": known("procedure_id"),
                    "performed_at": "2026-03-09T14:30:00Z",
                },
            ),
            "rule_id": lambda: (
                "/rules",
                {"code": f"made-{made}", "recommendation": "Swimming", "expression": "age > 30"},
            ),
            "recommendation_id": lambda: (
                "/recommendations",
                {"patient_id": known("patient_id"), "recommendation": "Swimming"},
            ),
            "task_id": lambda: ("/tasks", {"patient_id": known("patient_id"), "task_type": "blood test"}),
            "batch_id": lambda: ("/evaluate/batch", {"patient_ids": [known("patient_id")]}),
            "appointment_id": lambda: (
                "/appointments",
                {
                    "patient_id": known("patient_id"),
                    "clinician_id": self._make("clinician_id"),
                    "start_at": (clock.now() + timedelta(minutes=15)).isoformat(),  # so that it can be attended now
                    "duration": "30m",
                    "allow_overlap": True,
                },
            ),
            "absence_id": lambda: (
                f"/clinicians/{known('clinician_id')}/absences",
                {"start_at": "2030-03-11T09:00:00Z", "end_at": "2030-03-12T09:00:00Z"},
            ),
            "feed_id": lambda: (f"/clinicians/{known('clinician_id')}/calendar-feeds", {}),
            "account_id": lambda: (
                "/security/register",
                {
                    "username": f"made.{made}",
                    "password": "seven quiet herons",
                    "full_name": "Made",
                    "roles": ["nurse"],
                },
            ),
        }

    def _post(self, path: str, **body: object) -> str:
        answer = self._http.post(path, json=body)
        assert answer.status_code in {201, 202}, answer.text
        return answer.json()["id"]


async def deliver(database_url: str) -> None:
    """Do what a consumer beside the server would do. One that went on all the time would disturb Hypothesis's draws."""
    async with Database.open(database_url, pool_size=2) as database:
        settings = settings_for(database_url, "redis://")
        async with slices.opened(Platform(settings, database, ChildProcesses(), LanguageModel(settings))) as long_lived:
            await Consumer(database, settings=settings, long_lived=long_lived).drain()


def _mend_body(case: schemathesis.Case) -> None:
    """What no schema can say of a body, in stories as well."""
    if not isinstance(case.body, dict):
        return
    if case.body.get("restricted") is True:
        case.body["restricted"] = False  # or the administrator of these tests would meet nothing but 403
    if "start" in case.body and case.path.endswith("/fact-feedback") and _is_good(case.meta, ParameterLocation.BODY):
        case.body |= {"kind": "vitals", "start": 0, "end": len("Weight 80 kg")}  # what the note of these tests says
    if "file" in case.body and _is_good(case.meta, ParameterLocation.BODY):
        case.body["file"] = b"Feels well. Weight 80 kg."


def _is_good(meta: CaseMetadata | None, location: ParameterLocation) -> bool:
    if meta is None:
        return False
    part = meta.components.get(location)
    return (part or meta.generation).mode.is_positive


@pytest.fixture
def furnisher(server) -> Iterator[Furnisher]:
    furnisher = Furnisher(server)

    def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
        furnisher.before_call(case)

    schemathesis.hook(before_call)
    yield furnisher
    GLOBAL_HOOK_DISPATCHER.unregister(before_call)


def part_of(document: dict[str, Any], part: int) -> set[str]:
    """The paths of one of two parts of the API, about as much work each; what begins alike stays together."""
    sizes: Counter[str] = Counter()
    for path, item in document["paths"].items():
        sizes[path.split("/")[1]] += len(str(item))
    parts: tuple[set[str], ...] = (set(), set())
    work = [0, 0]
    for start, size in sizes.most_common():
        lighter = work.index(min(work))
        work[lighter] += size
        parts[lighter].add(start)
    return {path for path in document["paths"] if path.split("/")[1] in parts[part]}


@pytest.mark.parametrize("part", [0, 1])
def test_everything_promised_is_kept(server, furnisher, document, part):
    paths = part_of(document, part)
    # In one expression: every operation is compared with every entry, whenever something is asked of it.
    others = "|".join(re.escape(path) for path in document["paths"] if path not in paths)
    elsewhere = {"include-path-regex": f"^({others})$", "enabled": False}
    token = {"Authorization": f"Bearer {server.token}"}
    operations = [*CONFIG["operations"], elsewhere]
    config = SchemathesisConfig.from_dict({**CONFIG, "headers": token, "operations": operations})
    outcome = tried(schemathesis.openapi.from_url(f"{server.url}/openapi.json", config=config))
    assert not outcome.broken, "\n\n".join(outcome.broken.values())

    # None of it would say anything about an API that was not reached.
    assert set(outcome.calls) == {"examples", "coverage", "fuzzing", "stateful"}
    answered = outcome.answered
    promised = [
        (name, operation)
        for name, operation in operations_of(document)
        if name.split(" ")[1] in paths and name.split(" ")[1] not in ENDLESS
    ]
    never_succeeded = {name for name, _ in promised if not any(200 <= status < 300 for status in answered[name])}
    assert not never_succeeded
    for status in (304, 412, 422):  # chance may leave one or the other out
        documented = {name for name, operation in promised if str(status) in operation["responses"]}
        if status == 422:
            documented = {name for name in documented if name.startswith(("POST", "PUT", "PATCH"))}
        reached = {name for name in documented if status in answered[name]}
        assert len(reached) > 0.7 * len(documented), (status, documented - reached)


def test_the_parts_are_the_whole(document):
    parts = [part_of(document, part) for part in (0, 1)]
    assert parts[0] | parts[1] == set(document["paths"])
    assert not parts[0] & parts[1]


# --- the document itself


@pytest.fixture(scope="session")
def document(_app: FastAPI) -> dict[str, Any]:
    return _app.openapi()


def operations_of(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            yield f"{method.upper()} {path}", item[method]


@pytest.fixture(scope="session")
def mistakes(document: dict[str, Any]) -> Callable[[dict[str, Any], object], list[str]]:
    """`mistakes(schema, example)`: where the example is not as the schema of the document says."""
    # The document is taken in once; a schema with all of it beside would be so for every example.
    registry = jsonschema_rs.Registry([("urn:api", {"components": document["components"]})])

    def of(schema: dict[str, Any], example: object) -> list[str]:
        alone = json.loads(json.dumps(schema).replace('"#/components/', '"urn:api#/components/'))
        validator = jsonschema_rs.Draft202012Validator(alone, validate_formats=True, registry=registry)
        return [error.message for error in validator.iter_errors(example)]

    return of


def test_an_example_that_is_not_as_its_schema_says_is_a_mistake(mistakes):
    patient = {"$ref": "#/components/schemas/PatientWrite"}
    assert mistakes(patient, {"name": "Ada Byron", "date_of_birth": "1990-01-01"}) == []
    assert mistakes(patient, {"name": "Ada Byron", "date_of_birth": "yesterday"}) != []
    assert mistakes(patient, {"name": 1, "date_of_birth": "1990-01-01"}) != []


def test_every_operation_says_in_a_sentence_what_it_does(document):
    seen = set()
    for name, operation in operations_of(document):
        summary = operation["summary"]
        assert 5 <= len(summary) <= 120, name
        assert summary[0].isupper(), name
        assert not summary.endswith("."), name
        assert operation["operationId"] not in seen, name
        seen.add(operation["operationId"])
        assert operation["tags"], name


def test_every_operation_has_examples_and_they_validate(document, mistakes):
    for name, operation in operations_of(document):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                assert not mistakes(parameter["schema"], parameter["example"]), (name, parameter["name"])
            for example in parameter["schema"].get("examples", []):
                assert not mistakes(parameter["schema"], example), (name, parameter["name"])
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            assert content["example"], (name, media)
            assert not mistakes(content["schema"], content["example"]), (name, media)
        for status, response in operation["responses"].items():
            for media, content in response.get("content", {}).items():
                if media == "application/json":
                    assert content["example"] is not None, (name, status)
                    assert not mistakes(content["schema"], content["example"]), (name, status)
                for problem in content.get("examples", {}).values():
                    assert not mistakes(content["schema"], problem["value"]), (name, status)
                    assert problem["value"]["status"] == int(status), (name, status)


def test_the_examples_of_every_field_validate(document, mistakes):
    for name, schema in document["components"]["schemas"].items():
        for field_name, one in schema.get("properties", {}).items():
            for example in one.get("examples", []):
                assert not mistakes(one, example), (name, field_name)
        for example in schema.get("examples", []):
            assert not mistakes(schema, example), name


async def test_the_documented_examples_are_taken_and_answered_as_documented(client, document):
    def body(name: str) -> dict[str, Any]:
        method, path = name.split(" ")
        return document["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]["example"]

    def shown(name: str, status: int) -> dict[str, Any]:
        method, path = name.split(" ")
        return document["paths"][path][method.lower()]["responses"][str(status)]["content"]["application/json"][
            "example"
        ]

    made: dict[str, str] = {}

    async def call(name: str, status: int, **more: str) -> None:
        method, path = name.split(" ")
        answer = await client.request(method, path.format(**made), json={**body(name), **more})
        assert answer.status_code == status, (name, answer.text)
        assert set(answer.json()) == set(shown(name, status)), name
        owner = path.strip("/").removesuffix("s")
        if status == 201 and "/" not in owner:
            made[f"{owner}_id"] = answer.json()["id"]

    await call("POST /patients", 201)
    await call("POST /departments", 201)
    await call("POST /clinicians", 201, department_id=made["department_id"])
    for owner in ("patient", "department", "clinician"):
        own = f"/{owner}s/{{{owner}_id}}"
        more = {"department_id": made["department_id"]} if owner == "clinician" else {}
        await call(f"PUT {own}", 200, **more)
        await call(f"PATCH {own}", 200)
        await call(f"POST {own}/address", 201)
        await call(f"PUT {own}/address", 200)
        for path in (own, f"{own}/address"):
            answer = await client.get(path.format(**made))
            assert set(answer.json()) == set(shown(f"GET {path}", 200)) - {"included"}, path
    for path in ("/patients", "/departments", "/clinicians", "/addresses"):
        page, example = (await client.get(path)).json(), shown(f"GET {path}", 200)
        assert set(page) == set(example)
        for part in ("pagination", "links"):
            assert set(page[part]) == set(example[part])
        assert set(page["data"][0]) == set(example["data"][0]) - {"included"}, path


async def test_what_answers_carry_in_headers_is_documented(client, document):
    created = await client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"})
    own = created.headers["location"]
    for name, status, answer in [
        ("POST /patients", 201, created),
        ("GET /patients", 200, await client.get("/patients")),
        ("GET /patients/{patient_id}", 200, await client.get(own)),
        ("GET /patients/{patient_id}", 304, await client.get(own, headers={"If-None-Match": "*"})),
        ("PATCH /patients/{patient_id}", 200, await client.patch(own, json={"name": "Zoë"})),
        ("GET /patients/{patient_id}", 401, await client.get(own, headers={"Authorization": ""})),
    ]:
        method, path = name.split(" ")
        answers = document["paths"][path][method.lower()]["responses"]
        shared = document["components"]["responses"]
        told = answers[str(status)]
        if "$ref" in told:  # what the platform itself answers is written down once
            told = shared[told["$ref"].rpartition("/")[2]]
        documented = set(told["headers"]) - {"Idempotency-Replayed"}  # which stands on repetitions only
        telling = {"ETag", "Location", "Link", "WWW-Authenticate", "X-Request-ID", "Retry-After"}
        assert documented == {header for header in telling if header in answer.headers}, (name, status)


async def test_the_served_document_is_this_one(anonymous, document):
    answer = await anonymous.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == document
