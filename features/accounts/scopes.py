"""The scopes of accounts."""

from rounds.auth import Role, declare

declare("users:read", "List accounts")
declare("users:write", "Create and change accounts")

# Of rooms that are yet to open: accounts can be given their rights already. They move to their slices with them.
declare("tasks:read", "Read tasks", Role.CLINICIAN, Role.NURSE)
declare("tasks:write", "Order and move tasks", Role.CLINICIAN, Role.NURSE)
