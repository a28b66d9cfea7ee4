"""Verifies an export of the audit trail, without the database and without Rounds: `verify_audit_export.py FILE`.

The file is what `rounds audit export` writes. Each line is an event, or a seal, which has a member `seal`. A seal is
the SHA-256 of its ten other members, one a line in the order of `SEALED`. `previous` is the seal before it, `digest`
the SHA-256 over the events since then: for each its id (16 bytes) and the SHA-256 of its line.

With `--anchor NUMBER:SEAL`, as `rounds audit anchor` printed it at some time, the chain must also be the one of then.
Prints what there is and exits 0, or says what is wrong first and exits 1.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

SEALED = ("number", "previous", "month", "era", "begin", "end", "newest", "events", "digest", "sealed_at")
NOTHING = "0" * 64


class Broken(Exception):  # noqa: N818 - a finding
    """Something is wrong."""


def check_seal(seal: dict[str, str], before: dict[str, str] | None, members: list[bytes], retired: set[str]) -> None:
    """Hold a seal against what it covers and against the one before it."""
    name = f"seal {seal['number']}"
    if int(seal["number"]) != (int(before["number"]) + 1 if before else 1):
        raise Broken(f"{name}: a seal before it is missing")
    if seal["previous"] != (before["seal"] if before else NOTHING):
        raise Broken(f"{name}: it does not follow the seal before it")
    if hashlib.sha256("\n".join(seal[each] for each in SEALED).encode()).hexdigest() != seal["seal"]:
        raise Broken(f"{name}: it is not the seal of what it says")
    if seal["begin"] == seal["end"]:
        if members or seal["digest"] != NOTHING:
            raise Broken(f"{name}: it retires a month, and covers something")
        return
    if not members and seal["month"] in retired:
        return
    if len(members) != int(seal["events"]):
        raise Broken(f"{name}: it covers {seal['events']} events, and there are {len(members)}")
    if hashlib.sha256(b"".join(members)).hexdigest() != seal["digest"]:
        raise Broken(f"{name}: its events are not those that were sealed")


def retired_months(file: BinaryIO) -> set[str]:
    """The months that seals say are no longer kept."""
    seals = (json.loads(line) for line in file if b'"seal":' in line)
    return {seal["month"] for seal in seals if "seal" in seal and seal["begin"] == seal["end"]}


def verify(file: BinaryIO, anchor: str | None) -> str:
    """Verify all of it; answers what there is."""
    retired = retired_months(file)
    file.seek(0)
    before: dict[str, str] | None = None
    members: list[bytes] = []
    events, anchored = 0, anchor is None
    for number, raw in enumerate(file, start=1):
        line = raw.rstrip(b"\n")
        try:
            told = json.loads(line)
            if "seal" not in told:
                members.append(UUID(told["id"]).bytes + hashlib.sha256(line).digest())
                continue
        except (ValueError, KeyError, TypeError):
            raise Broken(f"line {number}: it is neither an event nor a seal") from None
        check_seal(told, before, members, retired)
        events += len(members)
        before, members = told, []
        anchored = anchored or anchor == f"{told['number']}:{told['seal']}"
    if not anchored:
        raise Broken(f"anchor {anchor}: it is not in this chain")
    return f"{before['number'] if before else 0} seals over {events} events, {len(members)} events not sealed yet"


def main() -> int:
    """Verify the file that is named."""
    parser = argparse.ArgumentParser(description="Verifies an export of the audit trail.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--anchor", help="NUMBER:SEAL, as `rounds audit anchor` printed it")
    asked = parser.parse_args()
    try:
        with asked.file.open("rb") as file:
            print(f"Whole: {verify(file, asked.anchor)}.")
    except Broken as found:
        print(f"Broken: {found}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
