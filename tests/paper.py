"""Makes what people upload: PDFs with a text layer, and scans of typed pages."""

import textwrap
from collections.abc import Sequence
from io import BytesIO

from font_roboto import Roboto
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont


def pdf(*pages: str, password: str | None = None) -> bytes:
    """A PDF with a page for each text."""
    document = FPDF()
    document.add_font("Roboto", fname=Roboto)
    document.set_font("Roboto", size=11)
    for text in pages:
        document.add_page()
        if text:
            document.multi_cell(0, 6, text)
    if password:
        document.set_encryption(owner_password=password, user_password=password)
    return bytes(document.output())


def scan(*lines: str, kind: str = "PNG", turned: int = 0) -> bytes:
    """A clean scan of a typed page, A4 at about 150 dots per inch or as long as the text; `turned` in degrees."""
    font = ImageFont.truetype(Roboto, 24)
    wrapped = wrap(lines)
    image = Image.new("L", (1240, max(200, 160 + 40 * len(wrapped))), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(wrapped):
        draw.text((90, 80 + 40 * number), line, fill=0, font=font)
    buffer = BytesIO()
    image.rotate(turned, expand=True, fillcolor=255).save(buffer, kind)
    return buffer.getvalue()


def wrap(lines: Sequence[str], width: int = 85) -> list[str]:
    """Lines that fit the page."""
    return [part for line in lines for part in textwrap.wrap(line, width) or [""]]
