"""The `rounds` command: what its commands share, and those of the floor itself. Light to import, all of it."""
