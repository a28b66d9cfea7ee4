"""Serves one owner, from its plan to its end."""

import contextlib
import json
import os
import signal
import sys

from rounds.keeper.keeper import Keeper
from rounds.keeper.lifeline import OwnerGone, carry_on, listen_for_signals, tell_owner
from rounds.keeper.plan import EngineDown, Plan


def main() -> None:
    """Serve one owner."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, carry_on)
    listen_for_signals()
    os.umask(0o077)
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return  # the owner ended before it had said what it wants
    keeper = Keeper(Plan(**json.loads(line)))
    failure: dict[str, object] = {}
    try:
        try:
            tell_owner({"ready": keeper.start()})
            keeper.watch()
        except EngineDown as down:
            failure = {"failed": str(down), "log": str(down.log) if down.log else None}
        except OSError as error:
            failure = {"failed": f"{keeper.data_dir} cannot be used: {error}", "log": None}
        except OwnerGone:
            if keeper.plan.linger and keeper.record.exists():
                keeper.let_others_finish()
    finally:
        keeper.stop()
    if failure:
        with contextlib.suppress(OwnerGone):
            tell_owner(failure)
