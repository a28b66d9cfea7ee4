"""Left and right, and other opposites."""

from collections.abc import Iterator, Sequence

from features.summaries.grounding.beside import Beside
from features.summaries.grounding.reading import Reading, stem
from features.summaries.grounding.tables import opposites


class Directions(Beside):
    """Left and right, and other opposites."""

    def _sides(self) -> Iterator[str]:
        there = [
            (token.side, _near(passage.reading, at))
            for passage in self._passages
            for at, token in enumerate(passage.reading.tokens)
            if token.side and passage.sentence[0] <= token.start < passage.sentence[1]
        ]
        sides = {side for side, _ in there}
        for at in self._sides_said():
            side = self._said.tokens[at].side
            if (
                side not in sides
                and not (side == "both" and {"left", "right"} <= sides)
                and not (side == "both" and self._paired())
            ) or (len(sides) > 1 and self._fits_better(_near(self._said, at), side or "", there)):
                yield "laterality"

    def _paired(self) -> bool:
        return not self._words.isdisjoint({"each", "both", "bilateral", "bilaterally", "bilat", "b/l"})

    @staticmethod
    def _fits_better(near: dict[str, float], side: str, there: Sequence[tuple[str | None, dict[str, float]]]) -> bool:
        """Whether what stands around the word goes better with the other side."""

        def best(wanted: bool) -> float:
            return max(
                (
                    sum(min(near[word], other[word]) for word in near.keys() & other.keys())
                    for its, other in there
                    if (its == side) is wanted
                ),
                default=0.0,
            )

        return best(wanted=False) > best(wanted=True)

    def _opposites(self) -> Iterator[str]:
        known = {
            at
            for atom in self._said.atoms
            if atom.kind == "group" and atom.after - atom.first > 1 and self._matches(atom, self._quoted)
            for at in range(atom.first, atom.after)
        }
        said = {word for at, token in enumerate(self._said.tokens) if at not in known for word in _parts(token.word)}
        there = {part for word in self._words for part in _parts(word)}
        for pair in opposites():
            for mine, its in ((pair.one, pair.other), (pair.other, pair.one)):
                used = said & (mine - its)
                theirs = there & (its - mine)
                if not used or not theirs:
                    continue
                if not there & mine or (pair.reason == "direction" and self._swapped(used, mine, its)):
                    yield pair.reason
        yield from self._prefixed({token.word for token in self._said.tokens})

    def _swapped(self, used: set[str], mine: frozenset[str], its: frozenset[str]) -> bool:
        for at, token in enumerate(self._said.tokens):
            if used.isdisjoint(_parts(token.word)):
                continue
            there: list[tuple[str | None, dict[str, float]]] = [
                ("its" if mine.isdisjoint(_parts(other.word)) else "mine", _near(passage.reading, place))
                for passage in self._passages
                for place, other in enumerate(passage.reading.tokens)
                if not (mine | its).isdisjoint(_parts(other.word))
                and passage.sentence[0] <= other.start < passage.sentence[1]
            ]
            if self._fits_better(_near(self._said, at), "mine", there):
                return True
        return False

    def _prefixed(self, said: set[str]) -> Iterator[str]:
        """Words of which one is the other with "un" or its like before it."""
        for word in said | self._words:
            for prefix in ("un", "non-", "non", "in", "ir", "im", "ab", "a"):
                base = word.removeprefix(prefix)
                if base == word or len(base) < 5:
                    continue
                if (word in said and word not in self._words and base in self._words and base not in said) or (
                    word in self._words and word not in said and base in said and base not in self._words
                ):
                    yield "negation"


def _parts(word: str) -> set[str]:
    return {word, *word.split("-")} if "-" in word else {word}


def _near(reading: Reading, at: int) -> dict[str, float]:
    """The words around a token, the nearer the heavier."""
    found: dict[str, float] = {}
    for step in (1, 2, 3, 4):
        for place, weight in ((at + step, 5.0 - step), (at - step, 4.5 - step)):
            if 0 <= place < len(reading.tokens) and reading.tokens[place].is_word and not reading.tokens[place].side:
                word = stem(reading.tokens[place].word)
                if word not in {"the", "of", "is", "in", "on", "a", "and"}:
                    found[word] = max(found.get(word, 0.0), weight)
    return found
