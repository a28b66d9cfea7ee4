"""Pages of a file as pictures that every browser shows: upright as their camera says, and of bounded size."""

import io
from contextlib import closing

from PIL import Image, ImageOps

from features.notes.reading import images, pdf
from features.notes.reading.entrances import LONG_SIDE
from features.notes.reading.kinds import kind_of

_QUALITY = 80


def picture_of(data: bytes, number: int) -> bytes | None:
    """A page of a PDF, PNG, JPEG or TIFF; None when it has no such page.

    Args:
        data: The file.
        number: Of the page, from 1.

    Raises:
        Unreadable: as `features.notes.reading.read_pdf` and `check_image`.
    """
    page = _of_pdf(data, number) if kind_of(data) == "application/pdf" else _of_image(data, number)
    if page is None:
        return None
    out = io.BytesIO()
    page.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _of_pdf(data: bytes, number: int) -> Image.Image | None:
    with pdf.opened(data) as document:
        if number > len(document):
            return None
        with pdf.page_of(document, number - 1) as (page, _):
            scale = LONG_SIDE / max(1.0, *page.get_size())
            with closing(page.render(scale=scale, limit_image_cache=True)) as drawn:
                shown: Image.Image = drawn.to_pil().convert("RGB")
                return shown


def _of_image(data: bytes, number: int) -> Image.Image | None:
    with images.page_of(data, number - 1, LONG_SIDE) as image:
        if image is None:
            return None
        shown = _on_paper(ImageOps.exif_transpose(image))
        shown.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        return shown


def _on_paper(image: Image.Image) -> Image.Image:
    """In eight bits of grey or of each colour; what is transparent is paper."""
    if image.has_transparency_data:
        over = image.convert("RGBA")
        paper = Image.new("RGB", over.size, "white")
        paper.paste(over, mask=over.getchannel("A"))
        return paper
    if image.mode in {"1", "L", "I", "F"} or image.mode.startswith("I;16"):
        return images.grey(image)
    return image.convert("RGB")
