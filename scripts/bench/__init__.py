"""The parts of `make bench`: the programs under load, the load, what is measured, and the report."""
