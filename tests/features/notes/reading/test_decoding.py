"""The characters of a file come out as they went in, or not at all."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from features.notes.reading import Unreadable, decode
from features.notes.reading.decoding import DOUBTFUL, LIKELY, SURE, decoded

NOTE = "Temp: 37.2 °C – “well”, 5 µg/day\nBP: 128/82, café, naïve, ½ tablet, €5\n\nÉ. Çelik’s plan: fluids…"
WORDS = st.sampled_from([*NOTE.split(), "chest", "pain", "denies", "SOB", "and", "the", "10 mg", "PRN"])
NOTES = st.lists(WORDS, min_size=4, max_size=40).map(lambda words: "Note: " + " ".join(words) + "\nSigned today.")
ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])


def code_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        decode(data)
    return refused.value.code


@given(
    NOTES,
    ENDINGS,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
)
def test_clinical_text_survives_every_encoding(note, ending, encoding):
    assert decode(note.replace("\n", ending).encode(encoding)) == note


SCRIPTS = {
    "polish": "Pacjent Łukasz zgłasza ból głowy od 3 dni. Temp. 37,5 °C.\nZalecenia: paracetamol 500 mg.",
    "greek": "Ο ασθενής αναφέρει κεφαλαλγία από 3 ημερών.\nΘερμοκρασία 37,5 °C",
    "russian": "Жалобы на головную боль в течение 3 дней.\nТемпература 37,5 °C",
    "arabic": "يشكو المريض من صداع منذ 3 أيام.\nدرجة الحرارة 37.5",
    "chinese": "患者主诉头痛三天，无发热。\n血压 128/82 mmHg。",
    "japanese": "患者は3日前から頭痛を訴えている。\n血圧 128/82。",
    "emoji": "Feels fine 🙂 today, slept well.\nNo pain.",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_survives_unicode(script, encoding):
    text = unicodedata.normalize("NFC", SCRIPTS[script])
    assert decode(text.replace("\n", "\r\n").encode(encoding)) == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), max_size=80))
def test_utf_8_is_always_read_as_what_it_is(text):
    assume(text.strip())
    assert decode(text.encode()) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0c", "\x0b", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_one(end):
    assert decode(f"one{end}two".encode()) == "one\ntwo"


def test_marks_inside_a_text_are_removed():
    assert decode("\ufeffone\ufefftwo".encode()) == "onetwo"


def test_text_is_composed():
    assert decode("cafe\u0301".encode()) == "café"


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe", "\u00a0\n".encode(), b"\xff\xfe \x00"]
)
def test_blank_is_empty(data):
    assert code_of(data) == "empty"


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066"])
def test_control_characters_are_refused(character):
    assert code_of(f"The patient is{character} well today.".encode()) == "control_characters"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(NOTE.encode()[:-1], id="cut off within a character"),
        pytest.param("café déjà vu".encode() + b"\xff", id="one wrong byte in UTF-8"),
        pytest.param(b"\xef\xbb\xbfcaf\xe9", id="a mark that lies"),
        pytest.param(b"\xff\xfea", id="half a character"),
        pytest.param(b"\xff\xfe\x00\xd8a\x00", id="a lone surrogate in UTF-16"),
        pytest.param(b"lone \xed\xa0\x80 surrogate", id="a lone surrogate in UTF-8"),
        pytest.param(b"undefined \x81 here", id="a byte that Windows-1252 does not define"),
        pytest.param("Жалобы на головную боль".encode("koi8-r"), id="KOI8-R"),
        pytest.param("Жалобы на головную боль".encode("cp1251"), id="Windows-1251"),
        pytest.param("患者は3日前から頭痛を訴えている".encode("shift-jis"), id="Shift JIS"),
        pytest.param("患者主诉头痛三天无发热".encode("gb18030"), id="GB 18030"),
    ],
)
def test_what_is_not_certain_is_refused_rather_than_guessed(data):
    assert code_of(data) == "undecodable"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_clean_text_or_refused(data):
    try:
        text = decode(data)
    except Unreadable:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]


def test_a_long_single_line_is_read():
    assert len(decode("fluids 500 mL, ".encode("utf-16-le") * 70_000)) == 15 * 70_000


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "utf-8-sig", "utf-16"])
def test_what_a_file_says_of_itself_is_sure(encoding):
    assert decoded("Paracetamol 1 g".encode(encoding))[1] == SURE


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-16-be"])
def test_a_guess_that_gives_an_ordinary_text_is_likely(encoding):
    text = "Temp: 37.2 °C – “well”, 5 µg/day, café, naïve, ½ tablet, 2 m², 10³, Übelkeit, São Paulo"
    assert decoded(text.encode(encoding)) == (text, LIKELY)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Pacjent Paweł zgłasza ból głowy od 3 dni.", "cp1250"),
        ("Temperature 37.2 °C on the ward", "mac_roman"),
        ("Temperature 37.2 °C on the ward", "cp437"),
        ("José has café au lait spots", "mac_roman"),
        ("Note of today: the patient says Болит голова and no more than that, otherwise well and eating", "cp1251"),
        ("患者主诉头痛三天无发热患者主诉头痛三天无发热。", "utf-16-le"),
    ],
)
def test_a_guess_that_gives_an_odd_text_is_doubtful(text, encoding):
    assert decoded(text.encode(encoding))[1] == DOUBTFUL
