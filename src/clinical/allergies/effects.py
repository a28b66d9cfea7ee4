"""What a clause or sentence behind a substance says that it did: "codeine allergy, came out in hives as a child"."""

import re

from clinical.allergies.reactions import leading_reaction, reactions_in
from clinical.allergies.substances import names_in

# A clause that is set off says so; behind a comma it must tell of something that happened.
_SET_OFF = re.compile(
    r"(?:\s(?:last|in|as|at|when|aged?|during|some|many|years|back)\b[^.,;:()\n–—-]{0,24})?\s?(?:\([^()\n]{1,40}\))?\s?(?P<by>[:(–—]|-(?=\s)|->|→|[,;.])\s?",
    re.IGNORECASE,
)
_BEFELL = re.compile(
    r"(?:(?:and|which|s?he|they|it|also|once|had|has)\s){0,3}"
    r"(?:(?:came|comes|come|broke|breaks|brought (?:him|her|them)|erupted|erupts|covered|flared|went)\s"
    r"(?:(?:up|out|all|over)\s){0,3}(?:in|into|with)?|erupted in|developed|ended up|had|got|gets|suffered|experienced|"
    r"(?:gave|gives|gave rise to|caused|causes|left|made|makes|sent|turned)\b)\s?",
    re.IGNORECASE,
)
_HAPPENED = re.compile(r"(?:ed|en|up|closed|tight|swelled|swollen|peeled)$", re.IGNORECASE)
_OUT = re.compile(r"\b(?:came|broke|erupted|brought)\b[^.]{0,20}\b(?:out|up|all)\b|\berupted in\b", re.IGNORECASE)
# What tells of another time than that of the reaction, or that there was none.
_ELSE = re.compile(
    r"\b(?:no|not|nil|never|without|denies|now|currently|presents?|presenting|presented|here|"
    r"attends?|c/o|complains|complaining|if|risk|since (?:mon|tues|wednes|thurs|fri|satur|sun)"
    r"[a-z]*day|unknown|unsure|because|tolerat\w+|however|but)\b",
    re.IGNORECASE,
)
_LATELY = re.compile(
    r"\b(?:today|yesterday|tonight|this (?:morning|week|evening)|last (?:week|night)|for (?:the )?(?:last|past))\b",
    re.IGNORECASE,
)
_SIGHT, _FURTHEST = 110, 40


def effect_behind(text: str, at: int, end: int, *, sure: bool = False) -> tuple[int, int] | None:
    """Where the reaction stands that the clause right behind a substance tells; None where none is told.

    Args:
        text: The text of the note.
        at: Where the substance ends, with the words that say that it is an allergy.
        end: Where its sentence ends.
        sure: Whether it is said that there was a reaction, so that its name alone tells which: "reaction to …, rash".
    """
    set_off = _SET_OFF.match(text, at, min(len(text), at + 60))
    if set_off is None or set_off.end() >= min(len(text), end + 2):
        return None
    begin = set_off.end()
    if set_off["by"] == ".":
        return _of_sentence(text, begin, _end_of_sentence(text, begin))
    stop = min(end, begin + _SIGHT)
    return _within(text, begin, stop, sure=sure or set_off["by"] not in ",;")


def effect_in(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a sentence that goes on about a substance tells what it did: "She came out in a rash"."""
    return _of_sentence(text, start, min(end, start + _SIGHT))


def _of_sentence(text: str, start: int, end: int) -> tuple[int, int] | None:
    befell = _BEFELL.match(text, start, end)
    if befell is None or not _OUT.search(befell.group()):
        return None
    return _within(text, start, end, sure=False)


def _end_of_sentence(text: str, start: int) -> int:
    ended = re.compile(r"[^.\n]{0,110}").match(text, start)
    return ended.end() if ended else start


def _within(text: str, start: int, end: int, *, sure: bool) -> tuple[int, int] | None:
    clause = re.compile(r"[^.;\n]{0,110}").match(text, start, end)
    stop = clause.end() if clause else end
    told = reactions_in(text, start, stop)
    if not told or told[0].start - start > _FURTHEST or _ELSE.search(text, start, told[0].end):
        return None
    if names_in(text, start, told[0].start) or _LATELY.search(text, start, stop):
        return None
    if (
        not sure
        and _BEFELL.match(text, start, stop) is None
        and not _HAPPENED.search(text[told[0].start : told[0].end])
    ):
        return None
    whole = leading_reaction(text, told[0].start, stop)
    return told[0].start, whole.end if whole else told[0].end
