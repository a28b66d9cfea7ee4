"""What libraries import only in case somebody wants it, and nobody here does: no start waits for it.

structlog would draw tracebacks in colours by `rich`, which brings `pygments` along, but nothing here logs a traceback.
FastAPI would check the address of an API's author by `email_validator`, but the description of the API names none.
Each gets on without, and takes it for not installed; whoever else imports it has it. A twelfth of the time to import
the application went into them.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_UNWANTED = {
    "fastapi.openapi.models": "email_validator",
    "structlog.dev": "rich",
    "structlog.tracebacks": "rich",
}


def leave_out() -> None:
    """Have it so from now on."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _UNWANTED:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Without(spec.loader, _UNWANTED[fullname])
        return spec


class _Without(Loader):
    """Loads a module while another one cannot be imported."""

    def __init__(self, loader: Loader, unwanted: str) -> None:
        self._loader, self._unwanted = loader, unwanted

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if self._unwanted in sys.modules:  # then it costs nothing, and others may be about to import more of it
            self._loader.exec_module(module)
            return
        sys.modules[self._unwanted] = None  # type: ignore[assignment]  # the documented way to say that there is none
        try:
            self._loader.exec_module(module)
        finally:
            del sys.modules[self._unwanted]
