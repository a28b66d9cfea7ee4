"""The scopes of accounts."""

from rounds.auth import declare

declare("users:read", "List accounts")
declare("users:write", "Create and change accounts")
