"""What tests showed, and what the examination found that is not as it should be: whole sentences, no mere values."""

import re

from clinical.facts import Finding, Origin
from clinical.note import Note
from clinical.passages import LONGEST, Passage, standing_at
from clinical.roles import Said, all_roles, roles_in

_UNDER = frozenset({"exam", "results", "imaging", "objective", "vitals", "procedures"})
# Under these headings no test has to be named: everything there is what one showed.
_SHOWN = frozenset({"results", "imaging"})
_CONCLUDES = frozenset({"diagnosis", "assessment"})
_NONE_OF_IT = re.compile(r"(?:-|\s)free\b|\s(?:is\s|was\s)?(?:not|normal)\b", re.IGNORECASE)
_ANY_TEST = frozenset({"imaging", "labs", "lab", "bloods", "blood work"})
_ROLES = "findings.txt"
_LONGEST_LABEL = 48
_MOST, _VALUES, _WORDS_OF_A_VALUE, _WORDS_OF_A_DENIAL = 60, 2, 4, 10


def findings(note: Note, kind: str = "") -> list[Finding]:
    """The findings of a note of a kind, in the order of the text. Of the report on a scan, what it comes to."""
    told = note.passages
    concluded = [passage for passage in told if passage.kind in _CONCLUDES] if kind == "imaging" else []
    found = []
    for passage in concluded or told:
        origin = Origin.RESULT if concluded else _origin(note, passage)
        absent = origin is None and not concluded and _is_free(note, passage)
        if origin is not None or absent:
            told_from = origin or Origin.EXAMINATION
            whole = _with_test(note, passage)
            place = standing_at(note, whole.start, whole.end)
            found.append(Finding(**place, text=whole.text, origin=told_from, absent=absent))
            if len(found) == _MOST:
                break
    return found


def _with_test(note: Note, passage: Passage) -> Passage:
    """The sentence with the test before it, where that is its label: "ECG: sinus rhythm, no ischaemia"."""
    segment = note.segment_at(passage.start)
    if segment is None or note.text[segment.body : passage.start].strip(" "):
        return passage
    start = segment.start
    label = note.text[start : segment.body]
    if len(label) > _LONGEST_LABEL or "\n" in label or passage.end - start > LONGEST:
        return passage
    if label.strip(" :").lower() in _ANY_TEST:
        return passage
    said = [each for at in (passage.number - 1, passage.number) if at >= 0 for each in roles_in(note, at, _ROLES)]
    if not any("test" in each.roles and start <= each.place.start < segment.body for each in said):
        return passage
    return passage._replace(start=start, text=" ".join(note.text[start : passage.end].split()))


def _origin(note: Note, passage: Passage) -> Origin | None:
    """Where a sentence is from, if it tells a finding."""
    parted = note.outline.parted
    if parted and note.part_at(passage.start) != "objective" and passage.kind not in _UNDER:
        return None
    said = roles_in(note, passage.number, _ROLES)
    roles = all_roles(said)
    values = sum(passage.start <= each.start < passage.end for each in note.measured)
    tested = "test" in roles or passage.kind in _SHOWN
    shown = "shows" in roles or ("be" in roles and "made" not in roles)
    if tested and shown and not (values >= _VALUES and "test" not in roles):
        return Origin.RESULT
    if parted and values < _VALUES and not _is_value(passage, values) and any(_is_sign(note, each) for each in said):
        return Origin.RESULT if "test" in roles else Origin.EXAMINATION
    return None


def _is_free(note: Note, passage: Passage) -> bool:
    """Whether an examination says of signs, and of nothing else, that they are not there: "No effusion"."""
    if note.part_at(passage.start) != "objective" or len(passage.text.split()) > _WORDS_OF_A_DENIAL:
        return False
    if any(passage.start <= each.start < passage.end for each in note.measured):
        return False
    signs = [each for each in roles_in(note, passage.number, _ROLES) if "sign" in each.roles]
    own = [each for each in signs if passage.start <= each.place.start < passage.end]
    return bool(own) and all(note.context.of(*each.place).negated for each in own)


def _is_sign(note: Note, said: Said) -> bool:
    if "sign" not in said.roles:
        return False
    if note.text[max(said.place.start - 4, 0) : said.place.start].lower() == "non-":
        return False
    if _NONE_OF_IT.match(note.text, said.place.end):
        return False  # "pain-free", "JVP not raised"
    meant = note.context.of(*said.place)
    return not (meant.negated or meant.family or meant.hypothetical)


def _is_value(passage: Passage, values: int) -> bool:
    """Whether it is a mere value: "Pain 7/10"."""
    return values > 0 and len(passage.text.split()) <= _WORDS_OF_A_VALUE
