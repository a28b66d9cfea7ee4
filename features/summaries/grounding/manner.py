"""Whether a statement means it as its quotes do: denied or not, certain or not, of whom, and when."""

from collections.abc import Iterator

from features.summaries.grounding.beside import Beside, Found, clause
from features.summaries.grounding.quotes import Passage
from features.summaries.grounding.reading import Atom, Meant, bare, past, planned, relatives
from features.summaries.grounding.tables import hedges, words

_NEGATIVE = words("negative")
_PLAIN_NEGATORS = words("plain_denials")


class Manner(Beside):
    """Whether a statement means it as its quotes do: denied or not, certain or not, of whom, and when."""

    def _manner(self) -> Iterator[str]:
        """Denied or not, certain or not, the patient's or a relative's, now or once, done or planned."""
        opposite = agreeing = 0
        for atom in self._terms_said:
            matched = self._matches(atom, self._around)
            if not matched:
                continue
            matched = _without_headings(matched)
            mine = self._said.meant(atom)
            if self._plainly_opposite(atom, mine.negated, matched):
                yield "negation"
            its = [(passage, other, passage.reading.meant(other)) for passage, other in matched]
            if all(told.negated != mine.negated for _, _, told in its):
                if atom.clinical:
                    yield "negation"
                opposite += 1
            else:
                agreeing += 1
            yield from self._certainty(atom, mine, its)
            if self._doubted(atom, matched):
                yield "certainty"
            if atom.kind in {"condition", "symptom"} and self._of_family(atom, matched):
                yield "family"
        if opposite and opposite >= agreeing:
            yield "negation"

    def _plainly_opposite(self, atom: Atom, negated: bool, matched: Found) -> bool:
        """Whether "no" or "not" stands right before it on one side, and nothing of the kind on the other."""
        here = self._said.negator_near(atom)
        there = [
            (passage.reading.negator_near(other), passage.reading.meant(other).negated) for passage, other in matched
        ]
        if here:
            return not any(near or told for near, told in there)
        return not negated and all(near for near, _ in there)

    def _doubted(self, atom: Atom, matched: Found) -> bool:
        """Whether a word of doubt stands right before it wherever it is quoted, and nowhere near it here."""
        if not all(passage.reading.doubt_near(other, 2, 0) for passage, other in matched):
            return False
        return not self._said.doubt_near(atom, 7, 4)

    def _of_family(self, atom: Atom, matched: Found) -> bool:
        """Whether it is spoken of as the family's, be it denied, and the statement does not say so."""
        if relatives(clause(self._said, atom)) or "family" in self._said.text.lower():
            return False
        return all(passage.reading.family_history_of(other) for passage, other in matched)

    def _certainty(self, atom: Atom, mine: Meant, its: list[tuple[Passage, Atom, Meant]]) -> Iterator[str]:
        words = self._sentence_words(atom)
        told = [meant for _, _, meant in its]
        if all(meant.unsure for meant in told) and not mine.unsure and not mine.hypothetical and self._is_bare(words):
            yield "certainty"
        imagined = atom.clinical and all(meant.hypothetical for meant in told)
        if imagined and not (mine.hypothetical or mine.unsure or planned(words)):
            yield "certainty"
        over = atom.kind in {"condition", "symptom"} and not atom.lasting and all(meant.past for meant in told)
        if over and not (mine.past or past(words) or self._past_tense(words)):
            yield "history"
        if all(meant.family for meant in told) and not mine.family and not relatives(clause(self._said, atom)):
            yield "family"
        kin = any(meant.family or relatives(clause(passage.reading, other)) for passage, other, meant in its)
        if atom.kind == "condition" and mine.family and not kin:
            yield "family"

    def _past_tense(self, words: set[str]) -> bool:
        return not words.isdisjoint({"had", "was", "were", "underwent", "status", "post"})

    def _is_bare(self, words: set[str]) -> bool:
        """Whether the doubt of the quotes is nowhere in the statement's sentence."""
        return words.isdisjoint(hedges()) and "?" not in self._said.text

    def _sentence_words(self, atom: Atom) -> set[str]:
        return self._said.words_of(*self._said.sentence_of(atom.start))

    def _negation_at_all(self) -> Iterator[str]:
        """A statement that denies needs a passage that denies."""
        said = {token.word for token in self._said.tokens}
        denies = not said.isdisjoint(_PLAIN_NEGATORS) or any(word.endswith("n't") for word in said)
        if not denies:
            return
        quoted = self._words
        if quoted.isdisjoint(_NEGATIVE) and not any(
            word.endswith("n't") or word.startswith(("non", "un")) for word in quoted
        ):
            yield "negation"

    def _kin(self) -> Iterator[str]:
        """Relatives in the statement are the relatives of the quotes; "family" will do for any."""
        said = relatives({bare(token.word) for token in self._said.tokens})
        there = relatives({bare(word) for word in self._words})
        if said and not there:
            yield "family"
            return
        canonical = {"mom": "mother", "mum": "mother", "dad": "father", "parents": "parent", "siblings": "sibling"}
        canonical |= {
            "brothers": "brother",
            "sisters": "sister",
            "fhx": "family",
            "fh": "family",
            "relatives": "relative",
        }
        mine = {canonical.get(word, word) for word in said} - {"family", "familial", "relative", "maternal", "paternal"}
        its = {canonical.get(word, word) for word in there}
        its |= {"parent"} if its & {"father", "mother"} else set()
        its |= {"sibling"} if its & {"brother", "sister"} else set()
        if mine - its:
            yield "family"


def _without_headings(matched: Found) -> Found:
    """A heading says nothing, if something else does: "Allergies: none known"."""
    told = [(passage, atom) for passage, atom in matched if not passage.reading.is_heading(atom)]
    return told or matched
