"""What words and phrases mean: names that are one, what follows from a name, and what happens."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import NamedTuple

from clinical.concepts import classes_of
from clinical.lexicon.phrases import Phrases, terms, tokens_of
from clinical.lexicon.vocabulary import drugs
from clinical.propositions.lettering import stem_of

_PLAIN_KINDS = frozenset({"condition", "symptom", "drug", "class", "lab", "vital"})


# How bad something is: whoever adds one of these to what the quotes say says more.
_DEGREES = frozenset(
    ["loud", "faint", "mild", "moderate", "severe", "massive", "slight", "extreme", "extremely", "marked", "moderately"]
) | {"severely", "mildly", "slightly", "minimal", "profound"}


class Sense(NamedTuple):
    """What a phrase stands for."""

    kind: str
    """same, plain (what something may be called), or event."""
    key: str


def _lines(name: str) -> Iterator[str]:
    text = files(f"{__package__}.data").joinpath(name).read_text(encoding="utf-8")
    return (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def light_words() -> frozenset[str]:
    """Words that carry nothing by themselves."""
    return frozenset(word for line in _lines("light.txt") for word in line.split())


@cache
def _general_words() -> frozenset[str]:
    return frozenset(form for line in _lines("general.txt") for word in line.split() for form in _forms(word))


def _forms(word: str) -> Iterator[str]:
    """The forms of a regular verb or noun, and of an adjective its adverb."""
    if len(word) < len("use"):
        yield word  # "EGD" is no form of "e.g."
        return
    yield from (word, f"{word}s", f"{word}es", f"{word}ed", f"{word}d", f"{word}ing", f"{word}ly")
    yield from (f"{word[:-1]}{ending}" for ending in ("ing", "ies", "ied") if word[-1] in "ey")
    yield from (f"{word}{word[-1]}{ending}" for ending in ("ed", "ing"))


def is_general(word: str) -> bool:
    """Whether a word, in any form, only frames what is told: "found", "course", "particular"."""
    return word in _general_words()


@cache
def qualifiers() -> frozenset[str]:
    """Words that say of what kind or how bad something is."""
    return frozenset(word for line in _lines("qualifiers.txt") for word in line.split())


@cache
def deeds() -> frozenset[str]:
    """The stems of words for what is done to somebody, what somebody does or what befalls: never said for nothing."""
    return frozenset(stem_of(word) for line in _lines("deeds.txt") for word in line.split())


@cache
def _scales() -> Mapping[str, frozenset[str]]:
    """The stems of the words of each scale, by the stem of each of its words."""
    lines = (frozenset(f"w:{stem_of(word)}" for word in line.split()) for line in _lines("scales.txt"))
    return {key: line for line in lines for key in line}


@cache
def degrees() -> frozenset[str]:
    """The keys of the words that say how bad something is."""
    return frozenset(f"w:{stem_of(word)}" for word in _DEGREES)


def scale_of(keys: frozenset[str]) -> frozenset[str]:
    """The keys of the words of the scale that a word belongs to; empty where it belongs to none."""
    return frozenset().union(*(_scales().get(key, frozenset()) for key in keys))


@cache
def opposed() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """The keys of words of which one is wrong where the other is right, both ways round."""
    found = []
    for line in _lines("opposed.txt"):
        one, other = (frozenset(f"w:{stem_of(word)}" for word in words.split()) for words in line.split("|"))
        found += [(one, other), (other, one)]
    return tuple(found)


def opposed_lines() -> tuple[str, ...]:
    """The pairs of words of which one is wrong where the other is right, as they are written: "acute | chronic"."""
    return tuple(_lines("opposed.txt"))


@cache
def _own_stems() -> frozenset[str]:
    return frozenset({stem_of(word) for word in (*qualifiers(), *opposites())} | _events()[0].keys())


def has_own_meaning(stem: str) -> bool:
    """Whether a word with this stem tells a degree, a denial or something that happens: no other word stands for it."""
    return stem in _own_stems()


@cache
def opposites() -> Mapping[str, str]:
    """Words that deny something within themselves, and what they deny."""
    return dict((part.strip() for part in line.split("|")) for line in _lines("opposites.txt"))  # type: ignore[misc]


@cache
def _events() -> tuple[Mapping[str, str], frozenset[str], Mapping[str, str]]:
    """Events by the stem of a word, the binding ones, and those of several words."""
    by_stem: dict[str, str] = {}
    binding = set()
    phrases = {}
    for line in _lines("events.txt"):
        name, weight, words = (part.strip() for part in line.split("|"))
        if weight == "binding":
            binding.add(name)
        for word in (part.strip() for part in words.split(",")):
            if " " in word or "-" in word or "/" in word or "'" in word:
                phrases[word] = name
            else:
                by_stem.setdefault(stem_of(word), name)
    return by_stem, frozenset(binding), phrases


def event_of(word: str) -> str | None:
    """What happens, going by a single word."""
    return _events()[0].get(stem_of(word))


def binding_events() -> frozenset[str]:
    """What must be said by whoever repeats what it is said of."""
    return _events()[1]


@cache
def phrases() -> Phrases[Sense]:
    """All phrases of the data files."""
    found: Phrases[Sense] = Phrases()
    for line in _same():
        names = [name.strip() for name in line.split("|")]
        for name in names:
            found.add(name, Sense("same", f"={names[0]}"))
    for narrow, broad in _implied():
        for name in (*narrow, *broad):
            found.add(name, Sense("plain", f"~{name}"))
    for name in _all_class_names():
        found.add(name, Sense("plain", f"~{name}"))
    for phrase, name in _events()[2].items():
        found.add(phrase, Sense("event", name))
    found.sort()
    return found


def _same() -> Iterator[str]:
    yield from _lines("synonyms.txt")
    yield from _lines("wordings.txt")
    yield from _abbreviated()


def _abbreviated() -> Iterator[str]:
    """Names of one line of the glosses that are the first letters of another: "left iliac fossa | lif"."""
    for narrow, _ in _implied():
        by_letters = {"".join(word[0] for word in name.split()): name for name in narrow if " " in name}
        for name in narrow:
            if " " not in name and name in by_letters:
                yield f"{by_letters[name]} | {name}"


def _implied() -> Iterable[tuple[list[str], list[str]]]:
    for line in chain.from_iterable(_lines(name) for name in ("implied.txt", "glosses.txt", "glosses_of_care.txt")):
        narrow, _, broad = line.partition("=>")
        yield [name.strip() for name in narrow.split(",")], [name.strip() for name in broad.split("|")]


@lru_cache(maxsize=8192)
def keys_of(phrase: str) -> frozenset[str]:
    """All that a phrase, taken as a whole, is known by."""
    tokens = tokens_of(phrase)
    keys = {f"~{phrase.lower()}"}
    if len(tokens) == 1:
        keys |= word_keys(tokens[0].word)
    for match in terms().find(phrase, tokens):
        if match.first == 0 and match.after == len(tokens):
            for term in match.found:
                keys |= term_keys(term.kind, term.name)
    for found in phrases().find(phrase, tokens):
        if found.first == 0 and found.after == len(tokens):
            keys |= {sense.key for sense in found.found if sense.kind != "event"}
    return frozenset(keys)


def term_keys(kind: str, name: str) -> frozenset[str]:
    """What a term of the lexicon is known by: a drug by its ingredient."""
    if kind == "drug" and name in drugs():
        name = drugs()[name].ingredient
    lowered = name.lower()
    return frozenset({f"{'drug' if kind == 'drug' else 'term'}:{lowered}", f"~{lowered}"})


# The endings of adjectives made of the names of diseases, and of those names.
_AS_ADJECTIVE = (
    *(("aemic", "aemia"), ("emic", "emia"), ("otic", "osis"), ("itic", "itis"), ("pnoeic", "pnoea"), ("pneic", "pnea")),
    *(("plegic", "plegia"), ("phasic", "phasia"), ("penic", "penia"), ("cardic", "cardia"), ("tensive", "tension")),
    *(("thyroid", "thyroidism"), ("rexial", "rexia"), ("leptic", "lepsy"), ("matic", "ma")),
)


@lru_cache(maxsize=16384)
def word_keys(word: str) -> frozenset[str]:
    """What a single word is known by: its stem, and the names of one meaning that it is among."""
    keys = {f"w:{stem_of(word)}"}
    for ending, noun in _AS_ADJECTIVE:
        if word.endswith(ending):
            keys |= {key for key in keys_of(word.removesuffix(ending) + noun) if not key.startswith("w:")}
    for form in {word, word.removesuffix("s"), word.removesuffix("es")}:
        keys |= {sense.key for sense in _single().get(form, ()) if sense.kind == "same"}
        if form in _plain_names():
            keys.add(f"~{form}")
    return frozenset(keys)


@cache
def _single() -> Mapping[str, frozenset[Sense]]:
    found: dict[str, set[Sense]] = defaultdict(set)
    for line in _same():
        names = [name.strip() for name in line.split("|")]
        for name in names:
            if " " not in name:
                found[name.lower()].add(Sense("same", f"={names[0]}"))
    return {word: frozenset(senses) for word, senses in found.items()}


@cache
def _plain_names() -> frozenset[str]:
    told = (name for narrow, broad in _implied() for name in (*narrow, *broad))
    return frozenset(name for name in (*told, *_all_class_names()) if " " not in name)


@cache
def _all_class_names() -> frozenset[str]:
    return frozenset(_class_names()).union(*_class_names().values())


@cache
def _closure() -> Mapping[str, frozenset[str]]:
    direct: dict[str, set[str]] = defaultdict(set)
    for narrow, broad in _implied():
        told = frozenset().union(*(keys_of(name) for name in broad))
        for name in narrow:
            for key in keys_of(name):
                direct[key] |= told
    return {
        key: frozenset(told | set().union(*(direct.get(one, set()) for one in told))) for key, told in direct.items()
    }


@cache
def _class_names() -> Mapping[str, frozenset[str]]:
    """What the drugs of a class of the lexicon may be called besides."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in _lines("classes.txt"):
        name, *others = (part.strip() for part in line.split("|"))
        found[name] |= set(others)
    return {name: frozenset(others) for name, others in found.items()}


@lru_cache(maxsize=4096)
def _called_by_class(drug: str) -> frozenset[str]:
    """The names of the classes of a drug, and what drugs of these are called."""
    classes = classes_of(drug)
    plain = (name for group in classes for name in _class_names().get(group, ()))
    return frozenset().union(*(keys_of(name) for name in (*classes, *plain)))


@lru_cache(maxsize=16384)
def implied_by(keys: frozenset[str]) -> frozenset[str]:
    """All that what is known by these keys may be called: itself, its families, its plain words."""
    closure = _closure()
    families = (_called_by_class(key.removeprefix("drug:")) for key in keys if key.startswith("drug:"))
    return keys.union(*(closure[key] for key in keys if key in closure), *families)
