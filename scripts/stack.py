"""The containers of `compose.yaml`: `make up`, `make down`, `make logs`.

    python scripts/stack.py up|down|logs

Their settings stand in `compose.env`, apart from the `.env` of `make run`: the two have different databases, and so
different passwords. `up` makes the file, with secrets of its own. `STACK_PROFILES` names profiles to bring besides.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from local import COMPOSE_SETTINGS, PASSWORD, Refused, Silent, call, composed_address, settings_in, stop
from make_secrets import add_missing

_SECRETS = ("POSTGRES_PASSWORD", "ROUNDS_JWT_SECRET", PASSWORD)
_PROFILES = ("mail", "monitoring")
# How mail reaches the catcher of the profile `mail`, unless it is said otherwise.
_CATCHER = {
    "ROUNDS_EMAIL_ADAPTER": "smtp",
    "ROUNDS_SMTP_URL": "smtp://mail:1025?tls=off",
    "ROUNDS_EMAIL_FROM": "rounds@example.org",
}
_PATIENCE = 300.0  # seconds until the first start has prepared the database, on a slow machine


def main() -> None:
    """Do what the first argument says."""
    actions = {"up": up, "down": down, "logs": logs}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        stop(f"Say one of {', '.join(actions)}.", code=2)
    actions[sys.argv[1]]()


def up() -> None:
    """Build and start the stack, wait until it is ready, and say how to sign in."""
    program = _program()
    _make_settings()
    profiles = _wanted_profiles()
    if "mail" in profiles:
        known = settings_in(COMPOSE_SETTINGS)
        os.environ.update(
            {name: value for name, value in _CATCHER.items() if not known.get(name, os.environ.get(name))}
        )
    _run(program, profiles, "up", "--detach", "--build")
    address = composed_address()
    _wait_until_ready(address)
    username = settings_in(COMPOSE_SETTINGS).get("ROUNDS_ADMIN_USERNAME") or "admin"
    place = f"{PASSWORD} (environment)" if os.environ.get(PASSWORD) else f"{PASSWORD} in {COMPOSE_SETTINGS}"
    print(f"Rounds answers at {address}; the reference is at {address}/docs.")
    print(f"Sign in as {username} with the password of {place}, unless it was changed since; or: make token")


def down() -> None:
    """Stop the stack; the data stays in its volumes."""
    _run(_program(), _PROFILES, "down")
    print("Stopped. The data stays; make up brings it back.")


def logs() -> None:
    """Show the last lines of all services, and on a terminal whatever comes after them."""
    _run(_program(), (), "logs", "--tail", "100", *(["--follow"] if sys.stdout.isatty() else []))


def _program() -> list[str]:
    """The program that runs compose files on this machine."""
    known = (["docker", "compose"], ["docker-compose"], ["podman-compose"], ["podman", "compose"])
    found = next((command for command in known if _works(command)), None)
    if found is None:
        stop("Neither Docker with its compose plugin nor podman-compose works here; make run needs neither of them.")
    return found


def _works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0


def _wanted_profiles() -> list[str]:
    wanted = os.environ.get("STACK_PROFILES", "").split()
    if unknown := sorted(set(wanted) - set(_PROFILES)):
        stop(f"There is no profile {', '.join(unknown)}; there are {' and '.join(_PROFILES)}.", code=2)
    return wanted


def _run(program: list[str], profiles: Sequence[str], *arguments: str) -> None:
    # Left to itself, compose would read the `.env` of `make run`.
    file = ["--env-file", str(COMPOSE_SETTINGS)] if COMPOSE_SETTINGS.exists() else []
    try:
        chosen = [word for profile in profiles for word in ("--profile", profile)]
        ended = subprocess.run([*program, *file, "--file", "compose.yaml", *chosen, *arguments], check=False)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    if ended.returncode:
        stop(f"{' '.join([*program, arguments[0]])} ended with {ended.returncode}; its own lines above say why.")


def _make_settings() -> None:
    """Make `compose.env` with secrets of its own, or with those that an older version kept in `.env`."""
    if COMPOSE_SETTINGS.exists():
        return
    earlier = settings_in(Path(".env"))
    # Where there is a password for Redis too, the file is that of compose.prod.yaml, and none of ours.
    older = "POSTGRES_PASSWORD" in earlier and "REDIS_PASSWORD" not in earlier
    kept = {name: earlier[name] for name in _SECRETS if older and earlier.get(name)}
    add_missing(
        COMPOSE_SETTINGS,
        _SECRETS,
        title="Settings of the containers (make up), not those of make run. Any of .env.example may stand here.",
        known=kept,
    )
    print(f"Made {COMPOSE_SETTINGS} with the secrets of the containers.")
    if kept:
        print(f"{', '.join(kept)} came from .env, where make run would take them for its own: remove them there.")


def _wait_until_ready(address: str) -> None:
    print("Waiting until it is ready ...", flush=True)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            if call(address, "/health/ready")["status"] != "down":
                return
        except (Refused, Silent):
            pass
        time.sleep(0.5)
    stop(f"It does not answer at {address} yet: make logs shows why.")


if __name__ == "__main__":
    main()
