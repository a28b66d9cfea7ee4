"""Files are what their bytes say."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from features.notes.reading import SUPPORTED, Unreadable, decode, kind_of


@pytest.mark.parametrize(
    ("format_", "kind"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff")], ids=str
)
def test_images_are_told_by_their_bytes(encoded, format_, kind):
    assert kind_of(encoded(Image.new("L", (8, 8)), format_)) == kind


@pytest.mark.parametrize("start", [b"", b"\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_pdf_may_begin_a_little_later(pdf, start):
    assert kind_of(start + pdf("A note")) == "application/pdf"


def test_a_text_about_pdf_files_is_a_text():
    assert kind_of(b"The header was %PDF-1.7, which the reader did not accept.") == "text/plain"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_texts_are_texts_in_every_encoding(encoding):
    assert kind_of("Temp 37.2 °C – “well”, 5 µg\r\nBP: 128/82".encode(encoding)) == "text/plain"


@pytest.mark.parametrize(
    "text", ["", " ", "x", '{"resourceType": "Patient"}', "a < b and <b> is bold", "S: well\x0cO: -"]
)
def test_plain_text_may_hold_anything(text):
    assert kind_of(text.encode()) == "text/plain"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    "text",
    [
        "<Head injury> Fell from a ladder, no loss of consciousness.",
        "<Head> clear, <Neck> supple",
        "<Body weight 70 kg, height 170 cm>",
        "<Body> 70 kg",
        "<Script for physiotherapy given>",
        "<Style of walking: antalgic>",
        "<SVG> to the LAD, patent",
        "<HTML> is what the laboratory sent; printed and scanned instead.",
        "<3 days of cough",
        "<!-- dictated, not read --> Seen today, well.",
        "<!-- see below",
        "<?xml was all that the laboratory sent",
        "<Plan>rest</Plan>",
        "<<< URGENT >>> Potassium 6.9",
        "< 5 units a week",
        "{\\rtf is all that the old system printed",
        "{weight: 70}",
        "%PDF-1.7 file from the clinic could not be opened",
        "%PDF-reports of 3 May seen",
        "%!PS: wife called",
        "% predicted FEV1 48",
        "PK 120 U/L",
        "BM 7.2 before lunch",
        "BM stix 4.1",
        "II* lead abnormal",
        "MM* not assessed",
        "MZ twins, 32 weeks",
        "GIF89a pictures cannot be printed here",
        "RIFFed through the old notes",
        "Rar! is not a diagnosis",
        "ID3 cards lost",
        "7z",
    ],
)
def test_a_text_may_begin_like_another_format(text, encoding):
    assert kind_of(text.encode(encoding)) == "text/plain"


def zipped(*, compressed: bool, content: bytes = b"%PDF-1.7 endobj") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        archive.writestr("word/document.xml", content)
    return buffer.getvalue()


FOREIGN = {
    "html": b"<!DOCTYPE html><html><body>Note</body></html>",
    "html with space": b"\xef\xbb\xbf \r\n<HTML><p>Note",
    "xml": b'<?xml version="1.0"?><ClinicalDocument/>',
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "html fragment": b"<head><title>Note</title></head>",
    "html body": b"<body class='note'>Well</body>",
    "html body alone": b"<BODY>Seen today.</BODY>",
    "html behind a comment": b"<!-- saved from the web -->\n<html lang=en>Note",
    "html in utf-16": "<html><body>Note</body></html>".encode("utf-16"),
    "script": b"<script>alert(1)</script>",
    "style": b"<style>p { color: red }</style><p>Note",
    "xml by its namespace": b'<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Note</title></ClinicalDocument>',
    "svg, empty": b"<svg/>",
    "zip of a long text": zipped(compressed=False, content=b"Seen today, well. " * 4000),
    "bitmap of text": b"BM" + bytes(12) + b"A note. " * 4000,
    "rtf": rb"{\rtf1\ansi Note}",
    "postscript": b"%!PS-Adobe-3.0\n",
    "zip": zipped(compressed=True),
    "zip that holds a pdf": zipped(compressed=False),
    "gzip": gzip.compress(b"A note" * 50),
    "elf": b"\x7fELF\x02\x01\x01\x00" + bytes(56),
    "exe": b"MZ\x90\x00\x03\x00\x00\x00" + bytes(56),
    "mp4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41\x00\x00\x00\x08free",
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "zeros": bytes(1000),
    "counting": bytes(range(256)) * 4,
    "low counting": b"\x00\x01\x02\x03" * 100,
}


@pytest.mark.parametrize("name", FOREIGN)
def test_other_formats_are_not_supported(name):
    assert kind_of(FOREIGN[name]) is None


@pytest.mark.parametrize("format_", ["GIF", "BMP", "WEBP", "PPM", "ICO"])
def test_other_images_are_not_supported(encoded, format_):
    assert kind_of(encoded(Image.effect_noise((64, 64), 90).convert("RGB"), format_)) is None


@given(st.binary(max_size=400))
def test_any_bytes_have_a_kind_or_none(data):
    kind = kind_of(data)
    assert kind is None or kind in SUPPORTED
    if kind == "text/plain":
        try:
            decode(data)
        except Unreadable as refused:
            assert refused.code in {"empty", "control_characters"}  # noqa: PT017 - it may also succeed
