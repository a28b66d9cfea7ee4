"""The problems that an assessment names, line by line: its items, and the headings of a plan that goes by problems."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from clinical.diagnoses.mentions import QUALITIES, SITES, Mentions
from clinical.lexicon.resources import wordset
from clinical.note import Note
from clinical.text.lines import Line

_LISTED = frozenset({"assessment", "assessment_plan", "diagnosis", "problems"})
_PLANNED = frozenset({"plan"})
_PAST = frozenset({"past"})

_ITEM = re.compile(r"(?:(?<=[.;:,)])|(?<=\s)(?<!\s\s))\s*+(?:\(?\d{1,2}[.)]\s|#\s?)\s*+(?=[A-Z?])")
_LABEL = re.compile(
    r"^(?:medical (?:reasoning|treatment|decision)|additional (?:testing|imaging|workup|"
    r"work-up)|specialist referrals?|patient (?:education|agreements?|counseling)|special testing|"
    r"plan|assessment|treatment|follow[- ]?up|diet|activity|code status|dispo\w*|disposition|"
    r"labs?|imaging|medications?|meds|education|counsel\w*|referrals?|rationale|"
    r"instructions?|testing|monitoring|procedures?|results?|exam|vitals?|allerg\w+|subjective|"
    r"objective|goals?|prognosis|time|note|summary|orders?|work-?up|diagnostics?|"
    r"risk\w*|ppx|prophylaxis|vte prophylaxis|dvt prophylaxis|gi prophylaxis|fen|f/e/n|fen/gi|fen gi|"
    r"urine dip|dipstick|urinalysis|"
    r"access|lines|contact|family|communication|nutrition|iv fluids?|impression|differential\w*|"
    r"ddx|status|condition|rx|refills?|return|today|history|background|interventions?|"
    r"therapy|overall|reason|ecog|stage|comments?|discussion|prevention|recommendations?|"
    r"health (?:care )?maintenance|safety net\w*|escalation|ceiling of care|"
    r"secondary|primary|principal|final|provisional|other|diagnos[ei]s|problem list|problems?|"
    r"(?:in)?active problems?|radiologist|physician|provider|attending|surgeon|author|clinician|"
    r"consultant|signed|dictated|cc|(?:\w+ ){0,2}(?:date|time)|patient|name|mrn|dob)\s*$",
    re.IGNORECASE,
)
_NO_PROBLEM = re.compile(
    r"\b(?:stable vitals|ppx|prophyla\w+|no acute|well[- ](?:child|woman|baby|adult|appearing|visit|pt|"
    r"patient)|healthy|annual (?:\w+ ){0,3}(?:exam\w*|visit|physical|check\w*)|routine (?:visit|"
    r"exam\w*|check\w*|follow)|"
    r"health(?:care)? maintenance|immuni[sz]ation|vaccin\w+|follow[- ]?up|preventive|wellness|"
    r"physical exam|check-?up|well pt|screening|counsel\w*|education|refill\w*|unremarkable|"
    r"within normal limits|see (?:above|below|hpi)|as above|as below|none|n/a|no (?:complaints|"
    r"issues|concerns|change)|normal (?:exam|study|labs?)|doing well|stable condition|"
    r"improved|reviewed|time spent|"
    r"assessment|plan|diagnos[ei]s|patient agreements?|afebrile|alert|vitals|discharged?|"
    r"rtc|rv|r/v|hm|counts|"
    r"medically (?:fit|stable)|fit for|code status|dvt prophylaxis|full code|medication (?:management|"
    r"refill|review)|establish\w* care|desires?|requests?|encounter for|aftercare|colonoscopy|"
    r"mammogra\w+|pap smear|pre-?op\w*|prevent\w+|normal \w+|negative \w+|ecog|wnl|tolerat\w+|"
    r"compliance)\b|^(?:stable|mood|mr|ms|mrs|dr|miss|prof|pain control|normal|unchanged|"
    r"improving|resolved|same|new|ok|good|fair|general|neuro|cv|resp|gi|gu|renal|heme|"
    r"id|endo|msk|psych|cardiovascular|respiratory|cardiac|pulmonary|neurologic\w*|gastrointestinal|"
    r"genitourinary|endocrine|hematolog\w*|infectious disease|musculoskeletal|psychiatric|"
    r"skin|prophylaxis|social|other|misc\w*|(?!path)\w*(?:ology|iatrics|surgery|medicine|[oa]edics))$|"
    r"\b(?:unit|ward|department|dept|service|team|infirmary|hospital)$|"
    r"^dear\b|\b(?:department|dept|faculty|division) of\b",
    re.IGNORECASE,
)
# How it goes, when it is to be seen again, what was done: no problem of its own.
_NO_NAME = re.compile(
    r"\b(?:progress(?:ing)?|as expected|acceptable|recovering well|weeks?|months?|clinic|mmhg|bpm|leaving)\b|"
    r"\b(?:19|20)\d\d\b|\d\s?(?:kg|cm|%)(?!\w)|^(?:before|on|after|during|changes? to|day \d|post-?op(?:erative)? day|"
    r"procedure|echo|ecg|ekg|bloods?\b(?! loss| clot| in )|x-?ray|ct|mri|ultrasound|"
    r"blood pressure (?:now|today|is|\d))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:i|we|he|she|they|it|you|patient|pt|is|are|was|were|has|have|had|will|would|"
    r"should|could|can|may|might|must|does|did|do|been|be|recommend\w*|continu\w+|start\w*|"
    r"initiat\w+|stop\w*|"
    r"increase|decrease|reviewed|discussed|advised?|refer\w*|order\w*|schedul\w+|return|"
    r"repeat|check|monitor|give|given|take|takes|taking|consider|encourag\w+|provid\w+|"
    r"presents?|presented|presenting|reports?|denies|"
    r"states|shows?|demonstrat\w+|reveals?|appears?|seems?|feels?|obtain|prescrib\w+|administer\w*|"
    r"follow|this|that|declined|refused|these|there|my|our|your|please|call|remains?|likely to|trial|arrange|"
    r"rest|ice|tylenol|seen|"
    r"year[- ]old|y/?o|yo|yrs?[- ]old|male|female|man|woman|gentleman|lady|boy|girl|admit|"
    r"consult|hold|wean|add|send|await\w*|aim|keep|avoid|apply|use|book|chase|discharge|"
    r"home|transfer|instruct\w*|counsel\w*|reassur\w*|safety)\b|\d\s?mg\b",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"(?<!\s)(?:\s++[-–—]++\s+|\s*+(?:[:;]\s|;|\()|,?\s++(?:but|which|who|however|as evidenced by|"
    r"manifested by)\b)|[–—]|(?<!\bvs)\.\s|[:;]\s|[;(]|,\s*+(?=(?:recommend|advis|start|continu|plan|will|follow|"
    r"screening|improv|stable|well[- ]controlled|"
    r"uncontrolled|controlled|poorly|resolv|worsening|on\s|currently|at goal|not at goal|"
    r"s/p|status post|r/o|rule out|likely|most likely|very likely|presum|attributed|possibl|probabl|"
    r"suspicious|suspect|concern|consider|"
    r"differential|vs|no\s|without|to\s|better|doing|today|treated|post|cont\b|unclear|"
    r"cannot|given|with goal|see|now|in remission|diagnosed|family|history|rx|refer|monitor|"
    r"discharge|patient|pt\b|for\s|more\s|less\slikely|fits\b|favou?r|rather\s)|(?=\d))",
    re.IGNORECASE,
)
_LONGEST_TRAIL = 300
_TRAILING = re.compile(
    (
        r"(?<![\s,])(?:[\s,]++(?:today|noted|present|stable|improved|improving|resolved|resolving|well[- ]controlled|"
        r"controlled|unchanged|status|new|at goal|not at goal|as above|again|f/u|follow[- ]?up|"
        r"both resolving|"
        r"(?:(?:thought|felt|considered|very|highly|less|more|most|quite)\s){0,2}(?:un)?likely)){1,10}[\s.,]*+$|(?<![\s.,;:*_-])[\s.,;:*_-]+$"
    ),
    re.IGNORECASE,
)
_LEADING = re.compile(
    (
        r"(?:\W|_)*(?:(?:assessment|impression|diagnos[ei]s|problem|issue|primary|secondary|"
        r"principal|active|1st|#\d+)\s*[:#]\s*|(?:problem|issue|dx|diagnosis)\s?#?\d*\s?[:.)-]\s*|"
        r"(?:re-?)?admitted (?:with|for) |diagnosed with |attended with |came in with |treated for |"
        r"\d{1,2}[.)]\s*|[A-Z]\d{2}(?:\.\d{1,2})?\s*[-:]?\s+)*"
    ),
    re.IGNORECASE,
)
_MOST_WORDS = 14
_MOST_CHARACTERS = 120


class Item(NamedTuple):
    """A line, or a numbered part of one, that may name a problem: `text[start:end]` is the problem's name."""

    start: int
    end: int
    line_end: int
    weighed: bool = False
    """Whether it stands against others: "TIA vs migraine"."""


