"""The text on scans: pictures of pages, and pages of a PDF that hold nothing but pictures."""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from features.notes.reading.broken_words import unwrapped
from features.notes.reading.images import frames_of
from features.notes.reading.kinds import kind_of
from features.notes.reading.layout import in_order, text_of
from features.notes.reading.pdf import Written, drawn_or_written
from features.notes.reading.pieces import WHOLE, Piece
from features.notes.reading.recognition import Line, lines_of
from features.notes.reading.repairs import repaired
from features.notes.reading.spelling import Word
from features.notes.reading.unreadable import Reading, Unreadable, bounded


def read_scan(data: bytes) -> Reading:
    """Recognise the text of an image, page by page, or of those pages of a PDF that have no text of their own.

    Raises:
        Unreadable: as `check_image` and `read_pdf`; `no_text` when none was found on any page.
    """
    texts: list[str] = []
    lines: list[Line] = []
    recognised = 0
    pieces: list[Piece] = []
    for number, page in enumerate(_pages(data), start=1):
        if not isinstance(page, Image.Image):
            texts.append(page.text)
            pieces += page.pieces
            continue
        found = lines_of(np.asarray(page))
        lines += found
        texts.append(unwrapped(repaired(text_of(found))))
        pieces += (_piece(word, number) for line in in_order(found) for word in line.words)
        recognised += 1
    text = bounded("\n\n".join(filter(None, texts)))
    if not text:
        raise Unreadable("no_text")
    return Reading(text, "ocr", _confidence(lines), pages=len(texts), pages_without_text=recognised, pieces=pieces)


def _piece(word: Word, page: int) -> Piece:
    left, top, right, bottom = (round(share * WHOLE) for share in word[1:])
    return Piece(word.text, page, left, top, right, bottom)


def _pages(data: bytes) -> Iterator[Written | Image.Image]:
    return drawn_or_written(data) if kind_of(data) == "application/pdf" else frames_of(data)


def _confidence(lines: Sequence[Line]) -> float:
    """About the share of characters that are right, as the recognition sees it.

    Its own scores are far too sure: on handwriting-like pages of which 85 % and 78 % were right they are 0.95 and 0.89,
    on clean print 0.99. Their cube comes close to what was measured on all of them (scripts/bench/scans.py).
    """
    characters = sum(len(line.text) for line in lines)
    if not characters:
        return 0.0
    score = sum(line.score * len(line.text) for line in lines) / characters
    return round(score**3, 3)
