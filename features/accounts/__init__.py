"""Accounts: who may sign in, with which roles, and until when."""

from features.accounts.handler import ensure_first_account, read_names
from features.accounts.problems import AccountNotFound
from features.accounts.schema import AccountName

__all__ = ["AccountName", "AccountNotFound", "ensure_first_account", "read_names"]
