"""Counts what callers notice while something is done to a running Rounds.

    python scripts/under_load.py [--clients 8] [--seconds 30] [--before 5] [--after 10] [-- COMMAND ...]

Callers read and write without pause: each looks for patients, reads one, adds a task and moves it on. After `--before`
seconds the command runs, such as one that stops a container and starts it again; the load goes on for `--seconds`, and
for `--after` seconds after the command has ended. Then every task whose creation was acknowledged is looked for: none
may be missing.

Where Rounds is and as whom to sign in is found as by `make token`, or said: `ASK_API`, `ASK_USER` and `ASK_PASSWORD`.
As any HTTP client does, a caller sends again, once and over a new connection, what went out on a connection that the
server had already closed; how often is told. It waits no time between failures but a tenth of a second.
"""

import argparse
import json
import secrets
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

from ask import running, token_of
from local import Refused, Silent, call, stop

_PAUSE = 0.1  # seconds after a failure: callers that retry without any measure only themselves


@dataclass
class Tally:
    """What the callers noticed; times are seconds since the load began."""

    answered: Counter[int] = field(default_factory=Counter)
    """Answers by status."""
    lost: Counter[str] = field(default_factory=Counter)
    """Requests without an answer, by what happened."""
    sent_again: int = 0
    failures: list[float] = field(default_factory=list)
    slowest: tuple[float, float, str] = (0.0, 0.0, "")
    """Of the answers: how long it took, when it was asked for, and what for."""
    tasks: list[str] = field(default_factory=list)
    """Ids of tasks whose creation was acknowledged."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class NotConnected(OSError):  # noqa: N818 - it is shown as what happened
    """Nobody took the connection, so that nothing was sent."""


class Caller:
    """One client with one connection."""

    def __init__(self, address: str, token: str, tally: Tally, begun: float) -> None:
        self._address, self._tally, self._begun = urlsplit(address), tally, begun
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._connection: HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """What is answered, or nothing where it is a failure: no answer, or a status of 500 and above."""
        sent = time.monotonic()
        try:
            status, text = self._send(method, path, body, headers)
        except (OSError, HTTPException) as error:
            self._close()
            self._note_failure(type(error).__name__, None)
            return None
        with self._tally.lock:
            took = time.monotonic() - sent
            self._tally.slowest = max(self._tally.slowest, (took, sent - self._begun, f"{method} {path}"))
        if status >= 500:
            self._note_failure("", status)
            return None
        with self._tally.lock:
            self._tally.answered[status] += 1
        return json.loads(text) if text else None

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, bytes]:
        reused = self._connection is not None
        try:
            return self._exchange(method, path, body, headers)
        except (RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._close()
            if not reused:
                raise
            with self._tally.lock:
                self._tally.sent_again += 1
            return self._exchange(method, path, body, headers)

    def _exchange(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = self._connection or self._connect()
        data = json.dumps(body) if body is not None else None
        connection.request(method, path, body=data, headers=self._headers | headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.will_close:
            self._close()
        return answer.status, text

    def _connect(self) -> HTTPConnection:
        host, port = self._address.hostname or "", self._address.port
        if self._address.scheme == "https":
            made: HTTPConnection = HTTPSConnection(host, port, timeout=2, context=ssl.create_default_context())
        else:
            made = HTTPConnection(host, port, timeout=2)
        try:
            made.connect()
        except OSError as error:
            raise NotConnected from error
        made.sock.settimeout(30)
        self._connection = made
        return made

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _note_failure(self, lost: str, status: int | None) -> None:
        with self._tally.lock:
            self._tally.failures.append(time.monotonic() - self._begun)
            if status is None:
                self._tally.lost[lost] += 1
            else:
                self._tally.answered[status] += 1
        time.sleep(_PAUSE)


def main() -> None:
    """Load, act, count; ends with 1 when a task that was acknowledged is gone."""
    options = _options()
    try:
        address, passwords = running()
        token = token_of(address, passwords)
        body = {"name": f"Load {secrets.token_hex(4)}", "date_of_birth": "1970-01-01"}
        patient = call(address, "/patients", token=token, body=body)["id"]
    except (Refused, Silent) as error:
        stop(str(error))
    tally, begun, over = Tally(), time.monotonic(), threading.Event()
    callers = [
        threading.Thread(target=_walk, args=(Caller(address, token, tally, begun), patient, over, tally))
        for _ in range(options.clients)
    ]
    for caller in callers:
        caller.start()
    acted = _act(options, begun)
    over.set()
    for caller in callers:
        caller.join()
    _report(tally, time.monotonic() - begun, acted)
    missing = _missing(address, token, tally.tasks)
    print(f"of {len(tally.tasks)} tasks whose creation was acknowledged {len(missing)} are missing")
    call(address, f"/patients/{patient}", token=token, method="DELETE")
    raise SystemExit(1 if missing else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--before", type=float, default=5.0, help="seconds of load before the command")
    parser.add_argument("--after", type=float, default=10.0, help="seconds of load after the command, at least")
    parser.add_argument("command", nargs="*")
    return parser.parse_args()


def _act(options: argparse.Namespace, begun: float) -> tuple[float, float] | None:
    """Run the command in its time; answers from when to when it ran."""
    acted = None
    if options.command:
        time.sleep(options.before)
        start = time.monotonic() - begun
        ended = subprocess.run(options.command, capture_output=True, text=True, check=False)
        acted = (start, time.monotonic() - begun)
        if ended.returncode:
            print(f"the command ended with {ended.returncode}: {ended.stderr.strip()[-500:]}", file=sys.stderr)
    rest = options.seconds - (time.monotonic() - begun)
    time.sleep(max(options.after if acted else 0.0, rest))
    return acted


def _walk(caller: Caller, patient: str, over: threading.Event, tally: Tally) -> None:
    while not over.is_set():
        caller.ask("GET", "/patients?q=load&limit=10")
        caller.ask("GET", f"/patients/{patient}")
        # With a key, what was sent again is not done again.
        key = secrets.token_hex(16)
        body = {"patient_id": patient, "task_type": "observation"}
        task = caller.ask("POST", "/tasks", body, **{"Idempotency-Key": key})
        if task and "id" in task:
            with tally.lock:
                tally.tasks.append(task["id"])
            move = {"new_status": "IN_PROGRESS", "reason": "under load"}
            caller.ask("POST", f"/tasks/{task['id']}/transition", move)


def _report(tally: Tally, seconds: float, acted: tuple[float, float] | None) -> None:
    total = sum(tally.answered.values()) + sum(tally.lost.values())
    took, at, asked = tally.slowest
    print(f"{total} requests in {seconds:.1f} s ({total / seconds:.0f} a second)")
    print(f"the slowest answer took {took * 1000:.0f} ms: {asked} at {at:.1f} s")
    print(f"answered: {', '.join(f'{count} x {status}' for status, count in sorted(tally.answered.items()))}")
    print(f"without an answer: {', '.join(f'{n} x {what}' for what, n in tally.lost.items()) or 'none'}")
    print(f"sent again over a new connection: {tally.sent_again}")
    if acted:
        print(f"the command ran from {acted[0]:.1f} s to {acted[1]:.1f} s")
    if tally.failures:
        first, last = min(tally.failures), max(tally.failures)
        print(f"{len(tally.failures)} failures, from {first:.1f} s to {last:.1f} s", end="")
        print(f"; well again {max(0.0, last - acted[1]):.1f} s after the command ended" if acted else "")
    else:
        print("no failure")


def _missing(address: str, token: str, tasks: list[str]) -> list[str]:
    return [task for task in tasks if _is_gone(address, token, task)]


def _is_gone(address: str, token: str, task: str) -> bool:
    """Ask until there is an answer: one that is not well yet says nothing about what it keeps."""
    while True:
        try:
            call(address, f"/tasks/{task}", token=token)
        except Refused as error:
            if error.status == 404:
                return True
            if error.status < 500:
                raise
        except Silent:
            pass
        else:
            return False
        time.sleep(_PAUSE)


if __name__ == "__main__":
    main()
