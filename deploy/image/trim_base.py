"""Leaves of a Debian image with Python what a Python service needs: run as root while an image is built.

It keeps the packages that Python itself comes in, those of the libraries that it is linked with, and those named below,
and takes every other out of the file system and of dpkg's records: there is then no package manager, no Perl, no shell
tools, and whoever looks for vulnerable packages is told of those that are there and of no others. What no package owns,
as Python in the official images, stays.
"""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

KEPT = {
    "base-files",  # the folders, and what system this is
    "base-passwd",
    "ca-certificates",
    "dash",  # PostgreSQL's initdb starts its server through a shell
    "libc-bin",  # with the search for libraries
    "libgcc-s1",
    "libstdc++6",  # wheels expect it of every system
    "media-types",
    "netbase",
    "tzdata",
}
UNUSED_MODULES = ("ensurepip", "idlelib", "turtledemo", "test", "pip", "setuptools", "wheel")
UNUSED_FOLDERS = (
    "/tmp",  # noqa: S108 - of the image that is being built
    "/usr/share/doc",
    "/usr/share/info",
    "/usr/share/locale",
    "/usr/share/man",
    "/usr/share/python-wheels",
    "/var/backups",
    "/var/cache",
    "/var/lib/apt",
    "/var/log",
)
RECORDS = Path("/var/lib/dpkg")


def main() -> None:
    """Trim the file system that this runs in."""
    owned = {_name(path): _paths(path) for path in (RECORDS / "info").glob("*.list")}
    needed = _python_files() | _linked_libraries()
    kept = {package for package, paths in owned.items() if package in KEPT or paths & needed}
    staying = set().union(*(owned[package] for package in kept))
    for package in sorted(owned.keys() - kept):
        for path in owned[package] - staying:
            if path.is_symlink() or path.is_file():
                path.unlink()
    _forget(owned.keys() - kept)
    _remove_unused_modules()
    for folder in UNUSED_FOLDERS:
        _empty(Path(folder))
    for folder in Path("/usr/lib").glob("*-linux-gnu*/gconv"):  # character sets of iconv; Python has its own
        shutil.rmtree(folder)
    print("kept:", " ".join(sorted(kept)))


def _name(record: Path) -> str:
    """The package of a list of files, without its architecture."""
    return record.name.removesuffix(".list").partition(":")[0]


def _paths(record: Path) -> set[Path]:
    """The files of a package, at the places where they really are: /bin is a link to /usr/bin."""
    paths = (Path(line) for line in record.read_text().splitlines())
    return {path.parent.resolve() / path.name for path in paths if path.is_symlink() or not path.is_dir()}


def _python_files() -> set[Path]:
    library = Path(sysconfig.get_path("stdlib"))
    return {Path(sys.executable).resolve(), *library.glob("*.py"), *library.glob("lib-dynload/*.so")}


def _linked_libraries() -> set[Path]:
    """The libraries that Python and its modules are linked with."""
    library = Path(sysconfig.get_path("stdlib"))
    linked = [sys.executable, *map(str, library.glob("lib-dynload/*.so"))]
    shown = subprocess.run(["ldd", *linked], capture_output=True, text=True, check=True).stdout
    words = {word for line in shown.splitlines() for word in line.split() if word.startswith("/")}
    found = {Path(word) for word in words if not word.endswith(":")}
    places = {path.parent.resolve() / path.name for path in found}
    return places | {path.resolve() for path in found}


def _forget(packages: set[str]) -> None:
    """Take packages out of dpkg's records."""
    for record in (RECORDS / "info").iterdir():
        if record.name.rpartition(".")[0].partition(":")[0] in packages:
            record.unlink()
    status = RECORDS / "status"
    stanzas = status.read_text().split("\n\n")
    names = {stanza: stanza.partition("\n")[0].removeprefix("Package: ") for stanza in stanzas}
    status.write_text("\n\n".join(stanza for stanza in stanzas if names[stanza] not in packages))
    (RECORDS / "status-old").unlink(missing_ok=True)


def _remove_unused_modules() -> None:
    folders = {Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")} | {
        Path("/usr/lib/python3/dist-packages")
    }
    for folder in folders:
        for name in UNUSED_MODULES:
            for found in (folder / name, *folder.glob(f"{name}-*.dist-info")):
                shutil.rmtree(found, ignore_errors=True)
    for found in (*Path("/usr/local/bin").glob("pip*"), *Path("/usr/bin").glob("pip*")):
        found.unlink()


def _empty(folder: Path) -> None:
    for found in folder.iterdir() if folder.is_dir() else ():
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        else:
            found.unlink()


if __name__ == "__main__":
    main()
