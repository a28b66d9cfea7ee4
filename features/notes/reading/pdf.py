"""Text of PDF files, through PDFium."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # it ships no type information
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]  # the same
from PIL import Image

from features.notes.reading.annotations import make_part_of, typed_onto
from features.notes.reading.broken_words import mended
from features.notes.reading.entrances import MOST_PAGES
from features.notes.reading.images import LONG_SIDE, MOST_FRAMES, prepared
from features.notes.reading.pdf_words import words_on
from features.notes.reading.pieces import MOST_PIECES, Piece
from features.notes.reading.unreadable import Reading, Unreadable, bounded
from rounds.characters import crowded_at

_LINE_END = re.compile("\r\n|[\r\n\f\v\x85\u2028\u2029]")
# PDFium marks a hyphen that it took for a soft one with U+FFFE (in older versions U+0002).
_HYPHEN = re.compile("[\ufffe\x02]")
_UNUSABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\uffff\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_SPACE_AT_END = re.compile(r"(?<![ \t])[ \t]++$", re.MULTILINE)
_MANY_EMPTY = re.compile(r"\n{3,}")
# What shows that a font says nothing of its characters: replacement characters and the private use area.
_MEANINGLESS = re.compile("[\ufffd\ue000-\uf8ff]")
_MOST_MEANINGLESS = 0.3

_LITTLE_TEXT = 25  # characters: a stamp or a page number beside a picture
_FULL_PAGE = 0.5  # a picture of this share of the page is what the page is about, unless much is written beside it
_LITTLE_BESIDE_IT = 200
_OUTLINES = 40  # paths on a page without text: its letters are drawn


def read_pdf(data: bytes) -> Reading:
    """The text layer, page by page; where there is none on a page that shows something, recognition is needed.

    Raises:
        Unreadable: `encrypted`, `broken`, `too_many_pages`, `too_large`, or `no_text` when all pages are empty.
    """
    texts, without = [], 0
    pieces: list[Piece] = []
    with opened(data) as document:
        for number, (page, typed) in enumerate(_pages(document), start=1):
            text = _text_of(page, typed)
            if _is_picture(page, text):
                without += 1
                _expect_recognisable(without)
            else:
                texts.append(text)
                bounded("".join(texts))
                # Once a page needs recognition, all of this is done again, beside it.
                if not without and len(pieces) < MOST_PIECES:
                    pieces += words_on(page, number)
        pages = len(document)
    text = bounded("\n\n".join(filter(None, texts)))
    if not text and not without:
        raise Unreadable("no_text")
    return Reading(text, "pdf", _confidence(text), pages=pages, pages_without_text=without, pieces=pieces)


def _confidence(text: str) -> float:
    """The share of characters of which the file tells what they are."""
    return round(1 - len(_MEANINGLESS.findall(text)) / max(len(text), 1), 3)


class Written(NamedTuple):
    """A page that has a text: the text, and its words where they stand."""

    text: str
    pieces: list[Piece]


def drawn_or_written(data: bytes) -> Iterator[Written | Image.Image]:
    """Every page: its text, or where it has none its picture, ready for recognition.

    Raises:
        Unreadable: as `read_pdf`.
    """
    drawn = 0
    with opened(data) as document:
        for number, (page, typed) in enumerate(_pages(document), start=1):
            text = _text_of(page, typed)
            if _is_picture(page, text):
                drawn += 1
                _expect_recognisable(drawn)
                yield _drawn(page)
            else:
                yield Written(text, words_on(page, number))


def _expect_recognisable(drawn: int) -> None:
    if drawn > MOST_FRAMES:
        raise Unreadable("too_many_pages")


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """The document.

    Raises:
        Unreadable: `encrypted`, `broken` or `too_many_pages`.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}
        raise Unreadable("encrypted" if error.err_code in locked else "broken") from None
    with closing(document):
        pages = len(document)
        if pages == 0:
            raise Unreadable("broken")
        if pages > MOST_PAGES:
            raise Unreadable("too_many_pages")
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            document.init_forms()
        try:
            yield document
        except pdfium.PdfiumError:
            raise Unreadable("broken") from None


def _pages(document: pdfium.PdfDocument) -> Iterator[tuple[pdfium.PdfPage, list[str]]]:
    """Every page, and what was typed onto it."""
    for number in range(len(document)):
        with page_of(document, number) as page:
            yield page


@contextmanager
def page_of(document: pdfium.PdfDocument, number: int) -> Iterator[tuple[pdfium.PdfPage, list[str]]]:
    """A page as it is seen, by its number from 0, and what was typed onto it."""
    with closing(document[number]) as page:
        typed = typed_onto(page)
        if document.formenv or typed:
            # What was filled into a form or typed onto it stands beside the page, until it is made part of it.
            make_part_of(page)
    with closing(document[number]) as page:
        yield page, typed


def _text_of(page: pdfium.PdfPage, typed: list[str]) -> str:
    with closing(page.get_textpage()) as layer:
        text = _plain(layer.get_text_bounded(errors="replace"))
    # What was typed onto the page without saying how it looks cannot be drawn, and stands behind it.
    there = "".join(text.split())
    more = [one for one in map(_plain, typed) if "".join(one.split()) not in there]
    text = "\n\n".join(filter(None, [text, *more]))
    if crowded_at(text) is not None:
        raise Unreadable("combining_marks")
    return unicodedata.normalize("NFC", text)


def _plain(text: str) -> str:
    """The text with plain line ends, letters and spaces, and with words whole that the end of a line broke."""
    text = mended(_LINE_END.sub("\n", text), _HYPHEN)
    text = _LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), _UNUSABLE.sub("", text))
    text = _SPACE_AT_END.sub("", text.replace("\u00a0", " ").replace("\u00ad", ""))
    return _MANY_EMPTY.sub("\n\n", text).strip()


def _is_picture(page: pdfium.PdfPage, text: str) -> bool:
    """Whether what the page says stands in a picture, and not in its text."""
    if len(_MEANINGLESS.findall(text)) > _MOST_MEANINGLESS * len(text) and text:
        return True
    if len(text) >= _LITTLE_BESIDE_IT:
        return False
    covered, outlines = _pictured(page)
    if covered >= _FULL_PAGE:
        return True
    return len(text) < _LITTLE_TEXT and (covered > 0 or outlines >= _OUTLINES)


def _pictured(page: pdfium.PdfPage) -> tuple[float, int]:
    """What share of the page pictures cover, and how many outlines are drawn on it."""
    width, height = page.get_size()
    covered, outlines = 0.0, 0
    for shown in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH]):
        if shown.type == pdfium_c.FPDF_PAGEOBJ_PATH:
            outlines += 1
            continue
        try:
            left, bottom, right, top = shown.get_bounds()
        except pdfium.PdfiumError:  # it has no size
            continue
        covered += max(0.0, right - left) * max(0.0, top - bottom) / max(1.0, width * height)
        if covered >= 1:
            break
    return covered, outlines


def _drawn(page: pdfium.PdfPage) -> Image.Image:
    """The page as a picture of bounded size, whatever size it claims to have."""
    width, height = (max(1.0, side) for side in page.get_size())
    with closing(page.render(scale=LONG_SIDE / max(width, height), grayscale=True, limit_image_cache=True)) as drawn:
        return prepared(drawn.to_pil().copy())
