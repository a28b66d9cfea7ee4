"""What may be left over of a statement: words of no harm, beside more that is borne out.

What can harm is typed, and compared exactly: persons, drugs, diseases, figures, sides, denial, doubt, degree, what
happens. A word of none of these kinds says little by itself. A part of the body, or how something looks, says little
where the quotes do not name another one.
"""

import re
from collections.abc import Iterator
from functools import cache

from clinical.concepts import is_known
from clinical.lexicon.resources import words
from clinical.propositions.lettering import is_akin, stem_of
from clinical.propositions.meanings import (
    deeds,
    degrees,
    has_own_meaning,
    implied_by,
    keys_of,
    qualifiers,
    scale_of,
    term_keys,
    word_keys,
)
from clinical.propositions.propositions import Mention, Proposition, Sentence
from clinical.propositions.words import SIDES
from features.summaries.grounding.evidence import View, kin
from features.summaries.grounding.things import same_figure

# The endings of words of medicine, which say more than everyday words.
_LEARNED = re.compile(
    r"(?:itis|itides|osis|oses|oma|omas|omata|emia|aemia|iasis|opathy|opathies|sclerosis|stenosis|plasia|plegia|paresis"
    r"|trophy|ectasis|penia|rrhage|rrhea|rrhoea|ectomy|otomy|ostomy|plasty|oscopy|graphy|centesis|mycin|cillin|azole"
    r"|pril|sartan|statin|olol|mab|nib|pine|phobia|algia|olog(?:y|ist)|iatr(?:y|ist|ics)|therapist|dietitian|surgeon|uria|pnea|pnoea|cardia|opia|gram)s?$"
)
# So much of a proposition has to be the quotes' for a word of it to stand in the place of another.
_FRAME = 2
_TIMED = frozenset({"before", "after", "until"})
# Words of the list of parts of the body that say only where in them, or which.
_NO_SITES = frozenset(
    ["first", "second", "third", "fourth", "fifth", "great", "little", "index", "back", "soft", "big", "base", "bases"]
) | {"ring", "inferior", "superior", "transthoracic"}


def is_tolerable(mention: Mention, one: Proposition, sentence: Sentence, view: View) -> bool:
    """Whether what the quotes do not name may be left over, beside enough that they do.

    Args:
        mention: A mention of the statement.
        one: The proposition in which it stands, or which goes on about it.
        sentence: Its sentence.
        view: What the quotes say.
    """
    if one.link in _TIMED and one.mentions and mention in one.mentions[:2]:
        return False  # "since birth": that is when
    if mention.kind != "word" or not mention.keys.isdisjoint(kin()):
        return mention.kind == "symptom" and mention.keys <= _symptoms()
    if mention.meant.negated:  # who has no pain has no severe one
        denied = _is_denied_there(mention, one, view) or (
            _is_everyday(mention, sentence) and any(each.denies for each in view.sentences)
        )
        return denied and not _names_another(mention, sentence, view, _ways())
    if mention.parts:
        return (
            not _is_weighty(mention)
            and not _names_another(mention, sentence, view, _ways())
            and all(is_tolerable(part, one, sentence, view) for part in mention.parts)
        )
    if kind := kind_of_place(mention):
        return not is_degree(mention) and not _names_another(mention, sentence, view, kind)
    return _is_everyday(mention, sentence)


def replaces_another(mention: Mention, one: Proposition, sentence: Sentence, view: View) -> bool:
    """Whether a word stands where the quotes have another one, and all else is theirs: "tennis" for their golf."""
    others = [each for each in one.mentions if each is not mention]
    if (
        kind_of_place(mention)
        or len(others) < _FRAME
        or any(each.kind == "word" and not view.naming(each.keys) for each in others)
    ):
        return False
    keys = frozenset().union(*(each.keys for each in others))
    said = frozenset().union(*(each.keys for each in _words_of(sentence)))
    for other in view.propositions:
        told = [each for each in other.mentions if each.kind != "share" and view.quotes(each)]
        if len(told) != len(one.mentions) or all(keys.isdisjoint(implied_by(each.keys)) for each in told):
            continue
        left = [each for each in told if said.isdisjoint(implied_by(each.keys))]
        if len(left) == 1 and left[0].kind == "word" and not _are_akin(mention, left[0]):
            return True
    return False


def _are_akin(mention: Mention, other: Mention) -> bool:
    """Whether two words are made of one: "daytime" and "day"."""
    return any(is_akin(one, its) for one in _stems(mention) for its in _stems(other))


def _stems(mention: Mention) -> list[str]:
    return [key[2:] for key in mention.keys if key.startswith("w:")]


