"""What may be left over of a statement: words of no harm, beside more that is borne out.

What can harm is typed, and compared exactly: persons, drugs, diseases, figures, sides, denial, doubt, degree, what happens.
A word of none of these kinds says little by itself. A part of the body, or how something looks, says little where the quotes
do not name another one.
"""

import re
from collections.abc import Iterator
from functools import cache

from clinical.lexicon.resources import words
from clinical.propositions.lettering import stem_of
from clinical.propositions.meanings import deeds, has_own_meaning, keys_of, term_keys, qualifiers, scale_of, word_keys
from clinical.propositions.propositions import Mention, Proposition, Sentence
from clinical.propositions.words import SIDES
from features.summaries.grounding.evidence import View, kin

# The endings of words of medicine, which say more than everyday words.
_LEARNED = re.compile(
    r"(?:itis|itides|osis|oses|oma|omas|omata|emia|aemia|iasis|opathy|opathies|sclerosis|stenosis|plasia|plegia|paresis"
    r"|trophy|ectasis|penia|rrhage|rrhea|rrhoea|ectomy|otomy|ostomy|plasty|oscopy|graphy|centesis|mycin|cillin|azole|pril"
    r"|sartan|statin|olol|mab|nib|pine|phobia|algia|uria|pnea|pnoea|cardia|opia|gram)s?$"
)


def is_tolerable(mention: Mention, one: Proposition, sentence: Sentence, view: View) -> bool:
    """Whether what the quotes do not name may be left over, beside enough that they do."""
    if mention.figure is not None or not mention.keys.isdisjoint(kin()):
        return False
    if mention.kind == "symptom" and mention.keys <= _GENERIC:
        return True
    if mention.kind in {"condition", "symptom"}:
        return _is_named_in_part(mention, one, sentence, view)
    if mention.kind != "word":
        return False
    if mention.meant.negated and not mention.is_clinical and _is_denied_there(mention, one, view):
        return True  # who has no pain has no severe one
    if mention.parts:
        return not _is_weighty(mention) and all(is_tolerable(part, one, sentence, view) for part in mention.parts)
    if not mention.keys.isdisjoint(_sites()):
        return not _others(mention, sentence, view, _sites())
    scale = scale_of(mention.keys)
    if scale:
        return mention.keys.isdisjoint(_degrees()) and not _others(mention, sentence, view, scale)
    return not mention.meant.negated and _is_everyday(mention, sentence)


def _is_everyday(mention: Mention, sentence: Sentence) -> bool:
    if _is_weighty(mention):
        return False
    start = mention.start - sentence.start
    written = sentence.text[start : mention.end - sentence.start]
    if written[:1].isupper() and start > 0:
        return False
    return not any(character.isdigit() for character in written) and not _LEARNED.search(written.lower())


def _is_weighty(mention: Mention) -> bool:
    """Whether it tells a degree, a course, or what is done or befalls."""
    names = (key.removeprefix("w:") if key.startswith("w:") else stem_of(key[1:]) for key in mention.keys if key[0] in "w=")
    return any(has_own_meaning(name) or name in deeds() for name in names)


def is_degree(mention: Mention) -> bool:
    """Whether it tells how bad something is."""
    return mention.kind == "word" and not mention.keys.isdisjoint(_degrees())


@cache
def _degrees() -> frozenset[str]:
    """How bad something is."""
    return frozenset(f"w:{stem_of(word)}" for word in _BAD)


_BAD = frozenset("loud faint mild moderate severe massive slight extreme extremely marked moderately severely mildly slightly minimal profound".split())


def _is_denied_there(mention: Mention, one: Proposition, view: View) -> bool:
    """Whether something else of its clause is denied here and in the quotes."""
    return any(
        each.mention.meant.negated
        for other in one.mentions
        if other is not mention
        for each in view.naming(other.keys)
    )


def _is_named_in_part(mention: Mention, one: Proposition, sentence: Sentence, view: View) -> bool:
    """Whether some words of a name stand in the quotes, and the others may be left over: the lung of "lung nodule"."""
    named = [part for part in mention.parts if view.naming(part.keys)]
    return bool(named) and all(part in named or _is_only_placed(part, sentence, view) for part in mention.parts)


def _is_only_placed(mention: Mention, sentence: Sentence, view: View) -> bool:
    """Whether a word tells only where or how something is, and the quotes do not name another place or look."""
    kind = _sites() if not mention.keys.isdisjoint(_sites()) else scale_of(mention.keys)
    return bool(kind) and mention.keys.isdisjoint(_degrees()) and not _others(mention, sentence, view, kind)


def _others(mention: Mention, sentence: Sentence, view: View, kind: frozenset[str]) -> bool:
    """Whether the quotes name another one of its kind, which the statement does not."""
    said = frozenset().union(*(each.keys for each in _all(sentence)))
    return any(
        not each.mention.keys.isdisjoint(kind) and view.quotes(each.mention) and said.isdisjoint(each.implied)
        for each in view.read
        if each.mention.keys.isdisjoint(mention.keys)
    )


def _all(sentence: Sentence) -> Iterator[Mention]:
    for one in sentence.propositions:
        for mention in one.mentions:
            yield mention
            yield from mention.parts


@cache
def _sites() -> frozenset[str]:
    """The names of parts of the body."""
    named = words("anatomy.txt") - qualifiers() - SIDES.keys() - _NO_SITES
    return frozenset().union(*(word_keys(word) for word in named if len(word) > 2))


_GENERIC = frozenset().union(*(keys_of(word) | term_keys("symptom", word) for word in ("symptom", "symptoms")))
_NO_SITES = frozenset({"first", "second", "third", "fourth", "fifth", "great", "little", "index", "back", "soft", "big", "base", "bases", "ring", "inferior", "superior", "transthoracic"})
