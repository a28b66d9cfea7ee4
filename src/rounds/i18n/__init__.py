"""Messages in the caller's language, from one gettext catalogue per language."""

from rounds.i18n.catalogues import DEFAULT, N_, languages, negotiate, translate

__all__ = ["DEFAULT", "N_", "languages", "negotiate", "translate"]