def problems(note: Note) -> Iterator[Item]:
    """The problems that the assessment lists."""
    lines = note.document.lines
    for number, line in enumerate(lines):
        if line.blank:
            continue
        for start, end in _stretches(note, line):
            kind = note.kind_at(start)
            listed = kind in _LISTED or (kind == "course" and _heads(note, number))
            headed = kind in _PLANNED | {"assessment_plan"} and _heads(note, number)
            if not (listed or headed) or note.in_heading(start):
                continue
            if kind == "assessment_plan" and line.bullet and _under_problem(note, number):
                continue
            item = _item(note, start, end)
            if item is not None and (listed or _is_heading_like(note, item, line)):
                yield item


_APART = re.compile(
    r",\s++(?:and\s++)?|(?<!\s)\s++and\s++|(?<!\s)\s++on\s++(?!treatment|therapy)|(?:(?<!\s)\s++|(?<!\d))[/&](?!\d)\s*+"
)
# "PE vs pleurisy", but "graft versus host disease".
_AGAINST = re.compile(r"(?<!\s)(?<!\bgraft)\s++(?:v|vs|versus)\b\.?\s++", re.IGNORECASE)
_WITH = re.compile(r"(?<!\s)\s++(?:with|complicated by)\s++(?:an?\s|new\s|superimposed\s|associated\s)?", re.IGNORECASE)
_JOINED = re.compile(r"(?i)\b(?:with|due to|secondary to|from|of|in)\b")
_MOST_PIECE_WORDS = 6


