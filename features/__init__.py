"""One package per capability; `rounds.slices` finds them by walking this package."""
