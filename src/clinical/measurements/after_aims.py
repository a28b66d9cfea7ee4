"""The value behind what is aimed at, under a word that stands for its name: "Ferritin to be over 50. Latest 18."."""

import re

_THING = r"(?:ones?|levels?|values?|results?|readings?|figures?|checks?|counts?|samples?|measurements?|bloods?)"
_WHEN = (
    r"(?:latest|most recent|last|current|present|recent|actual|newest|new|repeat(?:ed)?|"
    r"(?:today|yesterday|(?:this|last|yesterday) (?:morning|week|month|evening|afternoon|night)|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)['’]?s?)"
)
_LEADS = (
    r"(?:(?:is|was|are|were|has|had|been|come|came|back|in|at|of|as|only|just|still|about|around|remains?|stands?|sits?|"
    r"runs?|showed|shows|read|reads|today|yesterday|now|currently|this morning)[\s,]\s?|[:=]\s?){0,6}"
)
# The rest of the sentence that tells the aim, and the beginning of what goes on about it.
_NEXT = re.compile(
    r"(?P<aim>(?:[^.;\n]|\.(?=\d)){0,110}?)(?:[.;\n]\s*|,\s|\s[–—-]\s)"
    r"(?:(?:but|and|however|unfortunately|so far)[\s,]\s?)?"
    rf"(?:(?:(?:his|her|their|the|my|our|its)\s)?{_WHEN}(?:\s{_THING})?[\s,:=]\s?|"
    rf"(?P<it>(?:it|that|this|(?:hers|his)(?=\s(?:is|was))|the\s{_THING})\s(?=(?:is|was|came|has|remains|sits|stands)\b)))"
    rf"{_LEADS}(?=\d|[<>]\s?\d)",
    re.IGNORECASE,
)


def value_behind_aim(text: str, at: int, until: int) -> int | None:
    """Where the number stands to which a sentence, or its next part, goes on behind a name; None where it does not.

    "It" must follow an aim in figures, since otherwise it may be anything.

    Args:
        text: The text.
        at: Where the name ends.
        until: Where the next name stands.
    """
    found = _NEXT.match(text, at, min(until, at + 220))
    if found is None or (found["it"] and not any(map(str.isdigit, found["aim"]))):
        return None
    return found.end()