_SEGMENT = re.compile(r"(?<!\s),\s++(?P<said>[^,]++)")
_MOST_SEGMENTS = 20
_ADJECTIVE = re.compile(r"\w{3,}(?:al|ic|ar|ous|oid|ary|iac)")
# Beside adjectives and parts of the body, what belongs to a name behind a comma: "CKD, stage 3b", "DVT, left leg".
_OF_A_NAME = wordset(
    """
    stage grade type class nyha gold of the in on at and with without both side sided i ii iii iv v new old recurrent
    relapsing remitting exacerbation flare episode relapse unspecified nos lobe base limb predominant subtype
    variant active inactive positive negative
    """
)


def _without_remark(note: Note, item: Item, mentions: Mentions) -> Item:
    """An item up to what is said of it behind a comma: "pneumonia, film requested" is pneumonia."""
    for segment in islice(_SEGMENT.finditer(note.text, item.start, item.end), _MOST_SEGMENTS):
        said = re.findall(r"[^\W\d_]+", segment["said"].lower())
        named = mentions.within(*segment.span("said"))
        if named or not mentions.within(item.start, segment.start()) or _is_of_name(said):
            continue
        return item._replace(end=segment.start())
    return item


def _is_of_name(said: list[str]) -> bool:
    if set(said) <= {"both", "all", "each"}:
        return False
    known = QUALITIES | SITES | _OF_A_NAME
    return all(word in known or len(word) == 1 or _ADJECTIVE.fullmatch(word) for word in said)


def pieces_of(note: Note, item: Item, mentions: Mentions) -> list[Item]:
    """An item, or its parts where several conditions stand in a row: "Hypertension, diabetes, gout", "AKI on CKD"."""
    item = _without_remark(note, item, mentions)
    weighed = _divided(note, item, _AGAINST)
    if len(weighed) > 1 and all(mentions.within(*piece) or " " in note.text[slice(*piece)] for piece in weighed):
        return [
            part._replace(weighed=True)
            for begin, end in weighed
            for part in _row(note, Item(begin, end, item.line_end), mentions)
        ]
    return [piece for part in _beside(note, item, mentions) for piece in _row(note, part, mentions)]


def _beside(note: Note, item: Item, mentions: Mentions) -> list[Item]:
    """An item, or each of the conditions that came together: "pneumonia with delirium", not "migraine with aura"."""
    pieces = _divided(note, item, _WITH)
    inside = mentions.within(item.start, item.end)
    apart = len(pieces) > 1 and all(mentions.within(*piece) for piece in pieces)
    if not apart or any(one.start < end < one.end for one in inside for _, end in pieces):
        return [item]
    return [item._replace(start=start, end=end) for start, end in pieces]


def _divided(note: Note, item: Item, mark: re.Pattern[str]) -> list[tuple[int, int]]:
    """The stretches of an item between the marks."""
    pieces, start = [], item.start
    for found in mark.finditer(note.text, item.start, item.end):
        pieces.append((start, found.start()))
        start = found.end()
    return [*pieces, (start, item.end)]


