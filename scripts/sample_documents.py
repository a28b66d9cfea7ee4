"""Writes the documents that come with the sample ward: a discharge letter as PDF and a clinic note as a scan.

    python scripts/sample_documents.py

All of it is invented. The patient has no name here, so that the documents can be given to anybody; running this again
writes the same bytes. Each document has its text beside it, which tests compare with what is read from it.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from font_caladea import Caladea, CaladeaBold
from font_roboto import Roboto
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parents[1] / "features" / "loading" / "documents"
MOST_BYTES = 150_000

LETTER = """Discharge summary
Department of Respiratory Medicine, Ward 7
Admitted: 3 March 2025
Discharged: 8 March 2025

Dear Doctor,

Diagnosis: right lower lobe community-acquired pneumonia (CURB-65 score 2).
Background: hypertension, chronic obstructive pulmonary disease. Ex-smoker, 30 pack-years.

The patient was admitted through the emergency department with four days of productive cough, fever and right-sided \
pleuritic chest pain. There was no haemoptysis and no leg swelling. The chest X-ray showed right lower lobe \
consolidation. A CT pulmonary angiogram ruled out pulmonary embolism.

On admission: BP 104/62 mmHg, HR 112 bpm, RR 26 breaths/min, temperature 38.9 °C, SpO2 89 % on room air.
On discharge: BP 128/76 mmHg, HR 78 bpm, RR 16 breaths/min, temperature 36.8 °C, SpO2 95 % on room air.

Results: CRP 212 mg/L on admission, 34 mg/L on discharge; white cells 16.4, then 8.9; creatinine 84 µmol/L; \
sodium 137 mmol/L. Blood cultures were negative.

Treatment: intravenous co-amoxiclav 1.2 g three times daily and oral clarithromycin 500 mg twice daily for two days, \
then oral antibiotics. Controlled oxygen until 6 March.

Medicines on discharge
Started: doxycycline 100 mg once daily until 11 March.
Continued: amlodipine 5 mg once daily; tiotropium 18 micrograms inhaled once daily.
Changed: salbutamol 100 micrograms per dose, now 2 puffs up to four times daily as needed.
Stopped: clarithromycin 500 mg twice daily.

Allergies: no known drug allergies.

Plan
Chest X-ray in 6 weeks to confirm resolution; the appointment will be sent by post.
Please repeat full blood count, urea and electrolytes in 7 to 10 days.
Pneumococcal vaccination was offered and accepted. Pulmonary rehabilitation referral made.

Yours sincerely,
Dr Helen Marsh
Consultant Respiratory Physician"""

NOTE = """Chest clinic, follow-up
Date of visit: 22 April 2025

S: Six weeks after admission with pneumonia. Feels much better,
back to walking 2 miles a day. Occasional dry cough in the
mornings. Denies fever, night sweats, chest pain or haemoptysis.
Using salbutamol about twice a week.

O:
BP: 132/78 mmHg
HR: 74 bpm, regular
RR: 15 breaths/min
Temp: 36.6 °C
SpO2: 96 % on room air
Weight: 81.4 kg, height 176 cm
Chest: good air entry, no crackles, no wheeze.
Chest X-ray today: consolidation has cleared.

A:
Community-acquired pneumonia, resolved
COPD, stable

P:
Continue tiotropium 18 micrograms inhaled once daily.
Continue salbutamol 2 puffs as needed.
Discharge from chest clinic; pulmonary rehabilitation to go on.
Return if cough or fever come back.

Signed: Dr Helen Marsh
Consultant Respiratory Physician"""


def main() -> None:
    """Write everything, and say how large it became."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = {
        "discharge_letter.pdf": letter(),
        "discharge_letter.txt": f"{LETTER}\n".encode(),
        "clinic_note.png": note(),
        "clinic_note.txt": f"{NOTE}\n".encode(),
    }
    for name, data in made.items():
        if len(data) > MOST_BYTES:
            raise SystemExit(f"{name} has {len(data)} bytes, more than {MOST_BYTES}")
        (FOLDER / name).write_bytes(data)
        print(f"{name}: {len(data):,} bytes")


def letter() -> bytes:
    """The discharge letter: one page with a text layer."""
    document = FPDF(format="A4")
    document.set_creation_date(datetime(2025, 3, 8, 14, 30, tzinfo=UTC))
    document.set_title("Discharge summary")
    document.set_margin(20)
    document.set_auto_page_break(auto=False)
    document.add_font("caladea", fname=Caladea)
    document.add_font("caladea", style="B", fname=CaladeaBold)
    document.add_page()
    for number, line in enumerate(LETTER.split("\n")):
        heading = number == 0 or line in {"Plan", "Medicines on discharge"}
        document.set_font("caladea", style="B" if heading else "", size=15 if number == 0 else 10)
        if line:
            document.multi_cell(0, 8 if number == 0 else 4.9, line, align="L", new_x="LMARGIN", new_y="NEXT")
        else:
            document.ln(2.4)
    return bytes(document.output())


def note() -> bytes:
    """The clinic note as a scanner makes it: a little crooked, a little grey, 150 dots per inch."""
    page = Image.new("L", (1240, 1754), 250)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(NOTE.split("\n")):
        font = ImageFont.truetype(Roboto, 32 if number == 0 else 25)
        draw.text((130, 140 + number * 40), line, font=font, fill=30)
    crooked = np.asarray(page.rotate(1, Image.Resampling.BICUBIC, fillcolor=250), np.float32)
    # Noise that comes in few shades is small in a file, and looks like any other after the first copy.
    noise = np.random.default_rng(1754).normal(0, 5, crooked.shape)
    specks = np.where(np.abs(noise) > 13, noise * 4, 0)
    shades = np.clip((crooked + specks) // 17 * 17, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(shades).quantize(16).save(buffer, "PNG", optimize=True, bits=4, dpi=(150, 150))
    return buffer.getvalue()


if __name__ == "__main__":
    main()
