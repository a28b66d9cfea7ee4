"""Takes what tells who a patient is out of texts, and puts it back into the answer to them.

What is not known to be harmless is taken out. Known to be harmless are the words of English and of the clinic
(`vocabulary`), and numbers that measure, count or date (`figures`); every other word and number gives way to a
placeholder (`strangers`). On top of that, what is known of the patient and what looks like a name, a number or an
address of somebody is found for what it is, so that the same person has the same placeholder in all texts. Dates other
than the date of birth stay, since a course of events needs them; ages above 89 become "90+".
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from features.summaries.identity.figures import figures
from features.summaries.identity.names import WORD, Name, both, fold, is_word
from features.summaries.identity.patient import Patient, words_in
from features.summaries.identity.patterns import Spot, known, spots
from features.summaries.identity.persons import persons
from features.summaries.identity.plain import Plain
from features.summaries.identity.strangers import strangers
from features.summaries.shape import Profile

_COUNTED = "PHONE|EMAIL|POSTCODE|ADDRESS|URL|NUMBER|ID|NAME|LITERAL"
_KINDS = f"PATIENT|PATIENT_FIRST|PATIENT_LAST|PATIENT_NAME|PERSON|NHS_NUMBER|MRN|DOB|{_COUNTED}"
_PLACEHOLDER = re.compile(rf"\[\s*((?:{_KINDS})(?:_\d+){{0,2}})\s*\]", re.IGNORECASE)
# Without brackets only what cannot be an ordinary word.
_BARE = re.compile(
    r"(?<![\w\[])(?:PATIENT_(?:FIRST|LAST|NAME)(?:_\d+)?|NHS_NUMBER(?:_\d+)?"
    rf"|(?:PATIENT|PERSON|MRN|DOB|{_COUNTED})(?:_\d+){{1,2}})(?![\w\]])",
    re.IGNORECASE,
)
_GIVEN = re.compile(f"{_PLACEHOLDER.pattern}|({_BARE.pattern})", re.IGNORECASE)

OLD = "90+"  # what stands for every age above 89


class Disguise:
    """What stands for what in the texts about one patient. The same person gets the same placeholder in all of them."""

    def __init__(self, profile: Profile) -> None:
        self._name = Name(profile.name)
        self._patient = Patient(self._name)
        self._known = known(profile)
        self._canonical: dict[str, str] = {}  # original, by placeholder
        self._by_original: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._people: dict[str, int] = {}  # number, by folded surname
        self._forms: dict[int, int] = {}
        self._ages: set[str] = set()
        for kind, value in (
            ("PATIENT", self._name.whole),
            ("PATIENT_FIRST", self._name.first),
            ("PATIENT_LAST", self._name.last),
            ("NHS_NUMBER", profile.nhs_number),
            ("MRN", profile.mrn),
        ):
            if value:
                self._keep(kind, value)

    @classmethod
    def of(cls, profile: Profile, texts: Sequence[str], today: date) -> "Disguise":
        """A disguise for the patient and for everyone who is named in the texts.

        Args:
            profile: What is known of the patient.
            texts: All texts that will be hidden, so that people are numbered in the order they come in.
            today: The day; kept for what depends on age.
        """
        del today
        disguise = cls(profile)
        for text in texts:
            disguise._meet(text)
        return disguise

    def hide(self, text: str) -> str:
        """The text with placeholders for everything that points at a person."""
        self._meet(text)
        plain = Plain(text)
        parts: list[str] = []
        last = 0
        for spot in _apart(plain.text, list(self._spots(plain.text))):
            start, end = plain.span(spot.start, spot.end)
            parts += (text[last:start], self._placeholder(spot, text[start:end]))
            last = end
        parts.append(text[last:])
        return "".join(parts)

    def reveal(self, text: str) -> str:
        """The text with the originals in the place of the placeholders, whatever became of their case and brackets.

        Placeholders that were never given out stay as they are; `unknown` finds them.
        """
        shown = _GIVEN.sub(lambda match: self._canonical.get((match[1] or match[2]).upper(), match[0]), text)
        # Where the texts tell one age only, it is clear which; else the answer says no more than the model knew.
        return shown.replace(OLD, next(iter(self._ages))) if len(self._ages) == 1 else shown

    def unknown(self, text: str) -> tuple[str, ...]:
        """The placeholders in a text that stand for nobody."""
        found = (match[1].upper() for match in _PLACEHOLDER.finditer(text))
        return tuple(sorted({placeholder for placeholder in found if placeholder not in self._canonical}))

    # What is found

    def _spots(self, text: str) -> Iterator[Spot]:
        for match in _PLACEHOLDER.finditer(text):
            yield Spot(*match.span(), "LITERAL", 20)
        for match in _BARE.finditer(text):
            yield Spot(*match.span(), "LITERAL", 19)
        for pattern, kind, canonical in self._known:
            for match in pattern.finditer(text):
                yield Spot(*match.span(), kind, 12, canonical)
        yield from spots(text)
        named = [*self._patient.spots(text), *self._others(text)]
        yield from named
        yield from figures(text)
        yield from strangers(text, named)

    def _others(self, text: str) -> Iterator[Spot]:
        for start, end in persons(text):
            yield Spot(start, end, "PERSON", 11 if self._is_other(text, start, end) else 7)
        if not self._people:
            return
        for match in WORD.finditer(text):
            folded = fold(match.group())
            if folded in self._people and match.group()[0].isupper() and not is_word(folded):
                yield Spot(*match.span(), "PERSON", 6)

    def _is_other(self, text: str, start: int, end: int) -> bool:
        """Whether it is somebody else with a name of the patient's: "Mark Jones" where the patient is Mark Reynolds."""
        words = [word for word in words_in(text[start:end]) if len(word[2]) > 1]
        return len(words) > 1 and self._patient.part(text[start:end], words, len(words) - 1) is None

    def _meet(self, written: str) -> None:
        """Give numbers to the people a text names, in its order."""
        text = Plain(written).text
        patient = [(spot.start, spot.end) for spot in self._patient.spots(text)]
        for start, end in sorted(persons(text)):
            if self._is_other(text, start, end) or not any(low < end and start < high for low, high in patient):
                self._number_of(text[start:end])

    # What it is called

    def _number_of(self, written: str) -> int:
        words = [fold(word) for word in WORD.findall(written) if len(word) > 1] or [fold(written)]
        number = next((self._people[word] for word in reversed(words) if word in self._people), None)
        if number is None:
            number = len(set(self._people.values())) + 1
        for word in words:
            if word not in both() or word == words[-1]:
                self._people.setdefault(word, number)
        self._people.setdefault(words[-1], number)
        return number

    def _placeholder(self, spot: Spot, written: str) -> str:
        if spot.kind == "PATIENT":
            return f"[{self._named(spot.canonical or written)}]"
        if spot.kind == "PERSON":
            return f"[{self._person(written)}]"
        if spot.kind == "AGE":
            self._ages.add(written)
            return OLD
        kind = spot.kind
        if kind in {"NHS_NUMBER", "MRN", "DOB"} and self._canonical.get(kind, written) == written:
            self._keep(kind, written)
            return f"[{kind}]"
        return f"[{self._counted(kind, written)}]"

    def _named(self, written: str) -> str:
        for kind in ("PATIENT", "PATIENT_FIRST", "PATIENT_LAST"):
            if self._canonical.get(kind) == written:
                return kind
        return self._counted("PATIENT_NAME", written)

    def _person(self, written: str) -> str:
        key = ("PERSON", written)
        if key not in self._by_original:
            number = self._number_of(written)
            form = self._forms.get(number, 0) + 1
            self._forms[number] = form
            self._keep(f"PERSON_{number}" if form == 1 else f"PERSON_{number}_{form}", written)
            self._by_original[key] = f"PERSON_{number}" if form == 1 else f"PERSON_{number}_{form}"
        return self._by_original[key]

    def _counted(self, kind: str, original: str) -> str:
        key = (kind, original)
        if key not in self._by_original:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._by_original[key] = f"{kind}_{self._counts[kind]}"
            self._keep(self._by_original[key], original)
        return self._by_original[key]

    def _keep(self, placeholder: str, original: str) -> None:
        self._canonical[placeholder] = original


def _apart(text: str, found: list[Spot]) -> list[Spot]:
    """Of spots that overlap, the weightier one, else the longer; what the other has beyond it is hidden as well."""
    found = [spot for spot in found if spot.end > spot.start]
    found.sort(key=lambda spot: (-spot.weight, -(spot.end - spot.start), spot.start))
    kept: list[Spot] = []
    starts: list[int] = []
    for spot in found:
        at = bisect_right(starts, spot.start)
        start, end = spot.start, spot.end
        if at and kept[at - 1].end > start:
            start = kept[at - 1].end
        if at < len(kept) and kept[at].start < end:
            end = kept[at].start
        if end <= start or (
            (start, end) != (spot.start, spot.end)
            and spot.kind not in {"PATIENT", "PERSON", "PHONE", "ID", "ADDRESS", "EMAIL", "URL", "NAME", "NUMBER"}
        ):
            continue
        if (start, end) != (spot.start, spot.end):
            if spot.kind in {"PATIENT", "PERSON"} and not any(
                piece[0].isupper() for piece in WORD.findall(text[start:end])
            ):
                continue
            spot = spot._replace(start=start, end=end, canonical=None)  # noqa: PLW2901
        kept.insert(at, spot)
        starts.insert(at, start)
    return kept