def _row(note: Note, item: Item, mentions: Mentions) -> list[Item]:
    """An item, or the conditions that stand in a row in it."""
    pieces = _divided(note, item, _APART)
    if len(pieces) > 1 and not _JOINED.search(note.text, item.start, item.end):
        named = all(
            mentions.within(begin, end) and len(note.text[begin:end].split()) <= _MOST_PIECE_WORDS
            for begin, end in pieces
        )
        if named:
            return [Item(begin, end, item.line_end) for begin, end in pieces]
    return [item]


def _stretches(note: Note, line: Line) -> Iterator[tuple[int, int]]:
    """The line, or its numbered parts: "1. Hypertension, better. 2. Depression". Without the heading before it."""
    segment = note.segment_at(line.body)
    start = line.body
    if segment is not None and segment.start <= line.start and segment.body > start:
        start = segment.body
    if start >= line.end:
        return
    following = note.segment_at(line.end - 1)
    end = line.end
    if following is not None and following.start > start:
        end = following.start
    marks = list(islice(_ITEM.finditer(note.text, start, end), 60))
    if len(marks) == 1 and marks[0].start() > start:
        marks = []
    begin = start
    for mark in marks:
        if note.text[begin : mark.start()].strip():
            yield begin, mark.start()
        begin = mark.end()
    yield begin, end


def _heads(note: Note, number: int) -> bool:
    """Whether a line stands over others: a short one with text of its own under it."""
    lines = note.document.lines
    line = lines[number]
    if (
        number
        and not lines[number - 1].blank
        and not lines[number - 1].bullet
        and not line.bullet
        and _ends_open(note, lines[number - 1])
    ):
        return False
    below = lines[number + 1] if number + 1 < len(lines) else None
    return below is not None and not below.blank and len(note.text[line.body : line.end]) <= _MOST_CHARACTERS


def _ends_open(note: Note, line: Line) -> bool:
    """Whether a line of prose before it goes on."""
    return note.text[line.end - 1] not in ".:!?" and line.end - line.start > 60


def _under_problem(note: Note, number: int) -> bool:
    """Whether a bullet belongs to the problem named above it, without a bullet of its own or with a number."""
    lines = note.document.lines
    own = note.text[lines[number].start : lines[number].body].strip()
    if own[:1].isdigit() or own.startswith(("#", "(")):
        return False
    at = number - 1
    while at >= 0 and not lines[at].blank and at > number - 40:
        mark = note.text[lines[at].start : lines[at].body].strip()
        if mark != own and not note.in_heading(lines[at].start):
            return True
        at -= 1
    return False


def _is_heading_like(note: Note, item: Item, line: Line) -> bool:
    """In a plan only a line that is nothing but a name heads a problem."""
    rest = note.text[item.end : item.line_end].strip(" .:*_")
    begins = note.text[item.start].isupper()
    return (
        begins
        and (not rest or rest[0] in "(,-–")
        and (len(rest) < 60)
        and not (line.bullet and not rest and _lone(note, line))
    )


def _lone(note: Note, line: Line) -> bool:
    """Whether a bulleted line of a plan has only further bullets around it."""
    mark = note.text[line.start : line.body].strip()
    following = note.document.line_number(line.end) + 1
    lines = note.document.lines
    if following >= len(lines) or lines[following].blank:
        return True
    return note.text[lines[following].start : lines[following].body].strip()[:1] == mark[:1]


def _item(note: Note, start: int, end: int) -> Item | None:
    """The name of the problem in a stretch of text, if it names one."""
    text = note.text
    lead = _LEADING.match(text, start, end)
    begin = lead.end() if lead else start
    while begin < end and not (text[begin].isalnum() or text[begin] == "?"):
        begin += 1
    cut = next((mark for mark in _CUT.finditer(text, begin, end) if mark.start() > begin), None)
    stop = cut.start() if cut else end
    name = text[begin:stop]
    if _LABEL.match(name.strip(" .*_")):
        return None
    trailing = _TRAILING.search(name, max(0, len(name) - _LONGEST_TRAIL))
    stop = begin + (trailing.start() if trailing else len(name))
    name = text[begin:stop]
    if not 2 <= len(name) <= _MOST_CHARACTERS or len(name.split()) > _MOST_WORDS or not any(map(str.isalpha, name)):
        return None
    if _NO_PROBLEM.search(name) or _NO_NAME.search(name) or _SENTENCE.search(name):
        return None
    return Item(begin, stop, end)
