"""The program's life: start, use, Ctrl-C, kill -9, and two at once."""

import contextlib
import json
import os
import signal
import socket
import stat

import httpx
import pytest

from rounds import embedded
from tests.journeys.conftest import PATIENCE

SOUND = "0123456789abcdef" * 2  # a secret that production accepts


def test_a_newcomer_starts_it_imports_the_hundred_and_finds_them(start, panda):
    program = start(first=True)
    greeting = "\n".join(program.lines)
    for part in ("Rounds 0.", "PostgreSQL  18", "embedded", "Schema", "sample ward", "Docs", "Sign in", "curl -s"):
        assert part in greeting
    client = program.client()
    assert client.get("/patients", params={"mrn": "108"}).json()["pagination"]["count"] == 1
    file = panda / "example_patients.json"
    imported = program.rounds("import", "panda", str(file))
    assert imported.returncode == 0, imported.stderr
    assert "100 created, 0 unchanged, 0 refused" in imported.stdout
    assert "0 created, 100 unchanged, 0 refused" in program.rounds("import", "panda", str(file)).stdout
    wanted = json.loads(file.read_text())[0]
    number = wanted["nhs_number"]
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    assert client.get(f"/patients/by-nhs-number/{spaced}").json()["name"] == wanted["name"]
    best = client.get("/patients", params={"q": "marian baily"}).json()["data"]
    assert "Marian Bailey" in best[0]["name"]


def test_ctrl_c_leaves_no_process(start, leftovers):
    program = start(ROUNDS_SAMPLE_DATA="false")
    assert leftovers(program)
    program.interrupt()
    assert program.process.wait(PATIENCE) == 0
    assert not leftovers(program)


def test_kill_dash_nine_loses_nothing(start):
    program = start(ROUNDS_SAMPLE_DATA="false")
    created = program.client().post("/patients", json={"name": "Survivor", "date_of_birth": "1980-01-01"}).json()
    os.kill(program.process.pid, signal.SIGKILL)
    again = start(ROUNDS_SAMPLE_DATA="false")
    assert again.client().get(f"/patients/{created['id']}").json() == created


def test_a_second_server_on_the_same_data_says_so_and_others_attach(start):
    program = start()
    second = program.rounds("serve")
    assert second.returncode == 1
    assert len(second.stderr.strip().splitlines()) == 1
    assert str(program.process.pid) in second.stderr
    added = program.rounds("seed", "--patients", "50")
    assert added.returncode == 0, added.stderr
    assert program.client().get("/patients", params={"total": "true"}).json()["pagination"]["total"] == 74


def test_busy_ports_do_not_matter(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = start(ready=False, ROUNDS_PORT=str(taken.getsockname()[1]))
        assert refused.process.wait(PATIENCE) == 1
        assert "ROUNDS_PORT" in refused.wait_for("rounds: Cannot listen")
    with socket.socket() as default:
        default.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # when somebody else keeps it busy, that serves as well
            default.bind(("127.0.0.1", 8000))
            default.listen()
        program = start(ROUNDS_PORT="", ROUNDS_SAMPLE_DATA="false")
        assert not program.url.endswith(":8000")


def test_a_path_with_spaces_quotes_and_accents(start, data_dir):
    folder = data_dir / "my data, 'été'"
    folder.mkdir(parents=True)
    program = start(first=True, folder=folder, ROUNDS_SAMPLE_DATA="false")
    assert program.client().get("/health/ready").json()["status"] == "ok"


def test_generated_secrets_are_private_and_stay(start, data_dir):
    program = start(first=True, ROUNDS_ADMIN_PASSWORD="", ROUNDS_SAMPLE_DATA="false")
    shown = next(line for line in program.lines if "Sign in" in line)
    password = shown.split("/")[-1].strip()
    assert len(password) >= 12
    program.client(password=password)
    for name in ("admin_password.txt", "jwt_secret.txt"):
        assert stat.S_IMODE((data_dir / name).stat().st_mode) == 0o600
    program.stop()
    again = start(ROUNDS_ADMIN_PASSWORD="", ROUNDS_SAMPLE_DATA="false")
    again.client(password=password)


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({"ROUNDS_ENVIRONMENT": "production"}, "ROUNDS_JWT_SECRET"),
        ({"ROUNDS_ENVIRONMENT": "production", "ROUNDS_JWT_SECRET": "short"}, "ROUNDS_JWT_SECRET"),
        (
            {
                "ROUNDS_ENVIRONMENT": "production",
                "ROUNDS_JWT_SECRET": SOUND,
                "ROUNDS_ADMIN_PASSWORD": "",
            },
            "ROUNDS_ADMIN_PASSWORD",
        ),
        ({"ROUNDS_ENVIRONMENT": "production", "ROUNDS_JWT_SECRET": SOUND}, "ROUNDS_DATABASE_URL"),
        ({"ROUNDS_PORT": "eighty"}, "ROUNDS_PORT"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(start, environment, variable):
    program = start(ready=False, **environment)
    assert program.process.wait(PATIENCE) == 1
    line = program.wait_for("rounds:")
    assert variable in line
    assert program.lines == [line]


def test_workers_share_deactivation_within_a_second(start, until):
    program = start(ROUNDS_WORKERS="2", ROUNDS_SAMPLE_DATA="false")
    admin = program.client()
    registered = admin.post(
        "/security/register",
        json={"username": "leaver", "password": "some unrelated words", "full_name": "A Leaver", "roles": ["nurse"]},
    ).json()
    token = program.client("leaver", "some unrelated words").headers["Authorization"]

    def statuses() -> set[int]:
        # A connection of its own for each request, so that both workers get their share.
        asked = (httpx.get(f"{program.url}/security/me", headers={"Authorization": token}) for _ in range(20))
        return {answer.status_code for answer in asked}

    assert statuses() == {200}
    assert admin.patch(f"/security/users/{registered['id']}", json={"active": False}).status_code == 200
    until(lambda: statuses() == {401})
    assert 'handler="/security/me"' in httpx.get(f"{program.url}/metrics").text


def test_commands_work_without_a_server(rounds, data_dir):
    words = "many plain words\n"
    clerk = ("user", "add", "ward.clerk", "--role", "scheduler", "--password", "-")
    assert rounds("migrate").returncode == 0
    made = rounds(*clerk, stdin=words)
    assert made.returncode == 0, made.stderr
    with embedded.start_or_attach(data_dir, purpose="another command", durable=False):  # so that they need not wait
        assert "ward.clerk" in rounds("user", "list").stdout
        assert rounds("user", "reset-password", "ward.clerk", "--password", "-", stdin=words).returncode == 0
        assert rounds("import", "panda", "no-such-file.json").returncode == 1
    assert rounds("migrate", "--to", "base").stdout.strip() == "The schema is at base."
