"""What is to be done when the heart stops, and what treatment is limited to: DNACPR, full code, ReSPECT.

Only a decision that stands is told. One that is still to be made ("DNACPR to be discussed") is none, one that was
withdrawn means that resuscitation is to be attempted again.
"""

import re

from clinical.facts import Place, Resuscitation, ResuscitationStatus
from clinical.note import Note
from clinical.roles import Said, all_roles, roles_in

_TOLD = frozenset({"attempt", "not", "form", "limit"})
_FORMS = {"respect": "ReSPECT", "polst": "POLST", "molst": "MOLST", "tep": "treatment escalation plan"}
_MOST = 50
_TALKS = re.compile(r"discuss|asked about", re.IGNORECASE)
_OUTCOME = re.compile(r"[:;,–—]\s|\bthat\s|\band (?:s?he|they|patient|family) ", re.IGNORECASE)


def resuscitation(note: Note) -> list[ResuscitationStatus]:
    """The decisions that a note tells, in the order of the text."""
    found = []
    for number in range(len(note.document.sentences)):
        said = roles_in(note, number, "resuscitation.txt")
        if _TOLD & all_roles(said):
            status = _status(note, said)
            if status is not None:
                found.append(status)
        if len(found) == _MOST:
            break
    return found


def _status(note: Note, heard: list[Said]) -> ResuscitationStatus | None:
    """What a sentence decides; None where it decides nothing."""
    said = heard
    told = [each for each in said if each.roles & _TOLD]
    said = _without_talk(note, said, told[0])
    talked = len(said) < len(heard)
    meanings = [note.context.of(*each.place) for each in told]
    if "withdrawn" not in all_roles(said):
        # "Previously DNACPR, now for full resuscitation": what is past decides nothing.
        told = [
            each
            for each, meant in zip(told, meanings, strict=True)
            if not (meant.historical or (meant.family and not talked))
        ]
    if not told or (meanings[0].family and not talked):
        return None
    meant = note.context.of(*told[0].place)
    roles = all_roles([each for each in said if each in told or not each.roles & _TOLD])
    if "open" in roles and not roles & {"settled", "withdrawn"}:
        return None
    against = [each for each in told if "not" in each.roles]
    # "For full escalation, no DNACPR"
    denied = all(note.context.of(*each.place).negated for each in against)
    decision = _decision(roles, denied=denied)
    form, limit = _first(told, "form"), _first(told, "limit")
    if decision is Resuscitation.UNSTATED and (meant.negated or (limit is None and "settled" not in roles)):
        return None
    start, end = told[0].place.start, told[-1].place.end
    decided = _first(told, "not") or _first(told, "attempt")
    parts = {"decision": decided, "limit": limit, "form": form}
    return ResuscitationStatus(
        start=start,
        end=end,
        original=note.text[start:end],
        section=note.part_at(start),
        places={name: place for name, place in parts.items() if place is not None},
        decision=decision,
        limit=" ".join(note.text[slice(*limit)].split()) if limit else None,
        form=_form(note.text[slice(*form)]) if form else None,
    )


def _without_talk(note: Note, said: list[Said], decided: Said) -> list[Said]:
    """The words without those for the talk whose outcome is told: "discussed with her son: not for CPR".

    What is talked about without an outcome stands right behind the word: "discussed DNACPR with her son".
    """
    return [
        each
        for each in said
        if not (
            "open" in each.roles
            and each.place.end <= decided.place.start
            and _TALKS.match(note.text, each.place.start)
            and _OUTCOME.search(note.text, each.place.end, decided.place.start)
        )
    ]


def _decision(roles: frozenset[str], *, denied: bool) -> Resuscitation:
    if "not" in roles:
        return Resuscitation.ATTEMPT if denied or "withdrawn" in roles else Resuscitation.DO_NOT_ATTEMPT
    return Resuscitation.ATTEMPT if "attempt" in roles else Resuscitation.UNSTATED


def _first(told: list[Said], role: str) -> Place | None:
    return next((each.place for each in told if role in each.roles), None)


def _form(written: str) -> str:
    words = " ".join(written.lower().split())
    return _FORMS.get(words.split()[0], words)
