"""Text on scans. Few and small pages, for recognition takes its time."""

import socket

import numpy as np
import pytest
from PIL import Image

from features.notes.reading import Unreadable, read_scan

LINES = ("BP: 128/82 mmHg, HR: 72 bpm", "Ht: 5'10\", Temp: 98.2°F oral", "Metformin 500 mg twice daily")
TEXT = "\n".join(LINES)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("nothing may be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 3])
def test_print_is_read_whichever_way_up_it_lies(page, encoded, angle):
    found = read_scan(encoded(page(*LINES).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)))
    assert (found.text, found.method) == (TEXT, "ocr")
    assert found.confidence is not None
    assert found.confidence > 0.93


def test_every_page_of_a_tiff_is_read(page, encoded):
    data = encoded(page("Page one"), "TIFF", save_all=True, append_images=[page("BP: 128/82")])
    found = read_scan(data)
    assert found.text == "Page one\n\nBP: 128/82"
    assert found.pages == 2


def test_scanned_pages_of_a_pdf_are_read_among_the_others(page, pdf):
    found = read_scan(pdf("Page one, written", page("Page two, scanned"), "Page three, written"))
    assert found.text == "Page one, written\n\nPage two, scanned\n\nPage three, written"
    assert (found.pages, found.pages_without_text) == (3, 1)


@pytest.mark.parametrize("shade", [255, 128, 0])
def test_an_empty_page_has_no_text(encoded, shade):
    with pytest.raises(Unreadable) as refused:
        read_scan(encoded(Image.new("L", (800, 1000), shade)))
    assert refused.value.code == "no_text"


def test_smears_are_less_certain_than_print(page, encoded):
    clean = page(*LINES, size=26)
    noise = np.random.default_rng(3).normal(0, 90, (clean.height, clean.width))
    rough = clean.resize((clean.width // 4, clean.height // 4)).resize(clean.size, Image.Resampling.BILINEAR)
    smeared = Image.fromarray(np.clip(np.asarray(rough) + noise, 0, 255).astype(np.uint8))
    sure, unsure = (read_scan(encoded(image)).confidence for image in (clean, smeared))
    assert unsure < sure - 0.05


@pytest.mark.parametrize("size", [(1, 1), (3, 3000), (3000, 2)])
def test_odd_shapes_have_no_text(encoded, size):
    with pytest.raises(Unreadable) as refused:
        read_scan(encoded(Image.effect_noise(size, 120)))
    assert refused.value.code == "no_text"
