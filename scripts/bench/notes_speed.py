"""How long understanding takes: by itself, and in the child process where the service runs it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

SECONDS = 30.0


@dataclass(frozen=True)
class Speed:
    """Milliseconds a note, and notes a second."""

    notes: int
    median: float
    p95: float
    longest: float
    a_second: float
    isolated_a_second: float | None


def speed(texts: list[str], understand: Callable[[str], object]) -> Speed:
    """Read every note three times, after one that loads the word lists; each note counts with its middle time."""
    understand(texts[0])
    times = [sorted(_milliseconds(text, understand) for _ in range(3))[1] for text in texts]
    return Speed(
        notes=len(texts),
        median=median(times),
        p95=quantiles(times, n=20)[-1],
        longest=max(times),
        a_second=1000 * len(times) / sum(times),
        isolated_a_second=asyncio.run(_isolated(texts, understand)),
    )


def _milliseconds(text: str, understand: Callable[[str], object]) -> float:
    began = time.perf_counter()
    understand(text)
    return (time.perf_counter() - began) * 1000


async def _isolated(texts: list[str], understand: Callable[[str], object]) -> float | None:
    """One after another, as one consumer takes them, without what it writes to the database."""
    from rounds.processes import ChildProcesses  # noqa: PLC0415 - an engine of its own, started only here

    async with ChildProcesses() as child:
        await child.run(understand, texts[0], seconds=SECONDS)
        began = time.perf_counter()
        for text in texts:
            await child.run(understand, text, seconds=SECONDS)
        return len(texts) / (time.perf_counter() - began)
