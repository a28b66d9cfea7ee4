"""Bytes to text, safely: what a file is, its text, and the text on scans.

Pure functions. `read_pdf`, `check_image`, `picture_of` and `read_scan` hand foreign bytes to large parsers in C and
belong into a child process (`rounds.processes`); `kind_of` and `decode` are quick and harmless.
"""

from features.notes.reading.decoding import decode
from features.notes.reading.entrances import VERSION, check_image, picture_of, read_pdf, read_scan
from features.notes.reading.kinds import SUPPORTED, kind_of
from features.notes.reading.unreadable import Reading, Unreadable

__all__ = [
    "SUPPORTED",
    "VERSION",
    "Reading",
    "Unreadable",
    "check_image",
    "decode",
    "kind_of",
    "picture_of",
    "read_pdf",
    "read_scan",
]
