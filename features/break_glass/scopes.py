"""The scope of those who judge whether a restricted record was opened for good reason. Listing needs `audit:read`."""

from rounds.auth import Role, declare

declare("audit:review", "Review the uses of break-glass", Role.AUDITOR)
