"""Words that a hyphen broke at the end of a line, made whole; compounds keep their hyphen."""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# First parts that keep their hyphen, "non-smoker", "two-week", unless what comes is an ending: "short-ness".
_FIRST = _set(
    "non self follow well long short high low half cross right left near full double single triple "
    "one two three four five six seven eight nine twelve"
)
_ENDING = re.compile(r"(?:ness|ly|er|est|en|ed|ing|ary|al|ner|ity|ive|ened|ening|ered|ering|teen|ty|th|teenth)s?")
# Last parts of compounds, "insulin-dependent", unless what comes before is no word: "in-sensitive".
_LAST = _set(
    "free like based related induced dependent resistant sensitive positive negative associated acquired mediated "
    "coated release acting sided blocker blockers inhibitor inhibitors antagonist antagonists agonist agonists "
    "threatening bearing limiting"
)
_NO_WORD = _set("in un hyper hypo sero photo over under anti dis uni bi inter re pre co")
_CO = (
    "amoxiclav codamol trimoxazole beneldopa careldopa dydramol fluampicil danthramer danthrusate amilofruse amilozide "
    "tenidone phenotrope cyprindiol simalcite magaldrox triamterzide flumactone proxamol codaprin"
)
# Pairs: "work-up", "45-year-old", "co-codamol" (and no "co-deine").
_PAIRS = frozenset(
    (first, last)
    for firsts, lasts in (
        ("year month week day years months weeks days", "old olds"),
        ("work check write break warm wash catch build sit stand press", "up ups"),
        ("check walk drop run sign stand add", "in on off ins"),
        ("hand", "over out"),
        ("day week", "to by"),
        ("in out day", "patient patients"),
        ("ex", "smoker smokers husband wife partner drinker"),
        ("co", _CO),
    )
    for first in firsts.split()
    for last in lasts.split()
)
# Two vowels that are no syllable: "pre-eclampsia", "anti-inflammatory", "re-examined".
_APART = re.compile(r"(?:pre|re|de)-e|(?:anti|semi)-i|(?:micro|co)-o|(?:extra|intra|ultra)-a")
_MARK = "\x02"
_MARKED = re.compile(rf"((?:(?<![^\W_])[^\W_]*)?){_MARK}([^\W_]*)([^\s{_MARK}]*)(?:[ ]|\n|$)?")
# A line of some length that ends with a part of a word, before one that begins with the rest of it.
_WRAPPED = re.compile(r"^(.{40,}?\b)([a-z]{2,})-\n([a-z]{2,})(?![\w-])([^\w\s]*)[ ]?", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def mended(text: str, mark: re.Pattern[str]) -> str:
    """The text with words whole that were broken where `mark` stands in it; what was behind the word is a new line."""
    text = mark.sub(_MARK, text)
    if _MARK not in text:
        return text
    words = _words_of(text)
    return _MARKED.sub(lambda found: f"{_joined(found[1], found[2], words)}{found[3]}\n", text)


def unwrapped(text: str) -> str:
    """A text of lines that were broken to one length, with words whole that a hyphen broke."""
    words: frozenset[str] | None = None

    def whole(found: re.Match[str]) -> str:
        nonlocal words
        words = words if words is not None else _words_of(text)
        return f"{found[1]}{_joined(found[2], found[3], words)}{found[4]}\n"

    return _WRAPPED.sub(whole, text)


def _words_of(text: str) -> frozenset[str]:
    """The words and compounds that stand whole in the text."""
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _joined(first: str, last: str, words: frozenset[str]) -> str:
    hyphenated, whole = f"{first}-{last}", f"{first}{last}"
    if hyphenated.casefold() in words:
        return hyphenated
    if whole.casefold() in words:
        return whole
    return hyphenated if _is_compound(first, last) else whole


def _is_compound(first: str, last: str) -> bool:
    one, other = first.casefold(), last.casefold()
    if not (one.isalpha() and other.isalpha()) or last[0].isupper() or len(one) == 1:
        return True
    if (one, other) in _PAIRS or _APART.match(f"{one}-{other}"):
        return True
    if one in _FIRST:
        return not _ENDING.fullmatch(other)
    return other in _LAST and one not in _NO_WORD
