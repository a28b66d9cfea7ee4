"""`make up`, `down` and `logs`, with a program in the place of Docker that writes down how it was called."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SECRETS = ("POSTGRES_PASSWORD", "ROUNDS_JWT_SECRET", "ROUNDS_ADMIN_PASSWORD")


class _Ready(BaseHTTPRequestHandler):
    """Answers as the API of the stack would."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ok"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Ready) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


class Machine:
    """A clone on a machine that has these container programs, and no others."""

    def __init__(self, folder: Path, port: int) -> None:
        self.clone, self.programs, self.port = folder / "a clone", folder / "programs", port
        self.clone.mkdir()
        self.programs.mkdir()
        for name in ("Makefile", "scripts", "compose.yaml"):
            (self.clone / name).symlink_to(ROOT / name)
        for name in ("make", "sh", "awk", "test", "grep"):
            (self.programs / name).symlink_to(shutil.which(name))
        (self.programs / "python3").symlink_to(sys.executable)

    def has(self, name: str, *, compose: bool = True, ends_with: int = 0) -> None:
        program = self.programs / name
        refuses = "" if compose else 'case "$1" in compose) exit 1;; esac\n'
        program.write_text(
            f'#!/bin/sh\n{refuses}echo "{name} $*" >> calls\ncase "$*" in *version) ;; *) exit {ends_with};; esac\n'
        )
        program.chmod(0o755)

    def make(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {"PATH": str(self.programs), "ROUNDS_PORT": str(self.port), "HOME": str(self.clone)}
        return subprocess.run(
            ["make", *words],
            cwd=self.clone,
            env=kept | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        lines = (self.clone / "calls").read_text().splitlines()
        return [line for line in lines if not line.endswith(" version")]

    def secrets(self) -> dict[str, str]:
        lines = (self.clone / "compose.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


@pytest.fixture
def machine(tmp_path: Path, port: int) -> Machine:
    return Machine(tmp_path, port)


def test_up_makes_secrets_once_starts_and_says_how_to_sign_in(machine: Machine) -> None:
    machine.has("docker")
    ran = machine.make("up")
    assert ran.returncode == 0, ran.stderr
    assert machine.calls == ["docker compose --env-file compose.env --file compose.yaml up --detach --build"]
    made = machine.secrets()
    assert set(made) == set(SECRETS)
    assert all(len(secret) >= 40 for secret in made.values())
    assert len(set(made.values())) == len(SECRETS)
    assert stat.S_IMODE((machine.clone / "compose.env").stat().st_mode) == 0o600
    assert f"Rounds answers at http://127.0.0.1:{machine.port};" in ran.stdout
    assert "ROUNDS_ADMIN_PASSWORD in compose.env" in ran.stdout
    assert not any(secret in ran.stdout + ran.stderr for secret in made.values())
    assert machine.make("up").returncode == 0
    assert machine.secrets() == made
    assert not (machine.clone / ".env").exists(), "what stands there, make run would take for its own"


def test_profiles_bring_more(machine: Machine) -> None:
    machine.has("docker")
    assert machine.make("up", "PROFILES=mail monitoring").returncode == 0
    (call,) = machine.calls
    assert call.endswith("--file compose.yaml --profile mail --profile monitoring up --detach --build")
    refused = machine.make("up", "PROFILES=grafana")
    assert refused.returncode != 0
    assert "There is no profile grafana; there are mail and monitoring." in refused.stderr


def test_with_the_profile_mail_mail_goes_there_unless_it_is_said_otherwise(machine: Machine) -> None:
    (machine.programs / "docker").write_text('#!/bin/sh\necho "$ROUNDS_EMAIL_ADAPTER $ROUNDS_SMTP_URL" >> seen\n')
    (machine.programs / "docker").chmod(0o755)
    machine.make("up", "PROFILES=mail")
    with (machine.clone / "compose.env").open("a") as settings:
        settings.write("ROUNDS_SMTP_URL=smtps://mail.example.org\n")
    machine.make("up", "PROFILES=mail")
    machine.make("up")
    lines = [line for line in (machine.clone / "seen").read_text().splitlines() if line.strip()]
    assert [line.strip() for line in lines] == ["smtp smtp://mail:1025?tls=off", "smtp"]


def test_the_secrets_of_production_are_not_taken_for_the_containers(machine: Machine) -> None:
    machine.has("docker")
    (machine.clone / ".env").write_text("POSTGRES_PASSWORD=a\nREDIS_PASSWORD=b\nROUNDS_ADMIN_PASSWORD=c\n")
    assert machine.make("up").returncode == 0
    assert machine.secrets()["POSTGRES_PASSWORD"] != "a"


def test_secrets_that_an_older_version_kept_in_env_go_on_working(machine: Machine) -> None:
    machine.has("docker")
    earlier = (
        "POSTGRES_PASSWORD=theirs\nROUNDS_JWT_SECRET='quoted secret'\nROUNDS_ADMIN_PASSWORD=known to them # a note\n"
    )
    (machine.clone / ".env").write_text(f"# mine\nexport ROUNDS_PORT=1\n{earlier}")
    ran = machine.make("up")
    assert machine.secrets() == {
        "POSTGRES_PASSWORD": "theirs", "ROUNDS_JWT_SECRET": "quoted secret", "ROUNDS_ADMIN_PASSWORD": "known to them"
    }  # fmt: skip
    assert "came from .env, where make run would take them for its own: remove them there" in ran.stdout


def test_a_password_of_make_run_is_not_taken_for_the_containers(machine: Machine) -> None:
    machine.has("docker")
    (machine.clone / ".env").write_text("ROUNDS_ADMIN_PASSWORD=of another database\n")
    assert machine.make("up").returncode == 0
    assert machine.secrets()["ROUNDS_ADMIN_PASSWORD"] != "of another database"


def test_what_is_installed_is_used(machine: Machine) -> None:
    machine.has("docker", compose=False)
    machine.has("podman-compose")
    (machine.clone / "compose.env").write_text("POSTGRES_PASSWORD=x\n")
    assert machine.make("down").returncode == 0
    assert machine.make("logs").returncode == 0
    assert machine.calls == [
        "podman-compose --env-file compose.env --file compose.yaml --profile mail --profile monitoring down",
        "podman-compose --env-file compose.env --file compose.yaml logs --tail 100",
    ]


@pytest.mark.parametrize("target", ["up", "down", "logs"])
def test_a_machine_without_any_is_told_in_a_line(machine: Machine, target: str) -> None:
    machine.has("docker", compose=False)
    ran = machine.make(target)
    assert ran.returncode != 0
    assert ran.stderr.startswith("Neither Docker with its compose plugin nor podman-compose works here;")
    assert len(ran.stderr.splitlines()) == 2
    assert not (machine.clone / "compose.env").exists()


def test_what_compose_could_not_do_is_a_failure(machine: Machine) -> None:
    machine.has("docker", ends_with=17)
    ran = machine.make("up")
    assert ran.returncode != 0
    assert "docker compose up ended with 17" in ran.stderr
    assert "Rounds answers" not in ran.stdout


def test_a_token_comes_with_the_password_of_the_containers(machine: Machine, port: int) -> None:
    # Nothing of `make run` is here, and the server in the containers' place knows no sign-in: it is asked all the same.
    (machine.clone / "compose.env").write_text("ROUNDS_ADMIN_PASSWORD=of the containers\n")
    ran = machine.make("token")
    assert "Rounds does not answer" not in ran.stderr
    assert "is not known here" not in ran.stderr


def test_every_setting_in_compose_env_reaches_the_containers() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    for name in ("api", "consumer"):
        assert services[name]["env_file"] == [{"path": "compose.env", "required": False}]
        # What has another meaning within the container is decided there.
        assert services[name]["environment"]["ROUNDS_PORT"] == "8000"


# --- make run, while it installs


def said_while_installing(machine: Machine, *, terminal: bool) -> str:
    """What `make .venv/.run` would do, on a terminal or in a pipe; nothing is installed."""
    for name in ("bootstrap.lock", "requirements.lock", "pyproject.toml"):
        (machine.clone / name).symlink_to(ROOT / name)
    command = ["make", "--dry-run", "--always-make", ".venv/.run"]
    if not terminal:
        return machine.make(*command[1:]).stdout
    master, slave = os.openpty()
    try:
        return subprocess.run(
            command, cwd=machine.clone, env={"PATH": str(machine.programs)}, stdout=subprocess.PIPE, stderr=slave,
            text=True, timeout=60, check=True,
        ).stdout  # fmt: skip
    finally:
        os.close(master)
        os.close(slave)


def test_installing_says_what_it_does_and_on_a_terminal_how_far_it_is(machine: Machine) -> None:
    piped = said_while_installing(machine, terminal=False)
    for step in ("step 1 of 3", "step 2 of 3", "step 3 of 3"):
        assert step in piped
    (quiet,) = [line for line in piped.splitlines() if "requirements.lock" in line and "pip install" in line]
    assert "--quiet" in quiet


def test_installing_shows_its_progress_on_a_terminal(machine: Machine) -> None:
    shown = said_while_installing(machine, terminal=True)
    (loud,) = [line for line in shown.splitlines() if "requirements.lock" in line and "pip install" in line]
    assert "--quiet" not in loud
