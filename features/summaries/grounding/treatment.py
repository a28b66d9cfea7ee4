"""What becomes of medications, by which way they are given, and what was done or only planned."""

from collections.abc import Iterator

from features.summaries.grounding import drugs
from features.summaries.grounding.beside import Beside, clause
from features.summaries.grounding.reading import done, planned
from features.summaries.grounding.tables import words

_ACCOMPLISHED = words("accomplished")


class Treatment(Beside):
    """What becomes of medications, by which way they are given, and what was done or only planned."""

    def _drugs(self) -> Iterator[str]:
        for atom in self._said.atoms:
            if atom.kind not in {"drug", "class"}:
                continue
            matched = self._matches(atom, self._around)
            if not matched:
                continue
            mine = drugs.action(self._said, atom)
            its = {
                drugs.action(passage.reading, other) for passage, other in matched if other.kind in {"drug", "class"}
            }
            if its and not any(drugs.may_say(mine, one) for one in its):
                yield "status"
        if any(atom.kind in {"drug", "class"} or "=medication" in atom.keys for atom in self._said.atoms):
            words = {token.word for token in self._said.tokens}
            if not drugs.may_say_at_all(words, self._words):
                yield "status"
        yield from self._undone()

    def _undone(self) -> Iterator[str]:
        """What was only planned, said as done. Of medications the verbs tell."""
        said = {token.word for token in self._said.tokens}
        if said.isdisjoint(_ACCOMPLISHED) or planned(said) or any(atom.kind == "drug" for atom in self._said.atoms):
            return
        told: list[set[str]] = []
        for atom in self._terms_said:
            if atom.kind != "word" or self._tokens(atom)[0].word not in _ACCOMPLISHED:
                told.extend(clause(passage.reading, other) for passage, other in self._matches(atom, self._around))
        if told and all(planned(around) and not done(around) for around in told):
            yield "status"

    def _routes(self) -> Iterator[str]:
        if not drugs.speaks_of_giving(self._said.text):
            return
        said = drugs.routes(self._said.text)
        if not said:
            return
        text = "\n".join(passage.sentence_text for passage in self._passages)
        there = drugs.routes(text)
        if drugs.is_swallowed(text):
            there.add("oral")
        if not said <= there and (not there & said or any(route not in there for route in said)):
            yield "route"
