"""Words that nobody knows to be harmless: every one of them could name a person, a place or a firm.

A known word is harmless unless it stands as a name: after a title or a relative, with a capital within a sentence and
bearing a name's neighbours, or before "Street" and its like. A name after which something of medicine is called is
harmless where that thing follows: "Bell's palsy".
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from clinical.lexicon.phrases import terms, tokens_of
from features.summaries.identity.names import both, fold, words
from features.summaries.identity.patterns import Spot
from features.summaries.identity.vocabulary import abbreviations, eponyms, is_harmless

# Letters and marks of any script with digits among them, apostrophes, and what is not seen.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0900-\u097f\u0600-\u06ff]|['’\u02bc](?=[^\W\d_]))*")
_HANDLE = re.compile(r"(?<![\w.])@\w[\w.]{1,30}|\b[A-Za-z]\w*(?:[._]\w+)+(?=\W|$)")
_SPELT_ADDRESS = re.compile(
    r"\b[\w-]{1,40}(?:\s?(?:\.|\(?\bdot\b\)?)\s?[\w-]{1,40}){0,4}\s?(?:@|\(?\bat\b\)?)\s?[\w-]{1,40}"
    r"(?:\s?(?:\.|\(?\bdot\b\)?)\s?[\w-]{2,40}){1,4}",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?[\s\u00a0.\-–\u2011]{0,3}\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
# As in "registration AE58 ECG" and "AB12 CDE parked outside"; its letters may be those of an abbreviation.
_PLATE = re.compile(r"\b[A-Z]{2}\s?\d{2}\s?[A-Z]{3}\b|\b[A-Z]\d{1,3}\s?[A-Z]{3}\b")
_OF_CARS = re.compile(
    r"\b(?:registration|reg(?:n|istered)?|number ?plates?|plates?|vehicles?|cars?|vans?|taxis?|vrm|parked|"
    r"drives|drove)\b",
    re.IGNORECASE,
)
_NEAR_CAR = 40
_GREEK = frozenset("αβγδεκλμπσωΔΩµμ")
# A word with digits: a measure, a vertebra, a joint, a nerve, a stage, a blood group.
_MEASURED = re.compile(
    r"\d+(?:st|nd|rd|th|s|yo|yr|yrs|y|f|m|x|mg|mcg|µg|μg|g|kg|ml|l|dl|mm|cm|m|km|h|hr|hrs|hrly|min|mins|sec|d|wk|wks|w|mo|"
    r"mths?|lb|lbs|oz|ft|in|st|iu|u|units?|am|pm|c|k|ppd|py|fr|g|gauge|v|lead|way|point|hourly|mmol|umol|nmol|mmhg|bpm|cc|"
    r"kcal|cal|hz|gy|deg|fold|tabs?|caps?|puffs?|step|day|week|month|year|hour|minute|plus|ish|nd|mls|grams?|ways?|wt)"
    r"|[a-z]\d{1,2}|q\d{1,2}h|g\d{1,2}p\d{1,2}|x\d{1,3}|h\d{1,2}n\d{1,2}|\d{1,3}x\d{1,3}|"
    r"t\d[a-c]?n\d[a-c]?m\d|\d{1,2}[a-d]",
    re.IGNORECASE,
)
# Lower-case words that English makes of others; no name ends so.
_DERIVED = re.compile(
    r"(?:ation|ction|sion|tion|ity|ness|ment|ism|ance|ence|ably|ibly|ally|ously|ically|lessly|fully|ating|ising|izing|ised|"
    r"ized|ated|ative|itive|ible|able|less|ward|wards|wise|like|opia|ously|aceous|aneous|ipsy|ipsies)\Z"
)
_TITLES = words("titles")
_ROLES = words("roles")
_DOES = words("speaks") | words("does")
_PLACES = words("places")
_MODAL = words("modal")
_THINGS = words("things")


def strangers(text: str, named: Sequence[Spot] = ()) -> Iterator[Spot]:
    """Whatever in a text is not known to be harmless, weakest of all that is found: what it is nobody says.

    Args:
        text: The text.
        named: Where people have been found already; what stands beside them may be more of their names.
    """
    for pattern, kind, weight in ((_SPELT_ADDRESS, "EMAIL", 7), (_POSTCODE, "POSTCODE", 5)):
        for match in pattern.finditer(text):
            if kind != "EMAIL" or _is_address(match.group()):
                yield Spot(*match.span(), kind, weight)
    yield from _plates(text)
    for match in _HANDLE.finditer(text):
        if not _is_abbreviated(match.group()):
            yield Spot(*match.span(), "NAME", 3)
    known = _medical_spans(text)
    found = list(_WORD.finditer(text))
    hidden = [_is_strange(text, found, place) for place in range(len(found))]
    for place, match in enumerate(found):
        if known.covers(match.start(), match.end()) and not (hidden[place] and _after_role(text, found, place)):
            hidden[place] = False
    people = _Spans([(spot.start, spot.end) for spot in named if spot.kind in {"PATIENT", "PERSON"}])
    beside = [hide or people.covers(*match.span()) for hide, match in zip(hidden, found, strict=True)]
    hidden = [hide or more for hide, more in zip(hidden, _spread(text, found, beside), strict=True)]
    for place, match in enumerate(found):
        if hidden[place]:
            yield Spot(match.start(), _end_of(match), "NAME", 1)


def _plates(text: str) -> Iterator[Spot]:
    """The numbers of cars, which only what is said beside them tells from a heart rate and a test."""
    for match in _PLATE.finditer(text):
        if _OF_CARS.search(text, max(0, match.start() - _NEAR_CAR), match.end() + _NEAR_CAR):
            yield Spot(*match.span(), "NAME", 5)


def _end_of(match: re.Match[str]) -> int:
    """The end of a word without its genitive."""
    word = match.group()
    return match.end() - 2 if len(word) > 3 and word[-2:] in {"'s", "’s", "\u02bcs"} else match.end()


def _is_address(written: str) -> bool:
    """Whether what looks like "a at b dot c" is one, and no "seen at clinic"."""
    lower = written.lower()
    return ("@" in lower or re.search(r"\bat\b", lower) is not None) and (
        re.search(r"\bdot\b", lower) is not None or "." in lower.partition("@")[2]
    )


def _is_abbreviated(written: str) -> bool:
    """Whether dots stand between single letters or known words: "p.o", "e.g", "b.i.d"."""
    if written.startswith("@") or "_" in written:
        return False
    pieces = [piece for piece in written.split(".") if piece]
    return all(len(piece) <= 2 or piece.isdigit() or is_harmless(fold(piece)) for piece in pieces)


class _Spans:
    """Stretches of a text, in order."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._covered = bytearray(max((end for _, end in spans), default=0))
        for start, end in spans:
            self._covered[start:end] = b"\1" * (end - start)

    def covers(self, start: int, end: int) -> bool:
        return end <= len(self._covered) and all(self._covered[start:end])


