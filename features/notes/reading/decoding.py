"""Bytes of a text file to its characters.

UTF-8, UTF-16 and Windows-1252, with or without a byte order mark. Of what is not certain, the reading that could be
wrong is refused: a dose with a wrong character in it is worse than a file that has to be saved again as UTF-8.
"""

import codecs
import re
import unicodedata

from features.notes.reading.unreadable import Unreadable
from rounds.characters import crowded_at

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LINE_END = re.compile("\r\n|[\r\n\f\v\x85\u2028\u2029]")
# Everything that Unicode calls a control but tab and line feed, and what reorders the text around it; see
# rounds.fields.text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MOST_CONTROLS = 0.05  # beyond that share it is no text that somebody damaged, but something else
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_MOST_HIGH = 0.3  # in Western European languages about one letter in ten has an accent


# How sure it is that the characters are right: the file says how they are written; a guess at the encoding gives just
# what texts hold; or it gives something that few texts hold, and a person should look at it.
SURE, LIKELY, DOUBTFUL = 1.0, 0.95, 0.8


def decode(data: bytes) -> str:
    r"""The text, in NFC, with `\n` at the end of every line.

    Raises:
        Unreadable: `empty`, `undecodable`, `control_characters` or `combining_marks`.
    """
    return decoded(data)[0]


def decoded(data: bytes) -> tuple[str, float]:
    """The text as `decode` answers it, and how sure it is.

    Raises:
        Unreadable: as `decode`.
    """
    text, confidence = _characters(data)
    return _settled(text), confidence


def _settled(text: str) -> str:
    text = _LINE_END.sub("\n", text).replace("\ufeff", "")
    if _CONTROL.search(text):
        raise Unreadable("control_characters")
    if not text.strip():
        raise Unreadable("empty")
    if crowded_at(text) is not None:
        raise Unreadable("combining_marks")
    return unicodedata.normalize("NFC", text)


def is_text(data: bytes) -> bool:
    """Whether these bytes are a text, be it one with a few control characters that `decode` will refuse."""
    try:
        text = characters(data)
    except Unreadable:
        return False
    return len(_CONTROL.findall(_LINE_END.sub("\n", text))) <= _MOST_CONTROLS * len(text)


def characters(data: bytes) -> str:
    """The characters as they stand in the file.

    Raises:
        Unreadable: `undecodable`.
    """
    return _characters(data)[0]


def _characters(data: bytes) -> tuple[str, float]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], codec), SURE
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is not None and "\x00" not in text:
        return text, SURE
    wide = _utf_16(data)
    if wide is not None:
        return wide, LIKELY if len(_COMMON.findall(wide)) * 2 > len(wide) else DOUBTFUL
    if text is not None:
        return text, SURE
    guessed = _windows_1252(data)
    return guessed, DOUBTFUL if _UNUSUAL.search(guessed) else LIKELY


# What Windows-1252 gives for a byte that was meant as another letter: letters and signs that notes do not hold, or not
# there - signs inside of words, capitals inside of words, several accents on end, an odd sign behind a number.
_ACCENTED = "À-ÖØ-öø-ÿŒœŸß"
_UNUSUAL = re.compile(
    rf"[^\x00-\x7f\u00a0{_ACCENTED}°±²³µ·\u00d7÷¼½¾–—‘’\u201a“”„…•€£™®©«»¿¡ºª\u2039\u203a†‡§\u00b4]"
    rf"|[A-Za-z][¼½¾£¿¡«±·†‡§\u00b4]|[A-Za-z]{{3}}[²³ºª]|[a-z][À-ÖØ-Þ][a-z]|[{_ACCENTED}]{{3}}|\d ?[¡¿øÃ]"
)


def _strictly(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise Unreadable("undecodable") from None


def _windows_1252(data: bytes) -> str:
    sequences = _SEQUENCE.findall(data)
    high = len(_HIGH.findall(data))
    # Damaged UTF-8, which would come out with two wrong characters for every accent.
    if sum(map(len, sequences)) * 2 > high:
        raise Unreadable("undecodable")
    # Another eight-bit or East Asian encoding.
    if high > 8 and high > _MOST_HIGH * len(data):
        raise Unreadable("undecodable")
    return _strictly(data, "cp1252")


# What shows that a text is read in the right order of bytes, for it stands in texts of every language: ASCII, and the
# punctuation of Chinese and Japanese. In other encodings their bytes would be control characters.
_COMMON = re.compile("[\t\n\r -~\u3000-\u3002]")


def _utf_16(data: bytes) -> str | None:
    """The text as UTF-16 without a mark, if it is that and nothing else."""
    if len(data) % 2 or not data:
        return None
    found = {}
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        common = len(_COMMON.findall(text))
        if common and _is_plausible(text):
            found[common] = text
    # Where both orders make sense, the one with more of the common characters does; a tie has kept only one of them,
    # and happens in texts of a character or two.
    return found[max(found)] if found else None


def _is_plausible(text: str) -> bool:
    """Whether all its characters exist. In the wrong order of bytes, many a character does not."""
    kinds = {character: unicodedata.category(character) for character in set(text)}
    return not any(
        kind in {"Cn", "Co", "Cs"} or (kind == "Cc" and character not in "\t\n\r\f")
        for character, kind in kinds.items()
    )
