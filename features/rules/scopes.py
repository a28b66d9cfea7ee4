"""The scopes of recommendation rules."""

from rounds.auth import Role, declare

declare("rules:read", "Read recommendation rules", Role.CLINICIAN, Role.NURSE)
declare("rules:write", "Change recommendation rules", Role.CLINICIAN)
