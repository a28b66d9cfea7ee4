"""Compares docs/openapi.json with that of the last release: `scripts/check_api.py [REVISION]`.

Without a revision it is the newest tag that is part of this history. Ends with 1 when a client that was written for the
release would break, unless the version says so by its first number (before 1.0.0, by its second).
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from api_changes import changes

ROOT = Path(__file__).parents[1]
DOCUMENT = "docs/openapi.json"


def main() -> int:
    """Print the changes; 1 when there are breaking ones that the version does not announce."""
    revision = sys.argv[1] if len(sys.argv) > 1 else last_release()
    if revision is None:
        print("There is no release yet: no tag of this history looks like v1.2.3. Nothing to compare with.")
        return 0
    old = json.loads(git("show", f"{revision}:{DOCUMENT}"))
    new = json.loads((ROOT / DOCUMENT).read_text(encoding="utf-8"))
    found = changes(old, new)
    breaking = [each for each in found if each.breaking]
    print(*breaking, *(each for each in found if not each.breaking), sep="\n", end="\n" if found else "")
    print(f"{len(found)} changes since {revision}, {len(breaking)} of which break clients.")
    return bool(breaking) and not announced(old, new)


def announced(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the version tells of breaking changes, as semantic versions do."""
    before, after = (tuple(map(int, each["info"]["version"].split(".")[:2])) for each in (old, new))
    return after[0] > before[0] or (after[0] == before[0] == 0 and after[1] > before[1])


def last_release() -> str | None:
    """The newest tag that this history contains."""
    described = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or None


def git(*arguments: str) -> str:
    """What git prints; ends the program with what git says where it cannot."""
    ran = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(f"git: {ran.stderr.strip()}")
    return ran.stdout


if __name__ == "__main__":
    sys.exit(main())
