"""Messages in the caller's language, from one gettext catalogue per language.

English stands in the code. Every other language is one file, `locales/<language>.po`, read with Babel when it is first
asked for; there is no compile step, so adding a language is adding that file.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

DEFAULT = "en"
_FOLDER = Path(__file__).parent / "locales"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "extract this, translate it later"
    """Mark an English message for extraction; it is translated when the language is known."""
    return message


@cache
def languages() -> tuple[str, ...]:
    """The languages with a catalogue, English first."""
    return (DEFAULT, *sorted(path.stem for path in _FOLDER.glob("*.po")))


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The messages of a language, by the English ones."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - costs start-up time, English never needs it

    with (_FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


def translate(message: str, language: str, /, **values: object) -> str:
    """`message` in `language`, with `{placeholders}` filled; English where a translation is missing."""
    if language != DEFAULT:
        message = catalogue(language).get(message, message)
    return message.format_map(values) if values else message


@lru_cache(maxsize=256)  # bounded: the header is the caller's
def negotiate(accept_language: str) -> str:
    """The best language we have for an `Accept-Language` header (RFC 9110, section 12.5.4)."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:200].split(",")):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().lower().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            ranked.append((-quality, place, tag.strip().lower()))
    for _, _, tag in sorted(ranked):
        primary = tag.split("-")[0]
        if tag == "*" or primary == DEFAULT:
            return DEFAULT
        if primary in languages():
            return primary
    return DEFAULT
