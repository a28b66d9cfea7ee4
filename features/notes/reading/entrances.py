"""What is called in a child process. It loads the parsers when they are needed; the program itself never needs them."""

from features.notes.reading.unreadable import Reading

# To be raised whenever the same file would be read differently.
VERSION = 3
# What pages are shown as: one of A4 has then about 140 dots per inch, and takes between 100 and 400 kB.
PICTURE_TYPE, LONG_SIDE = "image/jpeg", 1600
# No file of more pages is taken.
MOST_PAGES = 500


def read_pdf(data: bytes) -> Reading:
    """The text layer of a PDF; recognition is needed where `pages_without_text` says so.

    Raises:
        Unreadable: `encrypted`, `broken`, `too_many_pages`, `too_large`, or `no_text` when all pages are empty.
    """
    from features.notes.reading import pdf  # noqa: PLC0415 - see above

    return pdf.read_pdf(data)


def check_image(data: bytes) -> int:
    """The number of pages of an image, after all of them were decoded once.

    Raises:
        Unreadable: `broken`, `too_large` or `too_many_pages`.
    """
    from features.notes.reading import images  # noqa: PLC0415 - see above

    return images.check_image(data)


def picture_of(data: bytes, number: int) -> bytes | None:
    """A page as a JPEG, by its number from 1; None when there is no such page.

    Raises:
        Unreadable: as the two above.
    """
    from features.notes.reading import pictures  # noqa: PLC0415 - see above

    return pictures.picture_of(data, number)


def read_scan(data: bytes) -> Reading:
    """Recognise the text of an image, page by page, or of those pages of a PDF that have no text of their own.

    Raises:
        Unreadable: as the two above; `no_text` when there is none on any page.
    """
    from features.notes.reading import scans  # noqa: PLC0415 - see above

    return scans.read_scan(data)
