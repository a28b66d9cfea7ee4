"""What things are called in plain words: the lines of the data files, and what follows from them."""

from importlib.resources import files

import pytest

from clinical.propositions.meanings import implied_by, keys_of

FILES = ("glosses.txt", "glosses_of_care.txt")


def lines():
    for name in FILES:
        text = files("clinical.propositions.data").joinpath(name).read_text(encoding="utf-8")
        for line in text.splitlines():
            if line and not line.startswith("#"):
                narrow, sign, broad = line.partition("=>")
                assert sign, f"{name}: {line}"
                yield [one.strip() for one in narrow.split(",")], [one.strip() for one in broad.split("|")]


def test_no_name_is_explained_twice_and_no_line_is_empty():
    told = [name for narrow, _ in lines() for name in narrow]
    assert all(told)
    assert sorted(name for name in set(told) if told.count(name) > 1) == []
    assert all(all(broad) and len(broad) == len(set(broad)) for _, broad in lines())


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("cholecystitis", "inflamed gallbladder"),
        ("hydronephrosis", "swollen kidney"),
        ("nihss", "stroke severity score"),
        ("nasogastric tube", "tube down the nose"),
        ("adhesions", "scar tissue"),
    ],
)
def test_plain_words_follow_from_the_name_and_not_the_other_way_round(name, plain):
    assert keys_of(plain) & implied_by(keys_of(name))
    assert not keys_of(name) & implied_by(keys_of(plain))
