"""Sentences worth passing on as they stand: what was found, and what is to be done next."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from features.summaries.extractive.evidence import Line, Place, Source, day_in
from features.summaries.extractive.voice import LONGEST, Voice, tells_of_itself, tidied

_RESULT = re.compile(
    r"\b(?:x-?rays?|radiograph\w*|CT|MRI|ultrasound|doppler|echo(?:cardiogram)?|EKG|ECG|electrocardiogram|"
    r"biops\w+|patholog\w+|"
    r"endoscopy|colonoscopy|EGD|spirometry|PFTs?|DEXA|mammogram|cultures?|imaging|scan|angiogra\w+|"
    r"stress test|EMG|labs?|"
    r"blood ?work|lipid panel|CMP|CBC|urinalysis|hormone profile|visual field\w*|\d views)\b",
    re.IGNORECASE,
)
_SHOWS = re.compile(
    r"\b(?:show\w*|reveal\w*|demonstrat\w*|indicat\w*|positive|negative|normal|abnormal|elevated|low|high|"
    r"unremarkable|stable|"
    r"evidence|consistent|noted|suggest\w*|confirm\w*|were|was|is|are|decreased|reduced|mild|moderate|severe)\b",
    re.IGNORECASE,
)
_ABNORMAL = re.compile(
    r"\b(?:pain\w*|tender\w*|swelling|swollen|o?edema|effusion|murmur|rales|crackles|wheez\w+|rhonchi|"
    r"erythema\w*|rash|bruis\w+|"
    r"ecchymos\w+|limited|decreased|reduced|diminished|weakness|deformity|crepitus|necrotic|ulcer\w*|wound|"
    r"cellulitis|jaundice|"
    r"icterus|hypotonia|microphthalmia|hemianopia|JVD|distention|distended|guarding|rebound|positive|"
    r"congest\w+|rhinorrhea|injected|"
    r"pale|mass|masses|lesions?|nodules?|adenopathy|lymphadenopathy|fluctuance|fracture|laceration|tachypn\w+|"
    r"irregular|abnormal|"
    r"drainage|odor|blister|atrophy|tremor|drowsy|confused|unresponsive|cyanosis|clubbing|angulation|opacity|"
    r"consolidation)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"(?:these|they|it|this|those)\b", re.IGNORECASE)
_NEGATED = re.compile(
    r"^\W*(?:no|denies|without|negative|not|there (?:is|are|was|were) no|non-?tender|absent)\b", re.IGNORECASE
)
_RESULTS_HEADING = re.compile(
    r"^\W*(?:results?|labs?|imaging|radiology|investigations?|diagnostics?|studies|data)\b", re.IGNORECASE
)
_EMPTY = re.compile(
    r"patient agreements|questions? (?:were|was)|understand(?:s|ing) and agree|agreeable to|"
    r"voiced understanding|\brisks?,? (?:and )?"
    r"(?:benefits?|of (?:the )?(?:surgery|anesthesia|procedure))|treatment options with|lengthy discussion|"
    r"after reviewing|^signed|^we discussed that|^(?:\W*[\w ]+: )?i (?:have )?explained|"
    r"^the patient and i discussed that|discussed that (?:unfortunately|sometimes)|"
    r"no rx|^dr\.? |discussed (?:the )?(?:general|diagnosis|etiology)|educational materials|^disp|^sig\b|"
    r"refills?|^prescription note|"
    r"^(?:chief complaint|instructions|plan|assessment)\b.{0,3}$|patient (?:is|was) (?:a )?(?:very )?pleasant",
    re.IGNORECASE,
)
_DOING = (
    (
        re.compile(
            r"\b(?:follow[- ]?up|follow up|return\w*|RTC|review in|see (?:him|her|them|"
            r"the patient)? ?(?:again|back)|recheck|re-?evaluat\w+|next (?:visit|appointment))\b",
            re.IGNORECASE,
        ),
        9.0,
    ),
    (
        re.compile(
            r"\b(?:refer\w*|consult\w*|schedul\w+|surgery|resection|debridement|ORIF|admit\w*|transfer\w*|"
            r"discharg\w*|proceed)\b",
            re.IGNORECASE,
        ),
        9.0,
    ),
    (
        re.compile(
            r"\b(?:order\w*|obtain\w*|repeat|check|MRI|CT|x-?ray|ultrasound|echo\w*|labs?|blood ?work|panel|"
            r"culture|titer|screen\w*|EGD|colonoscopy|test(?:ing|s)?|imaging|monitor\w*)\b",
            re.IGNORECASE,
        ),
        8.0,
    ),
    (
        re.compile(
            r"\b(?:start\w*|initiat\w*|prescri\w*|continu\w*|increas\w*|decreas\w*|stop\w*|discontinu\w*|"
            r"chang\w*|add|taper|vaccin\w*|admin\w*|inject\w*)\b",
            re.IGNORECASE,
        ),
        6.0,
    ),
    (
        re.compile(
            r"\b(?:physical therapy|therapy|brace|splint|sling|crutches|cast|diet\w*|exercise|ice|icing|"
            r"elevat\w*|rest|avoid\w*|strainer|fluids)\b",
            re.IGNORECASE,
        ),
        6.0,
    ),
    (re.compile(r"\b(?:call|contact|notify|if)\b", re.IGNORECASE), 2.0),
)
_LABEL = re.compile(r"\b(?:medical reasoning|patient agreements)\b[.:]", re.IGNORECASE)
_WHO = re.compile(r"\bis an? (?:[\w-]+ ){0,4}\d+[- ](?:year|month|week|day|y\.?o)", re.IGNORECASE)
_TOLD = re.compile(
    r"\b(?:demonstrated|showed|revealed|was|were|has been|have been|had|reports|denies|states|admits)\b", re.IGNORECASE
)
_TO_DO = re.compile(
    r"\b(?:will|should|recommend\w*|order\w*|refer\w*|advis\w+|encourag\w+|instruct\w*|prescri\w+|provided|"
    r"schedul\w+|can|may|plan\w*|"
    r"return|RTC|repeat|continue|start|initiate|increase|decrease|stop|needs? to|going to|asked|if|"
    r"administered|would like|want)\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"\b[A-Z][a-z]+(?: (?:and )?[A-Z][a-z]+){1,3}[.:](?=\s)")
_ADVICE = re.compile(r"patient education", re.IGNORECASE)
_MORE_THAN_MEDICATION = 7.0
_MOST_LOOKED_AT = 400
_NOTES_WITH_FINDINGS = 3


def findings(sources: Sequence[Source], voice: Voice, taken: set[str]) -> list[Line]:
    """Results of imaging and tests, then what the examination found, of the newest notes."""
    lines: list[Line] = []
    with_any = 0
    for source in reversed(sources[-12:]):
        found = [
            line
            for score, place in sorted(
                _findings(source, examined=not voice.family), key=lambda one: (-one[0], one[1].start)
            )
            if (line := _line("findings", place, voice, taken, score)) is not None
        ]
        lines.extend(line for line in found if not any(line is not other and _within(line, other) for other in found))
        with_any += bool(found)
        if with_any == _NOTES_WITH_FINDINGS:
            break
    return lines


def _within(line: Line, other: Line) -> bool:
    """Whether another line holds this one."""
    (mine, *_), (its, *_) = line.places, other.places
    return its.start <= mine.start and mine.end <= its.end and its.end - its.start > mine.end - mine.start


def _findings(source: Source, *, examined: bool) -> Iterator[tuple[float, Place]]:
    """Results, and, for those who read that, what the examination found."""
    spans = source.section("objective") or ([] if source.note.sections else source.sentences[:_MOST_LOOKED_AT])
    before: tuple[int, int] | None = None
    for start, end in spans:
        text = source.content[start:end]
        if len(text.split()) < 2 or _EMPTY.search(text):
            continue
        result = _RESULT.search(text) and _SHOWS.search(text)
        if not result and _after_results(source, start):
            result = _SHOWS.search(text)
        first = start
        if result and _POINTS_BACK.match(text) and before is not None and len(text) + before[1] - before[0] < LONGEST:
            first = before[0]
        before = (first, end)
        if result:
            yield 10.0, Place(source, first, end)
            continue
        abnormal = _ABNORMAL.search(text) if examined else None
        if abnormal and not _NEGATED.match(tidied(text)):
            at = start + abnormal.start()
            if not source.is_denied(at, start + abnormal.end()):
                yield 6.0, Place(source, start, end)


def _after_results(source: Source, start: int) -> bool:
    """Whether it stands in the paragraph under a heading such as RESULTS."""
    before = source.content[max(0, start - 900) : start]
    heading = re.findall(r"(?m)^[A-Z][A-Z /&]{3,40}:?$", before)
    return bool(heading) and _RESULTS_HEADING.match(heading[-1]) is not None


def plan(sources: Sequence[Source], voice: Voice, taken: set[str]) -> list[Line]:
    """What the latest plan says is to be done, the follow-up first."""
    for source in reversed(sources[-12:]):
        found = planned(source, voice, taken)
        if not found and _plans(source):
            found = _anything_planned(source, voice, taken)
        if found:
            return found
    return []


def _plans(source: Source) -> bool:
    """Whether a note has a plan of its own. Those on duty at night report, and plan nothing."""
    return source.note.type != "nursing" and bool(source.section("plan"))


def _anything_planned(source: Source, voice: Voice, taken: set[str]) -> list[Line]:
    """Whatever stands in a note's plan besides diagnoses and medications: better than what was planned before."""
    found = []
    for start, end in source.section("plan"):
        text = source.content[start:end]
        told = _TOLD.search(text) and not _TO_DO.search(text)
        named = any(start <= fact["start"] < end for fact in source.facts("diagnoses"))
        if len(text.split()) < 3 or told or named or _EMPTY.search(text) or _is_listed(source, start, end):
            continue
        line = _line("plan", Place(source, start, end), voice, taken, 1.0)
        if line is not None:
            found.append(line)
    return found


