"""Where the stage, side, severity or type of a condition stands, in its name or right behind it."""

import re
from typing import NamedTuple

from clinical.concepts import detail_of
from clinical.facts import Place
from clinical.note import Note

# Behind a name a detail stands in brackets or after a comma: "pneumonia (left lower lobe)", "heart failure, NYHA II".
_BEHIND = re.compile(
    r"\s?[,(]?\s?(?:(?:now|currently|is now) )?"
    r"(?P<detail>(?:stage|grade|class|type|nyha|gold|figo|dukes|tnm|child[- ]pugh|gleason|ecog)"
    r"\s(?:class\s|stage\s)?[\w+]{1,8}(?:\s?[+=]\s?\w{1,4}){0,3}|"
    r"(?:mild|moderate|severe|left|right|bilateral|left-sided|right-sided|l|"
    r"r)\b(?:[ ,]{1,2}(?:upper|lower|middle|lobe|base|"
    r"side|sided|hip|knee|leg|arm|foot|hand|shoulder|lung|eye|ear|breast|kidney))*)(?=\s?[),.;:]|\s?$|\s[–—-]|\s\()",
    re.IGNORECASE,
)

# "Depression, moderately severe, second episode": which one it is decides how long it is treated.
_EPISODE = re.compile(
    r"(?:[\s,(]{1,2}(?:mild|moderate|severe|moderately severe))?[\s,(]{1,2}"
    r"(?P<detail>(?:first|second|third|fourth|another|recurrent) episode)\b",
    re.IGNORECASE,
)
_STAGED = re.compile(r"stage|grade|class|nyha|gold|child")
_REMISSION = re.compile(
    r"[\s,(]{1,2}(?:(?:is|now|currently|remains) )?"
    r"(?P<detail>in (?:complete |full |partial |clinical |sustained |deep |post-?operative |surgical |endoscopic |"
    r"steroid-free )?remission)\b",
    re.IGNORECASE,
)
# "Acute on chronic kidney injury, recovering": on its way, and not over.
_COURSE = re.compile(
    r"[\s,(]{1,2}(?:(?:is|now|currently|still|slowly|steadily|already) ){0,2}"
    r"(?P<course>recovering|improving|resolving|settling|healing|worsening|progressing|"
    r"(?:well |partly |partially |poorly |not |fairly well )?controlled|under control|in good control|"
    r"stable|good response|(?<=,\s)(?:much )?(?:better|worse))\b(?!\s(?:of|from|to|substances?|drugs?)\b)",
    re.IGNORECASE,
)


# As in "Gleason 4+3=7": the grade of prostate cancer.
_GLEASON = re.compile(r"Gleason\s(?:score\s|grade\s)?(?P<one>[1-5])\s?\+\s?(?P<two>[1-5])", re.IGNORECASE)
_HOW_FAR = re.compile(r"[\s,(]{1,2}(?:partly|partially|poorly|not|well|fairly well|much)$", re.IGNORECASE)


class Detail(NamedTuple):
    """A detail in small letters, and where it stands."""

    said: str
    place: Place


def detail_at(text: str, start: int, end: int, last: int) -> Detail | None:
    """The detail in the name at `text[start:end]`, or right behind it before `last`; with which episode it is."""
    found = _detail_at(text, start, end, last)
    behind = found.place.end if found and found.place.end > end else end
    episode = _EPISODE.search(text, start, end) or _EPISODE.match(text, behind, last)
    if episode is None:
        return found
    said, place = episode["detail"].lower(), Place(*episode.span("detail"))
    if found is None or said in found.said:
        return found or Detail(said, place)
    return Detail(f"{found.said}, {said}", Place(min(found.place.start, place.start), max(found.place.end, place.end)))


def _detail_at(text: str, start: int, end: int, last: int) -> Detail | None:
    name = text[start:end]
    graded = _GLEASON.match(text, start, last)
    if graded is not None:
        return Detail(f"Gleason {graded['one']}+{graded['two']}", Place(*graded.span()))
    inside = detail_of(name)
    behind = _REMISSION.match(text, end, last) or _BEHIND.match(text, end, last)
    if behind is None:
        return Detail(inside, _place(name, inside, start)) if inside else None
    said = " ".join(behind["detail"].lower().split())
    if _STAGED.match(said):
        # "NYHA III" and "NYHA class 3" are one stage
        said = (detail_of(f"{name} {said}") or said) if inside is None else said
    if inside is None:
        return Detail(said, Place(*behind.span("detail")))
    return Detail(f"{inside}, {said}", Place(_place(name, inside, start).start, behind.end("detail")))


def course_at(text: str, start: int, end: int, last: int) -> Detail | None:
    """How the condition at `text[start:end]` goes, as it says itself or as stands right behind it before `last`."""
    found = _COURSE.search(text, start, end) or _COURSE.match(text, end, last)
    # "Asthma, partly" may be taken for the name: what is only partly controlled is not controlled.
    begun = _HOW_FAR.search(text, start, end)
    if begun is not None:
        found = _COURSE.match(text, begun.start(), last) or found
    return Detail(found["course"].lower(), Place(*found.span("course"))) if found else None


def _place(name: str, detail: str, start: int) -> Place:
    """From the first word of a detail to its last one; the whole name where it is told in other words."""
    words = re.findall(r"[\w-]+", detail)
    found = [place for word in words if (place := name.lower().find(word.lower())) >= 0]
    if len(found) < len(words) or not found:
        return Place(start, start + len(name))
    ends = [place + len(word) for word, place in zip(words, found, strict=True)]
    return Place(start + min(found), start + max(ends))


def settled_at(note: Note, core: int) -> Detail | None:
    """That the lasting condition at `core` is settled, where it is no more than that: it is still there."""
    scope = note.context.nearest(core, "resolved")
    if scope is None:
        return None
    tokens = note.document.tokens[scope.trigger : scope.trigger_after]
    said = next((token for token in tokens if token.word == "settled"), None)
    return Detail("settled", Place(said.start, said.end)) if said else None
