"""Spaces and dashes as programs write them, for numbers in which they only separate.

Word processors, spreadsheets and web pages turn the space and the hyphen of a number into one that does not break.
What people copy from there looks the same, and means the same.
"""

# The space separators of Unicode (category Zs), and its dashes of the width of a hyphen or a little more (Pd, and the
# minus sign). Tabs, line breaks and what shows nothing at all are no way to write a number.
SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"

_PLAIN = str.maketrans(dict.fromkeys(SPACES, " ") | dict.fromkeys(DASHES, "-"))
_NONE = str.maketrans("", "", SPACES + DASHES)


def plain_separators(value: str) -> str:
    """`value` with every kind of space and dash as the one on the keyboard."""
    return value if value.isascii() else value.translate(_PLAIN)


def without_separators(value: str) -> str:
    """`value` without any space or dash."""
    return value.translate(_NONE)
