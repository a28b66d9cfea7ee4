"""Pictures of pages, opened within bounds and made ready for recognition: upright, grey, dark on light."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from features.notes.reading.unreadable import Unreadable

MOST_FRAMES = 50
_MOST_PIXELS = 60_000_000  # a page of A3 at 400 dots per inch has 31 million
_FORMATS = ("PNG", "JPEG", "TIFF")
# A page of A4 has then about 220 dots per inch: more does not make the recognition better, only slower.
LONG_SIDE = 2600
_SHORTEST_LONG_SIDE = 1000
_DARK = 100  # of 255; below that, light text stands on dark paper


def check_image(data: bytes) -> int:
    """The number of pages, after all of them were decoded once.

    Raises:
        Unreadable: `broken`, `too_large` or `too_many_pages`.
    """
    with _opened(data) as image:
        frames = _count_frames(image)
        for number in range(frames):
            _enter_frame(image, number)
            image.load()
    return frames


def frames_of(data: bytes) -> Iterator[Image.Image]:
    """The pages, one after the other, ready for recognition.

    Raises:
        Unreadable: `broken`, `too_large` or `too_many_pages`.
    """
    with _opened(data) as image:
        for number in range(_count_frames(image)):
            _enter_frame(image, number)
            if image.format == "JPEG":
                image.draft("L", (LONG_SIDE, LONG_SIDE))  # decoded smaller, where that is enough
            image.load()
            yield prepared(image)


def prepared(image: Image.Image) -> Image.Image:
    """Upright, grey, dark on light, in a size that suits the recognition."""
    page = grey(ImageOps.exif_transpose(image))
    longest = max(page.size)
    if longest > LONG_SIDE:
        page = page.resize(_scaled(page.size, LONG_SIDE / longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    elif longest < _SHORTEST_LONG_SIDE:
        page = page.resize(_scaled(page.size, min(2.0, _SHORTEST_LONG_SIDE / longest)), Image.Resampling.BICUBIC)
    return ImageOps.invert(page) if ImageStat.Stat(page).median[0] < _DARK else page


@contextmanager
def page_of(data: bytes, number: int, long_side: int) -> Iterator[Image.Image | None]:
    """A page by its number from 0, with its colours; None where there is none. A JPEG comes little larger than asked.

    Raises:
        Unreadable: `broken`, `too_large` or `too_many_pages`.
    """
    with _opened(data) as image:
        if number >= _count_frames(image):
            yield None
            return
        _enter_frame(image, number)
        if image.format == "JPEG":
            image.draft("RGB", (long_side, long_side))
        image.load()
        yield image


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The image, with everything that a decoder can raise turned into a reason."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow notices about a file is of no use to anybody
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                yield image
    except (Unreadable, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unreadable("too_large") from None
    except UnidentifiedImageError:
        raise Unreadable("broken") from None
    except Exception:  # noqa: BLE001 - decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error, …
        raise Unreadable("broken") from None


def _count_frames(image: Image.Image) -> int:
    """How many pages there are. Counted only as far as the bound: the list of a lying file may be very long."""
    if image.format != "TIFF":  # what else a PNG or JPEG holds are animations and previews
        return 1
    number = 0
    while True:
        try:
            image.seek(number)
        except EOFError:
            return number
        number += 1
        if number > MOST_FRAMES:
            raise Unreadable("too_many_pages")


def _enter_frame(image: Image.Image, number: int) -> None:
    if image.tell() != number:
        image.seek(number)
    width, height = image.size
    if width * height > _MOST_PIXELS:
        raise Unreadable("too_large")


def grey(image: Image.Image) -> Image.Image:
    """Eight bits of grey, whatever it was; what is transparent is paper."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return _eight_bits(image)
    if image.has_transparency_data:
        with_alpha = image if image.mode in {"LA", "RGBA"} else image.convert("RGBA")
        ink = with_alpha.convert("L")
        return Image.composite(ink, Image.new("L", ink.size, 255), with_alpha.getchannel("A"))
    if image.mode == "CMYK":
        return image.convert("RGB").convert("L")
    return image.convert("L")


def _eight_bits(image: Image.Image) -> Image.Image:
    """The grey of an image with more shades, from its darkest to its lightest."""
    import numpy as np  # noqa: PLC0415 - only recognition gets here, and only its image has numpy

    shades = np.asarray(image, np.float32)
    low, high = float(np.nanmin(shades)), float(np.nanmax(shades))
    if image.mode.startswith("I;16"):
        low, high = 0.0, 65535.0
    scaled = np.nan_to_num((shades - low) * (255 / max(high - low, 1e-6)))
    return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8))


def _scaled(size: tuple[int, int], factor: float) -> tuple[int, int]:
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