def planned(source: Source, voice: Voice, taken: set[str]) -> list[Line]:
    """What the plan of one note says is to be done, the follow-up first."""
    if source.note.type == "nursing":
        return []
    own = source.section("plan")
    spans = own or [span for span in source.sentences[:_MOST_LOOKED_AT] if not source.note.sections]
    found = []
    for start, end in spans:
        if not own and not _TO_DO.search(source.content[start:end]):
            continue  # in a note without a plan only what says that it is to be done
        score = 0.0 if _is_listed(source, start, end) else _doing(source.content[start:end], _label(source, start, end))
        line = _line("plan", Place(source, start, end), voice, taken, score) if score else None
        if line is not None:
            found.append(line)
    return sorted(found, key=lambda line: (-line.weight, line.places[0].start))


def _is_listed(source: Source, start: int, end: int) -> bool:
    """Whether it only says what stands under the medications anyway."""
    drugs = [fact for fact in source.facts("medications") if start <= fact["start"] < end]
    text = source.content[start:end]
    return (
        bool(drugs)
        and all(fact["status"] != "mentioned" for fact in drugs)
        and max((weight for pattern, weight in _DOING if pattern.search(text)), default=0.0) < _MORE_THAN_MEDICATION
    )


def _label(source: Source, start: int, end: int) -> str:
    """What its line calls itself: "Medical Treatment:"."""
    first = source.content.rfind("\n", 0, start + 1) + 1
    found = _LABELLED.findall(source.content[first:end])
    return found[-1] if found else ""


