"""The processes that serve the API side by side."""

import structlog
from uvicorn.supervisors import Multiprocess

_log = structlog.get_logger("rounds.workers")


class Workers(Multiprocess):
    """uvicorn's supervisor, which replaces a worker that died or does not answer, and says so."""

    def init_processes(self) -> None:
        """Start the workers."""
        super().init_processes()
        self._hear_of_deaths()

    def keep_subprocess_alive(self) -> None:
        """Replace workers that died, with a warning for each: whoever was connected to it lost an answer."""
        before = tuple(self.processes)
        super().keep_subprocess_alive()
        for old, new in zip(before, self.processes, strict=False):
            if old is not new:
                _log.warning("worker.replaced", pid=old.pid, exit_code=old.exitcode, by=new.pid)
        self._hear_of_deaths()

    def _hear_of_deaths(self) -> None:
        """Close our copies of the workers' ends of their pipes.

        Or else a worker that is killed while it starts, having been asked whether it lives, is waited for until its
        time to answer has passed; and all that while no signal is heard, either.
        """
        for process in self.processes:
            process.child_conn.close()
