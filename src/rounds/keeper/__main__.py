"""Where the keeper begins. Python runs this folder, and has to be told where the package is that it belongs to."""

import sys
from importlib import import_module
from pathlib import Path

# The last, not the first, place to look: the standard library comes before whatever is installed beside us.
sys.path[:1] = []
sys.path.append(str(Path(__file__).parents[2]))
import_module("rounds.keeper.serving").main()
