"""The supervisor of the API's processes."""

import signal
from collections.abc import Iterator

import pytest
import uvicorn

from rounds.processes.workers import Workers

PATIENCE = 30.0


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Two whose application is none: what matters here is that they run, and that they end."""
    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    made = Workers(uvicorn.Config("no_such_module:app", workers=2, log_config=None), sockets=[])
    made.init_processes()
    yield made
    for process in made.processes:
        process.kill()
        process.join()
    for number, handler in before.items():
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def hears_its_end(process) -> bool:
    """Whether a worker's death shows at the pipe where its answers are waited for."""
    process.process.kill()
    process.join()
    assert process.parent_conn.poll(PATIENCE)
    with pytest.raises(EOFError):
        process.parent_conn.recv()
    return True


def test_the_death_of_a_worker_that_was_asked_whether_it_lives_is_heard_at_once(workers):
    assert all(hears_its_end(process) for process in workers.processes)


def test_so_is_that_of_one_that_took_anothers_place(workers):
    first = workers.processes[0]
    first.process.kill()
    first.join()
    workers.keep_subprocess_alive()
    assert workers.processes[0] is not first
    assert hears_its_end(workers.processes[0])
