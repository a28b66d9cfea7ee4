"""The scopes of departments and clinicians."""

from rounds.auth import Role, declare

declare("staff:read", "Read departments and clinicians", Role.CLINICIAN, Role.NURSE, Role.SCHEDULER)
declare("staff:write", "Change departments and clinicians")
