"""What nearly verbatim statements must not lose of their quotes: denials, doubts, relatives, verbs."""

from collections.abc import Iterator, Sequence

from features.summaries.grounding import drugs
from features.summaries.grounding.beside import Beside
from features.summaries.grounding.reading import Token, bare, relatives, stem
from features.summaries.grounding.tables import ordinary, words

_NEGATIVE = words("negative")
_NEARLY = 0.75
_STRONG_DOUBT = words("strong_doubt")
_DENIALS = words("denials")
_KIN = {"mom": "mother", "mum": "mother", "dad": "father", "fhx": "family", "fh": "family"}
_TELLING = words("telling")
_CUES = _DENIALS | _STRONG_DOUBT | {"patient", "family"}
_PLAIN_STEMS = frozenset(stem(word) for word in ordinary())


class Wording(Beside):
    """What nearly verbatim statements must not lose of their quotes: denials, doubts, relatives, verbs."""

    def _lost(self) -> Iterator[str]:
        """What a statement that keeps nearly all words of its quotes has lost."""
        said = [token.word for token in self._said.tokens]
        quoted = [
            token.word
            for passage in self._distinct
            for token in passage.reading.tokens[
                passage.reading.index(passage.low) : passage.reading.index(passage.high - 1) + 1
            ]
        ]
        if self._is_denied(said):
            yield "negation"
        if not self._nearly_verbatim(said, quoted):
            return
        if _denials(said) != _denials(quoted, {stem(word) for word in said}):
            yield "negation"
        if sum(word in _STRONG_DOUBT for word in said) < sum(word in _STRONG_DOUBT for word in quoted):
            yield "certainty"
        if not _ill(quoted) <= relatives({bare(word) for word in said}) | _equal_kin(said):
            yield "family"
        treats = any(atom.kind in {"drug", "class"} or "=medication" in atom.keys for atom in self._said.atoms)
        if treats and drugs.strong_verbs(said) != drugs.strong_verbs(quoted):
            yield "status"

    def _is_denied(self, said: list[str]) -> bool:
        """Whether the thing that a quote denies is in a statement without any denial."""
        if not _NEGATIVE.isdisjoint(said) or any(
            word.endswith("n't") or word.startswith(("un", "non")) for word in said
        ):
            return False
        for passage in self._distinct:
            tokens = passage.reading.tokens
            denied = [
                atom for atom in passage.quoted if passage.reading.content(atom) and _after_denial(tokens, atom.first)
            ]
            for atom in denied:
                if any(other.start == atom.start and other.after > atom.after for other in denied):
                    continue
                here = [
                    other
                    for other in self._said.atoms
                    if not other.keys.isdisjoint(atom.keys) and other.kind == atom.kind
                ]
                there = [
                    (one, other)
                    for one, other in self._quoted
                    if not other.keys.isdisjoint(atom.keys) and other.kind == atom.kind
                ]
                if here and all(_after_denial(one.reading.tokens, other.first) for one, other in there):
                    return True
        return False

    def _nearly_verbatim(self, said: list[str], quoted: list[str]) -> bool:
        mine = {stem(bare(word)) for word in said if word[0].isalnum() and word not in _CUES}
        its = {stem(bare(word)) for word in quoted if word[0].isalnum() and word not in _CUES}
        mine -= _PLAIN_STEMS
        its -= _PLAIN_STEMS
        both = len(mine & its)
        return bool(its) and both / len(its) >= _NEARLY and both / max(1, len(mine)) >= _NEARLY


def _denials(words: Sequence[str], among: set[str] | None = None) -> int:
    """How often something is denied, or something `among` some words; "no longer" and its like are something else."""
    count = 0
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        denied = next((stem(one) for one in words[at + 1 : at + 6] if one[0].isalnum() and one not in ordinary()), None)
        if among is not None and denied is not None and denied not in among:
            continue
        count += (word in _DENIALS or word.endswith("n't")) and following not in {"longer", "known"}
        count += word == "no" and following == "known"
    return count


def _ill(words: Sequence[str]) -> set[str]:
    """The relatives a text speaks of, apart from those who only tell."""
    found = set()
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if relatives({bare(word)}) and following not in _TELLING - {"is", "was", "and", "who"}:
            found.add(bare(word))
    return found


def _equal_kin(words: Sequence[str]) -> set[str]:
    """Other words for the relatives among some words."""
    names = {_KIN.get(bare(word), bare(word)) for word in words}
    return (
        names
        | {other for other, name in _KIN.items() if name in names}
        | ({"familial"} if "family" in names else set())
    )


def _after_denial(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is the first of meaning after a "no" or "denies"."""
    for step in range(at - 1, max(-1, at - 4), -1):
        word = tokens[step].word
        if word in {"no", "not", "denies", "denied", "denying", "deny", "without", "never"} or word.endswith("n't"):
            return tokens[step + 1].word not in {"only", "longer", "known", "rule", "exclude", "doubt"}
        if word not in ordinary():
            return False
    return False
