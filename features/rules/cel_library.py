"""The CEL library without its command line, which would bring a terminal's toolkit into every server and child.

`import cel` imports `cel.cli` before anything else. Here an empty module stands in its place meanwhile.
"""

import sys
from types import ModuleType

_CLI = "cel.cli"
_stood_in = _CLI not in sys.modules
if _stood_in:
    sys.modules[_CLI] = ModuleType(_CLI)
try:
    import cel
finally:
    if _stood_in:
        del sys.modules[_CLI]

__all__ = ["cel"]
