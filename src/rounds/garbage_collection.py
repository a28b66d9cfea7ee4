"""Python's garbage collection in commands and their children: off while they start, seldom afterwards.

A start imports a million objects, of which nothing is garbage, and looking through them again and again takes a fifth
of it. Later, going through all that the start has made would take a tenth of a second each time.
"""

import gc


def pause() -> None:
    """Collect nothing until `settle`; call it before anything large is imported. What never settles is short."""
    gc.disable()


def settle() -> None:
    """Take what the start made out of collection for good, and collect what comes later.

    Requests make next to no cycles, so that is looked at seldom.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()