def _medical_spans(text: str) -> _Spans:
    """Where terms of several words, or with an eponym, stand that the lexicon has: "Parkinson's disease"."""
    tokens = tokens_of(text)
    found = (match for match in terms().find(text, tokens) if match.after - match.first > 1)
    return _Spans([(tokens[match.first].start, tokens[match.after - 1].end) for match in found])


def _is_strange(text: str, found: list[re.Match[str]], place: int) -> bool:
    match = found[place]
    written = _plain(match.group())
    if not written.isascii():
        if len(written) == 1 and written in _GREEK:
            return False
        folded = fold(written)
        return not folded.isascii() or not _passes(text, found, place, written, folded)
    return not _passes(text, found, place, written, fold(written))


def _plain(written: str) -> str:
    return re.sub(r"['’\u02bc]s\Z", "", written).replace("’", "'")


def _passes(text: str, found: list[re.Match[str]], place: int, written: str, folded: str) -> bool:  # noqa: PLR0911 (rules in their order)
    if written.isdigit():
        return True  # `figures` judges it
    if any(character.isdigit() for character in written):
        return _MEASURED.fullmatch(written) is not None or _is_known_with_digits(written, folded)
    if len(written) == 1:
        return _is_lone_letter(text, found, place)
    if written in abbreviations():
        return not _after_role(text, found, place, strict=True)
    if "'" in written or "’" in written:
        return all(len(piece) <= 3 or is_harmless(fold(piece)) for piece in re.split("['’\u02bc]", written)) and not (
            written[0].isupper() and not is_harmless(fold(re.split("['’\u02bc]", written)[0])) and len(written) > 4
        )
    capital = written[0].isupper()
    if fold(written) in eponyms() and capital and _names_thing(text, found, place):
        return True
    if not is_harmless(folded):
        return not capital and len(written) > 6 and written.isascii() and _DERIVED.search(written) is not None
    return not capital or not _stands_as_name(text, found, place, written, folded)


