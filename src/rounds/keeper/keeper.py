"""Keeps the engines of one plan: starts them, starts again what dies, stops them."""

import contextlib
import fcntl
import functools
import json
import os
import signal
import time
from pathlib import Path
from typing import NoReturn

from rounds.keeper.cluster import Cluster
from rounds.keeper.engine import POSTGRES_STOP, VALKEY_STOP, Engine, Recipe
from rounds.keeper.lifeline import POLL_SECONDS, OwnerGone, carry_on, say, wait_for_owner
from rounds.keeper.logs import complaint, said_disk_is_full, set_aside_if_overgrown, size_of
from rounds.keeper.plan import EngineDown, Plan
from rounds.keeper.programs import Programs
from rounds.keeper.readiness import accepts_connections, answers_ping, tidy_after_postgres

# Crash recovery after a power cut replays up to max_wal_size before the database answers; leaves room for a slow disk.
START_SECONDS = 120.0

# An engine that dies is started again after a moment, so that whoever watches can see that it was gone; one that goes
# on dying, after waits that double up to the longest.
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
STEADY_SECONDS = 60.0  # having run so long, it counts as healthy again


class Keeper:
    """The engines of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.programs = Programs(plan.account)
        self.data_dir = Path(plan.data_dir)
        self.postgres_log = self.data_dir / "log" / "postgres.log"
        self.valkey_log = self.data_dir / "log" / "valkey.log"
        self.record = self.data_dir / "engines.json"
        self.engines: list[Engine] = []
        self.found: dict[str, object] = {"keeper": os.getpid(), **plan.urls}
        self.noted: dict[str, object] = {}  # what the record says

    def start(self) -> dict[str, object]:
        """Bring up what the plan asks for and say where it is."""
        if self.plan.valkey:
            self.found["valkey_version"] = self.programs.version_of(self.plan.valkey[0], self.valkey_log)
            answers = functools.partial(answers_ping, Path(self.plan.run_dir, "valkey.sock"))
            recipe = Recipe("Valkey", self.plan.valkey, self.valkey_log, answers, lambda _: None, VALKEY_STOP)
            self.launch(recipe)
        if self.plan.postgres:
            self.found["postgres_version"] = version = self.programs.version_of(
                self.plan.postgres[0], self.postgres_log
            )
            cluster = self.data_dir / "postgres"
            postgres, durable = Path(self.plan.postgres[0]), self.plan.durable
            Cluster(cluster, postgres, self.programs, log=self.postgres_log, durable=durable).ensure(version)
            accepts = functools.partial(accepts_connections, cluster)
            tidy = functools.partial(tidy_after_postgres, cluster, Path(self.plan.run_dir))
            self.launch(Recipe("PostgreSQL", self.plan.postgres, self.postgres_log, accepts, tidy, POSTGRES_STOP))
        self.wait_until_ready()
        self.note()
        return self.found

    def note(self) -> None:
        """Note down where the engines are and which of them are down, for whoever uses them."""
        current = {**self.found, "down": {each.recipe.name: each.down for each in self.engines if each.down}}
        if current == self.noted:
            return
        draft = self.record.with_suffix(".new")
        draft.write_text(json.dumps(current), "utf-8")
        if self.plan.file_owner:
            os.chown(draft, *self.plan.file_owner, follow_symlinks=False)
        draft.replace(self.record)
        self.noted = current

    def launch(self, recipe: Recipe) -> None:
        """Start an engine and remember it."""
        set_aside_if_overgrown(recipe.log)
        log_start = size_of(recipe.log)
        self.engines.append(Engine(recipe, self.programs.spawn(recipe.command, recipe.log), log_start))

    def watch(self) -> NoReturn:
        """Start again whatever dies, until the owner is gone."""
        while True:
            wait_for_owner(self.look_after_all())

    def look_after_all(self) -> float | None:
        """See to every engine; answers after how many seconds to look again, or None: when one of them ends."""
        waits = [seconds for each in self.engines if (seconds := self.look_after(each)) is not None]
        try:
            self.note()
        except OSError:
            # The disk is full, most likely. Without a record nobody takes for running what is not.
            self.record.unlink(missing_ok=True)
            self.noted = {}
            waits.append(1.0)
        return min(waits, default=None)

    def look_after(self, engine: Engine) -> float | None:
        """Take an engine one step on its way back, if it is down."""
        now = time.monotonic()
        if engine.process.poll() is None:
            if engine.down is None:
                return None
            if not engine.is_ready():
                return POLL_SECONDS
            engine.down, engine.ready_at = None, now
            say(f"{engine.recipe.name} is back")
            return None
        if engine.retry_at is None:
            if engine.down is None and now - engine.ready_at > STEADY_SECONDS:
                engine.deaths = 0
            engine.down = "storage_full" if said_disk_is_full(engine.recipe.log, engine.log_start) else "ended"
            pause = FIRST_PAUSE_SECONDS * 2.0 ** min(engine.deaths, 10)
            engine.retry_at = now + min(pause, LONGEST_PAUSE_SECONDS)
            engine.deaths += 1
            say(f"{engine.recipe.name} ended with {engine.process.returncode}: {engine.down}")
            return 0.0  # the news is noted down first
        if now < engine.retry_at:
            return engine.retry_at - now
        self.launch_again(engine)
        return POLL_SECONDS

    def launch_again(self, engine: Engine) -> None:
        """Start a dead engine; should that fail, it is as if it had died at once."""
        engine.retry_at = None
        try:
            engine.recipe.tidy(engine.process.pid)
            set_aside_if_overgrown(engine.recipe.log)
            engine.log_start = size_of(engine.recipe.log)
            engine.process = self.programs.spawn(engine.recipe.command, engine.recipe.log)
        except (EngineDown, OSError) as error:
            say(f"{engine.recipe.name} cannot be started: {error}")

    def wait_until_ready(self) -> None:
        """Return when every engine answers."""
        deadline = time.monotonic() + START_SECONDS
        waiting = list(self.engines)
        while waiting:
            for engine in waiting:
                if engine.process.poll() is not None:
                    why = complaint(engine.recipe.log, engine.log_start)
                    raise EngineDown(f"{engine.recipe.name} did not start: {why}", engine.recipe.log)
                if time.monotonic() > deadline:
                    late = f"{engine.recipe.name} was not ready after {START_SECONDS:.0f} seconds"
                    raise EngineDown(late, engine.recipe.log)
            waiting = [engine for engine in waiting if not engine.is_ready()]
            wait_for_owner(POLL_SECONDS)

    def let_others_finish(self) -> None:
        """Wait until no command is attached, and from then on let none attach; SIGTERM ends the wait."""

        def stop_waiting(*_: object) -> NoReturn:
            raise OwnerGone

        users = os.open(self.data_dir / "engines.users", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with contextlib.suppress(OwnerGone):
            signal.signal(signal.SIGTERM, stop_waiting)
            while not try_lock(users):  # never closed: held until this process ends
                self.look_after_all()
                time.sleep(4 * POLL_SECONDS)
        signal.signal(signal.SIGTERM, carry_on)

    def stop(self) -> None:
        """Stop every engine, gently at first, and return when they are gone, which takes five seconds at most."""
        self.record.unlink(missing_ok=True)
        asked = time.monotonic()
        while running := [engine for engine in self.engines if engine.process.poll() is None]:
            elapsed = time.monotonic() - asked
            for engine in running:
                while engine.stop_steps and engine.stop_steps[0][0] <= elapsed:
                    engine.process.send_signal(engine.stop_steps.pop(0)[1])
            time.sleep(POLL_SECONDS)
        if (run_dir := Path(self.plan.run_dir)).parent != self.data_dir:
            with contextlib.suppress(OSError):  # not worth failing for
                run_dir.rmdir()


def try_lock(file: int) -> bool:
    """Take the exclusive lock on a file, if nobody has any."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
