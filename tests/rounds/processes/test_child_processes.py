"""Work in child processes: bounds hold, whatever happens inside, and the next call works."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from rounds.processes import Busy, ChildProcesses, Died, TookTooLong

ROOT = Path(__file__).parents[3]
TASKS = Path(__file__).parent / "children"
sys.path.append(str(TASKS))  # children are given this path, and find the tasks by their name

import child_process_tasks as tasks  # noqa: E402 - see above


async def until(condition, seconds=20.0):
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not (found := condition()):  # noqa: ASYNC110 - the condition is another process's
            await asyncio.sleep(0.02)
    return found


@pytest.fixture
async def child_processes():
    async with ChildProcesses(memory_bytes=400 << 20) as made:
        yield made


async def test_answers_what_the_function_answers(child_processes):
    assert await child_processes.run(tasks.doubled, 21, seconds=30) == 42


async def test_a_child_is_another_process_and_is_kept(child_processes):
    first = await child_processes.run(tasks.process_id, seconds=30)
    assert first != os.getpid()
    assert await child_processes.run(tasks.process_id, seconds=30) == first


async def test_no_child_starts_before_the_first_task():
    before = {child.pid for child in psutil.Process().children()}
    async with ChildProcesses(workers=3):
        assert {child.pid for child in psutil.Process().children()} <= before


async def test_a_child_works_at_low_priority(child_processes):
    assert await child_processes.run(tasks.niceness, seconds=30) > os.nice(0)


async def test_a_child_collects_garbage_seldom(child_processes):
    collects, after, kept = await child_processes.run(tasks.collecting, seconds=30)
    assert collects
    assert after >= 10_000, "or texts would wait for it again and again"
    assert kept > 1000


async def test_an_error_comes_through_with_its_place(child_processes):
    with pytest.raises(ValueError, match="so it is") as raised:
        await child_processes.run(tasks.fail, ValueError("so it is"), seconds=30)
    assert "child_process_tasks.py" in raised.value.__notes__[0]


@pytest.mark.parametrize("function", [tasks.fail_unpackably, tasks.answer_unpackably])
async def test_what_cannot_be_sent_is_an_error_and_no_more(child_processes, function):
    child = await child_processes.run(tasks.process_id, seconds=30)
    with pytest.raises((RuntimeError, AttributeError)):
        await child_processes.run(function, seconds=30)
    assert await child_processes.run(tasks.process_id, seconds=30) == child


async def test_what_cannot_be_sent_there_is_an_error_and_no_more(child_processes):
    with pytest.raises((AttributeError, TypeError)):
        await child_processes.run(tasks.doubled, lambda: None, seconds=30)
    assert await child_processes.run(tasks.doubled, 1, seconds=30) == 2


@pytest.mark.parametrize(
    ("function", "args"),
    [
        pytest.param(os._exit, (3,), id="exits"),
        pytest.param(os.abort, (), id="aborts"),
        pytest.param(tasks.crash, (), id="crashes"),
        pytest.param(sys.exit, (1,), id="raises an exit"),
        pytest.param(tasks.fill_memory, (), id="eats memory"),
    ],
)
async def test_the_death_of_a_child_is_told_and_hurts_no_later_task(child_processes, function, args):
    with pytest.raises(Died):
        await child_processes.run(function, *args, seconds=30)
    assert await child_processes.run(tasks.doubled, 1, seconds=30) == 2


async def test_a_child_that_is_lost_while_it_has_nothing_to_do_is_replaced(child_processes):
    for settled in (False, True):  # whether its loss has been noticed by then
        child = await child_processes.run(tasks.process_id, seconds=30)
        os.kill(child, signal.SIGKILL)
        if settled:
            pool = child_processes._children[0]._pool  # noqa: SLF001 - nothing public shows it
            await until(lambda pool=pool: not pool.active)
        assert await child_processes.run(tasks.doubled, 21, seconds=30) == 42


@pytest.mark.parametrize(("function", "args"), [(tasks.spin, ()), (time.sleep, (600,))], ids=["loops", "sleeps"])
async def test_a_function_that_takes_too_long_is_killed(child_processes, function, args):
    child = await child_processes.run(tasks.process_id, seconds=30)
    with pytest.raises(TookTooLong):
        await child_processes.run(function, *args, seconds=0.2)
    await until(lambda: not psutil.pid_exists(child))
    assert await child_processes.run(tasks.doubled, 1, seconds=30) == 2


async def test_a_cancelled_call_takes_its_child_with_it(child_processes, tmp_path):
    mark = tmp_path / "mark"
    call = asyncio.create_task(child_processes.run(tasks.mark_and_sleep, str(mark), seconds=600))
    child = int(await until(lambda: mark.exists() and mark.read_text()))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await until(lambda: not psutil.pid_exists(child))
    assert await child_processes.run(tasks.doubled, 1, seconds=30) == 2


async def test_callers_queue_and_the_queue_is_bounded(tmp_path):
    mark = tmp_path / "mark"
    async with ChildProcesses(waiting=1) as child_processes:
        running = asyncio.create_task(child_processes.run(tasks.mark_and_sleep, str(mark), seconds=600))
        await until(mark.exists)
        waiting = asyncio.create_task(child_processes.run(tasks.doubled, 4, seconds=30))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await child_processes.run(tasks.doubled, 1, seconds=30)
        running.cancel()
        assert await waiting == 8


async def test_a_waiting_caller_that_gives_up_leaves_its_place(tmp_path):
    mark = tmp_path / "mark"
    async with ChildProcesses(waiting=1) as child_processes:
        running = asyncio.create_task(child_processes.run(tasks.mark_and_sleep, str(mark), seconds=600))
        await until(mark.exists)
        given_up = asyncio.create_task(child_processes.run(tasks.doubled, 4, seconds=30))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        waiting = asyncio.create_task(child_processes.run(tasks.doubled, 5, seconds=30))
        await asyncio.sleep(0)
        running.cancel()
        assert await waiting == 10


async def test_tasks_run_side_by_side_in_several_children():
    async with ChildProcesses(workers=2) as child_processes:
        found = await asyncio.gather(*(child_processes.run(tasks.process_id, seconds=30) for _ in range(6)))
        assert len(set(found)) == 2


async def test_stopping_ends_the_running_and_the_waiting(tmp_path):
    mark = tmp_path / "mark"
    child_processes = ChildProcesses()
    running = asyncio.create_task(child_processes.run(tasks.mark_and_sleep, str(mark), seconds=600))
    child = int(await until(lambda: mark.exists() and mark.read_text()))
    waiting = asyncio.create_task(child_processes.run(tasks.doubled, 4, seconds=30))
    await asyncio.sleep(0)
    await child_processes.stop()
    assert not psutil.pid_exists(child)
    for call in (running, waiting):
        with pytest.raises(Died):
            await call
    with pytest.raises(Died):
        await child_processes.run(tasks.doubled, 4, seconds=30)


async def test_a_child_of_a_slice_does_not_load_the_application(child_processes):
    from features.notes.reading.entrances import read_pdf  # noqa: PLC0415 - only this test needs it
    from features.notes.reading.unreadable import Unreadable  # noqa: PLC0415 - the same

    with pytest.raises(Unreadable) as raised:
        await child_processes.run(read_pdf, b"%PDF-1.7", seconds=30)
    assert raised.value.code == "broken"
    modules = set(await child_processes.run(tasks.loaded, seconds=30))
    assert "pypdfium2" in modules
    assert not modules & {"sqlalchemy", "fastapi", "pydantic", "rounds.data", "features.notes.handler"}


PARENT = """
import asyncio, sys
from pathlib import Path

