"""How the embedded engines are that this process uses, as their keeper notes it down.

Asked for each health check, by workers too, which know nothing of the owner but its data directory: so it is a look at
one small file and at whether the keeper lives, never a question to an engine.
"""

from pathlib import Path

from rounds.embedded.locks import is_alive, read

_NAMES = {"database_url": "PostgreSQL", "redis_url": "Valkey"}


class Condition:
    """Whether embedded engines are up; always, where none are used."""

    def __init__(self, data_dir: Path, *, database_url: str, redis_url: str) -> None:
        """Find out which of the two addresses belong to the engines of `data_dir`; call it while those run."""
        self._record = data_dir.absolute() / "engines.json"
        record = read(self._record)
        used = {"database_url": database_url, "redis_url": redis_url}
        self.used = [_NAMES[key] for key, url in used.items() if record.get(key) == url]

    def down(self) -> dict[str, str]:
        """Each engine that is down, and why: `ended` or `storage_full`. All of them when nobody keeps them."""
        if not self.used:
            return {}
        record = read(self._record)
        if not is_alive(record.get("keeper")):
            return dict.fromkeys(self.used, "ended")
        down = record.get("down") or {}
        return {name: down[name] for name in self.used if name in down}
