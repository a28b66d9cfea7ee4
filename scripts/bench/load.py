"""One run of wrk, and what came of it."""

import json
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.programs import BenchFailed, Program

CONNECTIONS = 32
# On a busy machine each of a crowd may wait for seconds, which is no failure.
_PATIENCE = "--timeout=10s"
_SCRIPT = Path(__file__).with_name("requests.lua")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run measured, or the medians of several. Times are in milliseconds, of a request's whole way."""

    per_second: float
    p50: float
    p99: float
    longest: float
    processor: float  # milliseconds of the server's own processor time per request
    requests: float


def run(
    program: Program,
    *,
    seconds: int,
    headers: dict[str, str],
    arguments: tuple[str, ...],
    connections: int = CONNECTIONS,
) -> Run:
    """Load `program` for so many seconds with the requests that `requests.lua` makes of `arguments`.

    Raises:
        BenchFailed: when any request was refused or lost; the numbers would mean nothing.
    """
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    address = f"http://127.0.0.1:{program.port}"
    before = program.processor_seconds()
    done = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            _PATIENCE,
            "-s",
            str(_SCRIPT),
            *given,
            address,
            "--",
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    used = program.processor_seconds() - before
    told = [line.removeprefix("result ") for line in done.stdout.splitlines() if line.startswith("result ")]
    if done.returncode != 0 or not told:
        raise BenchFailed(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    result = json.loads(told[0])
    broken = {way: count for way, count in result["broken"].items() if count}
    if result["refused"] or broken or not result["requests"]:
        lost = ", ".join(f"{count} by {way}" for way, count in broken.items()) or "none"
        raise BenchFailed(
            f"{program.name} answered {result['requests']} requests to {' '.join(arguments)}; "
            f"{result['refused']} were refused, lost {lost}; {program.fate()}"
        )
    return Run(
        per_second=result["requests"] / result["microseconds"] * 1e6,
        p50=result["p50"] / 1000,
        p99=result["p99"] / 1000,
        longest=result["longest"] / 1000,
        processor=used / result["requests"] * 1000,
        requests=result["requests"],
    )


def middle(runs: list[Run]) -> Run:
    """The median of each number."""
    return Run(*(median(getattr(one, name) for one in runs) for name in Run.__slots__))


def unique() -> str:
    """A prefix for record numbers that no other run uses."""
    return f"B{time.time_ns():x}"


def written(file: Path, lines: Iterable[str]) -> Path:
    """A file of what `wrk` is to ask for, a line each; it asks once more for the first, which it does not send."""
    first, *others = lines
    file.write_text("".join(f"{line}\n" for line in (first, first, *others)), encoding="utf-8")
    return file
