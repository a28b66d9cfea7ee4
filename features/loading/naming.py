"""A name for somebody: tradition, order, titles, and what stands before the number in an e-mail address."""

import unicodedata

from features.loading.cultures import CULTURES, FAMILY_FIRST, JOINED, TWO_SURNAMES
from features.loading.deterministic_choice import evenly, spread

_TITLES = spread([("Dr", 8), ("Prof", 1), ("Rev", 1)])
_MAIL_DOMAINS = evenly(("example.org", "example.com", "example.net"))

# Letters that decomposing does not turn into ASCII.
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "ı": "i", "ð": "d", "Þ": "Th", "đ": "d", "Đ": "D"}
)


def _ascii_fold(name: str) -> str:
    """Return the letters of a name as they would stand in an e-mail address; empty for a name in another script."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_PLAIN_LETTERS))
    return "".join(letter for letter in decomposed.lower() if letter.isascii() and letter.isalpha())


_FOLDED = {
    name: _ascii_fold(name)
    for culture in {culture for cultures in CULTURES for culture in cultures}
    for pool in (*culture.given, *culture.family)
    for name in set(pool)
}


def full_name(woman: bool, age: float, draws: tuple[int, ...]) -> tuple[str, str]:
    """Return the name and what stands before the number in an e-mail address (empty if no letter of it is Latin)."""
    tradition, pick_given, pick_family, has_middle, pick_middle, pick_second, hyphen, manner = draws
    culture = CULTURES[0 if age < 30 else 1 if age < 60 else 2][tradition >> 4]
    order, form = culture.order, 0 if woman else 1
    given, family = culture.given[form][pick_given >> 4], culture.family[form][pick_family >> 4]
    mailbox = f"{_FOLDED[given]}.{_FOLDED[family]}" if culture.latin else ""
    if order is JOINED:
        return family + given, mailbox

    first = given
    if has_middle < culture.middle_share:
        middle = culture.middle[form][pick_middle >> 4]
        if middle != given:
            first = f"{middle} {given}" if order is FAMILY_FIRST else f"{given} {middle}"
    if order is FAMILY_FIRST:
        return f"{family} {first}", mailbox
    if order is TWO_SURNAMES:
        return f"{first} {family} {culture.family[form][pick_second >> 4]}", mailbox

    # Some are double-barrelled, and of the Latin names a few come back to front or with a title.
    if hyphen < culture.hyphen_share:
        second = culture.family[form][pick_second >> 4]
        if second != family:
            family = f"{family}-{second}"
    if culture.latin and manner < 800:
        return f"{family}, {first}", mailbox
    if culture.latin and manner > 64700 and age >= 26:
        return f"{_TITLES[hyphen >> 4]} {first} {family}", mailbox
    return f"{first} {family}", mailbox


def email(age: float, mailbox: str, index: int, has: int, pick: int) -> str | None:
    """Return an address made unique by the index; small children and the very old mostly have none."""
    if has > (60000 if 16 <= age < 60 else 42000 if 60 <= age < 80 else 13000):
        return None
    if mailbox.startswith("SYN"):
        return f"{mailbox.lower()}@{_MAIL_DOMAINS[pick >> 4]}"
    return f"{mailbox}{index + 1}@{_MAIL_DOMAINS[pick >> 4]}"
