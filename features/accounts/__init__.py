"""Accounts: who may sign in, with which roles, and until when."""

from features.accounts.handler import ensure_first_account
from features.accounts.problems import AccountNotFound

__all__ = ["AccountNotFound", "ensure_first_account"]
