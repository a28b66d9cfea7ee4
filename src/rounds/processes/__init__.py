"""Risky and slow work, in child processes that may hang, crash or eat memory without hurting anyone else."""

from rounds.processes.child_processes import Busy, ChildProcesses, Died, TookTooLong

__all__ = ["Busy", "ChildProcesses", "Died", "TookTooLong"]
