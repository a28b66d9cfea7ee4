"""Files: text in any usual encoding, PDFs and scans; told by their bytes, and given back as they came."""

import hashlib
import zipfile
from io import BytesIO

import httpx
import pytest
from PIL import Image

from features.notes.json_notes import LARGEST_BYTES
from tests.features.notes.conftest import AT, SOAP, refused
from tests.paper import pdf, scan

TEXT = "Temp 37.0 °C – “well”, café, 5 µg"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
async def test_text_is_decoded_whatever_its_encoding(client, upload, encoding, ends):
    data = f"{TEXT}{ends}Second line.{ends}".encode(encoding)
    answer = await upload(data, "clinic letter.txt")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["content"] == f"{TEXT}\nSecond line."
    assert made["file"] == {
        "filename": "clinic letter.txt",
        "media_type": "text/plain",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "pages": None,
    }
    guessed = encoding in {"utf-16-le", "utf-16-be", "cp1252"}
    confidence = 0.95 if guessed else 1.0
    assert made["extraction"] == {"status": "done", "method": "text", "confidence": confidence, "error": None}
    back = await client.get(f"{answer.headers['location']}/file")
    assert back.content == data


async def test_a_pdf_is_read_at_once(client, upload):
    data = pdf(SOAP.replace("°", " "))
    answer = await upload(data, "visit.bin")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["extraction"] == {"status": "done", "method": "pdf", "confidence": 1.0, "error": None}
    assert made["file"]["media_type"] == "application/pdf"
    assert made["sections"]["assessment"] == "Acute bronchitis"
    assert (await client.get(f"{answer.headers['location']}/file")).content == data


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
async def test_a_scan_is_accepted_at_once_and_read_later(client, upload, kind):
    data = scan("Weight 80 kg", kind=kind)
    answer = await upload(data, "page.txt")  # the name lies
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["extraction"] == {"status": "pending", "method": "ocr", "confidence": None, "error": None}
    assert made["file"]["media_type"] == f"image/{kind.lower()}"
    assert (made["content"], made["sections"], made["type"], made["type_confidence"]) == ("", None, "other", 0.0)
    assert set(map(len, made["facts"].values())) == {0}
    assert (await client.get(f"{answer.headers['location']}/file")).content == data


async def test_a_pdf_without_text_waits_like_a_scan(upload):
    buffer = BytesIO()
    Image.open(BytesIO(scan("Weight 80 kg"))).save(buffer, "PDF")
    made = (await upload(buffer.getvalue(), "scan.pdf")).json()
    assert (made["extraction"]["status"], made["file"]["media_type"]) == ("pending", "application/pdf")


async def test_a_scan_need_not_be_dated(client, patient):
    answer = await client.post(f"/patients/{patient}/notes", files={"file": ("a.png", scan("x y z"), "image/png")})
    assert answer.status_code == 201, answer.text
    assert answer.json()["taken_at_source"] == "received"


async def test_what_is_given_with_a_file_wins(upload):
    made = (await upload(SOAP.encode(), type="referral", author="Dr No", taken_at="2026-01-02T03:04:05Z")).json()
    assert (made["type"], made["author"], made["taken_at"]) == ("referral", "Dr No", "2026-01-02T03:04:05Z")


async def test_fields_left_empty_were_not_filled_in(upload):
    made = (await upload(SOAP.encode(), type="", author="", taken_at="")).json()
    assert (made["type_source"], made["author_source"], made["taken_at_source"]) == ("classified", "note", "note")


def archive() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("word/document.xml", "<x/>")
    return buffer.getvalue()


def animation() -> bytes:
    buffer = BytesIO()
    Image.new("P", (10, 10)).save(buffer, "GIF")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "<Head injury> Fell from a ladder. BP 128/82.",
        "<Body> 70 kg",
        "BM 7.2. BP 128/82.",
        "{\\rtf printed. BP 128/82.",
    ],
)
async def test_a_text_that_begins_like_another_format_is_a_text(upload, content):
    answer = await upload(content.encode(), "note.bin")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["content"], answer.json()["file"]["media_type"]) == (content, "text/plain")


