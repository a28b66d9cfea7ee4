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
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


# The endings that the forms of a word differ by, the longest first.
_ENDINGS = (
    *("izations", "ization", "ations", "ation", "nesses", "ness", "ingly", "ions", "ion", "ings", "ing", "edly", "ed"),
    *("ies", "ally", "es", "s", "ly", "al", "ic", "y", "e"),
)
