"""E-mail addresses."""

from typing import Annotated

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from pydantic import AfterValidator, Field

from rounds.i18n import N_
from rounds.problems import Refusal

_EMAIL = Refusal("email", N_("Write the e-mail address like name@example.org."))


# Hospitals have internal domains such as `ward.local`, so only the form is judged. The list is the library's way of
# being told so, and `.internal` does not stand on it.
SPECIAL_USE_DOMAIN_NAMES[:] = [name for name in SPECIAL_USE_DOMAIN_NAMES if name != "local"]


def _normalise_email(value: str) -> str:
    try:
        checked = validate_email(
            value.strip(), check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except (EmailNotValidError, UnicodeError):
        raise _EMAIL() from None
    return checked.normalized


Email = Annotated[str, Field(max_length=254, examples=["maeve@example.org"]), AfterValidator(_normalise_email)]
