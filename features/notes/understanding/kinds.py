"""What kind of note a text is, with a confidence.

Evidence is weighed: the title most, then headings, then what such notes say. The confidence is the share of the best
kind in all evidence, less where there is little of it; tuned on notes of every kind so that it means what it says.
"""

import math
import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from features.notes.understanding.note import Note

KINDS = (
    "admission",
    "progress",
    "consultation",
    "discharge",
    "procedure",
    "emergency",
    "nursing",
    "therapy",
    "laboratory",
    "imaging",
    "prescription",
    "referral",
    "correspondence",
    "other",
)
_TITLE_LINES = 12
_BODY = 20_000


class _Clue(NamedTuple):
    kind: str
    weight: float
    pattern: re.Pattern[str]


def _clues(table: dict[str, tuple[tuple[float, str], ...]]) -> tuple[_Clue, ...]:
    return tuple(
        _Clue(kind, weight, re.compile(pattern, re.IGNORECASE | re.MULTILINE))
        for kind, clues in table.items()
        for weight, pattern in clues
    )


@cache
def _title() -> tuple[_Clue, ...]:
    """What a title line says. It is a short line near the top, without a sentence in it."""
    return _clues(
        {
            "admission": (
                (8, r"\bhistory (?:and|&) physical\b|\bH ?& ?P\b|\badmission (?:note|history|h&p|summary|assessment|clerking)|\badmitting (?:note|h&p)|\bclerking\b|\binpatient admission|\bmedical (?:clerking|admission|take)"),
                (4, r"^\W*admission\W*$|date of admission"),
            ),
            "progress": (
                (8, r"\bprogress note|\bdaily (?:progress )?note|\bSOAP\b|\bward round|\bfollow[- ]?up (?:visit|note|appointment)|\boffice visit|\bclinic note|\boutpatient (?:note|visit)|\binpatient (?:note|progress)|\bvisit note|\bgp (?:consultation|note)|\bICU note|\bpost-?op(?:erative)? (?:day|note|check)|\bannual (?:physical|exam|wellness)|\bwell[- ]child|\btelehealth|\bmedication review|\bprimary care (?:visit|note)|\breview note|\bclinical note|\binterval note|\bpsychiatr\w+ (?:progress|follow)|\bround(?:s|ing) note"),
                (3, r"\bfollow[- ]?up\b"),
            ),
            "consultation": ((9, r"\bconsult(?:ation)?\s*(?:note|report|service)?\s*$|\b(?:initial |new patient )?consultation\b|\bconsult note|\bconsult report|\bspecialist opinion|\bconsultation (?:note|report)|\bnew patient (?:evaluation|visit|consult)"),),
            "discharge": ((10, r"\bdischarge (?:summary|note|letter|report|summaries)|\bdischarge/transfer|\bhospital discharge|\btransfer summary|\bdeath summary|\bdischarge documentation|\bimmediate discharge|\beDischarge"),),
            "procedure": ((10, r"\boperative (?:report|note|record)|\bprocedure (?:note|report|record)|\bop(?:eration)? note|\boperation (?:report|record|note)|\bsurgical (?:note|report)|\b(?:colonoscopy|endoscopy|bronchoscopy|catheteri[sz]ation|biopsy|arthroscopy|gastroscopy|cystoscopy|egd|ogd|lumbar puncture|laparoscop\w+) (?:report|note|procedure)|\bbrief op|\banesthesia (?:record|note)|\bpost-?procedure note|\bprocedure performed"),),
            "emergency": ((10, r"\bemergency (?:department|room|medicine|physician|visit|note|care)|\bE\.?D\.? (?:note|physician|provider|visit|record|summary|course|report)|\bED\b(?=\W*$)|\bA ?& ?E\b|\bER (?:note|visit|record|report)|\btriage (?:note|assessment)|\baccident (?:and|&) emergency|\btrauma (?:note|team)|\bambulance|\bprehospital|\burgent care|\bparamedic"),),
            "nursing": ((10, r"\bnurs(?:e|es|ing)(?:'s|’s)? (?:\w+ ){0,2}(?:note|assessment|progress|shift|handover|report|documentation|evaluation|entry|record|care plan|notes)|\bnursing\b|\bshift (?:note|report|handover|summary|assessment)|\bRN note|\bwound care note|\bdistrict nurse|\bmidwi(?:fe|fery) note|\bSBAR|\bcare plan\b"),),
            "therapy": ((10, r"\b(?:physical|occupational|speech|respiratory|physio)[- ]?(?:language )?therap(?:y|ist)\b|\bphysiotherapy|\b(?:PT|OT|SLP|ST)\b (?:\w+ )?(?:note|eval\w*|daily|progress|initial|treatment|session|discharge|assessment|re-?eval\w*)|\btherapy (?:note|session|progress|evaluation|visit)|\bpsychotherapy|\bcounsel(?:l)?ing (?:note|session)|\brehab(?:ilitation)? (?:note|progress)|\bcognitive behaviou?ral|\bgroup therapy|\bDAP note|\bspeech[- ]language"),),
            "laboratory": ((10, r"\blab(?:oratory)? (?:report|results?|data)|\bpathology (?:report|results?)|\bblood (?:test )?results?|\bmicrobiology (?:report|results?)|\b(?:ha?ematology|biochemistry|chemistry|serology|histopathology|cytology|histology|surgical pathology|virology|immunology) (?:report|results?)|\btest results\b|\bculture report|\bspecimen report|^\W*(?:laboratory|pathology|ha?ematology|biochemistry|microbiology|labs?)\W*$|\blab results"),),
            "imaging": ((10, r"\b(?:radiology|imaging|diagnostic imaging|x-?ray|ultrasound|mammogra\w+|echocardiogra\w+|radiographic|nuclear medicine|MRI|CT|PET|DEXA|doppler|sonogra\w+|fluoroscop\w+)\b(?:[ \w,/-]{0,40})\b(?:report|result|study|findings|scan|interpretation)|^\W*(?:radiology|imaging)\W*$|^\W*(?:CT|MRI|MR|X-?ray|XR|US|ultrasound|CXR|chest x-?ray|mammogram|echocardiogram|PET)\b[^.:]{0,60}$|^\W*(?:exam(?:ination)?|study|procedure)\s*:\s*(?:CT|MRI?|X-?ray|XR|US|ultrasound|chest|radiograph|PET|mammo\w*|echo\w*)\b"),),
            "prescription": ((10, r"^\W*(?:e-?)?prescription\W*(?:form|note|order|details)?\W*$|^\W*(?:℞|Rx)\W*$|\bmedication order|\bprescription (?:form|order|request|record|pad)|\brepeat prescription|\be-?prescription|^\W*prescription\b"),),
            "referral": ((10, r"\breferral (?:letter|form|note|request|to)|\bletter of referral|\breferral\b|\brequest for (?:consult|referral)|\b2WW|\btwo[- ]week wait|^\W*re-?referral"),),
            "correspondence": ((8, r"\b(?:clinic|outpatient|gp|follow[- ]?up) letter|\bletter to\b|\bcorrespondence|\bpatient (?:message|letter|portal)|\btelephone (?:encounter|note|call)|\bphone (?:call|note)|\bemail\b|\bsick note|\bfit note|\bto whom it may concern|\bportal message|\binsurance|\bwork note|\bschool note|\bmedical certificate|\bletter\W*$"),),
            "other": ((6, r"\bconsent\b(?: form)?|\badvance directive|\bpower of attorney|\bmeeting minutes|\bincident report"),),
        }
    )


