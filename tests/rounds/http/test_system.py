"""Health, readiness, metrics and the reference pages."""

import asyncio
import base64
import hashlib
import re
from html.parser import HTMLParser
from uuid import uuid4

import asyncpg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from rounds import __version__
from rounds.data import migrations
from tests.conftest import connected, running, settings_for


async def test_the_front_page_says_what_this_is_and_where_to_go(anonymous, app):
    answer = await anonymous.get("/")
    assert answer.status_code == 200
    page = answer.json()
    assert (page["name"], page["version"]) == ("Rounds", __version__)
    for name, path in page["links"].items():
        wanted = {"sign_in": 405, "me": 401}.get(name, 200)  # it is posted to; it needs a token
        assert (await anonymous.get(path)).status_code == wanted, path
    assert app.openapi()["paths"]["/"]["get"]["security"] == []


async def test_health_says_exactly_this(anonymous):
    answer = await anonymous.get("/health")
    assert answer.status_code == 200
    assert answer.content == b'{"status":"ok"}'


async def test_health_asks_nothing_of_anything_else(anonymous, app):
    app.state.database = app.state.redis = app.state.tokens = None
    assert (await anonymous.get("/health")).status_code == 200


async def test_it_is_ready_when_everything_is_there(anonymous):
    answer = await anonymous.get("/health/ready")
    assert answer.status_code == 200
    ready = answer.json()
    assert ready["status"] == "ok"
    assert {part: ready[part]["status"] for part in ("database", "migrations", "redis")} == {
        "database": "ok", "migrations": "ok", "redis": "ok"
    }  # fmt: skip


async def test_it_is_not_ready_on_a_database_without_tables(empty_url, engines):
    async with running(settings_for(empty_url, engines.redis_url)) as app, connected(app) as client:
        answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["status"] == "down"
        assert answer.json()["database"]["status"] == "ok"
        assert answer.json()["migrations"]["status"] == "behind"
        assert (await client.get("/health")).status_code == 200
        await migrations.upgrade(empty_url)
        assert (await client.get("/health/ready")).status_code == 200


async def test_it_is_not_ready_on_an_older_schema(live, cloned_url):
    connection = await asyncpg.connect(cloned_url)
    await connection.execute("UPDATE alembic_version SET version_num = '0000'")
    await connection.close()
    answer = await live.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["migrations"]["status"] == "behind"


async def test_without_redis_it_is_degraded_but_ready(anonymous, app, tmp_path):
    async with Redis.from_url(f"unix://{tmp_path}/nobody.sock") as nobody:
        app.state.redis = nobody
        answer = await anonymous.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["redis"]["status"] == "down"
    assert answer.json()["database"]["status"] == "ok"


async def test_readiness_does_not_wait_for_what_hangs(anonymous, app, monkeypatch):
    """Its answer comes although Redis never does; only the patience is shortened here."""
    asked = []

    class Hanging:
        async def ping(self):
            asked.append(True)
            await loop.create_future()

    loop = asyncio.get_running_loop()
    real = asyncio.timeout
    monkeypatch.setattr("rounds.http.system.asyncio.timeout", lambda seconds: real(seconds / 20))
    app.state.redis = Hanging()
    answer = await anonymous.get("/health/ready")
    assert asked
    assert answer.json()["redis"]["status"] == "down"


async def counted(client) -> dict[tuple[str, str, str], float]:
    """The request counter by handler, method and status."""
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.labels["handler"], sample.labels["method"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == "http_requests_total"
    }


