"""Identifiers written into real notes in every way people write them, and what is left of them once hidden."""

import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from bench.grounding_cases import notes_of
from bench.identity_insertions import Insertion
from bench.identity_strangers import strangers
from features.summaries.identity import Disguise
from features.summaries.identity.names import fold
from features.summaries.shape import Profile

_TODAY = date(2024, 3, 15)
_DRAWS = 2  # of each class of strangers, for each patient
_TELLING = r"\[[A-Z_]+(?:_\d+)*\]"


def _profile(name: str, **more: object) -> Profile:
    known: dict[str, object] = {
        "mrn": "MRN-48213",
        "nhs_number": "9434765919",
        "phone": "+442079460958",
        "email": "someone.private@example.org",
        "identifiers": ("HOSP-77219",),
        "address": ("27 Acacia Avenue", "Basingstoke", "RG21 4PS"),
    }
    return Profile(UUID(int=1), 1, name, date(1951, 5, 4), "female", **{**known, **more})  # type: ignore[arg-type]


PROFILES = (
    _profile("Jonathan Smithers"),
    _profile("Mary O'Connor"),
    _profile("Zoë Müller", phone="07700 900123", mrn="4821367"),
    _profile("Priya Venkataraman", address=("Flat 3", "115 Station Road", "Leeds", "LS1 4DY")),
    _profile("Nguyen Thi Hoa"),
    _profile("Li Wei"),
    _profile("Mark White", phone="0161 496 0123"),
    _profile("Grace Hill"),
    _profile("Rose Young", email="r_young@mail.example.com"),
    _profile("Mohammed Al-Rashid"),
    _profile("Ng, Siew Ling"),
    _profile("王小明"),
    _profile("अनिता शर्मा"),
    _profile("Maria del Carmen García López"),
    _profile("Will May"),
    _profile("Oluwaseun Adeyemi", identifiers=("ADX 0091 77",)),
    _profile("Ann Lee"),
    _profile("Björn Sørensen", phone="+45 32 12 34 56"),
)


def _misspelt(word: str, draw: random.Random) -> Iterator[str]:
    at = draw.randrange(1, len(word) - 1)
    letter = draw.choice("bdklnrtv")
    yield word[:at] + word[at + 1 :]
    yield word[:at] + letter + word[at:]
    yield word[:at] + (letter if word[at] != letter else "z") + word[at + 1 :]
    if word[at] != word[at + 1]:
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _plain(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))


def _ordered(name: str) -> tuple[str, str, str]:
    if "," in name:
        last, first = (part.strip() for part in name.split(","))
        return f"{first} {last}", first, last
    words = name.split()
    return name, words[0], words[-1]


def _names(profile: Profile, draw: random.Random) -> Iterator[Insertion]:
    whole, first, last = _ordered(profile.name)
    parts = tuple(part for part in re.split(r"[\s,]+", profile.name) if len(part) > 1)
    for kind, said in (
        ("whole", f"{whole} was seen today."),
        ("whole, in a sentence", f"I spoke with {whole} about the results."),
        ("possessive", f"We discussed {whole}'s medication."),
        ("lower case", f"spoke to {whole.lower()} by phone."),
        ("capitals", f"Patient: {whole.upper()}"),
        ("over a line's end", f"We then saw {whole.replace(' ', chr(10), 1)} in clinic."),
        ("title", f"Mrs {whole} is well."),
        ("without accents", f"Called {_plain(whole)} yesterday."),
        ("two spaces", f"Called {whole.replace(' ', '  ')} yesterday."),
    ):
        yield Insertion(kind, said, parts)
    if last == first:
        return
    for kind, said, secret in (
        ("surname, given", f"Name: {last}, {first}", parts),
        ("surname, given, capitals", f"{last.upper()}, {first}", (first, last)),
        ("title and surname", f"Mr. {last} denies any fever.", (last,)),
        ("surname", f"Today {last} returned for review.", (last,)),
        ("given name", f"Today {first} returned for review.", (first,)),
        ("given name, possessive", f"We reviewed {first}'s results.", (first,)),
        ("given name first", f"{first} reports that the pain is better.", (first,)),
        ("initial and surname", f"Seen with {first[0]}. {last} in clinic.", (last,)),
        ("initial without a dot", f"Seen with {first[0]} {last} in clinic.", (last,)),
        ("surname and initial", f"Seen: {last} {first[0]}.", (last,)),
        ("surname hyphenated", f"As {last[: len(last) // 2]}-\n{last[len(last) // 2 :]} told us.", (last,))
        if len(last) > 5 and last.isascii() and last.isalpha()
        else ("surname", f"Today {last} came.", (last,)),
    ):
        yield Insertion(kind, said, tuple(secret))
    for part in (first, last):
        if len(part) > 4 and part.isalpha() and part.isascii():
            for wrong in _misspelt(part, draw):
                yield Insertion("misspelt", f"Today {wrong} returned for review.", (wrong,))
                yield Insertion("misspelt, with title", f"Ms {wrong} was seen.", (wrong,))


