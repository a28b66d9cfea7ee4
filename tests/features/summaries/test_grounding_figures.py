"""Figures that say the same in another form, each beside one that does not."""

import pytest

from tests.features.summaries.test_grounding_wordings import judge

STAND = [
    # days, written short
    ("Apixaban was started on 4 March.", "Apixaban 5 mg BD started 4/3"),
    ("The drain came out on 6 May and the wound is dry.", "Drain out 6/5, wound dry"),
    ("An MRI on 9 October showed a meniscal tear.", "MRI 9.10: meniscal tear"),
    ("Warfarin was stopped on 12/4/26.", "Warfarin stopped 12 April"),
    ("On 7 September her haemoglobin was 10.8 g/dL.", "Haemoglobin 108 g/L and ferritin 9 on 7 September."),
    # spans, written short, in other units and in words
    ("Anti-D was given at 28 weeks.", "Anti-D given 28/40"),
    ("The baby was born at 38 weeks and 2 days by caesarean section.", "LSCS at 38+2 for breech"),
    ("Dalteparin 5,000 units once a day for four weeks.", "Dalteparin 5000 units OD x 28/7"),
    ("He must not drive for a month.", "No driving for four weeks"),
    ("She has been off work for two months.", "Off work for eight weeks"),
    ("Peanut gave him hives at the age of one and a half.", "Hives with peanut at 18 months"),
    ("Antibiotics were stopped after two days.", "Antibiotics stopped at 48 h"),
    ("Haemoglobin rose from 84 on day two to 112.", "Hb 84 day 2, now 112"),
    # lengths, counts and rates
    ("He walks 60 metres with a frame.", "Walks 60 m with frame"),
    ("The wound measures 30 by 20 mm.", "Wound 3 x 2 cm"),
    ("He took sixteen tablets of paracetamol.", "Overdose of 16 paracetamol tablets"),
    ("Two falls since the last review.", "Falls x2 since last review"),
    ("Thrush cleared with one dose of fluconazole.", "Thrush settled with a single dose of fluconazole 150 mg."),
    ("She takes ibuprofen four times in 24 hours.", "Ibuprofen 400 mg every 6 hours"),
    ("He smokes now and then.", "Smokes occasionally"),
    ("He should not lift anything heavier than 5 kg for six weeks.", "No lifting >5 kg for 6/52"),
    # what is no figure
    ("She once had a duodenal ulcer and should not take naproxen.", "Avoid naproxen - previous duodenal ulcer"),
    ("Atrial fibrillation was found for the first time.", "New atrial fibrillation"),
    ("The first scan showed no bleeding.", "Initial CT head: no bleed."),
    ("She is to be seen again six weeks after the operation.", "Follow up in clinic 6 weeks after surgery."),
    # what two values come to
    ("He has lost 6 kg.", "Weight down from 92 kg to 86 kg"),
    ("The PHQ-9 score fell by nine points.", "PHQ-9 was 18 in May, 9 today"),
    ("The dose of apixaban was halved to 2.5 mg.", "Apixaban 5 -> 2.5 mg BD"),
    ("The two inhalers were changed to one.", "Salbutamol and beclometasone inhalers changed to a single inhaler."),
    # as needed, begun again, without
    ("Oxycodone 5 mg every six hours for pain when he needs it.", "Oxycodone 5 mg every 6 hours as needed for pain."),
    ("He takes oxycodone 5 mg when he needs it.", "Oxycodone 5 mg as needed for pain."),
    ("Dapagliflozin must not be started again.", "Dapagliflozin stopped and should not be restarted."),
    ("Without hitting her head, she fell and bruised a hip.", "She fell and bruised a hip; she did not hit her head."),
    ("Nobody in his family has diabetes.", "Denies family history of diabetes."),
]
FALL = [
    ("Apixaban was started on 5 March.", "Apixaban 5 mg BD started 4/3"),
    ("The drain came out on 7 May and the wound is dry.", "Drain out 6/5, wound dry"),
    ("Anti-D was given at 30 weeks.", "Anti-D given 28/40"),
    ("The baby was born at 36 weeks and 2 days by caesarean section.", "LSCS at 38+2 for breech"),
    ("He must not drive for a month.", "No driving for six weeks"),
    ("Antibiotics were stopped after three days.", "Antibiotics stopped at 48 h"),
    ("He walks 80 metres with a frame.", "Walks 60 m with frame"),
    ("The wound measures 30 by 30 mm.", "Wound 3 x 2 cm"),
    ("Three falls since the last review.", "Falls x2 since last review"),
    ("Thrush cleared with two doses of fluconazole.", "Thrush settled with a single dose of fluconazole 150 mg."),
    ("He has lost 8 kg.", "Weight down from 92 kg to 86 kg"),
    ("He has gained 6 kg.", "Weight down from 92 kg to 86 kg"),
    ("The dose of apixaban was doubled to 5 mg.", "Apixaban 5 -> 2.5 mg BD"),
    ("Dapagliflozin must be started again.", "Dapagliflozin stopped and should not be restarted."),
    ("Metformin was stopped for kidney injury.", "Metformin withheld for two days for kidney injury, then restarted."),
    ("She fell, hitting her head.", "She fell and bruised a hip; she did not hit her head."),
]


@pytest.mark.parametrize(("text", "quote"), STAND)
def test_a_figure_in_another_form_stands(text, quote):
    assert judge(text, quote).reasons == ()


@pytest.mark.parametrize(("text", "quote"), FALL)
def test_another_figure_falls(text, quote):
    assert not judge(text, quote).supported
