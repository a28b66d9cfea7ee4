"""Values with the time of each: the latest is the note's own, and what was measured earlier says so."""

import pytest

from clinical import understand


def measured(text):
    facts = understand(text).stored()
    return [
        (fact["name"], fact["value"], fact["at"])
        for kind in ("vitals", "labs")
        for fact in facts[kind]
        if fact["name"] != "diastolic_blood_pressure"
    ]


CASES = [
    ("BP 120/80.\nToday the BP was 120/80.", [("systolic_blood_pressure", 120.0, None)]),
    (
        "At her last visit in March her blood pressure was 170/100. Today 132/78.",
        [("systolic_blood_pressure", 170.0, "last visit in March"), ("systolic_blood_pressure", 132.0, None)],
    ),
    (
        (
            "Clinic date: 14 March 2024\n\nBloods on 11/03/2024: Na 138, K 4.9 (was 5.3 in December), creatinine "
            "140 -> "
            "118 umol/L, eGFR 54, NT-proBNP 1240 ng/L, Hb 131 g/L. He himself has never been diabetic; HbA1c 39 "
            "mmol/mol "
            "last month.\nBP 118/64 lying and 110/60 standing, pulse 72 irregular, weight 12 st 9 lb, oxygen "
            "saturation "
            "96% on air."
        ),
        [
            ("systolic_blood_pressure", 118.0, None),
            ("systolic_blood_pressure", 110.0, "standing"),
            ("heart_rate", 72.0, None),
            ("weight", 80.3, None),
            ("oxygen_saturation", 96.0, None),
            ("sodium", 138.0, "2024-03-11"),
            ("potassium", 4.9, "2024-03-11"),
            ("potassium", 5.3, "2023-12"),
            ("creatinine", 140.0, "previous"),
            ("creatinine", 118.0, "2024-03-11"),
            ("egfr", 54.0, "2024-03-11"),
            ("nt_probnp", 1240.0, "2024-03-11"),
            ("hemoglobin", 131.0, "2024-03-11"),
            ("hemoglobin_a1c", 39.0, "2024-02"),
        ],
    ),
    (
        (
            "**Discharged:** 2023-11-06\n\n| Test | 29 Oct | 2 Nov | 6 Nov |\n|---|---|---|---|\n| Sodium (mmol/L) |"
            " 121 | 129 | 134 |\n| Creatinine (umol/L) | 168 | 140 | 118 |\n| CRP (mg/L) | 212 | 64 | 18 |\n|"
            " Haemoglobin (g/L) | 104 | 101 | - |"
            "\n\nDischarge observations: BP 136/70, pulse 76, RR 17, temp 36.7, sats 95% on air."
        ),
        [
            ("systolic_blood_pressure", 136.0, None),
            ("heart_rate", 76.0, None),
            ("respiratory_rate", 17.0, None),
            ("body_temperature", 36.7, None),
            ("oxygen_saturation", 95.0, None),
            ("sodium", 121.0, "2023-10-29"),
            ("sodium", 129.0, "2023-11-02"),
            ("sodium", 134.0, "2023-11-06"),
            ("creatinine", 168.0, "2023-10-29"),
            ("creatinine", 140.0, "2023-11-02"),
            ("creatinine", 118.0, "2023-11-06"),
            ("crp", 212.0, "2023-10-29"),
            ("crp", 64.0, "2023-11-02"),
            ("crp", 18.0, "2023-11-06"),
            ("hemoglobin", 104.0, "2023-10-29"),
            ("hemoglobin", 101.0, "2023-11-02"),
        ],
    ),
    (
        (
            "VITALS 0350: BP 172/98 R ARM, 168/96 L ARM. HR 104. RR 20. TEMP 98.4 F. SPO2 93% RA -> 97% 2 L NC. WT 184 "
            "LB. PAIN 3/10.\nLABS 0410: TROPONIN I 0.38 NG/ML (H), REPEAT 0710 1.92. CREATININE 0.9. GLUCOSE "
            "211. K 3.4. "
            "HGB 13.1. LACTATE 1.6. D-DIMER NEGATIVE."
        ),
        [
            ("systolic_blood_pressure", 172.0, None),
            ("systolic_blood_pressure", 168.0, None),
            ("heart_rate", 104.0, None),
            ("respiratory_rate", 20.0, None),
            ("body_temperature", 36.9, None),
            ("oxygen_saturation", 93.0, "previous"),
            ("oxygen_saturation", 97.0, None),
            ("weight", 83.5, None),
            ("pain_score", 3.0, None),
            ("troponin", 0.38, "previous"),
            ("troponin", 1.92, None),
            ("creatinine", 0.9, None),
            ("glucose", 211.0, None),
            ("potassium", 3.4, None),
            ("hemoglobin", 13.1, None),
            ("lactate", 1.6, None),
            ("d_dimer", "negative", None),
        ],
    ),
    (
        (
            "O/E: T 37,4  P 88 reg  RR 18  sats 95% RA  BP 148/86 (162/94 on 8/1/24). Wt 15st 2lb.\nBloods 29/1/24: "
            "HbA1c 58 (64 in Jul), eGFR 71, chol 4.8, K+ 4.2, ALT 33."
        ),
        [
            ("body_temperature", 37.4, None),
            ("heart_rate", 88.0, None),
            ("respiratory_rate", 18.0, None),
            ("oxygen_saturation", 95.0, None),
            ("systolic_blood_pressure", 148.0, None),
            ("systolic_blood_pressure", 162.0, "2024-01-08"),
            ("weight", 96.2, None),
            ("hemoglobin_a1c", 58.0, "2024-01-29"),
            ("hemoglobin_a1c", 64.0, "Jul"),
            ("egfr", 71.0, "2024-01-29"),
            ("total_cholesterol", 4.8, "2024-01-29"),
            ("potassium", 4.2, "2024-01-29"),
            ("alt", 33.0, "2024-01-29"),
        ],
    ),
    (
        (
            "Obs: temp 37.1, pulse 82 reg, resps 16, BP 142/68, sats 94% on air (usual for her). BM before lunch 14.2, "
            "son's diary: 9.8 (10/8), 11,3 (11/8). Weight 11 st 4 - was 11 st 9 in July. HbA1c in May was 71. "
            "ABPI 0,92 "
            "(June)."
        ),
        [
            ("body_temperature", 37.1, None),
            ("heart_rate", 82.0, None),
            ("respiratory_rate", 16.0, None),
            ("systolic_blood_pressure", 142.0, None),
            ("oxygen_saturation", 94.0, None),
            ("weight", 71.7, None),
            ("weight", 73.9, "july."),
            ("glucose", 14.2, None),
            ("glucose", 9.8, "10/8"),
            ("glucose", 11.3, "11/8"),
            ("hemoglobin_a1c", 71.0, "May"),
            ("ankle_brachial_index", 0.92, "June"),
        ],
    ),
    (
        (
            "O/E: Wt 15,4 kg (9th centile), Ht 104 cm, BMI 14.2. T 36.9, HR 104, RR 24, SpO2 98% air. BP 96/58.\nIn "
            "March: weight 15.1.\nBloods 02/05/2024: Hb 108, ferritin 6, tTG <1, IgE 410, vitamin D 31, TSH 2.4."
        ),
        [
            ("weight", 15.4, None),
            ("height", 104.0, None),
            ("bmi", 14.2, None),
            ("body_temperature", 36.9, None),
            ("heart_rate", 104.0, None),
            ("respiratory_rate", 24.0, None),
            ("oxygen_saturation", 98.0, None),
            ("systolic_blood_pressure", 96.0, None),
            ("weight", 15.1, "March"),
            ("hemoglobin", 108.0, "02/05/2024"),
            ("ferritin", 6.0, "02/05/2024"),
            ("ttg_antibody", "<1", "02/05/2024"),
            ("immunoglobulin_e", 410.0, "02/05/2024"),
            ("vitamin_d", 31.0, "02/05/2024"),
            ("tsh", 2.4, "02/05/2024"),
        ],
    ),
    (
        (
            "Bloods 08.09.: creatinine 154 (GP 03/2024: 139) umol/l; eGFR 27; Na 131; K 4,4; Hb 112 g/l; INR 1,1; TSH "
            "7,9; adj. calcium 2,31; vit D 19 nmol/l.\nWeight 48,5 kg (daughter), height 5 ft 1."
        ),
        [
            ("weight", 48.5, None),
            ("height", 154.9, None),
            ("creatinine", 154.0, "08.09."),
            ("creatinine", 139.0, "2024-03"),
            ("egfr", 27.0, "08.09."),
            ("sodium", 131.0, "08.09."),
            ("potassium", 4.4, "08.09."),
            ("hemoglobin", 112.0, "08.09."),
            ("inr", 1.1, "08.09."),
            ("tsh", 7.9, "08.09."),
            ("calcium", 2.31, "08.09."),
            ("vitamin_d", 19.0, "08.09."),
        ],
    ),
    (
        (
            "BP 151/93 repeated 146/90   Pulse 84   BMI 32,3   Urine: protein +, glucose -   Cap. glucose "
            "8,7\nHbA1c 61 "
            "(old notes, 05/2023), 55 today on POC machine."
        ),
        [
            ("systolic_blood_pressure", 151.0, None),
            ("systolic_blood_pressure", 146.0, None),
            ("heart_rate", 84.0, None),
            ("bmi", 32.3, None),
            ("urine_protein", "+", None),
            ("urine_glucose", "negative", None),
            ("glucose", 8.7, None),
            ("hemoglobin_a1c", 61.0, "2023-05"),
            ("hemoglobin_a1c", 55.0, None),
        ],
    ),
    (
        (
            "Wife reports patient's home BP 188/104 this afternoon, repeat 176/98. Last labs 4/12/2024: Cr 1.5, K 4.6, "
            "A1c 5.9 (prediabetes). If BP > 180/110 with chest pain. DOB 10/22/1957"
        ),
        [
            ("systolic_blood_pressure", 188.0, None),
            ("systolic_blood_pressure", 176.0, None),
            ("creatinine", 1.5, "2024-04-12"),
            ("potassium", 4.6, "2024-04-12"),
            ("hemoglobin_a1c", 5.9, "2024-04-12"),
        ],
    ),
    ("Weight was 80 kg in May, now 76 kg.", [("weight", 80.0, "May"), ("weight", 76.0, None)]),
    (
        "Hb 98 (baseline 120), Cr 180 (previous 95).",
        [
            ("hemoglobin", 98.0, None),
            ("hemoglobin", 120.0, "baseline"),
            ("creatinine", 180.0, None),
            ("creatinine", 95.0, "previous"),
        ],
    ),
    (
        "Creatinine rose from 88 to 240 on day 3 and has since fallen to 130.",
        [("creatinine", 88.0, "previous"), ("creatinine", 240.0, "previous"), ("creatinine", 130.0, None)],
    ),
    ("Sodium 118 on admission, 134 on discharge.", [("sodium", 118.0, "on admission"), ("sodium", 134.0, None)]),
    ("INR was 8.2, now 2.4.", [("inr", 8.2, "previous"), ("inr", 2.4, None)]),
    (
        "eGFR >90. eGFR > 90 mL/min/1.73m2. TSH <0.01. CRP <5",
        [("egfr", ">90", None), ("tsh", "<0.01", None), ("crp", "<5", None)],
    ),
    (
        "BP 120/80 HR 70 RR 16 T 36.8 sats 98% RA",
        [
            ("systolic_blood_pressure", 120.0, None),
            ("heart_rate", 70.0, None),
            ("respiratory_rate", 16.0, None),
            ("body_temperature", 36.8, None),
            ("oxygen_saturation", 98.0, None),
        ],
    ),
    (
        "Temp 101.2F, down from 103 yesterday.",
        [("body_temperature", 38.4, None), ("body_temperature", 39.4, "yesterday")],
    ),
    (
        "A 66-year-old (DOB 05 May 1960) with HR 130 and SpO2 84%. Next appointment 3 May 2027: BP check.",
        [("heart_rate", 130.0, None), ("oxygen_saturation", 84.0, None)],
    ),
    (
        (
            "| Time | BP | HR | RR | SpO2 | Temp | NEWS |\n|---|---|---|---|---|---|---|\n| 08:00 | 118/70 | 92 | 20 |"
            " 94% | 38.1 | 4 |\n| 12:00 | 124/76 | 84 | 18 | 96% | 37.4 | 1 |"
        ),
        [
            ("systolic_blood_pressure", 118.0, None),
            ("heart_rate", 92.0, None),
            ("respiratory_rate", 20.0, None),
            ("oxygen_saturation", 94.0, None),
            ("body_temperature", 38.1, None),
            ("systolic_blood_pressure", 124.0, None),
            ("heart_rate", 84.0, None),
            ("respiratory_rate", 18.0, None),
            ("oxygen_saturation", 96.0, None),
            ("body_temperature", 37.4, None),
        ],
    ),
    (
        (
            "Test | Result | Units | Ref range | Previous\nSodium | 138 | mmol/L | 133-146 | 129\nPotassium | 5.9 (H) |"
            " mmol/L | 3.5-5.3 | 5.1"
        ),
        [
            ("sodium", 138.0, None),
            ("sodium", 129.0, "previous"),
            ("potassium", 5.9, None),
            ("potassium", 5.1, "previous"),
        ],
    ),
    (
        "Date\tWeight\tBP\n2024-01-03\t82.4 kg\t150/90\n2024-02-07\t80.1 kg\t138/84",
        [
            ("weight", 82.4, "2024-01-03"),
            ("systolic_blood_pressure", 150.0, "2024-01-03"),
            ("weight", 80.1, "2024-02-07"),
            ("systolic_blood_pressure", 138.0, "2024-02-07"),
        ],
    ),
    (
        "HbA1c: 7.9% (June 2023), 7.1% (Dec 2023), 6.8% today.",
        [("hemoglobin_a1c", 7.9, "2023-06"), ("hemoglobin_a1c", 7.1, "2023-12"), ("hemoglobin_a1c", 6.8, None)],
    ),
    (
        "LDL 3.4 mmol/L, HDL 1.1, TG 2.0; previously LDL 4.9.",
        [
            ("ldl_cholesterol", 3.4, None),
            ("hdl_cholesterol", 1.1, None),
            ("triglycerides", 2.0, None),
            ("ldl_cholesterol", 4.9, "previously"),
        ],
    ),
    ("Weight 9 st 4 lb, height 5'6\".", [("weight", 59.0, None), ("height", 167.6, None)]),
    ("Potassium 6.2, repeat 5.8 after treatment", [("potassium", 6.2, None), ("potassium", 5.8, None)]),
    ("Previously well. BP 120/80.", [("systolic_blood_pressure", 120.0, None)]),
    (
        "Blood pressure previously 160/100; currently 135/85.",
        [("systolic_blood_pressure", 160.0, "previously"), ("systolic_blood_pressure", 135.0, None)],
    ),
    (
        "BP today 150/90 (last visit 142/88).",
        [("systolic_blood_pressure", 150.0, None), ("systolic_blood_pressure", 142.0, "last visit")],
    ),
    (
        "Glucose 14.2 mmol/L on 2024-05-01 and 9.8 mmol/L on 2024-05-08.",
        [("glucose", 14.2, "2024-05-01"), ("glucose", 9.8, "2024-05-08")],
    ),
    (
        "Obs on arrival: BP 88/52, HR 124, RR 28, SpO2 86% RA, T 39.1. After fluids: BP 112/68, HR 96.",
        [
            ("systolic_blood_pressure", 88.0, "on arrival"),
            ("heart_rate", 124.0, "on arrival"),
            ("respiratory_rate", 28.0, None),
            ("oxygen_saturation", 86.0, None),
            ("body_temperature", 39.1, None),
            ("systolic_blood_pressure", 112.0, None),
            ("heart_rate", 96.0, None),
        ],
    ),
    ("Weight 14 stone 2, BMI 31.", [("weight", 89.8, None), ("bmi", 31.0, None)]),
    ("Weight: 92.5kg (was 95.0kg on 12 January 2024)", [("weight", 92.5, None), ("weight", 95.0, "2024-01-12")]),
    ("Hb 8.2 g/dL -> 9.8 g/dL post transfusion", [("hemoglobin", 8.2, "previous"), ("hemoglobin", 9.8, None)]),
    (
        "U&Es: Na 134, K 3,9, Ur 12.1, Cr 145 (baseline 110)",
        [
            ("sodium", 134.0, None),
            ("potassium", 3.9, None),
            ("urea", 12.1, None),
            ("creatinine", 145.0, None),
            ("creatinine", 110.0, "baseline"),
        ],
    ),
    (
        "LFTs: bili 42, ALT 210, ALP 340, GGT 512, alb 31",
        [
            ("total_bilirubin", 42.0, None),
            ("alt", 210.0, None),
            ("alkaline_phosphatase", 340.0, None),
            ("ggt", 512.0, None),
            ("albumin", 31.0, None),
        ],
    ),
    (
        "FBC: Hb 104, WCC 14.2, neuts 11.9, plt 412, MCV 78",
        [
            ("hemoglobin", 104.0, None),
            ("white_blood_cells", 14.2, None),
            ("neutrophils", 11.9, None),
            ("platelets", 412.0, None),
            ("mean_corpuscular_volume", 78.0, None),
        ],
    ),
    (
        "ABG: pH 7.31, pCO2 7.8, pO2 8.2, HCO3 29, BE +3, lactate 1.9",
        [
            ("ph", 7.31, None),
            ("pco2", 7.8, None),
            ("po2", 8.2, None),
            ("bicarbonate", 29.0, None),
            ("lactate", 1.9, None),
        ],
    ),
    ("Troponin T 14 -> 56 ng/L (3h)", [("troponin", 14.0, "previous"), ("troponin", 56.0, None)]),
    ("TFTs normal. TSH 4,2 mIU/L, T4 14", [("tsh", 4.2, None), ("free_t4", 14.0, None)]),
    ("HbA1c 8.1% (65 mmol/mol)", [("hemoglobin_a1c", 8.1, None), ("hemoglobin_a1c", 65.0, None)]),
    (
        "Target BP < 130/80. If BP > 180/110 attend A&E. Home BP average 142/86.",
        [("systolic_blood_pressure", 142.0, None)],
    ),
    (
        "BP 140/90 mmHg at 9 am and 150/95 at 6 pm",
        [("systolic_blood_pressure", 140.0, None), ("systolic_blood_pressure", 150.0, None)],
    ),
    ("Height 1.72 m, weight 80 kg. Height 172 cm.", [("height", 172.0, None), ("weight", 80.0, None)]),
    (
        "Pulse 110 irregularly irregular, resp 24, temp 38,4, sats 91 on air",
        [
            ("heart_rate", 110.0, None),
            ("respiratory_rate", 24.0, None),
            ("body_temperature", 38.4, None),
            ("oxygen_saturation", 91.0, None),
        ],
    ),
    (
        "Vital Signs: T 98.6 F, P 80, R 18, BP 130/85, O2 Sat 97% on RA, Wt 180 lb, Ht 5'10\"",
        [
            ("body_temperature", 37.0, None),
            ("heart_rate", 80.0, None),
            ("respiratory_rate", 18.0, None),
            ("systolic_blood_pressure", 130.0, None),
            ("oxygen_saturation", 97.0, None),
            ("weight", 81.6, None),
            ("height", 177.8, None),
        ],
    ),
    (
        "Sats improved from 85% to 94% on 2L.",
        [("oxygen_saturation", 85.0, "previous"), ("oxygen_saturation", 94.0, None)],
    ),
    ("CRP 180 (yesterday 240)", [("crp", 180.0, None), ("crp", 240.0, "yesterday")]),
    ("INR 3.4 on 2024-03-01. Next INR due 2024-03-08.", [("inr", 3.4, "2024-03-01")]),
    ("Ferritin 1,234 ug/L", [("ferritin", 1234.0, None)]),
    (
        "Vancomycin trough 18 mg/L, lithium level 0.7 mmol/L",
        [("vancomycin_level", 18.0, None), ("lithium_level", 0.7, None)],
    ),
    (
        "Cholesterol 6.2, HDL 1.4, LDL 3.9, trigs 2.1",
        [
            ("total_cholesterol", 6.2, None),
            ("hdl_cholesterol", 1.4, None),
            ("ldl_cholesterol", 3.9, None),
            ("triglycerides", 2.1, None),
        ],
    ),
    (
        "Urine dip: blood ++, protein trace, nitrite positive, leucocytes 3+",
        [
            ("urine_blood", "++", None),
            ("urine_protein", "trace", None),
            ("urine_nitrite", "positive", None),
            ("urine_leukocyte_esterase", "+++", None),
        ],
    ),
    ("PSA rose from 4.2 (Jan 2023) to 9.8 (Jan 2024).", [("psa", 4.2, "2023-01"), ("psa", 9.8, "2024-01")]),
    ("Peak flow 320 (best 450). GCS 15.", [("peak_flow", 320.0, None), ("gcs", 15.0, None)]),
    ("Last eGFR 45.", [("egfr", 45.0, None)]),
    ("Glucose 5.6 mmol/L fasting", [("glucose", 5.6, None)]),
    (
        "Seen on 3 March 2024. Ht 110.5 cm (25th), wt 18,2 kg (50th), HC 51 cm.",
        [("height", 110.5, None), ("weight", 18.2, None)],
    ),
    (
        "Temperature was 39.2 last night, 37.1 this morning.",
        [("body_temperature", 39.2, "last night"), ("body_temperature", 37.1, None)],
    ),
    (
        "BP 135/85 (right arm), 130/80 (left arm).",
        [("systolic_blood_pressure", 135.0, None), ("systolic_blood_pressure", 130.0, None)],
    ),
    ("Weight 3.2 kg at birth, now 6.8 kg.", [("weight", 3.2, "at birth"), ("weight", 6.8, None)]),
    ("His BP has been running 150-160/90-95 at home. Today 148/88.", [("systolic_blood_pressure", 148.0, None)]),
    (
        "Potassium was 2.9 on admission and 4.1 on discharge.",
        [("potassium", 2.9, "on admission"), ("potassium", 4.1, None)],
    ),
    (
        "At booking BP was 110/70. BP now 146/94.",
        [("systolic_blood_pressure", 110.0, "at booking"), ("systolic_blood_pressure", 146.0, None)],
    ),
    ("Hb 130 (130-180), platelets 250 (150-400)", [("hemoglobin", 130.0, None), ("platelets", 250.0, None)]),
    ("Amlodipine was started on 1 March 2025 when his BP was 170/100.", []),
    ("Follow-up 12/04/2024: BP 130/80 today.", [("systolic_blood_pressure", 130.0, None)]),
    ("Creatinine 1.9 mg/dl (baseline 1.1 in 2019)", [("creatinine", 1.9, None), ("creatinine", 1.1, "2019")]),
    (
        "|Observation|Admission|Discharge|\n|---|---|---|\n|BP|98/60|124/78|\n|HR|118|82|\n|SpO2|88%|96%|",
        [
            ("systolic_blood_pressure", 98.0, "admission"),
            ("systolic_blood_pressure", 124.0, None),
            ("heart_rate", 118.0, "admission"),
            ("heart_rate", 82.0, None),
            ("oxygen_saturation", 88.0, "admission"),
            ("oxygen_saturation", 96.0, None),
        ],
    ),
    (
        (
            "Date       BP       Pulse  Weight\n01/02/24   150/92   88     90 kg\n15/02/24   142/86   80     88 "
            "kg\n29/02/24   134/80   76     86 kg"
        ),
        [
            ("systolic_blood_pressure", 150.0, "2024-02-01"),
            ("heart_rate", 88.0, "2024-02-01"),
            ("weight", 90.0, "2024-02-01"),
            ("systolic_blood_pressure", 142.0, "2024-02-15"),
            ("heart_rate", 80.0, "2024-02-15"),
            ("weight", 88.0, "2024-02-15"),
            ("systolic_blood_pressure", 134.0, "2024-02-29"),
            ("heart_rate", 76.0, "2024-02-29"),
            ("weight", 86.0, "2024-02-29"),
        ],
    ),
    (
        "NEWS: RR 22 (2), SpO2 93% (2), Air (0), BP 104/62 (1), HR 112 (2), Alert (0), Temp 38.6 (1). Total 8.",
        [
            ("respiratory_rate", 22.0, None),
            ("oxygen_saturation", 93.0, None),
            ("systolic_blood_pressure", 104.0, None),
            ("heart_rate", 112.0, None),
            ("body_temperature", 38.6, None),
        ],
    ),
    (
        "1/3/24 Hb 90; 8/3/24 Hb 102; 15/3/24 Hb 118",
        [("hemoglobin", 90.0, "2024-03-01"), ("hemoglobin", 102.0, "2024-03-08"), ("hemoglobin", 118.0, "2024-03-15")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:60] for text, _ in CASES])
def test_when_it_was_measured(text, expected):
    assert measured(text) == expected


def test_the_words_that_tell_the_time_have_their_place():
    text = "CRP 180 (yesterday 240)"
    earlier = understand(text).stored()["labs"][1]
    start, end = earlier["places"]["at"]
    assert text[start:end] == "yesterday"


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("Hb 98 (was 132)", [False, True]),
        ("HbA1c 61 (05/2023), 55 today", [True, False]),
        ("Weight 82 kg on 3 March 2024", [False]),
        ("CRP 48", [False]),
    ],
)
def test_what_is_earlier_by_a_time_that_nobody_knows(text, earlier):
    facts = understand(text).stored()
    assert [fact["earlier"] for kind in ("vitals", "labs") for fact in facts[kind]] == earlier
