"""Pictures of pages: opened within bounds, and made alike."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from features.notes.reading import Unreadable, check_image
from features.notes.reading.images import frames_of


def code_of(data):
    with pytest.raises(Unreadable) as refused:
        check_image(data)
    return refused.value.code


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG that claims to be that large, in black and white."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def tiff(frames: int) -> bytes:
    """A TIFF of that many tiny pages."""
    directories = bytearray()
    for number in range(frames):
        start = 8 + len(directories)
        entries = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 0), (277, 1), (278, 1), (279, 1)]
        directories += struct.pack("<H", len(entries))
        for tag, value in entries:
            directories += struct.pack("<HHII", tag, 4, 1, value)
        directories += struct.pack("<I", start + 2 + 12 * len(entries) + 4 if number + 1 < frames else 0)
    return b"II*\x00" + struct.pack("<I", 8) + bytes(directories)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "TIFF"])
def test_an_image_has_one_page(page, encoded, format_):
    assert check_image(encoded(page("BP: 128/82"), format_)) == 1


def test_every_page_of_a_tiff_counts(page, encoded):
    data = encoded(page("one"), "TIFF", save_all=True, append_images=[page("two"), page("three", width=900)])
    assert check_image(data) == 3
    assert [frame.width for frame in frames_of(data)] == [1300, 1300, 1000]


def test_a_huge_picture_in_a_small_file_is_refused():
    bomb = png(50_000, 50_000, zlib.compress(bytes(50_000 // 8 * 500)))
    assert len(bomb) < 10_000
    assert code_of(bomb) == "too_large"
    assert code_of(png(9_000, 7_000)) == "too_large"
    assert code_of(png(2**31 - 1, 2**31 - 1)) == "too_large"


@pytest.mark.parametrize("frames", [51, 10_000])
def test_too_many_pages_are_refused(frames):
    assert code_of(tiff(frames)) == "too_many_pages"


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "TIFF"])
def test_a_picture_that_is_cut_off_is_broken(page, encoded, format_):
    data = encoded(page("BP: 128/82"), format_)
    assert code_of(data[: len(data) // 2]) == "broken"


@pytest.mark.parametrize("format_", ["GIF", "BMP", "WEBP"])
def test_other_formats_are_not_opened(page, encoded, format_):
    assert code_of(encoded(page("BP"), format_)) == "broken"


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_damaged_pictures_are_read_or_refused(encoded, data):
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "TIFF"]))
    whole = bytearray(encoded(Image.linear_gradient("L").resize((40, 40)), kind))
    for _ in range(data.draw(st.integers(0, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for read in (check_image, lambda each: list(frames_of(each))):
        try:
            read(damaged)
        except Unreadable as refused:
            assert refused.code in {"broken", "too_large", "too_many_pages"}  # noqa: PT017 - it may also succeed


def shades(data: bytes) -> tuple[int, int]:
    """The grey of a dark spot in the middle, and of the paper around it."""
    (frame,) = frames_of(data)
    assert frame.mode == "L"
    return frame.getpixel((frame.width // 2, frame.height // 2)), frame.getpixel((3, 3))


def spotted(mode: str) -> Image.Image:
    image = Image.new("L", (1200, 900), 255)
    image.paste(0, (500, 400, 700, 500))
    if mode == "I;16":
        return Image.eval(image, lambda value: value).convert("I").point(lambda value: value * 257).convert("I;16")
    return image.convert(mode)


@pytest.mark.parametrize(
    ("mode", "format_"),
    [
        ("1", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("RGB", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG"),
        ("1", "TIFF"), ("RGB", "TIFF"), ("CMYK", "TIFF"), ("I", "TIFF"), ("F", "TIFF"), ("I;16", "TIFF"),
        ("L", "JPEG"), ("RGB", "JPEG"), ("CMYK", "JPEG"),
    ],
)  # fmt: skip
def test_ink_is_dark_on_light_paper_in_every_mode(encoded, mode, format_):
    ink, paper = shades(encoded(spotted(mode), format_))
    assert ink < 10
    assert paper > 245


def test_what_is_transparent_is_paper(encoded):
    image = Image.new("RGBA", (1200, 900), (0, 0, 0, 0))
    image.paste((10, 10, 10, 255), (500, 400, 700, 500))
    ink, paper = shades(encoded(image))
    assert (ink < 20, paper) == (True, 255)


def test_light_text_on_a_dark_ground_is_turned_around(encoded):
    ink, paper = shades(encoded(ImageOps.invert(spotted("L"))))
    assert (ink, paper) == (0, 255)


def test_the_camera_says_which_way_up_a_picture_is(encoded):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    (frame,) = frames_of(encoded(Image.new("L", (1200, 900), 255), "JPEG", exif=exif))
    assert frame.size == (900, 1200)


@pytest.mark.parametrize(("size", "longest"), [((5000, 7000), 2600), ((600, 300), 1000), ((100, 50), 200)])
def test_pages_get_a_size_that_suits_recognition(encoded, size, longest):
    (frame,) = frames_of(encoded(Image.new("L", size, 255)))
    assert max(frame.size) == longest
