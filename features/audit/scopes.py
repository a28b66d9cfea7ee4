"""The scopes of the audit trail."""

from rounds.auth import Role, declare

declare("audit:read", "Read and verify the audit trail", Role.AUDITOR)