def _numbers(profile: Profile) -> Iterator[Insertion]:
    nhs = profile.nhs_number or ""
    for said in (
        nhs,
        f"{nhs[:3]} {nhs[3:6]} {nhs[6:]}",
        f"{nhs[:3]}-{nhs[3:6]}-{nhs[6:]}",
        f"{nhs[:3]}.{nhs[3:6]}.{nhs[6:]}",
        f"{nhs[:5]} {nhs[5:]}",
    ):
        yield Insertion("NHS number", f"NHS number {said} checked.", (nhs,))
        yield Insertion("NHS number in text", f"The number ({said}) was given.", (nhs,))
    mrn = profile.mrn or ""
    for said in (mrn, mrn.lower(), mrn.replace("-", " "), mrn.replace("-", "")):
        yield Insertion("MRN", f"Chart {said} reviewed.", (mrn,))
    yield Insertion("identifier", f"See {profile.identifiers[0].lower()} for details.", (profile.identifiers[0],))
    digits = re.sub(r"\D", "", profile.phone or "")
    if digits.startswith(("44", "0")):
        national = digits[2:] if digits.startswith("44") else digits[1:]
        for said in (
            f"+44{national}", f"+44 {national[:2]} {national[2:6]} {national[6:]}", f"0044 {national}", f"0{national}",
            f"(0{national[:2]}) {national[2:6]} {national[6:]}", f"0{national[:3]} {national[3:6]} {national[6:]}",
            f"+44 (0){national[:2]} {national[2:]}", f"0{national[:4]}-{national[4:]}",
            f"0{national[:2]}.{national[2:6]}.{national[6:]}",
        ):  # fmt: skip
            yield Insertion("phone", f"Call back on {said} tomorrow.", (national,))
    email = profile.email or ""
    for said in (email, email.upper(), email.title()):
        yield Insertion("e-mail", f"Results to {said}.", (email,))
    *lines, postcode = profile.address
    for said in (
        postcode,
        postcode.lower(),
        postcode.replace(" ", ""),
        postcode.replace(" ", "").lower(),
        postcode.replace(" ", "  "),
    ):
        yield Insertion("postcode", f"Lives at {said} alone.", (postcode,))
    street = next(line for line in lines if line[0].isdigit())
    road = street.split(" ", 1)[1].split()[0]
    for said in (
        street,
        street.lower(),
        street.replace("Avenue", "Ave").replace("Road", "Rd"),
        street.upper(),
        street.replace(" ", "\n", 1),
    ):
        yield Insertion("address", f"Lives at {said}, with family.", (road,))
    birth = profile.date_of_birth
    for said in (
        birth.isoformat(),
        birth.strftime("%d/%m/%Y"),
        birth.strftime("%m/%d/%Y"),
        "4 May 1951",
        "May 4, 1951",
        "4th May 1951",
        "04.05.1951",
        "4/5/51",
        "04-May-1951",
    ):
        yield Insertion("date of birth", f"Born {said} in the county.", (said,))
    for said, secret in (
        ("Dr. Reynolds was called.", "Reynolds"),
        ("Her daughter Susan is worried.", "Susan"),
        ("Signed: Anna Leighton, MD", "Leighton"),
        ("Mr Jones next door helps.", "Jones"),
        ("Discussed with Dr Okonkwo-Bright.", "Okonkwo"),
        ("His son Peter Harding drives.", "Harding"),
        ("Electronically signed by Patricia Quill", "Quill"),
        ("His card 4111 1111 1111 1111 was found.", "1111 1111"),
        ("Reach us on 01632 960 983.", "960 983"),
        ("See https://portal.example.org/p/77 today.", "portal.example"),
        ("NHS 401 023 2137 belongs to the twin.", "023 2137"),
    ):
        yield Insertion("others", said, (secret,))


