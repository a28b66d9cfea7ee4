"""Words that change how others are meant: the triggers of the data file, and where they stand in a sentence."""

from functools import cache
from typing import NamedTuple

from clinical.lexicon.phrases import Match, Phrases, Token
from clinical.lexicon.resources import entries
from clinical.people import Kin, Person, kinship

_RELATIVE_REACH, _OTHER_REACH = 20, 12


class Trigger(NamedTuple):
    """A phrase that changes how others are meant."""

    category: str
    direction: str
    reach: int
    over_commas: bool
    kin: Kin | None = None
    """Who is named, where it is a person."""


@cache
def _triggers() -> Phrases[Trigger]:
    phrases: Phrases[Trigger] = Phrases()
    for line in entries("triggers.txt"):
        phrase, category, direction, *rest = (part.strip() for part in line.split("|"))
        tokens, _, kind = rest[0].partition(" ") if rest else ("0", "", "")
        phrases.add(phrase, Trigger(category, direction, int(tokens), over_commas=kind == "list"))
    for name, kin in kinship():
        far = _RELATIVE_REACH if kin.person is Person.RELATIVE else _OTHER_REACH
        phrases.add(name, Trigger(kin.person.value, "both", far, over_commas=True, kin=kin))
    phrases.sort()
    return phrases


def triggers_in(text: str, tokens: list[Token], first: int, after: int) -> list[Match[Trigger]]:
    """The triggers among the tokens from `first` up to `after`, in order.

    A trigger within a longer one is none: "no change" hides "no". Two that only overlap both count, except where the
    words they share can have but one sense: in "was negative for PE" it is "negative for", in "not excluded by CT" it
    is "not excluded".
    """
    kept: list[Match[Trigger]] = []
    covered = first
    for match in _triggers().find_overlapping(text, tokens, first, after):
        if match.after <= covered:
            continue
        if kept and match.first < kept[-1].after:
            before = kept[-1]
            if _hides(before):
                continue
            if _points(before, "back"):
                if _points(match, "back"):
                    continue
                kept[-1] = before._replace(found=tuple(one for one in before.found if one.direction != "back"))
                if not kept[-1].found:
                    kept.pop()
        kept.append(match)
        covered = match.after
    return kept


def _hides(match: Match[Trigger]) -> bool:
    return all(trigger.category == "pseudo" for trigger in match.found)


def _points(match: Match[Trigger], direction: str) -> bool:
    return any(trigger.direction == direction for trigger in match.found)
