"""Walks a patient through every slice of the Rounds that runs here, over its published port: a line a step.

    python scripts/smoke.py        or: make smoke, scripts/smoke

Where it is and as whom to sign in is found as by `make token`, or said: `ASK_API`, `ASK_USER` and `ASK_PASSWORD`.
The account needs every scope. What the walk adds it takes away again; what nobody can delete, it makes inactive: an
account, a department and a clinician. The audit trail keeps all of it.
"""

import sys
import time
from collections.abc import Callable

from ask import running, token_of
from local import Refused, Silent, stop
from smoke_clinic import chart, evaluate, fact_feedback, notes, patients, procedures, summaries
from smoke_hospital import accounts, addresses, appointments, calendars, rota, staff, tasks
from smoke_walk import Failed, Walk
from smoke_watch import audit, break_glass, console, events, notifications, rules, system

Step = Callable[[Walk], str]

# In this order: most go on from what an earlier one left in the walk. `loading` has no calls, only commands.
STEPS: tuple[Step, ...] = (
    system,
    accounts,
    events,
    staff,
    rota,
    patients,
    addresses,
    procedures,
    notes,
    fact_feedback,
    chart,
    summaries,
    rules,
    evaluate,
    notifications,
    tasks,
    appointments,
    calendars,
    break_glass,
    audit,
    console,
)


def main() -> None:
    """Take every step; end with 1 at the first that fails, and tidy up in any case."""
    try:
        address, passwords = running()
        walk = Walk(address, token_of(address, passwords))
    except (Refused, Silent) as error:
        stop(str(error))
    print(f"{address}: {len(STEPS)} steps", flush=True)
    begun = time.monotonic()
    try:
        for step in STEPS:
            _take(step, walk)
    finally:
        left = walk.tidy_up()
        if left:
            print(f"left behind: {', '.join(left)}", file=sys.stderr)
    print(f"ok   all {len(STEPS)} steps in {time.monotonic() - begun:.1f} s")


def _take(step: Step, walk: Walk) -> None:
    name, begun = step.__name__, time.monotonic()
    try:
        said = step(walk)
    except (Failed, Refused, Silent) as error:
        print(f"FAIL {name:14} {error}", flush=True)
        raise SystemExit(1) from None
    except (KeyError, IndexError, TypeError) as error:  # an answer of another shape
        print(f"FAIL {name:14} the answer is not what the contract says: {error!r}", flush=True)
        raise SystemExit(1) from None
    print(f"ok   {name:14} {said} ({(time.monotonic() - begun) * 1000:.0f} ms)", flush=True)


if __name__ == "__main__":
    main()
