"""How hard a text is to read: the Flesch-Kincaid grade (Kincaid et al. 1975), the school year that can read it.

textstat measures the same, but fetches a dictionary from the internet before it counts the first syllable.
"""

import re

_SENTENCE = re.compile(r"[.!?]+(?:\s|$)")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^l]e|[^td]ed|[^sxzcg]es)$")


def syllables(word: str) -> int:
    """The syllables of an English word: its groups of vowels, but for a silent ending."""
    word = word.lower()
    return max(1, len(_VOWELS.findall(word)) - bool(_SILENT.search(word) and len(_VOWELS.findall(word)) > 1))


def grade(text: str) -> float:
    """The school year (United States) in which a text can be read; grade 6 is about the age of twelve."""
    words = _WORD.findall(text)
    sentences = max(1, sum(bool(_WORD.search(sentence)) for sentence in _SENTENCE.split(text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
