"""The scope of summaries."""

from rounds.auth import Role, declare

declare("summaries:read", "Ask for patient summaries", Role.CLINICIAN, Role.NURSE)
