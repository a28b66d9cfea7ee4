"""Values as people write them, made comparable: doses, frequencies, names."""

import re

_NUMBERS = {"once": "1", "twice": "2", "one": "1", "two": "2", "three": "3", "four": "4", "six": "6", "eight": "8"}
_FILLERS = frozenset({"a", "an", "the", "of", "with", "his", "her", "left", "right", "mild", "acute", "status"})


def share(part: int, whole: int) -> float:
    """A part of a whole; of nothing, 1: nothing was there and nothing went wrong."""
    return part / whole if whole else 1.0


def tokens(words: str) -> frozenset[str]:
    """The words that carry meaning, singular."""
    found = re.findall(r"[a-z0-9]+", words.casefold().replace("’", ""))
    return frozenset(_singular(word) for word in found if word not in _FILLERS)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def measure_of(dose: str | None) -> str:
    """A dose without its spelling: "20mg" and "20 MG" are the same."""
    words = (dose or "").casefold().replace("μg", "mcg").replace("µg", "mcg").replace(",", "")
    return re.sub(r"\s+|(?<=\d)\.0+(?=\D|$)", "", words.replace("sprays", "spray"))


def frequency_of(words: str | None) -> frozenset[str]:
    """How often, and whether only when needed, without the spelling and the hour of the day."""
    text = (words or "").casefold()
    for word, number in _NUMBERS.items():
        text = re.sub(rf"\b{word}\b", number, text)
    found = set()
    if re.search(r"\b(as needed|as required|prn)\b", text):
        found.add("as needed")
    if hours := re.search(r"every (\d+)(?: ?(?:to|-|–) ?(\d+))? hours?", text):
        found.add("every " + "-".join(part for part in hours.groups() if part) + " hours")
    elif times := re.search(r"(\d+)(?: times)? (?:a day|per day|daily|each day)", text):
        found.add(f"{times[1]} a day")
    elif re.search(r"\b(daily|a day|per day|every day|each day|every (morning|evening|night))\b|\bat bedtime\b", text):
        found.add("1 a day")
    elif found == set() and text:
        found.add(text.strip())
    return frozenset(found)
