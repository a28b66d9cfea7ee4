"""How well scans are read: pages rendered in several fonts, sizes, rotations and degrees of noise.

Every page is read as the consumer reads it, and what comes out is compared character by character with what was
rendered. Accuracy is 1 - edit distance / length, after runs of white space were made one space.
"""

import argparse
import io
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import mean

import numpy as np
from font_amatic_sc import AmaticSC
from font_caladea import Caladea
from font_roboto import Roboto
from font_source_serif_pro import font_files_ttf
from PIL import Image, ImageDraw, ImageFont
from rich import box
from rich.console import Console
from rich.table import Table

from features.notes.reading import Unreadable, read_scan

TO_REACH = 0.98  # of the characters, on clean print
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")  # on most Linux systems, in no package
FONTS = {
    "Roboto": Roboto,
    "Source Serif": font_files_ttf["SourceSerifPro"],
    "Caladea": Caladea,
    **({"DejaVu": str(DEJAVU)} if DEJAVU.exists() else {}),
}
HANDWRITING = "handwriting-like"  # Amatic SC, which has capitals only, with letters that dance

PAGES = (
    """Clinic letter, 14 March 2024
Problem: type 2 diabetes, HbA1c 58 mmol/mol (7.5 %), started metformin 500 mg BID with meals.
S: Reports mild breathlessness on exertion for 3 weeks. Denies fever, chest pain or palpitations. No drug allergies.
O:
BP: 128/82 mmHg, HR: 72 bpm, RR: 16 breaths/min
Temp: 98.2°F, SpO2 97 % on room air
Ht: 5'10", Wt: 192 lbs, BMI: 27.5
Heart sounds normal, no murmurs. Lungs clear bilaterally, no wheeze or crackles.
A: Hypertension, controlled. Possible early heart failure.
P: Continue lisinopril 10 mg PO daily; furosemide 20 mg every morning. Echo in 2 weeks. Review sooner if worse.
Signed: Consultant Physician""",
    """Discharge summary
Admitted with community-acquired pneumonia (CURB-65 score 2), treated with co-amoxiclav 1.2 g IV three times daily.
Results on discharge
Haemoglobin 124 g/L, white cells 9.8, CRP 34 mg/L (was 212)
Sodium 138 mmol/L, potassium 4.1 mmol/L, creatinine 88 µmol/L
Allergies: penicillin - rash in childhood, tolerated cephalosporins since.
Medicines: doxycycline 100 mg once daily until 21/11/2024; salbutamol 100 micrograms/dose, 2 puffs as needed;
paracetamol 1 g up to four times a day. Stopped: simvastatin 40 mg at night.
The patient's mother had a myocardial infarction at 54. Ex-smoker, 20 pack-years.
Follow-up: chest X-ray in 6 weeks; GP to recheck urea & electrolytes in 7-10 days.""",
    """Nursing note, 22:15
Observations: BP 101/64, pulse 96 regular, temperature 38.4 °C, respirations 20, saturations 93% on 2 L/min.
NEWS2 score 6, escalated to the registrar at 22:20. Pain 4/10, "sharp" on deep breathing.
Fluid balance: input 1,850 mL, output 1,200 mL. Weight 71.3 kg (up 0.8 kg since Monday).
Given: paracetamol 1 g PO at 21:00; enoxaparin 40 mg SC at 18:00. Declined evening meal.
Skin intact, Waterlow 14. Mobilised to chair with one person. No falls this shift.
Plan: repeat observations every 30 minutes; blood cultures x2 taken before antibiotics; senior review awaited.""",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """How a page is rendered."""

    font: str
    dots: int = 200  # per inch
    turned: float = 0.0  # degrees, against the clock
    noise: str = "clean"


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a cell, over all pages."""

    cell: Cell
    accuracy: float
    confidence: float
    seconds: float


def cells(*, brief: bool = False) -> Iterator[Cell]:
    """What is measured: every font at both sizes, then one print font turned and noised, then handwriting."""
    fonts = list(FONTS)[:1] if brief else list(FONTS)
    for font in fonts:
        yield Cell(font)
        if not brief:
            yield Cell(font, dots=300)
    for turned in (90, 180, 270, 2, -2):
        yield Cell(fonts[0], turned=turned)
    for font in fonts[:2]:
        for noise in ("light", "heavy", "JPEG"):
            yield Cell(font, noise=noise)
    yield Cell(HANDWRITING)
    if not brief:
        yield Cell(HANDWRITING, noise="heavy")


def measure(*, brief: bool = False) -> list[Row]:
    """Read every page in every cell; `brief` takes one page and few cells."""
    pages = PAGES[:1] if brief else PAGES
    read_scan(_file(_page("Loads the models.", Cell("Roboto"))[0], "clean"))
    return [_measured(cell, pages) for cell in cells(brief=brief)]


def _measured(cell: Cell, pages: Sequence[str]) -> Row:
    right, sure, taken = [], [], []
    for text in pages:
        image, lines = _page(text, cell)
        data = _file(image, cell.noise)
        before = time.perf_counter()
        try:
            found = read_scan(data)
            text_found, confidence = found.text, found.confidence or 0.0
        except Unreadable:
            text_found, confidence = "", 0.0
        taken.append(time.perf_counter() - before)
        sure.append(confidence)
        if cell.font == HANDWRITING:
            lines, text_found = lines.upper(), text_found.upper()
        right.append(accuracy(text_found, lines))
    return Row(cell, mean(right), mean(sure), mean(taken))


def table(rows: Sequence[Row]) -> Table:
    """What was measured, to be printed."""
    made = Table(title="Scans", box=box.SIMPLE, title_justify="left")
    for name in ("font", "dpi", "turned", "noise"):
        made.add_column(name)
    for name in ("characters right", "confidence", "s/page"):
        made.add_column(name, justify="right")
    for row in rows:
        cell = row.cell
        made.add_row(
            cell.font,
            str(cell.dots),
            f"{cell.turned:g}°",
            cell.noise,
            f"{row.accuracy:.2%}",
            f"{row.confidence:.3f}",
            f"{row.seconds:.1f}",
        )
    return made


def reached(rows: Sequence[Row]) -> bool:
    """Whether clean print is read as well as it is to be, also when it is turned."""
    return all(row.accuracy >= TO_REACH for row in rows if row.cell.noise == "clean" and row.cell.font != HANDWRITING)


def accuracy(found: str, meant: str) -> float:
    """The share of characters that are right, from 0 to 1."""
    found, meant = " ".join(found.split()), " ".join(meant.split())
    return max(0.0, 1 - _distance(found, meant) / max(1, len(meant)))


def _distance(one: str, other: str) -> int:
    """How many characters have to be added, taken away or changed (Levenshtein)."""
    before = list(range(len(other) + 1))
    for number, character in enumerate(one, 1):
        now = [number]
        for place, its in enumerate(other, 1):
            now.append(min(before[place] + 1, now[-1] + 1, before[place - 1] + (character != its)))
        before = now
    return before[-1]


@cache
def _font(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(AmaticSC if name == HANDWRITING else FONTS[name], pixels)


def _page(text: str, cell: Cell) -> tuple[Image.Image, str]:
    """A page of A4, and its text line by line."""
    width, height = round(8.27 * cell.dots), round(11.69 * cell.dots)
    image = Image.new("L", (width, height), 255)
    draw, margin = ImageDraw.Draw(image), round(0.8 * cell.dots)
    font = _font(cell.font, round((17 if cell.font == HANDWRITING else 11) * cell.dots / 72))
    lines = [line for paragraph in text.split("\n") for line in _wrapped(paragraph, font, width - 2 * margin)]
    chance = random.Random(text)  # noqa: S311 - nothing secret about it
    for number, line in enumerate(lines):
        top = margin + number * font.size * 1.4
        if cell.font == HANDWRITING:
            _scribble(image, line, margin, top, font, chance)
        else:
            draw.text((margin, top), line, font=font, fill=25)
    if cell.turned:
        image = image.rotate(cell.turned, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return image, "\n".join(lines)


def _scribble(
    image: Image.Image, line: str, left: float, top: float, font: ImageFont.FreeTypeFont, chance: random.Random
) -> None:
    """Write letter by letter, each a little off its line, its size and its angle."""
    size = round(font.size * 2)
    for character in line:
        letter = Image.new("L", (size, size))
        ImageDraw.Draw(letter).text((size // 4, size // 4), character, font=font, fill=chance.randint(150, 240))
        letter = letter.rotate(chance.gauss(-3, 7), Image.Resampling.BICUBIC)
        place = round(left - size / 4 + chance.gauss(0, size / 60)), round(top - size / 4 + chance.gauss(0, size / 30))
        image.paste(0, place, letter)
        left += font.getlength(character) * chance.uniform(0.92, 1.1)


def _wrapped(paragraph: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for word in paragraph.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) * 1.03 > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def _file(image: Image.Image, noise: str) -> bytes:
    deviation = {"clean": 0, "light": 15, "heavy": 50, "JPEG": 10}[noise]
    if deviation:
        spots = np.random.default_rng(7).normal(0, deviation, (image.height, image.width))
        image = Image.fromarray(np.clip(np.asarray(image, np.float32) + spots, 0, 255).astype(np.uint8))
    buffer = io.BytesIO()
    if noise == "JPEG":
        image.save(buffer, "JPEG", quality=25)
    else:
        image.save(buffer, "PNG")
    return buffer.getvalue()


def main() -> int:
    """Measure and print; the exit code says whether clean print is read well enough."""
    parser = argparse.ArgumentParser(description="Measure how well scans are read.")
    parser.add_argument("--brief", action="store_true", help="one page and few cells")
    rows = measure(brief=parser.parse_args().brief)
    Console().print(table(rows))
    return 0 if reached(rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
