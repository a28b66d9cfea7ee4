"""What a file is, by its bytes alone; names and headers lie."""

import re

from features.notes.reading.decoding import is_text

SUPPORTED = ("text/plain", "application/pdf", "image/png", "image/jpeg", "image/tiff")

_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
)
# Markup is made of characters, but it is not a note: HTML, XML, RTF, PostScript.
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<(?:!doctype|html|head|body|script|style|\?xml|svg|!--)|\{\\rtf|%!ps)", re.IGNORECASE
)
_PDF = b"%PDF-"
_PDF_WITHIN = 1024  # readers accept this much before a PDF begins (ISO 32000-1, Annex H, note 13)
_FOREIGN = (b"PK", b"GIF8", b"\x7fELF", b"MZ", b"\x1f\x8b", b"BZh", b"Rar!", b"7z\xbc\xaf", b"RIFF", b"{\\rtf")


def kind_of(data: bytes) -> str | None:
    """Its media type, one of `SUPPORTED`, or None when it is anything else."""
    for signature, kind in _IMAGES:
        if data.startswith(signature):
            return kind
    if _is_pdf(data):
        return "application/pdf"
    if _MARKUP.match(data):
        return None
    return "text/plain" if is_text(data) else None


def _is_pdf(data: bytes) -> bool:
    at = data.find(_PDF, 0, _PDF_WITHIN)
    if at < 0:
        return False
    # What comes before it is a mail's header or a printer's, not another format that holds a PDF, nor a text about it.
    return at == 0 or (not data.startswith(_FOREIGN) and b"endobj" in data)