_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d_]{2,6})\d{1,3}[A-Za-z]?")


def _is_known_with_digits(written: str, folded: str) -> bool:
    """Whether it is a term with digits, or an abbreviation with a number behind it: "T2DM", "FEV1", "PHQ9"."""
    if written in abbreviations() or folded in _lexical():
        return True
    parts = _LETTERS_THEN_DIGITS.fullmatch(written)
    return parts is not None and (parts[1] in abbreviations() or fold(parts[1]) in _lexical())


@cache
def _lexical() -> frozenset[str]:
    return frozenset(terms().words())


def _is_lone_letter(text: str, found: list[re.Match[str]], place: int) -> bool:
    """Whether a single letter is no initial: none of "Mrs H.", "J. Smith" and "M.G.H."."""
    match = found[place]
    if match.group().islower():
        return True
    before = fold(_plain(found[place - 1].group())) if place else ""
    joined = place > 0 and match.start() - found[place - 1].end() <= 2
    gap = text[found[place - 1].end() : match.start()] if place else ""
    if joined and (before in _TITLES or (before in _ROLES and "." not in gap)):
        return False
    dotted = text[match.end() : match.end() + 1] == "."
    if _dotted_around(text, found, place) in abbreviations():
        return True
    following = found[place + 1] if place + 1 < len(found) else None
    if dotted and following is not None and following.start() - match.end() <= 2:
        return not (len(following.group()) == 1 and following.group().isupper()) and is_harmless(
            fold(_plain(following.group()))
        )
    return not (dotted and joined and len(before) == 1 and found[place - 1].group().isupper())


def _dotted_around(text: str, found: list[re.Match[str]], place: int) -> str:
    """The single letters with full stops between them of which this is one: "DOB" of "D.O.B."."""
    first = last = place
    while first and text[found[first - 1].end() : found[first].start()] == "." and len(found[first - 1].group()) == 1:
        first -= 1
    while (
        last + 1 < len(found)
        and text[found[last].end() : found[last + 1].start()] == "."
        and len(found[last + 1].group()) == 1
    ):
        last += 1
    return "".join(each.group() for each in found[first : last + 1]) if last > first else ""


def _names_thing(text: str, found: list[re.Match[str]], place: int) -> bool:  # noqa: PLR0911 (rules in their order)
    """Whether something of medicine that is called after people follows, perhaps behind a further name."""
    if _after_role(text, found, place):
        return False
    for step in (1, 2, 3):
        if place + step >= len(found):
            return False
        following = found[place + step]
        gap = text[found[place + step - 1].end() : following.start()]
        if not re.fullmatch(r"['’]?[ \t\u00a0\-–\u2010\u2011/,]{0,2}", gap):
            return False
        word = _plain(following.group())
        folded = fold(word)
        if folded in _THINGS or word.isdigit():
            return True
        if word[0].isupper() and folded not in eponyms():
            return False
        if not word[0].isupper() and folded not in {"and", "de", "la", "barre", "barré", "s"}:
            # "Graves thyrotoxicosis", "Foley in situ": medicine goes on, not a life.
            return step == 1 and folded not in _DOES and folded in _lexical()
    return False


def _after_role(text: str, found: list[re.Match[str]], place: int, *, strict: bool = False) -> bool:
    """Whether a title or a relative stands right before: "Nurse Joy", "son Will", "(son: Will"."""
    match = found[place]
    if not place:
        return False
    before = found[place - 1]
    gap = text[before.end() : match.start()]
    folded = fold(_plain(before.group()))
    if folded in _TITLES:
        return re.fullmatch(r"\.?\s{0,3}", gap) is not None and match.group()[0].isupper()
    if strict or folded not in _ROLES or not re.fullmatch(r"[,:]?\s{1,2}\(?|\s\(", gap):
        return False
    return match.group()[0].isupper()


