"""The scopes of evaluations and what they recommend."""

from rounds.auth import Role, declare

declare("evaluate:run", "Evaluate patients against the rules", Role.CLINICIAN, Role.NURSE, Role.SERVICE)
declare("recommendations:read", "Read recommendations and notifications", Role.CLINICIAN, Role.NURSE)
declare("recommendations:write", "Record feedback on recommendations", Role.CLINICIAN, Role.NURSE)
declare("recommendations:delete", "Delete recommendations", Role.CLINICIAN)
