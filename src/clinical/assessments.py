"""How the patient is getting on, as the assessment of a note puts it: "doing very well, ahead of schedule"."""

import re
from collections.abc import Iterator

from clinical.facts import Finding, Origin
from clinical.note import Note
from clinical.passages import Passage, standing_at

_ASSESSES = frozenset({"assessment", "assessment_plan"})
_GOES = re.compile(
    r"\b(?:(?:doing|recover(?:ed|ing)|healing|progressing|responding|settling)(?: (?:very |really )?well)?|"
    r"ahead of schedule|good progress|well replaced|"
    r"as expected|expected progress|(?:good|excellent|poor|partial|no) response|"
    r"(?:at|above|below|not at) target|(?:almost|nearly|back to) (?:normal|baseline)|normal [a-z]+ function|"
    r"(?:low|high) burden|well controlled|acceptable|limit(?:s|ed) (?:\w+ )?\w+|no (?:further |more )?operation needed|"
    r"(?:much |getting |now )?better|worse|worsening|improv(?:ing|ed)|enough|stable|no longer needed|not confirmed|"
    r"are the cause|is the cause|weak|(?:hypo|eu|hyper)vol(?:a)?emic|(?:in|into) remission|symptom-free)\b"
    r"|\bwas (?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)\b(?!\s?(?:mg|mcg|g|ml|days?|weeks?)\b)",
    re.IGNORECASE,
)
# What a plan orders, which is told with its steps and medicines.
_ORDERS = re.compile(
    r"\b(?:increas|reduc(?!ed ejection)|continu|start|stop|review|restart|switch|chang|refer|repeat|check|"
    r"prescri|arrange|book|given|take|taken|mg|mcg|if|unless|until)\w*\b",
    re.IGNORECASE,
)
# In a note without parts only this says that a sentence judges.
_JUDGES = re.compile(
    r"\b(?:as expected|(?:almost|nearly|back to) normal|ahead of schedule|are the cause|is the cause|"
    r"no (?:further |more )?operation needed|doing (?:very )?well|at target|has come back|have come back|"
    r"no (?:further |more |new )?(?:attacks?|seizures?|episodes?|flares?|relapses?) (?:for|since|in) [\w ]{3,30}|"
    r"still (?:tender|swollen|painful|sore|stiff|weak|red)|"
    r"feels? (?:much |a little |a lot |so much )?(?:better|fitter|stronger|well|worse)|"
    r"(?:attacks?|episodes?|migraines?|fits|seizures) an? (?:day|week|month|year), was)\b",
    re.IGNORECASE,
)
# What the patient wants; not what a relative does.
_WISHES = re.compile(
    r"(?:(?:she|he|they|(?:the )?patient|pt) )?(?:would (?:also |very much )?(?:like|prefer|rather)|wants?|wish(?:es)?|"
    r"hop(?:es?|ing)|prefers?|does not want|doesn['’]t want)\b",
    re.IGNORECASE,
)
# What is asked of everybody whose mood is low, and of which the next one has to know.
_RISK = re.compile(
    r"(?:(?:she |he |they )?(?:denies|denied|has|had|reports?|admits)\s|no\s)(?:any |active |passive |no |further )*"
    r"(?:suicidal|thoughts? of (?:suicide|self-harm|ending)|self-harm|plans? to end)",
    re.IGNORECASE,
)
_WALKS = re.compile(
    r"(?:walk(?:s|ed|ing)?|mobili[sz]\w+)\b.*\b(?:frame|sticks?|crutch\w*|met(?:re|er)s|wheelchair|unaided|without)\b",
    re.IGNORECASE,
)
_HANGS = re.compile(r"\b(?:if|unless|in case)\b", re.IGNORECASE)
_PLANNED = frozenset({"plan", "instructions"})
_OF_OTHERS = frozenset({"family", "social", "signature", "past"})
# A nurse's name, or a point for others.
_HANDED = re.compile(r"(?:for|ask|tell) the \w+|(?:nurse|signed|author|seen by)\b", re.IGNORECASE)
# What becomes of a value, which the value itself does not tell: "43.2 kg, falling for a month".
_TREND = re.compile(r"\b(?:falling|rising|dropping|going (?:up|down)|losing|gaining)\b", re.IGNORECASE)
_LONGEST, _MOST, _MOST_OF_A_NIGHT = 130, 4, 8