@pytest.mark.parametrize(
    "data",
    [
        archive(),
        animation(),
        b"\x7fELF" + bytes(200),
        b"\x1f\x8b\x08" + bytes(50),
        b"{\\rtf1 x}",
        b"<!DOCTYPE html><title>Note</title>",
        b"<html><body>Seen today.</body></html>",
        bytes(range(256)) * 4,
    ],
    ids=["docx", "gif", "elf", "gzip", "rtf", "html", "html without a type", "binary"],
)
async def test_other_kinds_are_refused_whatever_they_are_called(upload, data):
    answer = await upload(data, "note.txt")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_note")
    assert answer.json()["supported"] == "text/plain, application/pdf, image/png, image/jpeg, image/tiff"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n\t ", "file_empty"),
        ("\ufeff".encode(), "file_empty"),
        (pdf("secret", password="open"), "file_encrypted"),
        (pdf("cut off")[:300], "file_broken"),
        (b"%PDF-1.7\nnothing of the kind", "file_broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "file_broken"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "file_broken"),
        (b"II*\x00" + bytes(40), "file_broken"),
    ],
    ids=["none", "blank", "mark", "locked", "cut-pdf", "no-pdf", "png", "jpeg", "tiff"],
)
async def test_what_cannot_be_read_is_refused_with_the_reason(upload, data, code):
    assert refused(await upload(data)) == [("/file", code)]


async def test_a_bomb_is_refused(upload):
    buffer = BytesIO()
    Image.new("1", (30_000, 30_000)).save(buffer, "PNG")
    assert len(buffer.getvalue()) < 1_000_000
    assert refused(await upload(buffer.getvalue())) == [("/file", "file_too_large")]


async def test_ten_megabytes_are_accepted_and_one_byte_more_is_not(upload):
    assert (await upload(b"word " * (LARGEST_BYTES // 5))).status_code == 201
    answer = await upload(b"x" * (LARGEST_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "note_too_large")


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"taken_at": "yesterday"}, "/taken_at", "moment_format"),
        ({"taken_at": "2026-03-09T14:30:00"}, "/taken_at", "moment_format"),
        ({"taken_at": "2999-01-01T00:00:00Z"}, "/taken_at", "taken_in_future"),
        ({"type": "poem"}, "/type", "literal_error"),
        ({"author": "a\x01b"}, "/author", "control_character"),
        ({"title": "x"}, "/title", "unknown_form_field"),
        ({"taken_at": [AT, AT]}, "/taken_at", "one_only"),
    ],
)
async def test_bad_fields_are_named(upload, fields, pointer, code):
    assert refused(await upload(b"Well.", **fields)) == [(pointer, code)]


async def test_one_file_is_needed_and_no_more(client, patient):
    own = f"/patients/{patient}/notes"
    nothing = await client.post(own, files={"taken_at": (None, AT)})
    assert refused(nothing) == [("/file", "file_missing")]
    text = await client.post(own, files={"file": (None, "Well."), "taken_at": (None, AT)})
    assert refused(text) == [("/file", "file_missing")]
    two = await client.post(own, files=[("file", ("a", b"a")), ("file", ("b", b"b"))], data={"taken_at": AT})
    assert refused(two) == [("/file", "one_only")]
    elsewhere = await client.post(own, files={"author": ("a", b"a")})
    assert refused(elsewhere) == [("/author", "string_type")]


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"no boundary at all"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
        ),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--"),
        ("multipart/form-data; boundary=x", b"--x\r\nbad header\r\n\r\nabc\r\n--x--\r\n"),
    ],
)
async def test_a_broken_form_is_refused(client, patient, media, body):
    answer = await client.post(f"/patients/{patient}/notes", content=body, headers={"content-type": media})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie x"),
        ("résumé “1”.txt", "résumé “1”.txt"),
        ("\u202etxt.exe", "txt.exe"),
        ("..", "note"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
async def test_names_are_harmless(client, patient, given, kept):
    # Written by hand: clients escape what they would not send.
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{given}"\r\n\r\n'.replace("\\", "\\\\")
    if "\r\nSet" in given:
        head = head.replace("a\r\nSet-Cookie: x", "a%0D%0ASet-Cookie: x")
        kept = "a%0D%0ASet-Cookie x"
    body = head.encode() + b'Well.\r\n--x\r\nContent-Disposition: form-data; name="taken_at"\r\n\r\n'
    answer = await client.post(
        f"/patients/{patient}/notes",
        content=body + AT.encode() + b"\r\n--x--\r\n",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["file"]["filename"] == kept
    file = await client.get(f"{answer.headers['location']}/file")
    assert "\r" not in file.headers["content-disposition"]
    assert file.headers["content-disposition"].isascii()


async def test_a_file_is_answered_so_that_it_can_do_no_harm(client, upload):
    answer = await upload(b"Well. <script>alert(1)</script>", "a b.html")
    file: httpx.Response = await client.get(f"{answer.headers['location']}/file")
    assert file.headers["content-type"] == "text/plain"
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''a%20b.html"
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["cache-control"] == "no-store"
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["etag"] == f'"{answer.json()["file"]["sha256"]}"'


async def test_a_note_that_was_typed_has_no_file(client, patient, note):
    answer = await client.get(f"/patients/{patient}/notes/{(await note())['id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (404, "note_has_no_file")
