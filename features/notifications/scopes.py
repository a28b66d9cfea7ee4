"""The scope of the event stream."""

from rounds.auth import Role, declare

declare("events:read", "Listen to events", Role.CLINICIAN, Role.NURSE, Role.SERVICE)
