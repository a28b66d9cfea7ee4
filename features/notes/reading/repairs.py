"""Mends what recognition gets wrong for reasons of shape, by rules that hold for any text."""

import re

# The recogniser knows many scripts, and some of its characters look like others of Latin texts.
_WIDE: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms of ASCII
_LOOKS_LIKE = {**_WIDE, 0x3000: " ", ord("℉"): "°F", ord("℃"): "°C", ord("º"): "°", ord("˚"): "°", ord("。"): "."}
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_RULES = (
    (re.compile("°°+"), "°"),
    # A digit is no heading; the letter is one of the four that notes are divided by.
    (re.compile(r"^0(?=\s*:\s*(?:$|[^\s\d]))", re.MULTILINE), "O"),
    # The letter in abbreviations that hold no digit there: by mouth (P0 without a dose may be a parity), saturations.
    (re.compile(r"(\d\s?(?:m?g|mcg|[µμ]g|ml|mL|units?|tab(?:let)?s?|cap(?:sule)?s?)\s+P)0\b"), r"\1O"),
    (re.compile(r"\bNP0\b"), "NPO"),
    (re.compile(r"\b(Sp|Sa|Pa|Fi)0(?=2\b)"), r"\1O"),
    # l and I are one shape in many fonts. No word begins with "Ib" in small letters, and no unit with an I.
    (re.compile(r"(?<=\d)(\s?)Ib(s?)\b"), r"\1lb\2"),
    (re.compile(r"(?<=\d)(\s?)([mdµμ])I\b"), r"\1\2l"),
    (re.compile(r"\b([mµμnp]?mo[lI]|[mµμnk]?g|mcg|m?[UI]U?|10\^?\d+)/([md]?)I\b"), r"\1/\2l"),
)
_ROMAN = re.compile(r"\b(?=[IVXl]*[IVX])(?=[IVXl]*l)[IVXl]{2,5}\b")
_AMONG_ROMANS = re.compile(
    r"(?:[-–/]|\b(?:CN|types?|grades?|stages?|class|NYHA|factors?|cranial nerves?)\s)$", re.IGNORECASE
)
_ROMAN_FOLLOWS = re.compile(r"[-–/][IVXl]+\b")


def repaired(text: str) -> str:
    """The recognised text, mended."""
    if not _EAST_ASIAN.search(text):
        text = text.translate(_LOOKS_LIKE)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _ROMAN.sub(_numeral, text)


def _numeral(found: re.Match[str]) -> str:
    """`XIl` is twelve, where it is no word of any language or stands where numerals do."""
    alone = found.group()
    if (
        len(alone) > 2
        or _AMONG_ROMANS.search(found.string, max(0, found.start() - 20), found.start())
        or _ROMAN_FOLLOWS.match(found.string, found.end())
    ):
        return alone.replace("l", "I")
    return alone
