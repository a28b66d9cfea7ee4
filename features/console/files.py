"""The files of the console, put together once: named by their content, compressed, and each page's parts found.

The pages are plain ES modules, served as they stand in `web/`. Three files are made of the parts that lie in its
folders, so that a page is added by adding its folder: `console.css`, `texts/<language>.json` and `pages/all.js`.
All addresses begin with a digest of everything. So browsers may keep whatever they have seen, and never mix two
versions of the console.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

WEB = Path(__file__).parent / "web"
BASE = "/console/assets"
LANGUAGES = ("en", "pt")

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_STATIC_IMPORT = re.compile(r"^(?:import|export)\s[^;\"]{0,200}?\"(\.[^\"]+)\";", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """One file as browsers get it."""

    content: bytes
    media_type: str

    @cached_property
    def compressed(self) -> bytes:
        """The content as gzip; made when it is first asked for."""
        return gzip.compress(self.content, 9, mtime=0)


class Console:
    """The files of one version of the console.

    Args:
        web: The folder with their sources.
    """

    def __init__(self, web: Path = WEB) -> None:
        sources = {
            path.relative_to(web).as_posix(): path.read_bytes()
            for path in sorted(web.rglob("*"))
            if path.is_file() and path.suffix in {*_MEDIA_TYPES, ".html"}
        }
        page = sources.pop("index.html").decode()
        served = {name: content for name, content in sources.items() if not name.endswith(("/texts.json", ".css"))}
        served["console.css"] = _styles(sources)
        served["pages/all.js"] = _entries(sources)
        for language in LANGUAGES:
            served[f"texts/{language}.json"] = _texts(sources, language)
        self.files = {name: File(content, _MEDIA_TYPES[Path(name).suffix]) for name, content in served.items()}
        self.digest = _digest({**served, "index.html": page.encode()})
        self.page = File(self._filled(page), "text/html; charset=utf-8")

    def _filled(self, page: str) -> bytes:
        """The page with the address of this version, and what the first view needs, to be fetched all at once."""
        preloads = "\n    ".join(
            f'<link rel="modulepreload" href="{BASE}/{self.digest}/{name}">' for name in self.needed_first()
        )
        return page.replace("{{base}}", f"{BASE}/{self.digest}").replace("{{preloads}}", preloads).encode()

    def needed_first(self) -> list[str]:
        """The modules that the start imports, directly or not, without those that a page imports when it opens."""
        found: list[str] = []
        waiting = ["shell/main.js"]
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found.append(name)
                waiting.extend(_imported(name, self.files[name].content.decode()))
        return found


def _imported(name: str, source: str) -> Iterator[str]:
    root = WEB.resolve()
    for address in _STATIC_IMPORT.findall(source):
        yield (root / name).parent.joinpath(address).resolve().relative_to(root).as_posix()


def _styles(sources: dict[str, bytes]) -> bytes:
    """Every style sheet in one: those for everything first, then those of components and pages."""
    names = sorted((name for name in sources if name.endswith(".css")), key=lambda name: (_rank(name), name))
    return b"\n".join(sources[name] for name in names)


def _rank(name: str) -> int:
    order = ("styles/tokens.css", "styles/base.css", "components/", "shell/", "pages/", "styles/")
    return next(place for place, start in enumerate(order) if name.startswith(start))


def _entries(sources: dict[str, bytes]) -> bytes:
    """The module that lists the entries of all pages."""
    names = sorted(name.split("/")[1] for name in sources if re.fullmatch(r"pages/[a-z_]+/entry\.js", name))
    lines = [f'import {{ entry as {name} }} from "./{name}/entry.js";' for name in names]
    return "\n".join([*lines, f"export const entries = [{', '.join(names)}];", ""]).encode()


def _texts(sources: dict[str, bytes], language: str) -> bytes:
    """All texts in a language, each under the name of its folder and its own: `ward.title`."""
    merged = {
        f"{Path(name).parent.name}.{key}": text
        for name, content in sources.items()
        if name.endswith("/texts.json")
        for key, text in json.loads(content)[language].items()
    }
    return json.dumps(merged, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(served: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(served):
        whole.update(f"{name}\0{len(served[name])}\0".encode())
        whole.update(served[name])
    return whole.hexdigest()[:16]


_known: dict[float, Console] = {}


def console(*, watch: bool = False) -> Console:
    """The console, put together when it is first asked for.

    Args:
        watch: Whether the sources may have changed since, as they do while somebody writes a page.
    """
    at = max(path.stat().st_mtime for path in WEB.rglob("*")) if watch else 0.0
    if at not in _known:
        _known.clear()
        _known[at] = Console()
    return _known[at]
