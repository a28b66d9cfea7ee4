"""The scopes of appointments."""

from rounds.auth import Role, declare

declare("appointments:read", "Read appointments", Role.CLINICIAN, Role.NURSE, Role.SCHEDULER)
declare("appointments:write", "Book, move and cancel appointments", Role.CLINICIAN, Role.NURSE, Role.SCHEDULER)
declare("appointments:override", "Book over another appointment", Role.SCHEDULER)
