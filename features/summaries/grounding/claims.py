"""Whether a word for what happens claims something that may harm, where the quotes do not have it."""

from collections.abc import Iterator

from clinical.concepts import is_known
from clinical.propositions.propositions import Mention, Proposition, Sentence
from features.summaries.grounding.evidence import View, about_the_same, is_after

Day = tuple[int | None, int | None, int | None]
TRENDS = frozenset({"increase", "decrease", "improve", "worsen", "unchanged"})
_CONTRARY = {
    "increase": frozenset({"decrease", "improve", "unchanged", "resolve"}),
    "decrease": frozenset({"increase", "worsen", "unchanged"}),
    "improve": frozenset({"worsen", "increase", "unchanged"}),
    "worsen": frozenset({"improve", "decrease", "unchanged", "resolve"}),
    "unchanged": frozenset({"improve", "worsen", "increase", "decrease", "change", "resolve"}),
}
# What may be ahead; what of it is settled; and what is only begun, had or tried.
_AHEAD = frozenset({"plan", "recommend", "consider", "ask", "offer", "refer", "expect", "accept"})
_SETTLED = frozenset({"plan", "recommend", "refer", "expect", "accept"})
_DOING = frozenset({"take", "give", "start", "change", "attempt", "tolerate"})
_MEDICINES = frozenset({"drug", "class"})
_MEASURED = frozenset({"lab", "vital", "condition", "symptom"}) | _MEDICINES
# What causes or follows what is compared for itself (`relations`).
_RELATED = frozenset({"cause", "due", "before", "after"})


def is_claimed(event: str, one: Proposition, view: View, sentence: Sentence) -> bool:
    """Whether whoever adds the word claims what may harm.

    What is ahead is claimed where the quotes have nothing ahead; that something rises, gets worse or stays, where they
    tell it of another kind, or where it is told of what is measured, felt or taken; being given or begun, of medicines.
    """
    if event in _AHEAD:
        wanted = _SETTLED if event in _SETTLED else _AHEAD
        return not (_told(one, view) & wanted or any(_is_ahead(event, one, other, view) for other in view.propositions))
    if event in TRENDS:
        return bool(_told(one, view) & _CONTRARY[event] or any(each.kind in _MEASURED for each in one.subjects))
    if event in _DOING:
        return any(
            each.kind in _MEDICINES or (event == "give" and _is_procedure(each, sentence))
            for other in sentence.propositions
            for each in other.mentions
        )
    return event not in _RELATED


def _is_procedure(mention: Mention, sentence: Sentence) -> bool:
    written = sentence.text[mention.start - sentence.start : mention.end - sentence.start]
    return mention.kind == "word" and is_known(written, "procedure")


def _told(one: Proposition, view: View) -> frozenset[str]:
    """What the quotes tell of the same thing; of anything, where they do not name it."""
    return frozenset().union(*(other.happens for other in view.propositions if about_the_same(one, other, view)))


def _is_ahead(event: str, one: Proposition, other: Proposition, view: View) -> bool:
    """Whether a proposition of the quotes tells what may come; where it only names things, of the same thing."""
    if _is_schedule(other, view) and not about_the_same(one, other, view):
        return False
    return (other.doubts and (one.doubts or event not in _SETTLED)) or is_intended(other, view)


def is_intended(other: Proposition, view: View) -> bool:
    """Whether a proposition of the quotes tells what is ahead."""
    ahead = any(is_after(day, view.day) for day in days_of(other))
    return (
        ahead
        or other.is_command
        or _is_schedule(other, view)
        or "planned" in realities(other)
        or view.is_conditional(other)
    )


def _is_schedule(other: Proposition, view: View) -> bool:
    """Whether it only names what is to come, without a verb: "FBC every two weeks", "Flu vaccine in autumn"."""
    told = other.happens or other.is_present or other.is_past or other.is_participle
    behind = view.day is not None and any(day[0] and not is_after(day, view.day) for day in days_of(other))
    dosed = any(each.figure and each.figure.kind in {"amount", "frequency"} for each in other.mentions)
    medicines = any(each.kind in _MEDICINES for each in other.mentions)
    return not (told or behind or (medicines and dosed))


def days_of(other: Proposition) -> Iterator[Day]:
    """The days that a proposition tells."""
    return (each.figure.day for each in other.mentions if each.figure and each.figure.kind == "day")


def realities(other: Proposition) -> frozenset[str]:
    """How real is what it tells: planned, considered, declined ..."""
    return frozenset(each.meant.reality.value for each in other.mentions)
