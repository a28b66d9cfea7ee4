"""What nobody may overlook: the gravest findings of the newest note. They come first, in every length."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from itertools import islice

from features.summaries.extractive.evidence import Line, Place, Source, capital, day_in
from features.summaries.extractive.voice import LONGEST, Voice
from features.summaries.shape import Draft, Section

_GRAVE = re.compile(
    r"\b(?:anaphyla(?:xis|ctic(?: shock| reaction)?)|(?:cardiac|cardiorespiratory|cardiopulmonary|"
    r"respiratory) arrest|"
    r"respiratory failure|overdose[ds]?|(?:deliberate |intentional )?self[- ]harm(?:ed)?|"
    r"suicid(?:al(?: ideation| intent| thoughts?| attempt)?|e attempt)|"
    r"(?:uro|neutropenic )?sepsis|septic(?: shock)?|septic[ae]?emia|(?:haemorrhagic|hemorrhagic|ischaemic|"
    r"ischemic) stroke|stroke|CVA|"
    r"heart attack|(?:acute )?myocardial infarction|N?STEMI|acute coronary syndrome|pulmonary embol(?:ism|us|"
    r"i)|aortic dissection|"
    r"ruptured (?:aortic |abdominal )?aneurysm|(?:diabetic )?ketoacidosis|DKA|status epilepticus|"
    r"(?:subarachnoid|intracranial|"
    r"intracerebral|subdural|extradural) (?:ha?emorrhage|bleed|hematoma|haematoma)|meningitis|encephalitis|"
    r"unresponsive|"
    r"cauda equina(?: syndrome)?|ectopic pregnancy|tension pneumothorax|cardiac tamponade|cardiogenic shock|"
    r"hypovola?emic shock|"
    r"ventricular fibrillation|ventricular tachycardia|intubated|necroti[sz]ing fasciitis|"
    r"malignant hyperthermia|compartment syndrome|"
    r"testicular torsion|eclampsia|stevens[- ]johnson\w*)\b|\b(?:MI|PE)\b(?=[ ,.;:)]|$)",
    re.IGNORECASE,
)
_ONLY_CAPITALS = frozenset({"mi", "pe", "cva"})
_LIKE = re.compile(r"\b(?:like|as if|similar to|resembl\w+|mimic\w*)(?: (?:a|an|having|he|she|was))*\s$", re.IGNORECASE)
_NOT_ONE = re.compile(
    r"\s?(?:volume|tenderness|angle|prevention|risk|risks|precautions?|cent(?:er|re)|unit|ward|pathway|"
    r"protocol|screen\w*|awareness|education|"
    r"prophylaxis|work-?up|action plan|was ruled out|ruled out|excluded|unlikely|arthritis|team|association|kit)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:heat|sun|PMH|past|previous|prior|history of|hx of|h/o|family|risk of|risks of|r/o|rule out)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^\W*(?:past (?:medical|surgical|health)?\s?history|pmh\w*|medical history|family history|fhx?|fh|"
    r"past history|surgical history|"
    r"background|allerg\w+|adrs?)\b[^\n:]{0,20}:?",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(?:[A-Z][A-Z &/()-]{2,50}:?|[A-Z][A-Za-z &/()-]{1,40}:)(?=\s|$)", re.MULTILINE)
_TOGETHER = timedelta(hours=24)
_RISKS = re.compile(
    r"\b(?:risks?|complications?|side effects?|consent\w*|adverse effects?|warning signs|return precautions)\b",
    re.IGNORECASE,
)
_MOST = 4
_LATEST_NOTES = 3
_LOOKED_AT = 300


def alerts(sources: Sequence[Source], voice: Voice) -> list[Line]:
    """The grave findings of the newest note, and of others of the same day."""
    if not sources:
        return []
    newest = sources[-1].note.taken_at
    found: dict[str, Line] = {}
    for source in reversed(sources[-_LATEST_NOTES:]):
        if newest - source.note.taken_at > _TOGETHER:
            break
        for place in _grave(source):
            found.setdefault(_kind(place.text), _line(place, voice))
    unique = {line.text: line for line in found.values()}
    return list(unique.values())[:_MOST]


def _kind(words: str) -> str:
    words = words.lower()
    return words[:6] if words.startswith(("anaph", "suici", "overdo", "septi")) else words


def _grave(source: Source) -> Iterator[Place]:
    content = source.content
    told = source.facts("diagnoses")
    for match in islice(_GRAVE.finditer(content), _LOOKED_AT):
        words = match.group()
        start, end = match.span()
        if words.lower() in _ONLY_CAPITALS and not words.isupper():
            continue
        if _NOT_ONE.match(content, end) or _LIKE.search(content[max(0, start - 30) : start]):
            continue
        if _BEFORE.search(content[max(0, start - 30) : start]) or _is_aside(content, start):
            continue
        if any(
            fact["start"] < end and start < fact["end"] and fact["certainty"] not in {"confirmed", "possible"}
            for fact in told
        ):
            continue
        if _RISKS.search(content, *source.sentence_at(start)):
            continue
        if source.is_current(start, end):
            yield Place(source, start, end)


def _is_aside(content: str, start: int) -> bool:
    """Whether it stands under what was once, or is a relative's."""
    headings = [match.group() for match in _HEADING.finditer(content, max(0, start - 1_500), start + 1)]
    return bool(headings) and _ASIDE.match(headings[-1]) is not None


def _line(place: Place, voice: Voice) -> Line:
    sentence = voice.sentence(place.sentence)
    day = day_in(place.source.day, voice.audience)
    if sentence is None or len(sentence) > LONGEST or len(sentence) < len(place.text):
        possible = place.source.is_possible(place.start, place.end)
        sentence = f"Possible {voice.term(place.text)}" if possible else capital(voice.term(place.text))
    return Line("alerts", f"{sentence} ({day})", (place,), sentence)


def missing_from(draft: Draft, plain: Draft, titles: frozenset[str]) -> list[Section]:
    """What somebody else's draft leaves out of the alerts and allergies that stand in `plain`.

    Args:
        draft: A draft that may have left something out.
        plain: The draft made from the facts.
        titles: Under which headings of `plain` to look.
    """
    said = " ".join(statement.text for section in draft.sections for statement in section.statements).lower()
    present = {
        str(fact["substance"]).lower() for fact in plain.key_facts.get("allergies", ()) if fact["status"] == "present"
    }
    sections = []
    for section in plain.sections:
        if section.title in titles:
            statements = [each for each in section.statements if _unsaid(each.text.lower(), said, present)]
            if statements:
                sections.append(Section(section.title, statements))
    return sections


def _unsaid(text: str, said: str, substances: AbstractSet[str]) -> bool:
    grave = {_kind(match.group()).lower() for match in _GRAVE.finditer(text)}
    if grave:
        return any(kind not in said for kind in grave)
    return any(substance in text and substance not in said for substance in substances)
