"""What all the comparisons share: what a statement says, what its passages say, and where both say the same."""

from collections.abc import Sequence
from functools import cached_property

from features.summaries.grounding.quotes import Passage
from features.summaries.grounding.reading import Atom, Reading, Token
from features.summaries.grounding.tables import broader, ordinary

Found = list[tuple[Passage, Atom]]


class Beside:
    """What all the comparisons share: what a statement says, what its passages say, and where both say the same."""

    def __init__(self, statement: Reading, passages: Sequence[Passage]) -> None:
        self._said = statement
        self._passages = passages

    @cached_property
    def _quoted(self) -> Found:
        return [(passage, atom) for passage in self._passages for atom in passage.quoted]

    @cached_property
    def _around(self) -> Found:
        return [(passage, atom) for passage in self._passages for atom in passage.around]

    @cached_property
    def _words(self) -> set[str]:
        return set().union(*(passage.words for passage in self._passages))

    @cached_property
    def _distinct(self) -> list[Passage]:
        """One passage for each quote."""
        return list({" ".join(passage.text.split()): passage for passage in self._passages}.values())

    @cached_property
    def _terms_said(self) -> list[Atom]:
        """The atoms of the statement that carry meaning; a word within a longer known name does not count again."""
        atoms = self._said.atoms
        covered: set[int] = set()
        found = []
        for atom in atoms:
            if atom.clinical or atom.after - atom.first > 1:
                covered.update(range(atom.first, atom.after))
        for atom in atoms:
            if atom.kind == "word" and (
                atom.first in covered or self._is_counted(atom) or not self._said.content(atom)
            ):
                continue
            if atom.kind == "group" and all(word.word in ordinary() for word in self._tokens(atom)):
                continue
            found.append(atom)
        return found

    def _is_counted(self, atom: Atom) -> bool:
        """Whether a word is a unit, or part of a date or of how often, which are compared as that."""
        counted = self._said.measures
        return any(
            start <= atom.start and atom.end <= end
            for start, end in (
                *((number.start, number.stop) for number in counted.numbers),
                *((one.start, one.end) for one in counted.often),
                *((one.start, one.end) for one in counted.days),
            )
        )

    def _tokens(self, atom: Atom) -> list[Token]:
        return self._said.tokens[atom.first : atom.after]

    def _matches(self, atom: Atom, among: Found) -> Found:
        """Where the passages say the same; failing that, where they say each of its words."""
        same = [(passage, other) for passage, other in among if not atom.keys.isdisjoint(with_broader(other))]
        if same or atom.kind in {"word", "drug"}:
            return same
        found: Found = []
        for word in self._said.atoms:
            if word.kind != "word" or not atom.first <= word.first < atom.after or not self._said.content(word):
                continue
            here = [(passage, other) for passage, other in among if not word.keys.isdisjoint(other.keys)]
            if not here:
                return []
            found.extend(here)
        return found

    def _one_thing_with_another(self, atom: Atom) -> bool:
        """Whether the same words are known as something else too, and that is in the quotes."""
        return any(
            other is not atom
            and other.start <= atom.start
            and other.end >= atom.end
            and self._matches(other, self._quoted)
            for other in self._said.atoms
        )

    def _sides_said(self) -> list[int]:
        return [at for at, token in enumerate(self._said.tokens) if token.side]


def with_broader(atom: Atom) -> frozenset[str]:
    """What a thing may be called: its own names, and the broader ones."""
    if not atom.clinical and atom.kind != "word":
        return atom.keys
    names = atom.keys.union(*(broader().get(key, frozenset()) for key in atom.keys))
    return names | {f"={name}" for name in names if not name.startswith("=")}


def clause(reading: Reading, atom: Atom) -> set[str]:
    """The words between the commas, semicolons or full stops around an atom."""
    ends = {";", ".", "\n", "•"}
    first, after = atom.first, atom.after
    while first and reading.tokens[first - 1].word not in ends:
        first -= 1
    while after < len(reading.tokens) and reading.tokens[after].word not in ends:
        after += 1
    return {token.word for token in reading.tokens[first:after]}
