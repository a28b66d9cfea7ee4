"""Where the words of a PDF's page stand on it."""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from math import ceil, floor

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # it ships no type information
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]  # the same

from features.notes.reading.pieces import WHOLE, Piece

# No page of print has so many.
_MOST_CHARACTERS = 100_000
# PDFium tells points in whole numbers.
_FINER = 100
_FIRST_SURROGATE, _LAST_SURROGATE = 0xD800, 0xDFFF
# How PDFium marks a hyphen at the end of a line, and what nobody sees.
_UNSEEN = frozenset({0x02, 0xAD, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF})


def words_on(page: pdfium.PdfPage, number: int) -> list[Piece]:
    """The words of a page, in the order in which the page has them."""
    shown = _as_shown(page)
    area = pdfium_c.FS_RECTF()
    found = []
    with closing(page.get_textpage()) as layer:
        for text, first, last in _words(layer):
            points = []
            for place in (first, last) if last > first else (first,):
                if pdfium_c.FPDFText_GetLooseCharBox(layer, place, area):
                    points += [shown(area.left, area.top), shown(area.right, area.bottom)]
            box = _around(points)
            if box is not None:
                found.append(Piece(text, number, *box))
    return found


def _words(layer: pdfium.PdfTextPage) -> Iterator[tuple[str, int, int]]:
    """Each word with the numbers of its first and last character."""
    letters: list[str] = []
    first = last = 0
    for place in range(min(layer.count_chars(), _MOST_CHARACTERS)):
        code = pdfium_c.FPDFText_GetUnicode(layer, place)
        if code in _UNSEEN:
            continue
        letter = "\ufffd" if _FIRST_SURROGATE <= code <= _LAST_SURROGATE else chr(code)
        if code and not letter.isspace():
            first = first if letters else place
            last = place
            letters.append(letter)
        elif letters:
            yield "".join(letters), first, last
            letters = []
    if letters:
        yield "".join(letters), first, last


def _around(points: Sequence[tuple[float, float]]) -> tuple[int, int, int, int] | None:
    """The box around points, as far as it is on the page."""
    if not points:
        return None
    across, down = [x for x, _ in points], [y for _, y in points]
    left, top = max(0, floor(min(across))), max(0, floor(min(down)))
    right, bottom = min(WHOLE, ceil(max(across))), min(WHOLE, ceil(max(down)))
    return (left, top, right, bottom) if left < right and top < bottom else None


def _as_shown(page: pdfium.PdfPage) -> Callable[[float, float], tuple[float, float]]:
    """Where a point of the page is seen, in parts of `WHOLE` from the left and the top, however it is turned and cut.

    It is asked of PDFium for three points only, for asking takes longer than reckoning.
    """
    far = 1000.0
    (x, y), (along_x, along_y), (up_x, up_y) = (_device(page, *each) for each in ((0.0, 0.0), (far, 0.0), (0.0, far)))
    a, b, c, d = (along_x - x) / far, (along_y - y) / far, (up_x - x) / far, (up_y - y) / far

    def shown(across: float, up: float) -> tuple[float, float]:
        return x + a * across + c * up, y + b * across + d * up

    return shown


def _device(page: pdfium.PdfPage, across: float, up: float) -> tuple[float, float]:
    x, y = ctypes.c_int(), ctypes.c_int()
    side = WHOLE * _FINER
    pdfium_c.FPDF_PageToDevice(page, 0, 0, side, side, 0, across, up, x, y)
    return x.value / _FINER, y.value / _FINER
