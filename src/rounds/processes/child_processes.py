"""Work on bytes from outside, in a child process that may hang, crash or eat memory without hurting anyone else.

Parsers of foreign formats are large programs in C, some of them not thread-safe, and whatever goes through long texts
holds the interpreter while it does. They run here one at a time in a process, under a bound of time and one of memory,
at low priority, and are killed when they pass one. A child starts with the first task and is kept for the next ones.
Who may go next is told by `rounds.processes.fair_queue`.

A function run here lives at module level, and its module names what it needs by full module paths: in the child, the
packages of slices are entered past their front doors (`rounds.processes.front_doors`), which would bring the whole
application along. For the same reason a child does not see the program's `__main__`.
"""

import asyncio
import ctypes
import importlib
import os
import pickle
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError as TaskCancelled
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import connection, parent_process, popen_spawn_posix, spawn
from multiprocessing.context import SpawnContext, SpawnProcess
from types import FunctionType, SimpleNamespace
from typing import Any, ClassVar, Self, TypeVar, TypeVarTuple

from pebble import ProcessExpired, ProcessPool

from rounds import garbage_collection
from rounds.processes import front_doors
from rounds.processes.fair_queue import Busy, FairQueue

__all__ = ["Busy", "ChildProcesses", "Died", "TookTooLong"]

_Given = TypeVarTuple("_Given")
_Found = TypeVar("_Found")

_START_SECONDS = 30.0  # what a child may take to start and to receive its task, on a machine that is busy
_TASKS_PER_CHILD = 200  # then it is replaced, so that what a parser leaks stays bounded
_NICENESS = 10
_MIB = 1 << 20


