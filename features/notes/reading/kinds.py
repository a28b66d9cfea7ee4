"""What a file is, by its bytes alone; names and headers lie."""

import re

from features.notes.reading.decoding import characters, is_text
from features.notes.reading.markup import is_markup

SUPPORTED = ("text/plain", "application/pdf", "image/png", "image/jpeg", "image/tiff")

_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
)
# Beginnings that no text has, so that an archive of texts is not taken for one: what follows letters here is none.
_BINARY = re.compile(
    rb"PK(?:\x03\x04|\x05\x06|\x07\x08)|\x7fELF|\x1f\x8b\x08|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]1AY&SY"
    rb"|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|SQLite format 3\x00|OggS\x00|RIFF[\s\S]{4}(?:WAVE|WEBP|AVI )"
    rb"|(?:MZ|BM|GIF8[79]a)[^\x00]{0,30}\x00"
)
_PDF = b"%PDF-"
_PDF_WITHIN = 1024  # readers accept this much before a PDF begins (ISO 32000-1, Annex H, note 13)
_ON_THE_LINE = re.compile(rb"%PDF-[^\r\n]*?[A-Za-z]{2}")  # words, which a PDF's first line does not have
_FOREIGN = (b"PK", b"GIF8", b"\x7fELF", b"MZ", b"\x1f\x8b", b"BZh", b"Rar!", b"7z\xbc\xaf", b"RIFF", b"{\\rtf")


def kind_of(data: bytes) -> str | None:
    """Its media type, one of `SUPPORTED`, or None when it is anything else."""
    for signature, kind in _IMAGES:
        if data.startswith(signature):
            return kind
    if _is_pdf(data):
        return "application/pdf"
    if _BINARY.match(data) or not is_text(data) or is_markup(characters(data)):
        return None
    return "text/plain"


def _is_pdf(data: bytes) -> bool:
    at = data.find(_PDF, 0, _PDF_WITHIN)
    if at < 0:
        return False
    if at == 0 and _ON_THE_LINE.match(data) and b"endobj" not in data and is_text(data):
        return False
    # What comes before it is a mail's header or a printer's, not another format that holds a PDF, nor a text about it.
    return at == 0 or (not data.startswith(_FOREIGN) and b"endobj" in data)