mark = Path(sys.argv[1])
with mark.open("a") as file:
    file.write("started\\n")
sys.path[:0] = {path!r}

from rounds.processes import ChildProcesses
import child_process_tasks as tasks


async def main():
    child_processes = ChildProcesses()
    assert await child_processes.run(tasks.main_file, seconds=60) is None
    await child_processes.run(tasks.mark_and_sleep, sys.argv[2], seconds=600)


asyncio.run(main())
"""


async def test_killing_the_parent_leaves_no_child_and_its_main_runs_once(tmp_path):
    script, starts, mark = tmp_path / "parent.py", tmp_path / "starts", tmp_path / "mark"
    script.write_text(PARENT.format(path=[str(ROOT / "src"), str(TASKS)]))
    with subprocess.Popen([sys.executable, script, starts, mark]) as parent:  # noqa: ASYNC220 - it starts in a moment
        try:
            child = int(await until(lambda: mark.exists() and mark.read_text(), 60))
            family = psutil.Process(parent.pid).children(recursive=True)
            assert child in {each.pid for each in family}
        finally:
            parent.send_signal(signal.SIGKILL)
    await until(lambda: not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in family))
    assert starts.read_text() == "started\n"


async def test_a_child_is_replaced_after_many_tasks(monkeypatch):
    monkeypatch.setattr("rounds.processes.child_processes._TASKS_PER_CHILD", 3)
    async with ChildProcesses() as child_processes:
        found = [await child_processes.run(tasks.process_id, seconds=30) for _ in range(7)]
    assert len(set(found)) == 3
