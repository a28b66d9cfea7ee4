"""Risky and slow work, in child processes that may hang, crash or eat memory without hurting anyone else."""

from rounds.processes.child_processes import Busy, Died, Isolated, TookTooLong

__all__ = ["Busy", "Died", "Isolated", "TookTooLong"]