@cache
def _text() -> tuple[_Clue, ...]:
    """What is said somewhere in such notes."""
    return _clues(
        {
            "admission": (
                (3, r"^\W*(?:reason for admission|admission diagnos[ie]s|admitting diagnosis|date of admission|admission medications)\b"),
                (2.5, r"\b(?:will be |is being |to be |we will |plan to |decision (?:was made )?to )admit(?:ted)?\b(?! to (?:any|having))|^\W*(?:plan\W*)?admit (?:to|under|for|patient)\b|\badmit to (?:medicine|icu|telemetry|the|ward|hospital|floor)|\bcode status\b|\bdvt prophylaxis\b|\bvte prophylaxis\b"),
                (1, r"\bpresents? to the (?:emergency|hospital|ed)\b|\bnpo\b"),
            ),
            "progress": (
                (2, r"\bfollow[- ]?up\b|\breturn(?:s|ed)? (?:for|to (?:the )?clinic)|\bRTC\b|\bpresents today\b|\bhere today\b|\bsince (?:the |his |her |their )?last (?:visit|seen)|\bannual exam\b|\bin clinic\b"),
                (2, r"\bovernight\b|\bpost-?op(?:erative)? day\b|\bPOD ?#?\d|\bhospital day\b|\bHD ?#?\d\b|\bno acute events\b|\bon rounds\b|\bward round\b|\bday \d+ of\b"),
                (1, r"\bthe patient (?:will )?(?:follow|return)\w*\b|\bcontinue current\b|\bpatient education and counsel|\bmedical reasoning\b"),
            ),
            "consultation": ((4, r"^\W*(?:reason for (?:the )?consult(?:ation)?|consult(?:ation)? (?:requested|date|question)|requesting (?:physician|provider)|referring (?:physician|provider|doctor))\b"), (2.5, r"\bthank you for (?:the|this|allowing|asking|involving|consulting)|\bwas asked to (?:see|evaluate)|\bkindly asked\b|\bconsulted (?:for|to|by|regarding)\b|\bwe were (?:asked|consulted)\b|\bfor a (?:second opinion|consultation)\b"), (1, r"\bnew patient\b|\bpresents for (?:an? )?(?:new|initial) (?:patient )?(?:evaluation|consultation)|\brecommendations\b")),
            "discharge": ((4, r"^\W*(?:hospital course|brief hospital course|discharge diagnos[ie]s|discharge medications|discharge (?:date|instructions|disposition|condition)|date of discharge|condition (?:at|on) discharge|admission date|presenting complaint on admission|follow[- ]?up (?:arrangements|after discharge)|medications on discharge)\b"), (2, r"\bwas discharged\b|\bdischarged (?:home|to|on)\b|\bdischarge summary\b|\bTT[OA]s?\b|\bat the time of discharge\b|\bgp to\b")),
            "procedure": ((4, r"^\W*(?:pre-?operative diagnosis|post-?operative diagnosis|pre-?op(?:erative)? dx|post-?op dx|procedures? performed|operations? performed|description of (?:the )?procedure|estimated blood loss|ebl|anesthesia|anaesthesia|operative findings|surgeons?|assistants?|specimens?(?: removed)?|procedure in detail|implants?|indications? for (?:procedure|surgery|operation))\b"), (2.5, r"\bprepped and draped\b|\binformed consent (?:was )?obtained|\btime[- ]?out (?:was )?(?:performed|called)|\btolerated (?:the )?procedure\b|\bincision was made\b|\bunder (?:general|local|spinal) an(?:a)?esthesia|\bsterile (?:fashion|technique|conditions)\b|\bhemostasis\b|\bscope was (?:advanced|inserted|passed)\b|\bsutures?\b")),
            "emergency": ((4, r"^\W*(?:ed course|emergency department course|triage (?:time|note|category|vitals|level)|mode of arrival|arrival (?:by|mode|time)|esi(?: level)?|ed (?:physician|diagnosis|disposition)|medical decision making|mdm|primary survey|secondary survey|time seen|acuity)\b"), (2, r"\b(?:presents?|presented|brought|arrived|came|comes|attended) (?:in )?(?:to|by|via) (?:the )?(?:E\.?D\.?\b|emergency|er\b|a&e|ems|ambulance|paramedics)|\bbibems\b|\bBIBA\b|\bin the (?:ED|ER|emergency (?:department|room))\b|\bambulance\b|\bGCS \d+|\bc-?collar|\btriage\b|\bmajors\b|\bresus\b")),
            "nursing": ((3, r"\b(?:RN|staff nurse|nurse|LPN|HCA)\b[ ,:-]*$|\bcall (?:bell|light) (?:within|in) reach|\bbed (?:in )?low(?:est)? position|\bside ?rails?\b|\bturned (?:and )?repositioned|\bintake (?:and|&) output|\bi ?& ?o\b|\bfall(?:s)? (?:risk|precautions)\b|\bbraden\b|\bwaterlow\b|\bMUST score\b|\bpressure areas?\b|\bdressing (?:changed|clean|dry|intact|c/d/i)|\bmd notified\b|\bdr\.? \w+ (?:notified|informed|aware)|\bmeds given (?:as|per)|\bmedication administered\b|\bvoid(?:ed|ing)\b|\bambulated? (?:to|with)\b|\bhygiene\b|\bobs (?:stable|taken)\b|\bNEWS2? ?(?:score)?[ :=]*\d|\bassist(?:ed|ance)? (?:x ?\d|of \d|with (?:adl|hygiene|bath|toilet|meal))|\bhandover\b|\bIV (?:site|line|access) (?:patent|intact|clean)|\bfoley\b|\bwill continue to monitor\b|\bon shift\b|\bshift\b|\bskin intact\b|\bdiet and fluids\b|\beating and drinking\b|\bassistance of (?:one|two)\b"),),
            "therapy": ((3, r"\btherapeutic exercise|\bROM\b.{0,40}\b(?:exercise|improv|week)|\bgait training|\bmanual therapy|\bHEP\b|\bhome exercise program\b(?=.{0,60}(?:review|issued|instruct))|\bshort[- ]term goals?|\blong[- ]term goals?|\bSTGs?\b|\bLTGs?\b|\bfunctional (?:mobility|limitation|goals?)|\bmod(?:erate)? assist\b|\bmin(?:imal)? assist\b|\bmax assist\b|\bcontact guard|\bCGA\b|\bstand[- ]by assist|\btreatment (?:time|minutes)\b|\bfrequency:? \d ?x ?/? ?(?:wk|week)|\bx ?\d+ reps\b|\b\d+ ?(?:sets|reps)\b|\bADL training|\bsession (?:#|number|\d)|\bclient\b.{0,60}\b(?:session|cope|coping|reported|engaged|processed)|\brehab potential\b|\bneuromuscular re-?education\b|\bCBT\b|\btherapist\b|\bswallow(?:ing)? (?:exercise|study|assessment)\b|\bplan of care certified|\bparallel bars\b|\btransfers?:? (?:sit|with)|\bsit[- ]to[- ]stand\b|\bBerg\b|\bTUG\b"),),
            "laboratory": ((3, r"\breference (?:range|interval|value)|\bref\.? range\b|\bspecimen(?: type| source| received)?\s*:|\bcollected\s*:|\baccession\b|\bspecimen id\b|\bcollection (?:date|time)\b|\bgross description\b|\bmicroscopic\b|\bfinal report\b|\bsusceptib\w+\b|\bgram stain\b|\borganism\b|\bflag\b.{0,20}\bunits?\b|\bresult\b.{0,30}\bunits?\b|\blab(?:oratory)? director\b|\bordering (?:provider|physician)\b|\bCLIA\b|\bresult status\b"),),
            "imaging": ((4, r"^\W*(?:technique|comparison|findings|clinical (?:indication|information|history)|indication|exam(?:ination)? type|contrast)\s*:"), (1.5, r"\bno (?:acute )?(?:cardiopulmonary|intracranial|osseous) (?:process|abnormality|findings|disease)|\bunremarkable\b.{0,40}\b(?:liver|spleen|kidneys?|pancreas)|\bmediastin\w+\b|\bimpression\b|\bradiologist\b|\baxial\b|\bT2[- ]weighted\b|\bcontrast\b|\bhypodens\w+|\bopacit(?:y|ies)\b|\bpneumothorax\b")),
            "prescription": ((4, r"^\W*(?:rx|sig|disp(?:ense)?|refills?|quantity|qty|substitution|DAW|DEA)\s*[:#.]|\bdispense as written\b|\bsig:|\brefills?: ?\d|\bdisp: ?#?\d|\bDEA\b"),),
            "referral": ((4, r"\b(?:i would be grateful|i'd be grateful|grateful) (?:if you|for your)|\bthank you for (?:seeing|accepting)|\bplease (?:could you |can you |kindly )?(?:see|assess|evaluate|review) (?:this|him|her|mr|mrs|ms|miss)|\bi am (?:writing to refer|referring)|\brefer(?:ring)? (?:this|mr|mrs|ms|miss|him|her)\b.{0,40}\b(?:to you|for your)|\breferred to (?:your|you)\b|\breason for referral\b|\breferred (?:to|by)\s*:|\bwe are referring\b|\burgent(?:ly)? (?:assessment|review|appointment)\b.{0,30}\b(?:please|grateful)|\bkindly see\b|\breferring (?:gp|clinician|practice)\b"),),
            "correspondence": ((4, r"^\W*(?:dear\b|re:|to:|from:|subject:)|\byours (?:sincerely|faithfully)|\bkind regards|\bsincerely\b|\bto whom it may concern|\bthank you for your (?:letter|message|email|referral)|\bi reviewed (?:this|mr|mrs|ms|your patient)\b|\bit was a pleasure (?:to see|seeing|meeting)|\bi saw (?:this|mr|mrs|ms|miss|your patient)\b|\bcc:? ?(?:gp|patient|dr)\b|\bbest wishes\b|\bpatient called\b|\bcalled (?:the )?(?:patient|clinic|office)\b|\bspoke (?:to|with)\b.{0,40}\b(?:phone|telephone)|\bvia (?:phone|telephone|portal|email)\b"),),
        }
    )


