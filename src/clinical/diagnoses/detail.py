"""Stage, side, severity and type of a condition, apart from its name: "CKD 3b", "severe left hip osteoarthritis"."""

import re

_DETAIL = re.compile(
    r"\b(?:(?:stage|grade|class|type|phase|group|category)\s(?:[ivx]{1,4}|\d)[a-d]?\b|"
    r"nyha\s(?:class\s)?(?:[ivx]{1,3}|\d)\b|"
    r"(?:left|right|bilateral|upper|lower|proximal|distal|medial|lateral|anterior|posterior)(?:-sided)?|l|r|lt|rt|"
    r"mild|moderate|severe|acute|chronic|subacute|acute-on-chronic|recurrent|paroxysmal|persistent|permanent|"
    r"early|late|advanced|end[- ]stage|uncontrolled|well[- ]controlled|poorly[- ]controlled|controlled|stable|unstable|"
    r"metastatic|localised|localized|decompensated|compensated|displaced|undisplaced|nondisplaced|"
    r"comminuted|open|closed|"
    r"primary|secondary|seasonal|perennial|active|inactive|mixed|intermittent|refractory|perforated|infective|"
    r"non-?infective|viral|bacterial|diffuse|focal|superficial|deep|partial|complete|severe persistent|minor|major|"
    r"exacerbation|flare)\b",
    re.IGNORECASE,
)
# The stage that stands behind an abbreviation without being called one: "CKD 3b", "CKD G3a", "COPD GOLD 2".
_BARE_STAGE = re.compile(r"(?<=\w)\s?((?:g|gold\s)?[1-5][ab]?(?:a[123])?)\s*\)?$", re.IGNORECASE)
_BEHIND = re.compile(
    r"\s?[,(]?\s?(?P<detail>(?:stage|grade|class|type|nyha|gold|figo|dukes|tnm|child[- ]pugh|gleason|"
    r"ecog)\s(?:class\s|stage\s)?"
    r"[\w+]{1,8}(?:\s?[+=]\s?\w{1,4}){0,3}|(?:mild|moderate|severe|left|right|bilateral|left-sided|right-sided|l|r)\b"
    r"(?:[ ,]{1,2}(?:upper|lower|middle|lobe|base|side|sided|hip|knee|leg|arm|foot|hand|shoulder|lung|eye|"
    r"ear|breast|kidney))*)"
    r"(?=\s?[),.;:]|\s?$|\s[–—-]|\s\()",
    re.IGNORECASE,
)


def detail_of(text: str, start: int, end: int, last: int) -> tuple[str, tuple[int, int]] | None:
    """The detail in the name at `text[start:end]`, or right behind it before `last`, with its place."""
    name = text[start:end]
    found = [(match.group(), start + match.start(), start + match.end()) for match in _DETAIL.finditer(name)]
    bare = _BARE_STAGE.search(name)
    if bare and not any(begin <= start + bare.start(1) < stop for _, begin, stop in found):
        found.append((bare.group(1), start + bare.start(1), start + bare.end(1)))
    behind = _BEHIND.match(text, end, last)
    if behind:
        found.append((behind["detail"], *behind.span("detail")))
    if not found:
        return None
    return ", ".join(" ".join(words.lower().split()) for words, _, _ in found), (found[0][1], found[-1][2])


def without_detail(name: str) -> str:
    """A name in lower case without stage, side and severity; the name itself where nothing would be left."""
    lowered = " ".join(name.lower().split())
    bare = " ".join(_DETAIL.sub(" ", _BARE_STAGE.sub("", lowered)).replace("(", " ").replace(")", " ").split()).strip(
        " ,-/"
    )
    return bare or lowered
