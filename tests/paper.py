"""Makes what people upload: PDFs with a text layer, and scans of typed pages."""

import textwrap
from collections.abc import Sequence
from io import BytesIO

from font_roboto import Roboto
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

Shares = tuple[float, float, float, float]


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


def red_scan(*lines: str, red: str, kind: str = "PNG", turned: int = 0) -> bytes:
    """A scan of which these words are red."""
    font = ImageFont.truetype(Roboto, 24)
    image = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        across = 90.0
        for place, part in enumerate(_parted(line, red)):
            draw.text((across, 80 + 40 * number), part, fill="red" if place == 1 else "black", font=font)
            across += draw.textlength(part, font=font)
    buffer = BytesIO()
    image.rotate(turned, expand=True, fillcolor="white").save(buffer, kind)
    return buffer.getvalue()


def red_pdf(*pages: Sequence[str], red: str) -> bytes:
    """A PDF with a page for each list of lines, of which these words are red."""
    document = FPDF()
    document.add_font("Roboto", fname=Roboto)
    document.set_font("Roboto", size=11)
    for lines in pages:
        document.add_page()
        for line in lines:
            for place, part in enumerate(_parted(line, red)):
                document.set_text_color(255 if place == 1 else 0, 0, 0)
                document.write(6, part)
            document.ln(8)
    return bytes(document.output())


def red_of(picture: Image.Image) -> Shares:
    """The box around what is red: left, top, right and bottom, in shares of the picture's width and height."""
    colours = picture.convert("RGB").load()
    found = [
        (x, y)
        for x in range(picture.width)
        for y in range(picture.height)
        if colours[x, y][0] > 140 and max(colours[x, y][1:]) < 100
    ]
    across, down = [x for x, _ in found], [y for _, y in found]
    return (
        min(across) / picture.width,
        min(down) / picture.height,
        (max(across) + 1) / picture.width,
        (max(down) + 1) / picture.height,
    )


def covers(box: dict[str, float], red: Shares, *, slack: float = 0.015) -> bool:
    """Whether a box has all of that in it, and little more: at most `slack` of the page on each side."""
    left, top = box["left"], box["top"]
    right, bottom = left + box["width"], top + box["height"]
    pixel = 0.001
    return (
        red[0] - slack <= left <= red[0] + pixel
        and red[1] - slack <= top <= red[1] + pixel
        and red[2] - pixel <= right <= red[2] + slack
        and red[3] - pixel <= bottom <= red[3] + slack
    )


def _parted(line: str, red: str) -> tuple[str, str, str]:
    return line.partition(red)


def wrap(lines: Sequence[str], width: int = 85) -> list[str]:
    """Lines that fit the page."""
    return [part for line in lines for part in textwrap.wrap(line, width) or [""]]
