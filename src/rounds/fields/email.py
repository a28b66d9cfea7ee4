"""E-mail addresses."""

from functools import cache
from types import ModuleType
from typing import Annotated

from pydantic import AfterValidator, Field

from rounds.i18n import N_
from rounds.problems import Refusal

_EMAIL = Refusal("email", N_("Write the e-mail address like name@example.org."))


@cache
def _library() -> ModuleType:
    """`email_validator`, which takes a while to import; many a process never sees an address."""
    import email_validator  # noqa: PLC0415 - see above

    # Hospitals have internal domains such as `ward.local`, so only the form is judged. The list is the library's way of
    # being told so, and `.internal` does not stand on it.
    special = email_validator.SPECIAL_USE_DOMAIN_NAMES
    special[:] = [name for name in special if name != "local"]
    return email_validator


def _normalise_email(value: str) -> str:
    library = _library()
    try:
        checked = library.validate_email(
            value.strip(), check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except (library.EmailNotValidError, UnicodeError):
        raise _EMAIL() from None
    return str(checked.normalized)


Email = Annotated[str, Field(max_length=254, examples=["maeve@example.org"]), AfterValidator(_normalise_email)]
