"""What somebody typed onto the pages of a PDF: annotations of the kind FreeText (ISO 32000-1, 12.5.6.6)."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # it ships no type information
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]  # the same

MOST_ANNOTATIONS = 1000
_UNSEEN = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
_EMPTY = 2  # bytes: what ends a text in UTF-16


def typed_onto(page: pdfium.PdfPage) -> list[str]:
    """The texts that were typed onto a page and are meant to be seen, in the order in which they were."""
    found = []
    for number in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), MOST_ANNOTATIONS)):
        with _annotation(page, number) as annotation:
            if annotation and pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_FREETEXT:
                seen = not pdfium_c.FPDFAnnot_GetFlags(annotation) & _UNSEEN
                text = _contents(annotation) if seen else ""
                if text.strip():
                    found.append(text)
    return found


def make_part_of(page: pdfium.PdfPage) -> None:
    """Draw all annotations into a page, where they stand. The page has to be opened anew to see them.

    Raises:
        pdfium.PdfiumError: When the page is broken.
    """
    if pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_FAIL:
        raise pdfium.PdfiumError("Its annotations cannot be drawn.")


@contextmanager
def _annotation(page: pdfium.PdfPage, number: int) -> Iterator[Any]:
    annotation = pdfium_c.FPDFPage_GetAnnot(page, number)
    try:
        yield annotation
    finally:
        if annotation:
            pdfium_c.FPDFPage_CloseAnnot(annotation)


def _contents(annotation: Any) -> str:
    key = b"Contents"
    size = pdfium_c.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= _EMPTY:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), size)
    return buffer.raw[: size - _EMPTY].decode("utf-16-le", "replace")