def insertions(profile: Profile, seed: int = 1) -> list[Insertion]:
    """All ways of writing what identifies a patient."""
    draw = random.Random(seed)  # noqa: S311 - the same draw on every run is the point
    return [*_names(profile, draw), *_numbers(profile)]


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(re.sub(_TELLING, " ", text)))


def _leaks(one: Insertion, hidden: str) -> list[str]:
    squeezed = _squeezed(hidden)
    words = {fold(word) for word in re.findall(r"[^\W_]+", re.sub(_TELLING, " ", hidden))}
    found = []
    for secret in one.secrets:
        small = re.sub(r"[\W_]+", "", fold(secret))
        if (len(small) > 4 and small in squeezed) or small in words:
            found.append(secret)
    return found


def measure(*, explain: bool = False) -> tuple[int, int, float]:
    """Print what leaks and what is hidden needlessly; answers insertions, leaks and the share of words lost."""
    notes = [note for source in ("valid", "soap") for note in notes_of(source)]
    draw = random.Random(2)  # noqa: S311 - the same draw on every run is the point
    total: Counter[str] = Counter()
    leaked: Counter[str] = Counter()
    for number, profile in enumerate(PROFILES):
        others = [one for _ in range(_DRAWS) for one in strangers(draw)]
        for one in [*insertions(profile, number), *others]:
            paragraphs = draw.choice(notes).split("\n")
            at = draw.randrange(len(paragraphs) + 1)
            text = "\n".join([*paragraphs[:at], one.text, *paragraphs[at:]])
            disguise = Disguise.of(profile, [text], _TODAY)
            # judged where it was written: elsewhere the note may say "mark" or "white" of something else
            place = disguise.hide(text[: text.index(one.text) + len(one.text)])
            total[one.kind] += 1
            written = place.split("\n")[-1 - one.text.count("\n") :]
            found = _leaks(one, "\n".join(written))
            if found:
                leaked[one.kind] += 1
                if explain:
                    print(f"    [{one.kind}] {profile.name}: {one.text!r} -> {written!r} {found}")
    for kind in sorted(total):
        print(f"  {kind:26} {leaked[kind]:4} leaked of {total[kind]:5}")
    lost = _lost(notes, explain=explain)
    print(f"  all: {leaked.total()} leaked of {total.total()}; {lost:.3%} of the words hidden that need not be")
    return total.total(), leaked.total(), lost


def _lost(notes: list[str], *, explain: bool) -> float:
    """The share of words hidden in notes that are about somebody else, apart from real names, numbers and the like."""
    words = hidden = 0
    seen: Counter[str] = Counter()
    for profile in PROFILES:
        for note in notes:
            disguise = Disguise.of(profile, [note], _TODAY)
            shown = disguise.hide(note)
            words += len(note.split())
            for placeholder in re.findall(_TELLING, shown):
                original = disguise.reveal(placeholder)
                if placeholder.startswith("[PATIENT"):
                    hidden += 1
                    seen[f"{profile.name}: {original}"] += 1
                elif not re.search(r"[A-Z]\w+|@|\d{4}", original):
                    hidden += 1
                    seen[original] += 1
    if explain:
        print("    hidden:", seen.most_common(40))
    return hidden / words


if __name__ == "__main__":
    measure(explain="--explain" in sys.argv)
