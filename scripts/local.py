"""Where Rounds answers on this machine, and with which passwords: what `make run` and `make up` left behind.

Only the standard library: these scripts also serve whoever runs Rounds in containers and has no `.venv`.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

COMPOSE_SETTINGS = Path("compose.env")
PASSWORD = "ROUNDS_ADMIN_PASSWORD"  # noqa: S105 - the name of a setting

# Whatever proxy this machine uses for the internet, it does not lead to this machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Refused(Exception):  # noqa: N818 - it reads as the sentence it prints
    """The server said no; `str()` is why, in its own words."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail") or problem.get("title") or f"the server answered {status}")
        self.status = status
        self.code = problem.get("code")


class Silent(Exception):  # noqa: N818 - it reads as the sentence it prints
    """Nobody answers there."""


def stop(message: str, *, code: int = 1) -> NoReturn:
    """End with one line: 1 when it failed, 2 when it was called wrongly."""
    print(message, file=sys.stderr)
    raise SystemExit(code)


def settings_in(file: Path) -> dict[str, str]:
    """The settings that stand in a file of `NAME=value` lines, if there is one."""
    found: dict[str, str] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return found
    for line in lines:
        name, sign, value = line.strip().removeprefix("export ").partition("=")
        if sign and not name.startswith("#"):
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.partition(" #")[0].rstrip()


def setting(name: str, default: str = "") -> str:
    """A setting of `make run`: from the environment, else from `.env`."""
    return os.environ.get(name) or settings_in(Path(".env")).get(name) or default


def data_dir() -> Path:
    """Where `make run` keeps what it made."""
    return Path(setting("ROUNDS_DATA_DIR", ".rounds"))


def composed_address() -> str:
    """Where the containers of `make up` answer."""
    port = os.environ.get("ROUNDS_PORT") or settings_in(COMPOSE_SETTINGS).get("ROUNDS_PORT") or "8000"
    return f"http://127.0.0.1:{port}"


def addresses() -> Iterator[tuple[str, list[str]]]:
    """Where Rounds may answer, with the administrator's passwords that are worth a try there."""
    kept = data_dir()
    with_run = [setting(PASSWORD), _text(kept / "admin_password.txt")]
    if address := _text(kept / "address.txt"):
        yield address, [password for password in with_run if password]
    composed = settings_in(COMPOSE_SETTINGS)
    if composed:
        yield composed_address(), [password for password in (composed.get(PASSWORD, ""),) if password]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def call(
    address: str,
    path: str,
    *,
    token: str | None = None,
    form: dict[str, str] | None = None,
    post: bool = False,
    method: str | None = None,
    body: Any = None,
    headers: dict[str, str] | None = None,
) -> Any:
    """What the API at `address` answers: JSON, or nothing where there is nothing to say.

    `body` is sent as JSON, or as it is when it is bytes; then `headers` say what it is.

    Raises:
        Refused: when it answers that it will not.
        Silent: when nobody answers.
    """
    sent = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = urllib.parse.urlencode(form).encode() if form is not None else b"" if post else None
    if isinstance(body, bytes):
        data = body
    elif body is not None:
        data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
    try:
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{address}{path}", data=data, headers=sent | (headers or {}), method=method
        )
        with _opener.open(request, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        try:
            problem = json.load(error)
        except ValueError:
            problem = {}
        raise Refused(error.code, problem if isinstance(problem, dict) else {}) from None
    except (OSError, ValueError) as error:  # refused, timed out, an address that is none, no JSON
        reason = getattr(error, "reason", None) or error
        raise Silent(f"Nobody answers at {address} ({getattr(reason, 'strerror', None) or reason}).") from None


def answers(address: str) -> bool:
    """Whether Rounds, and not something else, answers there."""
    try:
        return bool(call(address, "/health") == {"status": "ok"})
    except (Refused, Silent):
        return False
