"""The scopes of patients; addresses are read and written with them too."""

from rounds.auth import Role, declare

declare("patients:read", "Read patients and addresses", Role.CLINICIAN, Role.NURSE, Role.SCHEDULER, Role.SERVICE)
declare("patients:write", "Create and change patients and addresses", Role.CLINICIAN, Role.NURSE)
declare("patients:restrict", "Mark patients as restricted", Role.CLINICIAN, Role.NURSE)
declare("patients:unrestrict", "Lift the restriction of patients")
declare("patients:delete", "Delete patients and addresses", Role.CLINICIAN)
