"""Build `clinical/propositions/data/english.txt` from WordNet 3.0 and the frequencies of words.

Run it where Debian's `wordnet-base` is unpacked and `wordfreq` is installed, neither of which Rounds needs itself:
`python scripts/build_english.py /usr/share/wordnet > src/clinical/propositions/data/english.txt`.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
# Numbers of WordNet's lexicographer files whose words name a thing, a person, a place, a body part, a food, a state or
# what one does: nouns of acts, animals, artifacts, bodies, events, feelings, foods, locations, objects, persons,
# phenomena, plants, processes, states, substances and times; verbs of the body, competition, consumption, emotion,
# motion, perception and weather; adjectives that belong to a noun ("venous"). All others only frame what is told.
NAMING = {
    "n": {4, 5, 6, 8, 11, 12, 13, 15, 17, 18, 19, 20, 22, 26, 27, 28},
    "v": {29, 33, 34, 37, 38, 39, 43},
    "a": {1},
    "r": set[int](),
}
CLINICAL = {8, 22, 26}  # nouns of bodies, processes and states: kept though they are rare, and in several words
RAREST_CLINICAL = 0.8
# Kinds of things of which a text may name one for another.
NAMES = {
    "n": {4: "act", 5: "food", 6: "artifact", 8: "body", 13: "food", 15: "place", 17: "place", 18: "person", 20: "food"}
    | {26: "state", 22: "state", 12: "state", 27: "substance", 28: "time", 11: "act", 19: "state"},
    "v": {29: "body verb", 34: "consuming", 33: "act", 38: "act"},
}
RAREST = 2.5  # on the scale of Zipf: once in three million words
EXPLAINED = 4.4  # a more frequent word needs no explanation
SENSES = 3
MOST_WORDS = 14  # of an explanation
STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "or",
        "and",
        "to",
        "in",
        "on",
        "by",
        "for",
        "with",
        "from",
        "at",
        "as",
        "is",
        "are",
        "was",
        "be",
        "been",
        "being",
        "that",
        "which",
        "who",
        "whose",
        "it",
        "its",
        "into",
        "used",
        "usually",
        "often",
        "especially",
        "not",
        "no",
        "any",
        "one",
        "some",
        "etc",
        "e.g.",
        "i.e.",
        "having",
        "has",
        "have",
        "such",
        "than",
        "when",
        "where",
        "whose",
        "can",
        "may",
        "you",
        "your",
        "yourself",
        "something",
        "someone",
        "other",
        "also",
        "caused",
        "characterized",
        "consisting",
        "relating",
        "pertaining",
    ]
)


Line = tuple[int, list[str], list[tuple[str, ...]], str]


class Sense(NamedTuple):
    """What a word means."""

    part: str
    kind: int
    words: list[str]
    similar: list[str]
    definition: str


def near_words(word: str, words: list[str], pointer: tuple[str, ...], read: dict[str, dict[str, Line]]) -> list[str]:
    """The words that a pointer of a sense leads to, where they mean the same: similar, derived, belonging to."""
    symbol, offset, part, place = pointer
    if symbol not in {"&", "+", "\\"}:
        return []
    there = read["a" if part == "s" else part][offset][1]
    if symbol == "&":
        return there
    source, target = bytes.fromhex(place)
    return [there[target - 1]] if words[source - 1].lower() == word else []


def senses(home: Path) -> dict[str, list[tuple[int, Sense]]]:
    """The senses of every word of one part, each with how often it was met, the commonest first."""
    met: dict[tuple[str, str, str], int] = {}
    for line in (home / "cntlist.rev").read_text("ascii").splitlines():
        key, number, count = line.split()
        word, _, rest = key.partition("%")
        part = {"1": "n", "2": "v", "3": "a", "5": "a", "4": "r"}[rest[0]]
        met[word, part, number] = int(count)
    found: dict[str, list[tuple[int, Sense]]] = defaultdict(list)
    read: dict[str, dict[str, Line]] = {}
    for name, part in PARTS.items():
        data: dict[str, Line] = {}
        for line in (home / f"data.{name}").read_text("ascii").splitlines():
            if not line.startswith("  "):
                head, _, gloss = line.partition("|")
                fields = head.split()
                count = int(fields[3], 16)
                words = [re.sub(r"\(.*\)", "", word) for word in fields[4 : 4 + 2 * count : 2]]
                pointers = fields[5 + 2 * count :]
                pointed = [tuple(pointers[at : at + 4]) for at in range(0, 4 * int(fields[4 + 2 * count]), 4)]
                data[fields[0]] = (int(fields[1]), words, pointed, re.split(r'; "|;', gloss)[0])
        read[part] = data
    for name, part in PARTS.items():
        data = read[part]
        for line in (home / f"index.{name}").read_text("ascii").splitlines():
            if not line.startswith("  "):
                fields = line.split()
                for number, offset in enumerate(fields[6 + int(fields[3]) :][:SENSES], 1):
                    kind, words, pointed, definition = data[offset]
                    near = [word for each in pointed for word in near_words(fields[0], words, each, read)]
                    sense = Sense(part, kind, words, near, definition)
                    found[fields[0]].append((met.get((fields[0], part, str(number)), 0), sense))
    for meant in found.values():
        meant.sort(key=lambda each: -each[0])
    return found


def is_kept(word: str, sense: Sense, frequency: float) -> bool:
    """Whether a word is worth its line."""
    clinical = sense.part == "n" and sense.kind in CLINICAL
    if "_" in word:
        return clinical and bool(re.fullmatch("[a-z]+(?:_[a-z]+)+", word)) and frequency >= 1
    return word.isalpha() and frequency >= (RAREST_CLINICAL if clinical else RAREST)


def kind_of(meant: list[tuple[int, Sense]]) -> str:
    """What kind of thing a word mostly names; "f" for one that only frames what is told."""
    weights: dict[str, int] = defaultdict(int)
    total = sum(count for count, _ in meant)
    for place, (count, sense) in enumerate(meant):
        named = NAMES.get(sense.part, {}).get(sense.kind) or ("other" if sense.kind in NAMING[sense.part] else "f")
        weights[named] += count if total else len(meant) - place
    return max(weights, key=lambda name: weights[name])


def main() -> None:
    """Print the file."""
    from wordfreq import zipf_frequency  # noqa: PLC0415

    known = senses(Path(sys.argv[1]))
    kept = {word for word in known if len(word) > 2 and is_kept(word, known[word][0][1], zipf_frequency(word, "en"))}
    print("# English words: `word | what it names; f: it only frames | words of the same sense | what explains it`.")
    print("# Made by scripts/build_english.py from WordNet 3.0, (c) 2006 Princeton; see wordnet-licence.txt.")
    for word in sorted(kept):
        meant = [sense for _, sense in known[word]]
        kind = kind_of(known[word])
        same = {other.lower() for sense in meant for other in [*sense.words, *sense.similar]} & kept - {word}
        same = {other for other in same if "_" not in other and "_" not in word}
        explaining: list[str] = []
        if zipf_frequency(word, "en") < EXPLAINED:
            said = [part for sense in meant for part in re.findall(r"[a-z]{3,}", sense.definition.lower())]
            explaining = [part for part in dict.fromkeys(said) if part not in STOP and part != word]
        if kind or same or explaining:
            same_words, explaining_words = " ".join(sorted(same)), " ".join(explaining[:MOST_WORDS])
            print(f"{word.replace('_', ' ')}|{kind}|{same_words}|{explaining_words}")


if __name__ == "__main__":
    main()
