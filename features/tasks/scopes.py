"""The scopes of tasks."""

from rounds.auth import Role, declare

declare("tasks:read", "Read tasks", Role.CLINICIAN, Role.NURSE)
declare("tasks:write", "Order and move tasks", Role.CLINICIAN, Role.NURSE)