def assessments(note: Note, kind: str = "") -> list[Finding]:
    """The sentences of a note of a kind that say how the patient is getting on, in the order of the text.

    What a nurse's record tells of the night, or of the day, is all of it; so is what the patient wishes.
    """
    told = [*_judging(note), *_in_a_word(note), *_wishes(note), *_risks(note)]
    told += _night(note) if kind == "nursing" else _walks(note) if kind == "therapy" else ()
    every = {(one.start, one.end): one for one in sorted(told, key=lambda one: one.start)}
    return [
        Finding(**standing_at(note, one.start, one.end), text=one.text, origin=Origin.ASSESSMENT)
        for one in list(every.values())[: _MOST_OF_A_NIGHT if kind == "nursing" else _MOST]
    ]


def _in_a_word(note: Note) -> Iterator[Passage]:
    """A judgement of a single word, which is no passage: "Improving."."""
    for number, (first, last) in enumerate(note.document.sentences):
        segment = note.segment_at(first)
        if segment is None or segment.kind not in _ASSESSES or note.in_heading(last - 1):
            continue
        start = max(first, segment.body)
        word = note.text[start:last].strip(" \t\n.;:-*•")
        if word and _GOES.fullmatch(word) and word.isalpha():
            start = note.text.index(word, start)
            yield Passage(number, start, start + len(word), word, segment.kind)


def is_judgement(text: str) -> bool:
    """Whether a sentence judges how the patient is getting on, and does not only tell what is so."""
    return _GOES.search(text) is not None or _JUDGES.search(text) is not None or _TREND.search(text) is not None


def is_wish(text: str) -> bool:
    """Whether a sentence says what the patient wants."""
    return _WISHES.match(text) is not None


def _wishes(note: Note) -> Iterator[Passage]:
    for passage in note.passages:
        if (
            _WISHES.match(passage.text)
            and len(passage.text) <= _LONGEST
            and note.kind_at(passage.start) not in _OF_OTHERS
        ):
            yield passage


def _walks(note: Note) -> Iterator[Passage]:
    """How far the patient walks, and with what: what a therapist sees to."""
    for passage in note.passages:
        if _WALKS.match(passage.text) and len(passage.text) <= _LONGEST and passage.kind not in _PLANNED:
            yield passage


def _risks(note: Note) -> Iterator[Passage]:
    """What the patient says of suicide and self-harm, or denies."""
    for passage in note.passages:
        if _RISK.match(passage.text) and len(passage.text) <= _LONGEST:
            kind = note.kind_at(passage.start)
            if kind not in _OF_OTHERS:
                yield passage


def _night(note: Note) -> Iterator[Passage]:
    """What a nurse tells in whole sentences, beside values, medicines and what is handed on."""
    measured = [(one.start, one.end) for one in note.measured]
    for number, passage in enumerate(note.passages):
        inside = note.document.matches_in(passage.start, passage.end)
        drugs = any(term.kind in {"drug", "class"} for match in inside for term in match.found)
        values = any(start < passage.end and passage.start < end for start, end in measured)
        values = values and not _TREND.search(passage.text)
        title = number == 0 and note.text[passage.end : passage.end + 2].lstrip(" .")[:1] == "\n"
        if not (drugs or values or title or _HANDED.match(passage.text)) and len(passage.text) <= _LONGEST:
            yield passage


def _judging(note: Note) -> Iterator[Passage]:
    parted = note.outline.parted
    for passage in note.passages:
        judged = passage.kind in _ASSESSES if parted else passage.kind in {"", "header"}
        pattern = _GOES if parted else _JUDGES
        if not judged or len(passage.text) > _LONGEST or not pattern.search(passage.text):
            continue
        if (parted and _ORDERS.search(passage.text)) or (not parted and _HANGS.search(passage.text)):
            continue
        meant = note.context.of(passage.start, passage.start + 1)
        if not (meant.historical or meant.family or meant.hypothetical):
            yield passage
