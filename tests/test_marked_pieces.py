"""The marked pieces that drugs and procedures are learned from are what their reader takes."""

import pytest

from scripts.learning import marked


def test_a_piece_is_its_text_and_what_is_marked_in_it():
    piece = marked.piece("{Aspirin|stopped} after the [bleed|historical]; <OGD|planned>, {aspirin|avoid}.")
    assert piece.text == "Aspirin after the bleed; OGD, aspirin."
    assert [(mark.kind, piece.text[mark.start : mark.end], mark.label) for mark in piece.marks] == [
        ("drug", "Aspirin", "stopped"),
        ("condition", "bleed", "historical"),
        ("procedure", "OGD", "planned"),
        ("drug", "aspirin", "avoid"),
    ]
    assert piece.label("drug", (0, 4)) == "stopped"
    assert piece.label("condition", (0, 4)) is None


def test_a_label_that_nobody_knows_is_told():
    with pytest.raises(ValueError, match="gone is no label of a drug"):
        marked.piece("{Aspirin|gone}")


def test_every_writer_left_as_many_pieces_and_marked_them_all():
    written = dict(marked.writers())
    assert len(written) == 16
    assert {len(pieces) for pieces in written.values()} == {240}
    for pieces in written.values():
        assert all("|" not in piece.text.replace(" | ", "") for piece in pieces)
        assert {mark.kind for piece in pieces for mark in piece.marks} == set(marked.LABELS)
