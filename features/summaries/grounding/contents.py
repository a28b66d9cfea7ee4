"""Whether what a statement names stands in its quotes."""

import re
from collections.abc import Iterator

from features.summaries.grounding.beside import Beside
from features.summaries.grounding.reading import Atom
from features.summaries.grounding.tables import ordinary, words

_CLINICAL = re.compile(
    r"(?:itis|osis|oma|omas|emia|aemia|uria|ectomy|otomy|ostomy|plasty|scopy|algia|pathy|megaly|plegia|paresis|penia|"
    r"rrhea|trophy|stenosis|sclerosis|cancer|oplasty|iasis|gram|graphy)$"
)
_DRUG = re.compile(
    r"(?:mab|nib|pril|sartan|olol|statin|azole|cillin|mycin|cycline|floxacin|dipine|gliptin|gliflozin|glutide|tidine|"
    r"prazole|triptan|setron|parin|xaban|gatran|azepam|azolam|zepam|oxetine|aline|amide|thiazide|semide|vir|caine|"
    r"sone|solone|profen|phylline|terol|tropium|barbital|codone|morphone|fentanil|parib|ciclib|tinib|zosin|afil|lukast|"
    r"formin|glitazone|dronate|vudine|xetine|ipramine|triptyline|pidem|clone|mide|zine)$"
)
_GRAVE = words("grave")
_PLAIN_NEGATORS = words("plain_denials")
_ENOUGH = 0.75


class Contents(Beside):
    """Whether what a statement names stands in its quotes."""

    def _terms(self) -> Iterator[str]:
        covered = 0
        unknown: list[Atom] = []
        any_drug = any(atom.kind == "drug" for _, atom in self._quoted)
        for atom in self._terms_said:
            if self._matches(atom, self._quoted) or (any_drug and "=medication" in atom.keys):
                covered += 1
            elif atom.kind == "drug" and not self._one_thing_with_another(atom):
                yield "drug_not_in_quote"
                return
            elif atom.kind == "word" and self._matches(atom, self._around):
                covered += 1
            elif not self._negator_in(atom) and not self._one_thing_with_another(atom):
                unknown.append(atom)
        yield from self._grave(unknown)
        total = covered + len(unknown)
        if (total or not (self._said.measures.numbers or self._sides_said())) and covered < _ENOUGH * max(total, 1):
            yield "term_not_in_quote"

    def _grave(self, unknown: list[Atom]) -> Iterator[str]:
        """What of the words that stand in no quote matters by itself."""
        for atom in unknown:
            word = self._tokens(atom)[0].word
            if any(token.word in ordinary() for token in self._tokens(atom)) and atom.kind == "group":
                continue
            if atom.kind == "word" and self._is_unknown_drug(atom):
                yield "drug_not_in_quote"
            elif (atom.clinical and not self._one_thing_with_another(atom)) or (
                atom.kind == "word" and _is_grave(word)
            ):
                yield "term_not_in_quote"

    def _negator_in(self, atom: Atom) -> bool:
        return atom.kind == "word" and self._tokens(atom)[0].word in _PLAIN_NEGATORS

    def _is_unknown_drug(self, atom: Atom) -> bool:
        word = self._tokens(atom)[0].word
        if len(word) > 5 and _DRUG.search(word):
            return True
        dosed = {
            number.start for number in self._said.measures.numbers if number.unit in {"mg", "mcg", "g", "units", "ml"}
        }
        return len(word) > 4 and any(0 < start - atom.end <= 2 for start in dosed)


def _is_grave(word: str) -> bool:
    return word in _GRAVE or (len(word) > 6 and _CLINICAL.search(word) is not None)