async def test_metrics_count_by_template_and_never_by_path(client):
    before = await counted(client)
    secret, nhs_number = str(uuid4()), "1373645350"
    await client.get(f"/patients/{secret}")
    await client.get(f"/patients/by-nhs-number/{nhs_number}")
    await client.get("/patients?q=Maeve")
    await client.get(f"/nowhere/{secret}")
    await client.get("/wp-admin.php")
    await client.request("BREW", "/health")
    await client.post("/patients", content=b"{", headers={"Content-Type": "application/json"})
    after = await counted(client)
    grown = {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}
    grown.pop(("/metrics", "GET", "200"), None)
    assert grown == {
        ("/patients/{patient_id}", "GET", "404"): 1,
        ("/patients/by-nhs-number/{nhs_number}", "GET", "404"): 1,
        ("/patients", "GET", "200"): 1,
        ("/patients", "POST", "422"): 1,
        ("none", "GET", "404"): 2,
        ("/health", "other", "405"): 1,
    }
    text = (await client.get("/metrics")).text
    for word in (secret, nhs_number, "Maeve", "wp-admin", "BREW", "nowhere"):
        assert word not in text


async def test_metrics_count_refusals_too(anonymous):
    before = await counted(anonymous)
    await anonymous.get("/patients")
    after = await counted(anonymous)
    key = ("/patients", "GET", "401")
    assert after[key] - before.get(key, 0) == 1


class Page(HTMLParser):
    """What a page refers to, and the scripts it brings along."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self._inline = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.references += [str(values[name]) for name in ("src", "href", "action", "data") if values.get(name)]
        self.handlers += [name for name in values if name.startswith("on")]
        self._inline = tag == "script" and "src" not in values

    def handle_endtag(self, tag: str) -> None:
        self._inline = False

    def handle_data(self, data: str) -> None:
        if self._inline:
            self.scripts.append(data)


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
async def test_the_reference_needs_no_internet(anonymous, path):
    answer = await anonymous.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    page = Page(answer.text)
    assert page.references or path == "/docs/oauth2-redirect"
    for reference in page.references:
        assert reference.startswith("/docs/assets/"), reference
        asset = await anonymous.get(reference)
        assert asset.status_code == 200, reference
        assert len(asset.content) > 500
    assert not re.search(r"(?:src|href|url|@import)\s*[=(]\s*[\"']?(?:https?:)?//", answer.text)


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
async def test_the_reference_runs_under_its_own_policy(anonymous, path):
    answer = await anonymous.get(path)
    policy = dict(directive.strip().split(" ", 1) for directive in answer.headers["content-security-policy"].split(";"))
    page = Page(answer.text)
    for script in page.scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy["script-src"]
    assert page.handlers == []
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert "unsafe-inline" not in policy["script-src"]
    assert "http" not in answer.headers["content-security-policy"]


async def test_assets_of_the_reference_have_their_types(anonymous):
    for name, media in {"swagger-ui-bundle.js": "javascript", "swagger-ui.css": "text/css"}.items():
        answer = await anonymous.get(f"/docs/assets/{name}")
        assert media in answer.headers["content-type"]
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/docs/assets/../system.py", "/docs/assets/%2e%2e/%2e%2e/x", "/docs/assets/none.js"])
async def test_nothing_else_is_served_from_the_folder_of_assets(anonymous, path):
    assert (await anonymous.get(path)).status_code == 404


async def test_the_document_describes_itself(anonymous):
    document = (await anonymous.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Rounds"
    flows = document["components"]["securitySchemes"]["OAuth2"]["flows"]
    assert flows["password"]["tokenUrl"] == "/security/token"
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path in document["paths"]:
        for operation in document["paths"][path].values():
            if "requestBody" in operation:
                assert {"413", "415", "422"} <= operation["responses"].keys(), path


async def test_the_introduction_tells_all_rooms(anonymous):
    document = (await anonymous.get("/openapi.json")).json()
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    used = {tag for path in document["paths"].values() for operation in path.values() for tag in operation["tags"]}
    assert {*tags} == used
    for name, description in tags.items():
        assert f"* **{name}**: {description}\n" in document["info"]["description"]
    assert tags["summaries"] == "What a patient's notes say, short, cited and checked."
    assert tags["audit"].count(".") == 2  # of the trail, and of break-glass