def _stands_as_name(text: str, found: list[re.Match[str]], place: int, written: str, folded: str) -> bool:  # noqa: PLR0911 (rules in their order)
    """Whether a known word with a capital is a name here."""
    if _after_role(text, found, place):
        return folded in both() or (folded not in _lexical() and not _is_heading(text, found[place]))
    following = found[place + 1] if place + 1 < len(found) else None
    after = fold(_plain(following.group())) if following is not None else ""
    spaced = following is not None and text[found[place].end() : following.start()].isspace()
    inside = not _begins(text, found[place].start())
    if following is not None and spaced and following.group()[0].isupper() and after in _PLACES and inside:
        return not _is_heading(text, found[place]) and folded not in _lexical() and not written.isupper()
    if folded in (words("function") | words("months_and_i")) - _MODAL:
        return False
    if folded not in both() or folded in _lexical():
        return spaced and after in _DOES and folded in both() and folded not in words("body")
    if written.isupper():
        return False  # headings and abbreviations; the patient's own names are looked for elsewhere
    if text[found[place].end() - 2 : found[place].end()] in {"'s", "’s"}:
        return after not in _THINGS
    if folded in _MODAL or folded in words("calendar"):
        if after in _DOES and after.endswith(("s", "d")) and spaced:
            return True
        return folded == "will" and inside and not (spaced and following is not None and following.group()[0].islower())
    if spaced and after in _DOES:
        return True
    return inside and not _is_heading(text, found[place]) and not (spaced and after in _THINGS)


def _begins(text: str, start: int) -> bool:
    """Whether a sentence, a line or an item begins at a place."""
    before = text[max(0, start - 40) : start].rstrip(" \t\"'“‘([")
    return not before or before[-1] in ".!?:;\n•-–*>/|=" or text[max(0, start - 1) : start] == "\n"


def _is_heading(text: str, match: re.Match[str]) -> bool:
    """Whether all longer words of the line have capitals, as in a heading."""
    low = text.rfind("\n", 0, match.start()) + 1
    high = text.find("\n", match.end())
    line = text[low : len(text) if high < 0 else high][:160]
    longer = [word for word in re.findall(r"[^\W\d_]+", line) if len(word) > 3]
    return len(longer) > 1 and all(word[0].isupper() for word in longer) and len(line) < 70


def _spread(text: str, found: list[re.Match[str]], named: list[bool]) -> list[bool]:
    """What belongs to a name since it stands beside it with a capital: "Tanfield Brewery", "Margarita Hope"."""
    hidden = list(named)
    for step in (1, -1):
        places = range(len(found) - 1) if step == 1 else range(len(found) - 1, 0, -1)
        for place in places:
            other = place + step
            first, second = (place, other) if step == 1 else (other, place)
            gap = text[found[first].end() : found[second].start()]
            if not hidden[place] or hidden[other] or gap not in {" ", "-", " & "}:
                continue
            if not found[place].group()[0].isupper() or not found[other].group()[0].isupper():
                continue
            word = _plain(found[other].group())
            folded = fold(word)
            if gap == "-" and len(word) > 3 and (folded in eponyms() or folded in both()):
                hidden[other] = True
                continue
            if (
                len(word) < 2
                or word in abbreviations()
                or folded in words("function") | words("months_and_i")
                or (folded in _lexical() and folded not in both())
            ):
                continue
            if folded in _TITLES or (_begins(text, found[other].start()) and step == -1 and folded not in both()):
                continue
            inside = not _begins(text, found[other].start()) and not _is_heading(text, found[other])
            # "Non-Hodgkin", "Indole-3-carbinol": what is joined to a name by a hyphen is one only if it is no word.
            hidden[other] = (
                folded in _PLACES
                or (folded in both() and not (gap == "-" and len(folded) < 4))
                or (gap == "-" and not is_harmless(folded))
                or (inside and folded not in _lexical() and gap != "-")
            )
    return hidden