def is_named_in_part(mention: Mention, sentence: Sentence, view: View) -> bool:
    """Whether what is left of a name tells only where or how it is: the lung of "lung nodule"."""
    if mention.kind not in {"condition", "symptom", "word"}:
        return False
    named = [part for part in mention.parts if _is_meant(part, mention, view)]
    return bool(named) and all(part in named or _is_only_placed(part, sentence, view) for part in mention.parts)


def _is_meant(part: Mention, mention: Mention, view: View) -> bool:
    """Whether the quotes name a word of a name, and deny it, or tell it of somebody else, only where the name is."""
    meant = mention.meant
    return any(
        same_figure(part, each.mention)
        and (each.mention.meant.negated, each.mention.meant.family) == (meant.negated, meant.family)
        for each in view.naming(part.keys)
    )


def is_degree(mention: Mention) -> bool:
    """Whether it tells how bad something is."""
    return mention.kind == "word" and not mention.keys.isdisjoint(degrees())


def _is_only_placed(mention: Mention, sentence: Sentence, view: View) -> bool:
    """Whether a word tells only where or how something is, and the quotes do not name another place or look."""
    kind = kind_of_place(mention)
    return bool(kind) and not is_degree(mention) and not _names_another(mention, sentence, view, kind)


def kind_of_place(mention: Mention) -> frozenset[str]:
    """The names of the parts of the body, or of the scale that it belongs to; empty where it is none of these."""
    return _sites() if not mention.keys.isdisjoint(_sites()) else scale_of(mention.keys)


def is_learned(word: str) -> bool:
    """Whether a word ends like one of medicine."""
    return bool(_LEARNED.search(word))


def _is_everyday(mention: Mention, sentence: Sentence) -> bool:
    """Whether it is a word of no weight, neither a name nor learned."""
    start = mention.start - sentence.start
    written = sentence.text[start : mention.end - sentence.start]
    named = written[:1].isupper() and start > 0
    before = sentence.text[:start].rstrip()
    measures = before[-1:].isdigit() and not written.islower()  # "45 cGy"
    learned = (
        measures
        or is_known(written, "procedure")
        or any(character.isdigit() for character in written)
        or is_learned(written.lower())
    )
    return not (named or learned or _is_weighty(mention))


def _is_weighty(mention: Mention) -> bool:
    """Whether it tells a degree, a course, or what is done or befalls."""
    if any(key.startswith("=") and _is_finding(key[1:]) for key in mention.keys):
        return True
    stems = (key[2:] if key.startswith("w:") else stem_of(key[1:]) for key in mention.keys if key[0] in "w=")
    return any(has_own_meaning(stem) or stem in deeds() for stem in stems)


@cache
def _is_finding(name: str) -> bool:
    """Whether a name is one of what is felt or found: "swollen" of "swelling"."""
    return any(key.startswith("term:") for key in keys_of(name))


def _is_denied_there(mention: Mention, one: Proposition, view: View) -> bool:
    """Whether the quotes deny something else that its clause names."""
    return any(
        each.mention.meant.negated for other in one.mentions if other is not mention for each in view.naming(other.keys)
    )


def _names_another(mention: Mention, sentence: Sentence, view: View, kind: frozenset[str]) -> bool:
    """Whether the quotes name another one of its kind, which the statement does not."""
    said = frozenset().union(*(each.keys for each in _words_of(sentence)))
    return any(
        not word.keys.isdisjoint(kind)
        and view.quotes(each.mention)
        and word.keys.isdisjoint(mention.keys)
        and said.isdisjoint(implied_by(word.keys))
        for each in view.read
        for word in (each.mention, *each.mention.parts)
    )


def _words_of(sentence: Sentence) -> Iterator[Mention]:
    for one in sentence.propositions:
        for mention in one.mentions:
            yield mention
            for part in mention.parts:
                yield part
                yield from part.parts


@cache
def _symptoms() -> frozenset[str]:
    """The names of symptoms at large."""
    return frozenset().union(*(keys_of(word) | term_keys("symptom", word) for word in ("symptom", "symptoms")))


@cache
def _sites() -> frozenset[str]:
    """The names of parts of the body."""
    named = words("anatomy.txt") - qualifiers() - SIDES.keys() - _NO_SITES
    return frozenset().union(*(word_keys(word) for word in named if len(word) > len("l1")))


@cache
def _ways() -> frozenset[str]:
    """The names of parts of the body, and the words that say of what kind or how bad something is."""
    return _sites() | frozenset(f"w:{stem_of(word)}" for word in qualifiers())
