"""`python -m rounds` is the `rounds` command."""

from rounds.cli import main

main()
