"""How a child process enters slices: past their front doors, which would bring the whole application along.

The package of a slice is there without its `__init__` having been run. What other slices ask of it by name is fetched
from where its `__init__` imports it from, at that moment and no more than that.
"""

import ast
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

SLICES = "features"


def enter(module: str) -> None:
    """Make the packages above a slice's module ready to import it, without running them."""
    _pass_by_default()
    parts = module.split(".")
    if parts[0] != SLICES:
        return
    for depth in range(1, len(parts)):
        name = ".".join(parts[:depth])
        if name in sys.modules:
            continue
        spec = importlib.util.find_spec(name)
        if spec is None:
            raise ModuleNotFoundError(name=name)
        sys.modules[name] = _passed(importlib.util.module_from_spec(spec), spec)
        if depth > 1:
            setattr(sys.modules[".".join(parts[: depth - 1])], parts[depth - 1], sys.modules[name])


class _Passing(MetaPathFinder, Loader):
    """Finds the packages of slices, and leaves their `__init__` alone."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del target
        first, _, slice_name = fullname.partition(".")
        if first != SLICES or "." in slice_name:
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is None or spec.submodule_search_locations is None:
            return spec
        spec.loader = self
        return spec

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            _passed(module, module.__spec__)


def _pass_by_default() -> None:
    if not any(isinstance(finder, _Passing) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Passing())


class _Passed(ModuleType):
    """A package whose `__init__` has not been run; it answers to the names that one would have imported.

    They come before its modules: `sentences` may be a function that the package offers, out of a module of that name.
    """

    def __getattribute__(self, name: str) -> Any:
        module, original = super().__getattribute__("__dict__").get(_ORIGINS, {}).get(name, ("", ""))
        if not module:
            return super().__getattribute__(name)
        if module == super().__getattribute__("__name__"):
            return importlib.import_module(f"{module}.{original}")
        return getattr(importlib.import_module(module), original)


_ORIGINS = "__rounds_origins__"


def _passed(package: ModuleType, spec: ModuleSpec) -> ModuleType:
    if spec.origin is not None:
        origins: dict[str, tuple[str, str]] = {}
        for statement in ast.parse(Path(spec.origin).read_bytes()).body:
            if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                for each in statement.names:
                    origins[each.asname or each.name] = statement.module, each.name
        setattr(package, _ORIGINS, origins)
        package.__class__ = _Passed
    return package
