"""Letters: whether a text is written in one script, and the form in which words are compared."""

import unicodedata

# Signs of units and of findings, which are Greek letters among Latin ones.
_SIGNS = frozenset("µμαβγδΔλκσΩω")
_BRITISH = (("aemia", "emia"), ("oedema", "edema"), ("rrhoea", "rrhea"), ("oesoph", "esoph"), ("haem", "hem"))
_SHORT_ENDINGS = frozenset({"s", "es", "ies", "ed", "ing", "e"})


def has_foreign_letters(text: str) -> bool:
    """Whether letters of another script stand among Latin ones, as they do in words that only look like a drug."""
    if text.isascii():
        return False
    letters = [letter for letter in unicodedata.normalize("NFKC", text) if letter.isalpha() and letter not in _SIGNS]
    return any(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def stem_of(word: str) -> str:
    """What the forms of a word have in common, British or American: "reducing", "reduced" and "reduce" are one."""
    for british, american in _BRITISH:
        word = word.replace(british, american)
    word = word.replace("isation", "ization").removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (3 if ending in _SHORT_ENDINGS else 4):
            word = word[: -len(ending)]
            if ending == "ly" and len(word) > 4:
                word = word.removesuffix("e")  # "moderately"
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


# The endings that the forms of a word differ by, the longest first.
_ENDINGS = (
    *("izations", "ization", "ations", "ation", "nesses", "ness", "ingly", "ions", "ion", "ings", "ing", "edly", "ed"),
    *("ies", "ally", "es", "s", "ly", "al", "ic", "y", "e"),
)


# What turns a word into its opposite, or into another one.
_TURNING = (
    "un",
    "in",
    "im",
    "ir",
    "non",
    "dis",
    "mis",
    "anti",
    "hyper",
    "hypo",
    "a",
    "ab",
    "pre",
    "post",
    "sub",
    "inter",
    "intra",
)
_KIN_LETTERS = 5
_OF_TIME = frozenset({"time", "tim", "over"})


def is_akin(one: str, other: str) -> bool:
    """Whether the stem of a word is made of another one: "daytime" of "day", "overnight" of "night", "abnormality"."""
    short, long = sorted((one, other), key=len)
    if short == long or len(short) < 3:
        return short == long
    if long.startswith(short):
        return len(short) >= _KIN_LETTERS or long[len(short) :] in _OF_TIME
    if long.endswith(short):
        before = long[: -len(short)]
        return before in _OF_TIME or (len(short) >= _KIN_LETTERS - 1 and before not in _TURNING and len(before) <= 2)
    return False