class TookTooLong(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The function did not end in its time, and its process was killed."""


class Died(Exception):  # noqa: N818 - see TookTooLong
    """The function's process ended under it: it crashed, wanted too much memory, or the program is stopping."""


class ChildProcesses:
    """A few child processes, and a queue before them.

    Args:
        workers: How many children there are at most.
        memory_bytes: How much memory the data of one child may take.
        waiting: How many callers may wait for a free child, and half as many of one account; the next one is turned
            away.
        threads: How many threads numeric libraries in a child may use.
    """

    def __init__(
        self, workers: int = 1, *, memory_bytes: int = 1024 * _MIB, waiting: int = 64, threads: int = 1
    ) -> None:
        self._children = [_Child(memory_bytes, threads) for _ in range(workers)]
        self._queue = FairQueue(self._children, waiting=waiting)
        self._stopped = False

    async def start(self) -> None:
        """Take calls; the children themselves start when they are needed."""
        self._stopped = False

    async def stop(self) -> None:
        """End the children at once; callers that still wait get `Died`."""
        self._stopped = True
        for child in self._children:
            child.interrupt()
        await asyncio.gather(*(asyncio.to_thread(child.end) for child in self._children))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def run(
        self,
        function: Callable[[*_Given], _Found],
        *args: *_Given,
        seconds: float,
        whose: Hashable = None,
        size: int = 0,
        patience: float | None = None,
    ) -> _Found:
        """What `function(*args)` answers in a child; what it raises is raised here.

        The time counts from when a child has the task, not while the caller waits for a free one. A caller that is
        cancelled takes its child with it.

        Args:
            function: What is done.
            args: What it is given.
            seconds: How long it may take.
            whose: The account that it is done for; None stands for the program's own work.
            size: How long what is worked on is, in characters or bytes.
            patience: How many seconds to wait for a free child at most.

        Raises:
            TookTooLong: after `seconds`; also when the function left the process with a success.
            Died: when the child ended before the function did.
            Busy: when too many wait already, or patience ends.
        """
        async with self._queue.lane(whose, size, patience=patience) as child:
            if self._stopped:
                raise Died
            answer = await child.run(function, args, seconds)
        found: _Found = answer
        return found


class _Child:
    """One child process, which is replaced when it fails. It gets one task at a time.

    A pool for every child, and a new pool after every failure: then no task can be lost between a child that is being
    killed and the next one.
    """

    def __init__(self, memory_bytes: int, threads: int) -> None:
        self._bounds = (memory_bytes, threads)
        self._pool: ProcessPool | None = None
        self._under_way: asyncio.Future[bytes] | None = None
        self._interrupted = False
        self._ending: set[threading.Thread] = set()

    async def run(self, function: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Any:
        """See `ChildProcesses.run`."""
        task = (function.__module__, function.__qualname__, pickle.dumps(args))
        self._interrupted = False
        try:
            answer = await self._answer(task, seconds)
        except BrokenProcessPool:  # the child was lost before it had the task
            answer = await self._answer(task, seconds, last_try=True)
        if answer.died:
            self._discard()
            raise Died
        if answer.error is not None:
            raise answer.error
        return answer.found

    async def _answer(self, task: tuple[str, str, bytes], seconds: float, *, last_try: bool = False) -> "_Answer":
        try:
            self._under_way = asyncio.wrap_future(self._usable_pool().schedule(_perform, task, timeout=seconds))
            async with asyncio.timeout(seconds + _START_SECONDS):
                answer: _Answer = pickle.loads(await self._under_way)  # noqa: S301 - our own child's
        except TimeoutError:
            self._discard()
            raise TookTooLong from None
        except BrokenProcessPool:
            self._discard()
            if last_try:
                raise Died from None
            raise
        except (ProcessExpired, TaskCancelled, RuntimeError, OSError, EOFError):  # what pebble says of broken pools
            self._discard()
            raise Died from None
        except asyncio.CancelledError:
            self._discard()
            if self._interrupted:
                raise Died from None
            raise
        finally:
            self._under_way = None
        return answer

    def _usable_pool(self) -> ProcessPool:
        """A pool that takes tasks; one whose child was lost while it had nothing to do never will again."""
        if self._pool is not None and not self._pool.active:
            self._discard()
        if self._pool is None:
            self._pool = ProcessPool(1, _TASKS_PER_CHILD, _settle, self._bounds, _CONTEXT)
        return self._pool

    def interrupt(self) -> None:
        """Give up on the task under way."""
        if self._under_way is not None:
            self._interrupted = True
            self._under_way.cancel()

    def end(self) -> None:
        """End the process, and wait for it and for those that were discarded."""
        self._discard()
        for thread in list(self._ending):
            thread.join()

    def _discard(self) -> None:
        """End the process in the background; it takes moments, and nobody waits for it."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None

        def end() -> None:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it unannotated
            pool.join()
            self._ending.discard(thread)

        thread = threading.Thread(target=end, name="child-end", daemon=True)
        self._ending.add(thread)
        thread.start()


class _Answer:
    """What comes back from a child: what the function answered or raised, or that the child is no longer usable."""

    def __init__(self, found: Any = None, *, error: Exception | None = None, died: bool = False) -> None:
        self.found = found
        self.error = error
        self.died = died


# ---- In the child ----


def _settle(memory_bytes: int, threads: int) -> None:
    """What a child does before its first task."""
    # pebble's own handler waits for Python code to run, which a parser in C may not let happen.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    garbage_collection.pause()
    _die_with_parent()
    os.nice(_NICENESS)
    # On Linux it counts what is mapped privately and writable, also by threads and by the allocators of libraries; the
    # size of the address space would count what they only reserve.
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold what patients' files say
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)


def _die_with_parent() -> None:
    """See to it that no child is left when the parent is killed."""
    parent = parent_process()
    if parent is None:
        raise RuntimeError("only a child settles")

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="child-watch", daemon=True).start()
    if sys.platform == "linux":  # the thread above waits for a turn that C code may not give it; the kernel does not
        death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)


def _perform(module: str, name: str, args: bytes) -> bytes:
    """Call the function and pack what came of it."""
    try:
        found = _function(module, name)(*pickle.loads(args))  # noqa: S301 - our own parent's
        return pickle.dumps(_Answer(found))
    except MemoryError:
        return pickle.dumps(_Answer(died=True))
    except Exception as error:  # noqa: BLE001 - it is raised in the parent
        return _packed(error)
    except BaseException:  # noqa: BLE001 - an exit is the child's, never the parent's
        return pickle.dumps(_Answer(died=True))


@cache
def _function(module: str, name: str) -> Callable[..., Any]:
    """The function, with all that its module needs there, and out of the way of garbage collection.

    Whoever goes through a text makes objects by the hundred thousand: collecting as often as Python does of itself
    takes a third of that time.
    """
    front_doors.enter(module)
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    garbage_collection.settle()
    return found


def _packed(error: Exception) -> bytes:
    """The error as it can be raised in the parent, with a note where it came from."""
    frames = "".join(traceback.format_tb(error.__traceback__)[1:])
    # Errors of libraries would bring their libraries into the parent, if they can be unpacked there at all.
    if type(error).__module__.partition(".")[0] in {"builtins", "rounds", front_doors.SLICES}:
        try:
            packed = pickle.dumps(_Answer(error=error))
            pickle.loads(packed)  # noqa: S301 - just packed
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it cannot be sent
            packed = b""
        if packed:
            error.add_note(f"In a child process:\n{frames}")
            return pickle.dumps(_Answer(error=error))
    stand_in = RuntimeError(f"{type(error).__module__}.{type(error).__qualname__} in a child process")
    stand_in.add_note(f"In a child process:\n{frames}")
    return pickle.dumps(_Answer(error=stand_in))


# ---- How a child starts ----


def _preparation(name: str) -> dict[str, Any]:
    """What a new child is told about this program, apart from its `__main__`."""
    told = spawn.get_preparation_data(name)
    return {what: told[what] for what in told if not what.startswith("init_main")}


class _Launch(popen_spawn_posix.Popen):
    # The standard launcher, which finds our `get_preparation_data` where the standard library's would stand.
    _launch = FunctionType(
        popen_spawn_posix.Popen._launch.__code__,  # type: ignore[attr-defined]  # noqa: SLF001 - nothing public offers it
        {
            **vars(popen_spawn_posix),
            "spawn": SimpleNamespace(**{**vars(spawn), "get_preparation_data": _preparation}),
        },
    )


class _Process(SpawnProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> _Launch:  # noqa: N802 - the standard library's name
        return _Launch(process_obj)


class _Context(SpawnContext):
    Process: ClassVar = _Process


_CONTEXT = _Context()
