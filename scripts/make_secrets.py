"""Writes the secrets that `compose.prod.yaml` asks for into `.env`, made up here: `scripts/secrets [FILE]`.

What stands in the file stays; only what is missing is added. Nothing that is secret is ever printed.
"""

import os
import secrets
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from local import settings_in, stop

NAMES = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "ROUNDS_JWT_SECRET", "ROUNDS_ADMIN_PASSWORD")


def main() -> None:
    """Add what is missing, and say what that was."""
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        stop("Usage: scripts/secrets [FILE]; without one, .env.", code=2)
    file = Path(sys.argv[1] if len(sys.argv) == 2 else ".env")
    try:
        added = add_missing(
            file, NAMES, title="Settings of compose.prod.yaml. Any of .env.example may stand here, too."
        )
    except OSError as error:
        stop(f"{file}: {error.strerror}")
    if added:
        print(
            f"{file}: made {', '.join(added)}. Keep a copy where secrets are kept; sign in as admin with the last one."
        )
    else:
        print(f"{file}: all secrets are there already.")


def add_missing(file: Path, names: Iterable[str], *, title: str, known: Mapping[str, str] | None = None) -> list[str]:
    """Add secrets that are not in `file` yet, `known` ones or new ones; answers their names.

    They are letters and digits: a password that stands in an address needs no quoting. Only its owner reads the file.
    """
    present = settings_in(file)
    missing = [name for name in names if not present.get(name)]
    if not missing:
        return []
    lines = [f"{name}={(known or {}).get(name) or secrets.token_hex(24)}" for name in missing]
    earlier = file.read_text(encoding="utf-8") if file.exists() else f"# {title}\n"
    if not earlier.endswith("\n"):
        earlier += "\n"
    # Whole or not at all, and never readable by others, not even for a moment.
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text(earlier + "\n".join([*lines, ""]), encoding="utf-8")
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    return missing


if __name__ == "__main__":
    main()
