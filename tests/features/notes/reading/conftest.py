"""Documents made for the tests."""

import io
from collections.abc import Callable

import pytest
from font_roboto import Roboto
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont


@pytest.fixture(scope="session")
def page() -> Callable[..., Image.Image]:
    """A page of print, as a scanner sees it."""

    def made(*lines: str, size: int = 32, width: int = 1300, height: int = 500) -> Image.Image:
        image = Image.new("L", (width, height), 255)
        draw, font = ImageDraw.Draw(image), ImageFont.truetype(Roboto, size)
        for number, line in enumerate(lines):
            draw.text((60, 50 + number * size * 1.5), line, font=font, fill=20)
        return image

    return made


@pytest.fixture(scope="session")
def encoded() -> Callable[..., bytes]:
    """An image as a file."""

    def made(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, kind, **options)
        return buffer.getvalue()

    return made


@pytest.fixture(scope="session")
def pdf() -> Callable[..., bytes]:
    """A PDF with one page for every text, None (empty) or image."""

    def made(*pages: str | Image.Image | None) -> bytes:
        document = FPDF()
        document.add_font("roboto", fname=Roboto)
        document.set_font("roboto", size=11)
        for each in pages:
            document.add_page()
            if isinstance(each, str):
                document.multi_cell(0, 6, each)
            elif each is not None:
                document.image(each, 0, 0, 210)
        return bytes(document.output())

    return made
