"""The scopes of notes."""

from rounds.auth import Role, declare

declare("notes:read", "Read clinical notes", Role.CLINICIAN, Role.NURSE)
declare("notes:write", "Add clinical notes", Role.CLINICIAN, Role.NURSE)
declare("notes:delete", "Delete clinical notes", Role.CLINICIAN)