_HEADINGS: dict[str, dict[str, float]] = {
    "progress": {"subjective": 3, "objective": 3, "assessment_plan": 1.5, "assessment": 1, "plan": 1, "complaint": 1, "history": 0.5, "systems": 0.5},
    "admission": {"past": 0.4, "surgical": 0.4, "family": 0.4, "social": 0.4, "medications": 0.2},
}
_CAP_PER_CLUE = 3


def kind_of_note(note: Note) -> tuple[str, float]:
    """One of `KINDS`, and how sure that is, from 0 to 1."""
    scores: dict[str, float] = defaultdict(float)
    for title in _titles(note):
        for clue in _title():
            if clue.pattern.search(title):
                scores[clue.kind] += clue.weight
    body = note.text[:_BODY]
    for clue in _text():
        hits = 0
        for _ in clue.pattern.finditer(body):
            hits += 1
            if hits == _CAP_PER_CLUE:
                break
        if hits:
            scores[clue.kind] += clue.weight * (1 + 0.5 * (hits - 1))
    kinds = {heading.kind for heading in note.outline.headings}
    for kind, weights in _HEADINGS.items():
        scores[kind] += sum(weight for name, weight in weights.items() if name in kinds)
    _settle(scores, note)
    return _verdict(scores)


def _titles(note: Note) -> list[str]:
    """The lines near the top that may be titles."""
    titles = []
    for line in note.document.lines[:_TITLE_LINES]:
        words = note.text[line.start : line.end].strip()
        if words and len(words) < 120 and not words.lower().startswith(("dear", "s:", "subjective", "history")):
            titles.append(words)
        if len(titles) == 5:
            break
    return titles


