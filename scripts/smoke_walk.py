"""What the steps of a smoke walk share: how to call, what must hold, how to wait, what is to be taken away again."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from local import Refused, Silent, call

PATIENCE = 120.0  # seconds for what the consumer does; its first scan loads the models


class Failed(Exception):  # noqa: N818 - it reads as the sentence it prints
    """Something does not hold; `str()` is what."""


@dataclass
class Walk:
    """A walk through the API at `address`."""

    address: str
    token: str
    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tells what this walk adds from what other walks added."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What earlier steps leave for later ones, by name: ids, mostly."""
    _leavings: list[tuple[str, str, Any]] = field(default_factory=list)

    def get(self, path: str, **more: Any) -> Any:
        """The answer to a GET."""
        return call(self.address, path, **({"token": self.token} | more))

    def page(self, path: str) -> tuple[Mapping[str, str], str]:
        """The headers and the text of what is no JSON, fetched as a browser or a calendar would: without a token."""
        try:
            with build_opener(ProxyHandler({})).open(f"{self.address}{path}", timeout=30) as answer:
                return answer.headers, answer.read().decode()
        except HTTPError as error:
            raise Failed(f"GET {path} answered {error.code}") from None
        except OSError as error:
            raise Failed(f"GET {path}: {error}") from None

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The answer to a call that changes something."""
        return call(self.address, path, method=method, body=body, **({"token": self.token} | more))

    def add(self, path: str, body: Any, **more: Any) -> Any:
        """What was made by a POST; taken away at the end."""
        made = self.send("POST", path, body, **more)
        self.take_away("DELETE", f"{path}/{made['id']}")
        return made

    def take_away(self, method: str, path: str, body: Any = None) -> None:
        """Have this called at the end, before what was asked for earlier."""
        self._leavings.append((method, path, body))

    def refuses(self, status: int, method: str, path: str, body: Any = None, **more: Any) -> None:
        """A call must be refused with `status`."""
        try:
            self.send(method, path, body, **more)
        except Refused as error:
            holds(error.status == status, f"{method} {path} answered {error.status}, not {status}")
        else:
            raise Failed(f"{method} {path} was let through; {status} was to be expected")

    def until(self, what: str, found: Callable[[], Any]) -> Any:
        """Ask again until there is an answer that is not empty."""
        deadline = time.monotonic() + PATIENCE
        while not (answer := found()):
            if time.monotonic() > deadline:
                raise Failed(f"{what}: waited {PATIENCE:.0f} s in vain")
            time.sleep(0.2)
        return answer

    def tidy_up(self) -> list[str]:
        """Take away what was added, the newest first; answers what could not be."""
        left = []
        while self._leavings:
            method, path, body = self._leavings.pop()
            try:
                self.send(method, path, body)
            except (Refused, Silent) as error:
                if not (isinstance(error, Refused) and error.status == 404):  # gone with what it hung on
                    left.append(f"{path} ({error})")
        return left


def holds(condition: object, otherwise: str) -> None:
    """Go on only if `condition` holds.

    Raises:
        Failed: otherwise.
    """
    if not condition:
        raise Failed(otherwise)
