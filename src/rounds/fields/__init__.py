"""Building blocks of request models: text, days and moments, e-mail addresses, strictness."""

from rounds.fields.email import Email
from rounds.fields.models import Strict, partial
from rounds.fields.moments import GRACE, Day, Moment, is_ahead

__all__ = ["GRACE", "Day", "Email", "Moment", "Strict", "is_ahead", "partial"]