def _doing(text: str, label: str) -> float:
    if _LABEL.search(label) or _EMPTY.search(text) or _WHO.search(text) or len(text.split()) < 3:
        return 0.0
    if _TOLD.search(text) and not _TO_DO.search(text):
        return 0.0
    score = max((weight for pattern, weight in _DOING if pattern.search(text)), default=0.0)
    if _ADVICE.search(label):
        score -= 3.0
    if tells_of_itself(tidied(text)):
        score -= 2.0
    return max(score, 0.0)


def _line(section: str, place: Place, voice: Voice, taken: set[str], score: float) -> Line | None:
    """A sentence as a line, unless it was said already."""
    text = voice.sentence(place.source.content[place.start : place.end])
    if text is None or len(text.split()) < 2 or text.lower() in taken or not is_whole(text):
        return None
    taken.add(text.lower())
    day = day_in(place.source.day, voice.audience)
    return Line(section, f"{text} ({day})", _sentences_of(place), text, score)


def _sentences_of(place: Place) -> tuple[Place, ...]:
    """A place by sentences, so that each is quoted."""
    source = place.source
    first = bisect_left(source.sentences, (place.start + 1,)) if source.sentences else 0
    later = [Place(source, *span) for span in source.sentences[first : first + 3] if place.start < span[0] < place.end]
    return (place, *later)


def is_whole(text: str) -> bool:
    """Whether it says something by itself: brackets closed, no heading."""
    return text.count("(") == text.count(")") and not text.endswith((":", ",")) and not text.isupper()
