"""Words are found again in the text that was made of them."""

import random

import pytest

from features.notes.places import Layout
from features.notes.reading.pieces import WIDTH, Piece, laid_out


def pieces(*words: str, page: int = 1) -> list[Piece]:
    return [Piece(word, page, number, 0, number + 1, 10) for number, word in enumerate(words)]


def found(words, text) -> list[str]:
    row = laid_out(words, text)
    return [text[start:end] for start, end in zip(row[1::WIDTH], row[2::WIDTH], strict=True)]


@pytest.mark.parametrize(
    ("words", "text", "parts"),
    [
        (("BP", "128/82"), "BP 128/82", ["BP", "128/82"]),
        (("dys-", "pnoea", "today"), "dys-pnoea today", ["dys-", "pnoea", "today"]),
        (("dys", "pnoea"), "dyspnoea", ["dys", "pnoea"]),
        (("mg", "P0"), "mg PO", ["mg", "PO"]),
        (("98.2℉", "oral"), "98.2°F oral", ["98.2°F", "oral"]),
        (("diﬃcult",), "difficult", ["difficult"]),
        (("Mae\u0301ve",), "Ma\u00e9ve", ["Ma\u00e9ve"]),
        # What was left out of the text, and what stands there in between.
        (("stamp", "Chest", "clear"), "Chest clear", ["Chest", "clear"]),
        (("Chest", "clear"), "Chest is all clear", ["Chest", "clear"]),
        ((), "Chest", []),
        (("Chest",), "", []),
    ],
)
def test_words_are_found_as_they_became(words, text, parts):
    assert found(pieces(*words), text) == parts


def test_what_went_missing_does_not_carry_the_rest_away():
    drawn = random.Random(7)
    words = [f"word{number}" for number in range(2000)]
    kept = [word for word in words if drawn.random() > 0.05]
    assert [part for part in found(pieces(*words), " ".join(kept)) if part in set(kept)] == kept


def layout(*words: tuple[str, int, tuple[int, int, int, int]]) -> Layout:
    text = " ".join(word for word, _, _ in words)
    return Layout(laid_out([Piece(word, page, *box) for word, page, box in words], text))


def test_a_place_is_around_all_words_on_its_page():
    there = layout(
        ("one", 1, (1000, 100, 2000, 200)),
        ("two", 1, (2100, 100, 3000, 210)),
        ("three", 1, (500, 300, 1500, 400)),
        ("four", 2, (0, 0, 10_000, 10_000)),
    )
    assert there.place(0, 3) == (1, {"left": 0.1, "top": 0.01, "width": 0.1, "height": 0.01})
    assert there.place(1, 13) == (1, {"left": 0.05, "top": 0.01, "width": 0.25, "height": 0.03})
    assert there.place(8, 18) == (1, {"left": 0.05, "top": 0.03, "width": 0.1, "height": 0.01})
    assert there.place(14, 18).page == 2
    assert there.place(3, 4) is None
    assert there.place(18, 30) is None


def test_a_place_ends_with_its_column_and_goes_on_over_its_lines():
    columns = layout(
        ("end", 1, (1000, 9000, 1500, 9150)),
        ("of", 1, (4500, 9000, 4700, 9150)),
        ("column", 1, (1000, 9200, 1800, 9350)),
        ("head", 1, (5300, 1000, 6000, 1150)),
    )
    assert columns.place(0, 18) == (1, {"left": 0.1, "top": 0.9, "width": 0.37, "height": 0.035})
    # The same lines on a page that lies on its side: from the bottom up, and the next line further right.
    aside = layout(
        ("end", 1, (1000, 500, 1150, 900)),
        ("next", 1, (1200, 9000, 1350, 9700)),
    )
    assert aside.place(0, 8) == (1, {"left": 0.1, "top": 0.05, "width": 0.035, "height": 0.92})
