"""How hard a password is to guess, by zxcvbn: common passwords, words, names, dates, keyboards, and what is known.

Imported when it is needed: its lists take a fiftieth of a second and 14 MB.
"""

import re
import threading
from collections.abc import Iterable

from rounds.auth.passwords import canonical

# zxcvbn's score 3, "safely unguessable: moderate protection from offline slow-hash scenario". Argon2id is that slow
# hash, and guessing at the door is limited besides.
ENOUGH_GUESSES = 10**8
# What is guessed as soon as the commonest of them when its spaces and dashes are left out, such as "pass word 1234", is
# one of them in disguise.
COMMON_PASSWORDS = 20_000
# What is looked at of a long password. Estimating takes up to 0.03 seconds for this many characters and one second for
# twice as many; a good password is good by then.
LOOKED_AT = 24
# What anybody would try here, as common passwords are tried anywhere, in the languages of the messages.
_OF_THE_HOUSE = (
    "rounds", "hospital", "clinic", "clinical", "doctor", "nurse", "patient", "patients", "ward", "medical", "medicine",
    "health", "healthcare", "surgery", "admin", "administrator", "clinician", "scheduler", "auditor", "service",
    "changeme", "default", "senha", "palavra", "passe", "palavrapasse", "clinica", "medico", "medica", "enfermeiro",
    "enfermeira", "paciente", "saude", "administrador", "mudar", "segredo", "passwort", "kennwort", "krankenhaus",
    "contraseña", "motdepasse", "hopital",
)  # fmt: skip
_SHORTEST_WORD = 3  # shorter parts of names stand in half of all words
_estimating = threading.Lock()  # zxcvbn keeps the words it is given in a global variable


def guessable(password: str, about: Iterable[str] = ()) -> bool:
    """Whether `password` is so easy to guess that it protects nothing.

    Args:
        password: As typed. Takes up to 0.1 seconds of one core, so not for the event loop.
        about: What an attacker would know of its owner, such as the username and the full name. A password that is
            good only with these words in it is not.
    """
    words = sorted(_words_of(about) | {"rounds"}, key=len, reverse=True)
    whole = canonical(password)
    known, disguise = "|".join(map(re.escape, words)), r"[\s._-]+"
    return (
        _guesses(whole, words) < ENOUGH_GUESSES
        or _guesses(re.sub(disguise, "", whole), words) < COMMON_PASSWORDS
        or _guesses(re.sub(known, "", whole, flags=re.IGNORECASE), words) < ENOUGH_GUESSES
    )


def _words_of(about: Iterable[str]) -> set[str]:
    parts = (part for text in about for part in re.split(r"[\W_]+", canonical(text).lower()))
    return {part for part in parts if len(part) >= _SHORTEST_WORD}


def _guesses(password: str, words: list[str]) -> float:
    """How many guesses somebody needs who knows what is common, and these words."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - see the module's docstring

    if not password:
        return 1
    with _estimating:
        return float(zxcvbn(password[:LOOKED_AT], user_inputs=[*_OF_THE_HOUSE, *words])["guesses"])
