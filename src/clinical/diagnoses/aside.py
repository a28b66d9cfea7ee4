"""Conditions that are named for other reasons than that somebody has them: clinics, vaccines, jargon."""

import re

from clinical.diagnoses.mentions import Mention
from clinical.note import Note

# Headings under which a condition is named for other reasons than that the patient has it.
_ASIDE = frozenset({"instructions", "immunizations", "medications", "allergies", "discharge_medications"})
# Under these what is said of somebody's illness counts all the same: a relative's, one that is over, or excluded.
_SAID_THERE = frozenset({"instructions", "immunizations", "allergies", "medications", "discharge_medications"})
_ALLERGIC = frozenset({"allergic rhinitis"})
_PARAGRAPH = re.compile(r"\S[ \t]*\n[ \t]*\n")
_PROSE = 80
# Lines that go on about the patient's conditions in a note whose headings do not say so.
_LABELLED = re.compile(
    r"\W*(?:(?:other |current |past |known |medical |active |chronic )*(?:conditions?|problems?|history|"
    r"hx|diagnos[ei]s|dx|"
    r"comorbidities|co-morbidities|background|chart|pmh|pmhx|summary|impression|assessment|"
    r"reason for admission))\s?[:–—-]",
    re.IGNORECASE,
)
_IN_PLAN = re.compile(
    r"\b(?:for|her|his|their|the patient's|pt's|due to|secondary to|consistent with|diagnos\w+|"
    r"has|have|given|regarding|with|treat\w*|confirmed|from a|terms of|standpoint|underlying|"
    r"known|chronic|believe|suspect|think|respect to|regards? to|of)\b[\s\w,'-]{0,50}$",
    re.IGNORECASE,
)
# Before the head of a step, or what is thought of: "2. Possible gout"
_LEADS_STEP = re.compile(
    r"\s*(?:[-–•*]\s|\d{1,2}[.)]\s)?\s?(?:(?:possible|probable|likely|suspected|presumed|new|acute|known|query|\?)\s?){0,2}",
    re.IGNORECASE,
)
# Behind the head of a step, or behind a condition that stands alone.
_STEP_OF = re.compile(r"\s?(?::\s|[–—]\s|\s-\s|->|→|[.;]?\s*(?:\n|$)|[.;]\s|,\sso\b)")
_THOUGHT_OF = re.compile(r"\s?(?:[,.;:]|\n|$|\s[-–]\s)")
# Where thoughts are written down, what is explained is not always what there is.
_REASONED = frozenset({"assessment", "assessment_plan", "plan", "course"})
_SHORTLY = 60
_OF_MEDICINES = frozenset({"medications", "discharge_medications"})
# Before what a medicine is for, or what it was started, stopped or changed for.
_INDICATES = re.compile(
    r"\b(?:for|because of|due to|d/t|after|since|following|given|in view of|secondary to|2/2|indication:?|has|had)\s"
    r"(?:(?:his|her|their|the|an?|known|recent|previous|old|history of|hx of|treatment of|new|possible|suspected|"
    r"\?)\s)*"
    r"(?:[\w-]+(?:,| and|/)\s)?$",
    re.IGNORECASE,
)
_LOOKS_BACK = 400  # characters; longer than any sentence that explains something
_EXPLAINED = re.compile(
    r"^\W*(?:patient )?(?:education|counsel\w+)\b|"
    r"\b(?:discuss\w*|explain\w*|educat\w*|counsel\w*|inform\w*|reassur\w*|advis\w*|"
    r"caution\w*|warn\w*)\b(?!.{0,300}\b(?:consistent with|diagnos\w+|has|have|her|his|their|the patient's)\b)",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:reduce|risk|prevent\w*|screen\w*|educat\w*|counsel\w*|literature|avoid\w*|discuss\w* (?:the )?(?:"
    r"possib|risk|side)|explain\w*|information|consider\w*|test(?:ed|ing)?|evaluat\w+|"
    r"assess\w*|refer\w*|clinic|specialist|monitor\w*|vaccin\w*|if|rule|r/o|exclude|check(?:ed|"
    r"ing)?|look(?:ing)?|work-?up)\b",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"\s?(?:tenderness|ppx|prophy\w+|angle|evaluation|pandemic|era|restrictions|lockdown|outbreak|centers?|setting|"
    r"exposure|contact|medications?|medicines?|meds|clinic|specialist|nurse|team|test\w*|"
    r"screen\w*|panel|risk|educat\w*|dieti[ct]ian\w*|diet|diary|center|centre|prevention|prophylaxis|"
    r"vaccin\w*|vacc|jabs?|one due|"
    r"shots?|booster|pills?|management program|support|surgery|ward|unit|score|readings?|cuff|"
    r"monitor\w*|log|checks?|supplies|strips|regimen|treatments?|trials?|study|studies|range|foot check|eye|"
    r"foundation|hotline|precautions|drugs?|genes?|antibod\w+|antigen|serolog\w+|swab|review|service|"
    r"pcr|carriers?|leaflet|pathology|histology|society|charity|free|pathway|protocol|guideline\w*|register|annual|"
    r"passport|plan)\b",
    re.IGNORECASE,
)
# "Next pregnancy: aspirin again", "wants a pregnancy next year": none that there is.
_ANOTHER_PREGNANCY = re.compile(
    r"\b(?:(?:next|future|further|another|any|each|every|in|before|prevent\w*|wants?|wanting|wishes|hop\w+ for|plan\w*|"
    r"planning|contemplat\w+|consider\w*|avoid\w*|until|against|desires?)\s(?:(?:an?|the|any|her|another)\s)?)$",
    re.IGNORECASE,
)
# Told by the name of the disease alone, it is the vaccination that is up to date, due or given: "Tetanus up to date".
_PREVENTED = re.compile(
    r"tetanus|diphtheria|pertussis|whooping cough|polio|measles|mumps|rubella|influenza|covid|hepatitis [ab]\b|"
    r"herpes zoster|shingles|varicella|chickenpox|pneumococcal|meningococcal|typhoid|yellow fever|rabies|"
    r"cholera|japanese encephalitis|tuberculosis|human papilloma"
)
_VACCINATED = re.compile(
    r"(?:\s?(?:,|/|&|and\b)\s?\w{1,20}+(?:\s\w{1,20}+)?){0,4}[\s:–—-]{1,3}(?:(?:status|immunity|cover|is|are|was|both|all|now|not|"
    r"currently)\s){0,3}"
    r"(?:up[- ]to[- ]date|u\.?t\.?d\b|immuni[sz](?:ed|ation)|immune\b|imms?\b|vax\b|"
    r"(?:(?:over)?due|given)(?=\s?(?:[.,;)\d]|$|in\b|on\b|at\b|today\b|yesterday\b|last\b|next\b)))",
    re.IGNORECASE,
)
# "COPD annual review": who is called for it has it, if it is an illness that stays.
_CALLED_FOR = re.compile(
    r"\s(?:annual |yearly |routine |six-monthly |nurse |medication )?(?:reviews?|follow[- ]?up|f/u|checks?)\b",
    re.IGNORECASE,
)
# "hepatitis B and HIV tests were both negative": what a test told of it is told of it.
_TESTED = re.compile(r"[^.;]{0,30}\btests?\s(?:was|were|is|are|came back|both)\b", re.IGNORECASE)
_BEFORE_IT = re.compile(
    r"(?:\bpre-?|\bpost-?|\banti-?|\bnon-?|\bmother of\s|\bDr\.?\s|\bdue to\s(?:the\s)?risk of\s)$", re.IGNORECASE
)
_SINCE = re.compile(
    r"\b(?:start|beginning|onset|height|midst|due to|because of|during|since|before|after|"
    r"given|prior to)\s(?:of\s)?(?:the\s)?$",
    re.IGNORECASE,
)
# What a scan says of an illness that has a name elsewhere: "CT: stable disease".
_HOW_IT_GOES = re.compile(
    r"(?:stable|progressive|residual|measurable|bulky|quiescent|active|recurrent|new|minimal|the|this|same|no new)\s"
    r"disease",
    re.IGNORECASE,
)
_EXACT_NOISE = frozenset(
    [
        "RA",
        "PE",
        "MS",
        "CP",
        "UC",
        "AF",
        "OA",
        "MI",
        "CAP",
        "AS",
        "ADD",
        "CTS",
        "SI",
        "HI",
        "ALS",
        "VT",
        "AIDS",
        "IDA",
        "BV",
        "AV",
        "CVA",
        "PD",
        "CF",
    ]
)


# What else is depressed than a mood: "ST depression in V4-V6", "respiratory depression".
_DEPRESSED = re.compile(
    r"\b(?:ST|S-T|PR|J[- ]point|segment|respiratory|resp|(?:bone )?marrow|CNS|myocardial|skull|cardiac|neonatal|"
    r"ventilatory)(?:[ -]segments?)?[\s-](?:\d{1,2}(?:\.\d)?\s?mm\s)?$",
    re.IGNORECASE,
)


def counts(note: Note, mention: Mention) -> bool:
    """Whether a mention is about the condition of someone at all."""
    start, end = mention.core, mention.core_end
    answered = note.context.of(start, end).answered
    kind = note.kind_at(start)
    if kind in _ASIDE and not (answered or _is_told_aside(note, start, end, kind)):
        return False
    if _is_noise(note, start, end) or _is_of_another(note, mention, answered=answered):
        return False
    first, _ = note.document.sentence_span(start)
    before = note.text[max(first, start - _LOOKS_BACK) : start]
    if kind in _REASONED and _EXPLAINED.search(before):
        return False
    if kind == "plan" and note.part_at(start) == "plan":
        wanted = bool(_IN_PLAN.search(before)) and not _OTHERWISE.search(before)
        return wanted or note.context.of(start, end).excluded or _is_stated(note, mention)
    return True


def _is_stated(note: Note, mention: Mention) -> bool:
    """Whether a plan states a condition, and does not only plan about it.

    As the head of a step ("Gout: colchicine"), as what is thought of ("Possible gout."), or as something that was.
    """
    first, last = note.document.sentence_span(mention.core)
    segment = note.segment_at(mention.core)
    first = max(first, segment.body) if segment and segment.body <= mention.core else first
    lead = _LEADS_STEP.match(note.text, first, last)
    at = lead.end() if lead else first
    if at in {mention.start, mention.core}:
        thought = lead is not None and note.text[lead.start() : at].strip(" \t-–•*.0123456789)") != ""
        if (_THOUGHT_OF if thought else _STEP_OF).match(note.text, mention.end, last + 1):
            return True
    return at <= mention.core and note.context.of_condition(mention.core, mention.core_end).historical


def _is_told_aside(note: Note, start: int, end: int, kind: str) -> bool:
    """Whether the note tells of somebody's illness under a heading for other things."""
    if _goes_on(note, start, kind) or _is_indication(note, start, kind):
        return True
    if kind not in _SAID_THERE:
        return False
    meant = note.context.of_condition(start, end)
    return not meant.hypothetical and (meant.family or meant.excluded or meant.historical)


def _is_of_another(note: Note, mention: Mention, *, answered: bool) -> bool:
    """Whether it is part of another thing's name: a vaccine, a clinic, an allergy, a time ("before Covid")."""
    text, start, end = note.text, mention.core, mention.core_end
    if _OF_ANOTHER.match(text, end) and not (answered or _TESTED.match(text, end)):
        return not (mention.stays and _CALLED_FOR.match(text, end))
    if any(_PREVENTED.search(name) for name in mention.names) and _VACCINATED.match(text, end):
        return not answered
    if text[start:end].lower().endswith(("allergy", "allergies")) and not mention.names & _ALLERGIC:
        return True  # told as an allergy
    first, _ = note.document.sentence_span(start)
    before = text[max(first, start - _SHORTLY) : start]
    if "depression" in mention.names and _DEPRESSED.search(before):
        return True
    if "pregnancy" in mention.names and _ANOTHER_PREGNANCY.search(before):
        return True
    return bool(_BEFORE_IT.search(before)) or (
        text[start : start + 5].lower() == "covid" and bool(_SINCE.search(before))
    )


def _goes_on(note: Note, start: int, kind: str) -> bool:
    """Whether the note speaks of conditions again under a heading for other things, which is not told from its text."""
    line = note.document.line_at(start)
    if _LABELLED.match(note.text, line.start, line.end):
        return True
    segment = note.segment_at(start)
    first, last = note.document.sentence_span(start)
    if kind not in {"allergies", "medications", "discharge_medications"} or segment is None or line.bullet:
        return False
    if line.end - line.start > _PROSE and _PARAGRAPH.search(note.text, segment.body, line.start):
        return True
    begins_it = not note.text[segment.body : first].strip()
    kinds = {term.kind for match in note.document.matches_in(first, last) for term in match.found}
    return not begins_it and kinds.isdisjoint({"drug", "class"})


def _is_indication(note: Note, start: int, kind: str) -> bool:
    """Whether a list of medicines names it as what one is for, or was stopped for: "started by her GP for gout"."""
    if kind not in _OF_MEDICINES or note.document.line_at(start).body == start:
        return False
    first, _ = note.document.sentence_span(start)
    return _INDICATES.search(note.text, max(first, start - _SHORTLY), start) is not None


def in_procedure(note: Note, mention: Mention) -> str | None:
    """The procedure that a condition is only the object of: "hernia repair", "cataract surgery"."""
    for name in note.procedures_in(mention.core, mention.core_end):
        return note.text[name.start : name.end]
    return None


def _is_noise(note: Note, start: int, end: int) -> bool:
    """Abbreviations with another meaning: "on RA" is room air, "2 CAP" capsules, "PE:" the examination."""
    word = note.text[start:end]
    if _HOW_IT_GOES.fullmatch(word):
        return True
    if word not in _EXACT_NOISE:
        return False
    before, after = note.text[max(0, start - 12) : start], note.text[end : end + 8]
    sentence = slice(*note.document.sentence_span(start))
    if word == "RA":
        return bool(re.search(r"(?:\bon|%|in|\d)\s*$", before)) or after.startswith(" sat")
    if word == "CVA":
        return "tender" in note.text[sentence].lower()
    if word == "PE":
        school = after.startswith((" lesson", " class", " teacher")) or before.endswith((" before ", " during "))
        return school or after.startswith((":", " tube", "R", " exam"))
    return bool(re.search(r"\d\s*$", before)) or (word == "AS" and note.text[sentence.start : end].isupper())
