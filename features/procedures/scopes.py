"""The scopes of procedures."""

from rounds.auth import Role, declare

declare("procedures:read", "Read procedures", Role.CLINICIAN, Role.NURSE)
declare("procedures:write", "Record procedures", Role.CLINICIAN, Role.NURSE)
declare("procedures:delete", "Delete procedures", Role.CLINICIAN)
