"""Text is kept as people write it; what can only do harm is refused."""

import sys
import time
import unicodedata
from itertools import groupby

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from rounds.characters import MOST_MARKS, crowded_at, is_blank
from rounds.fields.text import Line, Name, Prose, normalise

LINE, NAME, PROSE = TypeAdapter(Line), TypeAdapter(Name), TypeAdapter(Prose)
anything = st.text(st.characters(codec=None), max_size=60)  # lone surrogates too
harmful = st.sampled_from([*map(chr, range(32)), *map(chr, range(127, 160)), "\ud800", "\udfff", "\u202e", "\u2066"])


def normalised(value: str, *, multiline: bool) -> str:
    """What becomes of `value`, or an example that does not count."""
    try:
        return normalise(value, multiline=multiline)
    except PydanticCustomError:
        assume(False)
        raise


@given(anything, st.booleans())
def test_what_is_kept_is_nfc_and_trimmed(value, multiline):
    kept = normalised(value, multiline=multiline)
    assert unicodedata.is_normalized("NFC", kept)
    assert kept == kept.strip()


@given(anything, st.booleans())
def test_normalising_twice_changes_nothing(value, multiline):
    kept = normalised(value, multiline=multiline)
    assert normalise(kept, multiline=multiline) == kept


@given(anything, st.booleans())
def test_control_characters_and_surrogates_never_pass(value, multiline):
    kept = normalised(value, multiline=multiline)
    allowed = "\n\r\t" if multiline else ""
    assert not [c for c in kept if unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed]
    kept.encode()


@given(anything, st.booleans())
def test_nothing_but_normalisation_happens(value, multiline):
    kept = normalised(value, multiline=multiline)
    assert kept == unicodedata.normalize("NFC", value).strip()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20), harmful, st.text(max_size=20))
def test_one_harmful_character_is_enough(before, character, after):
    with pytest.raises(PydanticCustomError) as refused:
        normalise(before + character + after)
    assert refused.value.type == "control_character"
    assert refused.value.context["position"] <= len(before)


@pytest.mark.parametrize(
    "name",
    [
        "McKenzie", "O’Brien", "O'Brien", "Surname, Given", '"Surname, Given"', "de la Cruz", "van 't Hoff", "X Æ A-12",
        "आरव शर्मा", "王小明", "محمد علي", "Ὀδυσσεύς", "Łukasz Żółć", "Nguyễn Thị Ánh", "José-María", "Maeve 🩺", "'",
        "\u200fעברית\u200f", "नि\u200dर्मल", "A\u00adB",
    ],
)  # fmt: skip
def test_names_are_kept_exactly(name):
    assert NAME.validate_python(name) == name


def test_combining_accents_are_composed():
    assert NAME.validate_python("Jose\u0301") == "José"
    assert NAME.validate_python("  A\u030angstro\u0308m ") == "Ångström"


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u2003\u3000", "\u2028"])
def test_a_blank_name_is_refused(blank):
    with pytest.raises(ValidationError, match="blank"):
        NAME.validate_python(blank)
    assert LINE.validate_python(blank) == ""


@pytest.mark.parametrize(
    "invisible",
    ["\u200b", "\ufeff", "\u2800", "\u00ad", "\u3164", "\u200d", "\u200e\u200f", "\u2060", "\ufe0f", "\U000e0100",
     "\u115f\u1160", "\uffa0", "\u034f", " \u200b \u00a0\u2800 "],
)  # fmt: skip
def test_a_name_of_which_nothing_can_be_seen_is_blank(invisible):
    with pytest.raises(ValidationError, match="blank"):
        NAME.validate_python(invisible)
    assert NAME.validate_python(f"x{invisible.strip()}y") == f"x{invisible.strip()}y"


def test_lengths_are_bounded():
    assert len(NAME.validate_python("x" * 200)) == 200
    for adapter, length in ((NAME, 201), (LINE, 201), (PROSE, 10_001)):
        with pytest.raises(ValidationError, match="at most"):
            adapter.validate_python("x" * length)


def test_prose_may_span_lines_and_a_line_may_not():
    text = "Subjective:\n\tcough\r\nObjective: 38.2 °C"
    assert PROSE.validate_python(text) == text
    for adapter in (LINE, NAME):
        with pytest.raises(ValidationError, match="control character"):
            adapter.validate_python(text)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u202e"])
def test_prose_refuses_what_a_line_refuses(character):
    with pytest.raises(ValidationError, match="position 1"):
        PROSE.validate_python(f"a{character}b")


@pytest.mark.parametrize("adapter", [LINE, NAME, PROSE])
def test_lone_surrogates_are_refused(adapter):
    with pytest.raises(ValidationError):
        adapter.validate_python("a\ud83db")


@pytest.mark.parametrize("marks", ["\u0301" * 31, "\u0301\u0327" * 16, "\u0301" * 100_000 + "\u0327" * 100_000])
def test_heaps_of_combining_marks_are_refused_before_anybody_puts_them_in_order(marks):
    with pytest.raises(PydanticCustomError) as refused:
        normalise(f"na{marks}me")
    assert (refused.value.type, refused.value.context["position"]) == ("combining_marks", 2)


@given(st.text(st.sampled_from("a\u0301\u0327é각ก่้นि"), max_size=80))
def test_thirty_marks_on_one_character_are_writing(text):
    runs = groupby(text, lambda each: bool(unicodedata.combining(each)))
    longest = max((len(list(run)) for is_mark, run in runs if is_mark), default=0)
    assert (crowded_at(text) is None) == (longest <= MOST_MARKS)


def test_no_script_has_been_overlooked():
    points = [point for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000]
    marks = [point for point in points if unicodedata.combining(chr(point))]
    assert [hex(point) for point in marks if crowded_at(chr(point) * 31) is None] == []
    invisible = [point for point in points if unicodedata.category(chr(point)) in {"Zs", "Zl", "Zp", "Cc", "Cf"}]
    assert [hex(point) for point in invisible if not is_blank(chr(point))] == []


@pytest.mark.parametrize("unit", ["\u200b", "a\n", "a" + "\u0301" * 15 + "\u0327" * 15, "\u1100\u1161\u11a8", "प्रिया "])
def test_normalising_takes_time_in_proportion_to_the_length(unit):
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        started = time.thread_time()
        is_blank(normalise(f"a{text}a", multiline=True))
        is_blank(text)
        return time.thread_time() - started

    # Eight times as long may take twenty times as long, and not sixty-four; what takes no time at all is no measure.
    short, long = min(seconds(100_000) for _ in range(3)), min(seconds(800_000) for _ in range(3))
    assert long < 20 * max(short, 0.002)


def test_what_cannot_be_seen_is_passed_over_quicker_than_python_could_walk():
    """Millions of invisible characters held the interpreter for a second when each was looked up by itself."""
    text = "\u200b" * 1_000_000

    def walk() -> None:
        for _ in text:
            pass

    def seconds(work) -> float:
        started = time.thread_time()
        work()
        return time.thread_time() - started

    assert min(seconds(lambda: is_blank(text)) for _ in range(3)) < min(seconds(walk) for _ in range(3))