def _settle(scores: dict[str, float], note: Note) -> None:
    """What some evidence says about other evidence."""
    begins = note.text[:1500]
    letter = re.search(r"(?im)^\W*dear\b", begins) is not None
    if not letter:
        scores["correspondence"] *= 0.6
        scores["referral"] *= 0.6
    elif scores["referral"] >= 4:
        scores["referral"] += 5
    else:
        scores["correspondence"] += 5
    if note.outline.marked and scores["therapy"] < 8 and scores["nursing"] < 10:
        # a prescription, a result or an operation inside a SOAP note is part of it
        for kind in ("prescription", "laboratory", "imaging", "procedure"):
            scores[kind] *= 0.4
    if scores["discharge"] >= 10:
        for kind in ("admission", "prescription", "laboratory", "progress", "emergency"):
            scores[kind] *= 0.5
    if scores["procedure"] >= 12:
        scores["laboratory"] *= 0.5
        scores["imaging"] *= 0.5


def _verdict(scores: dict[str, float]) -> tuple[str, float]:
    ranked = sorted(((score, kind) for kind, score in scores.items() if score > 0), reverse=True)
    if not ranked or ranked[0][0] < 1.5:
        return "other", 0.2 if not ranked else 0.25
    best, kind = ranked[0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    share = best / (best + 0.7 * second + 1.5)
    enough = 1 - math.exp(-best / 4)
    return kind, round(min(0.99, max(0.2, share * enough + 0.05)), 2)
