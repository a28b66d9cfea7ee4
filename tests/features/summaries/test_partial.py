"""Reading an answer while it is written."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.summaries import partial
from features.summaries.partial import LARGEST, LONGEST_UNFINISHED, PartialAnswer, Unreadable

text = st.text(st.characters(codec="utf-8"), max_size=40)
statements = st.fixed_dictionaries(
    {"text": text, "citations": st.lists(st.fixed_dictionaries({"note": text, "quote": text}), max_size=3)}
)
sections = st.lists(st.fixed_dictionaries({"title": text, "statements": st.lists(statements, max_size=4)}), max_size=4)
answers = st.fixed_dictionaries({"sections": sections, "summary": text})


def expected(answer):
    return [(section["title"], each) for section in answer["sections"] for each in section["statements"]]


def cut(raw, places):
    bounds = sorted({0, len(raw), *(place % (len(raw) + 1) for place in places)})
    return [raw[start:end] for start, end in pairwise(bounds)]


@given(answers, st.booleans(), st.sampled_from([None, 2]), st.lists(st.integers(0, 5_000), max_size=30))
def test_it_reads_what_json_reads_wherever_it_is_cut(answer, escaped, indent, places):
    raw = json.dumps(answer, ensure_ascii=escaped, indent=indent)
    partial = PartialAnswer()
    found = [each for piece in cut(raw, places) for each in partial.feed(piece)]
    assert found == expected(json.loads(raw))
    assert partial.complete


def test_each_statement_comes_with_the_character_that_completes_it():
    answer = {"sections": [{"title": "Problems", "statements": [{"text": "a", "citations": []}] * 2}], "summary": "s"}
    raw = json.dumps(answer)
    partial = PartialAnswer()
    came = {place: found for place, letter in enumerate(raw) if (found := partial.feed(letter))}
    end = raw.index("}")
    assert list(came) == [end, raw.index("}", end + 1)]
    assert came[end] == [("Problems", {"text": "a", "citations": []})]


def test_the_halves_of_a_character_may_come_apart():
    whole = '{"sections": [{"title": "T", "statements": [{"text": "😀"}]}]}'
    first, second = "\ud83d", "\ude00"
    before, after = whole.split("😀")
    partial = PartialAnswer()
    found = [each for piece in (before, first, second, after) for each in partial.feed(piece)]
    assert found == [("T", {"text": "😀"})]
    lonely = PartialAnswer()
    found = [each for piece in (before, first, "x", after) for each in lonely.feed(piece)]
    assert found == [("T", {"text": "\ufffdx"})]


def test_a_title_that_comes_late():
    partial = PartialAnswer()
    assert partial.feed('{"sections": [{"statements": [{"text": "a"}, {"text": "b"}], ') == []
    assert partial.feed('"title": "T"}]}') == [("T", {"text": "a"}), ("T", {"text": "b"})]
    assert PartialAnswer().feed('{"sections": [{"statements": [{"text": "a"}]}]}') == []


@pytest.mark.parametrize(
    "raw",
    [
        '{"sections": {"statements": [{"text": "a"}]}}',
        '{"other": [{"title": "T", "statements": [{"text": "a"}]}]}',
        '[{"title": "T", "statements": [{"text": "a"}]}]',
        '{"sections": [[{"title": "T", "statements": [{"text": "a"}]}]]}',
        '{"sections": [{"title": "T", "statements": ["a", 3, null, true]}]}',
        '{"sections": [{"title": 3, "statements": [{"text": "a"}]}]}',
    ],
)
def test_other_documents_have_no_statements(raw):
    partial = PartialAnswer()
    assert partial.feed(raw) == []
    assert partial.complete


@pytest.mark.parametrize("raw", ["Sure! Here", '{"a": }', '{"a": 1} {"b": 2}', "[" * 17, '{"a": "\\x"}', '{"a": NaN}'])
def test_what_becomes_no_answer(raw):
    with pytest.raises(Unreadable):
        PartialAnswer().feed(raw)


def test_it_is_bounded(monkeypatch):
    assert LARGEST <= 1_000_000
    monkeypatch.setattr(partial, "LARGEST", 50_000)
    answer = PartialAnswer()
    answer.feed('{"summary": "')
    for _ in range(49):
        answer.feed("é" * 500)
    with pytest.raises(Unreadable):
        answer.feed("é" * 500)


FRAGMENTS = st.sampled_from(
    ['{"sections": [', '{"title": "a", "statements": [', '{"text": "b"}', "]}", "]", "}", ",", '"', "x"]
)


@given(st.lists(st.one_of(st.text(max_size=20), FRAGMENTS), max_size=20))
def test_any_text_is_read_as_json_or_refused(pieces):
    partial, read = PartialAnswer(), []
    try:
        for piece in pieces:
            read += partial.feed(piece)
    except Unreadable:
        with pytest.raises(json.JSONDecodeError):
            json.loads("".join(pieces))
        return
    if partial.complete:
        assert read == expected({"sections": [], **json.loads("".join(pieces))})


@pytest.mark.parametrize("pieces", [["{}0"], ["{}", "0"], ["[]", " 1"], ['{"a": 1}', "\n", "2"]])
def test_a_number_behind_the_end_is_refused(pieces):
    partial = PartialAnswer()
    for piece in pieces[:-1]:
        partial.feed(piece)
    with pytest.raises(Unreadable):
        partial.feed(pieces[-1])


def test_cut_documents_are_not_complete():
    partial = PartialAnswer()
    partial.feed('{"sections": []')
    assert not partial.complete


@pytest.mark.parametrize("piece", ["a" * 1_000, " " * 1_000])
def test_what_never_ends_is_refused_long_before_the_bound(piece):
    answer = PartialAnswer()
    answer.feed('{"summary": ' + ('"' if piece.strip() else ""))
    with pytest.raises(Unreadable, match="too long"):  # noqa: PT012 - which piece is refused is what counts
        for number in range(LARGEST // len(piece)):
            answer.feed(piece)
            assert number <= LONGEST_UNFINISHED // len(piece)


def test_a_long_text_in_one_piece_is_read():
    answer = PartialAnswer()
    answer.feed(json.dumps({"summary": "a" * 4 * LONGEST_UNFINISHED}))
    assert answer.complete
