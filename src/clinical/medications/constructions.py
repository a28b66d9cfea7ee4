"""What several words around a drug say together: an exchange put off, "left X running", a verb far before its drug."""

import re
from collections.abc import Sequence
from itertools import pairwise

from clinical.concepts import concept_of
from clinical.facts import MedicationStatus, Reality
from clinical.medications.drug_names import Name
from clinical.medications.identity import identity_of
from clinical.medications.verdicts import Verdict
from clinical.note import Note

# "A switch from X to Y was discussed": the exchange as a thing, and what was done with it.
_EXCHANGE = re.compile(r"(?:switch|chang|swap|convert|conversion|transition|replac)(?:e|ing|ping)?$", re.IGNORECASE)
_PUT_OFF = re.compile(
    r"(?:[^.;\n,]|(?<=\d)\.(?=\d)){0,24}?[\s,]{1,2}(?:(?:was|is|has been|had been|being|were|but|and|then|not|"
    r"only|also|briefly)\s){0,3}(?:discussed|considered|contemplated|mooted|raised|debated|suggested|proposed|"
    r"deferred|postponed|delayed|shelved|put off|put on hold|declined|rejected|decided against|talked about|"
    r"under discussion|not (?:made|done|wanted|felt|thought))\b",
    re.IGNORECASE,
)
_WENT_AHEAD = re.compile(
    r"\b(?:agreed|made|done|started|commenced|carried out|went ahead|gone ahead|completed|accepted|today|effected|"
    r"implemented|actioned)\b",
    re.IGNORECASE,
)
_NOT_AHEAD = re.compile(r"\b(?:not|never|no|until|put off|postponed|deferred|shelved|declin\w+|next)\b", re.IGNORECASE)
_FROM_TO = re.compile(r"\s(?:to|for|with|by)\s", re.IGNORECASE)
# "Left the propofol running", "was left in place": it goes on, whatever is said of those before.
_LEFT = re.compile(
    r"\b(?:left|leave|leaving|let|kept|keep)\s(?:(?:the|his|her|their|both|all)\s)?"
    r"(?:[^.;,\n]{2,40}\s(?:and|&)\s(?:(?:the|his|her)\s)?)?$",
    re.IGNORECASE,
)
_RUNNING = (
    r"(?:running|run(?: on)?|going|in place|unchanged|alone|untouched|as (?:it|they) (?:is|was|were|are)|"
    r"as before|at the same dose|at its dose)\b"
)
_STAYS = re.compile(rf"(?:\s\d[\w./]*(?:\s[a-z]{{1,12}}){{0,3}})?\s(?:infusion\s|drip\s)?{_RUNNING}", re.IGNORECASE)
_WAS_LEFT = re.compile(rf"\s(?:was|were|is|are|has been|have been)\s(?:left|kept)\s{_RUNNING}", re.IGNORECASE)
# "I have started her, after a talk about side effects, on a small dose of X".
_FAR_VERB = re.compile(
    r"(?P<before>\b[^.;:\n]{0,40})\b(?P<verb>start(?:ed|ing)|commenc(?:ed|ing)|initiated|put(?:ting)?)"
    r"(?:\s(?:him|her|them|this \w{1,12}|the patient|(?:mr|mrs|ms|miss)\s\w{1,20}))?"
    r"(?:,\s[^.;:\n]{3,110},|\s[–—-]\s[^.;:\n]{3,110}\s[–—-])\s(?:on|with)\s(?:(?:to|an?|the|small|low|very|starting|"
    r"modest|trial|dose|course|of|regular|oral)\s){0,6}$",
    re.IGNORECASE,
)
_NOT_BEGUN = re.compile(
    r"\b(?:not|never|n['’]t|if|would|will|could|may|might|should|consider\w*|suggest\w*|discuss\w*|before|to be|"
    r"plan\w*|thinking|keen|reluctant|previously|had been|declin\w*|against|stopped|ago)\b",
    re.IGNORECASE,
)
# Drugs under such words were given for an operation and are over: "Anaesthetic chart: propofol 150 mg".
_THEATRE = re.compile(
    r"(?:^|[\n.;])[ \t*_#-]{0,4}(?:(?:general )?an(?:a)?esthe(?:tic|sia)"
    r"(?: (?:chart|record|drugs?|agents?|technique|sheet|details|notes?))?|"
    r"intra-?op(?:erative(?:ly)?)?(?: (?:drugs?|medications?|meds|medicines))?|"
    r"(?:drugs? |medicines? |medications? )?(?:given )?in theatre|theatre drugs|given (?:in theatre|intra-?op\w*))"
    r"\s?[:–—-]\s[^\n;]{0,240}$|\b(?:GA|general an(?:a)?esthe(?:tic|sia)|(?:TIVA|RSI)|an(?:a)?esthetised|"
    r"anesthetized)\s(?:with|using)\s[^.;\n]{0,60}$",
    re.IGNORECASE,
)
_FAR, _BEHIND = 260, 120


def constructed(note: Note, names: Sequence[Name], number: int, said: list[Verdict]) -> list[Verdict]:
    """What is said of a drug, with what such words make of it.

    Args:
        note: The note.
        names: Its drugs.
        number: The drug.
        said: What was said of it, in the order of the text.
    """
    name = names[number]
    if any(one.exchanged for one in said):
        told = [_of_exchange(note, names, one) for one in said]
        told = [_of_same(note, names, number, one) for one in told]
        # What is said beside it ("considered but deferred", "dose unchanged") is of the exchange, and nothing more.
        return [one for one in told if one.exchanged and one.sure] or told
    first, last = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - _FAR) : name.start]
    staying = _STAYS.match(note.text, name.end, last) if _LEFT.search(before[-80:]) else None
    staying = staying or _WAS_LEFT.match(note.text, name.end, last)
    if staying is not None:
        return [_sure(MedicationStatus.CONTINUED, *staying.span())]
    if all(one.told or one.status is MedicationStatus.CONTINUED for one in said):
        far = _FAR_VERB.search(before)
        if far is not None and not _NOT_BEGUN.search(far["before"]):
            at = name.start - len(before)
            return [_sure(MedicationStatus.STARTED, at + far.start("verb"), at + far.end("verb"))]
        if _THEATRE.search(note.text, max(0, first - 1, name.start - _FAR), name.start):
            return [_sure(MedicationStatus.MENTIONED, name.start, name.end)._replace(reality=Reality.PAST)]
    return said


def under_other_brand(note: Note, names: Sequence[Name], inside: Sequence[int], number: int) -> Verdict | None:
    """What is said of a drug beside which only its brand is changed: "infliximab: from Remicade to Inflectra"."""
    for one, other in pairwise(inside):
        if number in {one, other} or not _FROM_TO.fullmatch(note.text, names[one].end, names[other].start):
            continue
        if _is_same(note, names[one], names[other]) and _is_same(note, names[number], names[one]):
            return _sure(MedicationStatus.CONTINUED, names[one].start, names[other].end)
    return None


def _sure(status: MedicationStatus, start: int, end: int) -> Verdict:
    return Verdict.of(status, start, end)._replace(sure=True, overrides=True)


def _of_exchange(note: Note, names: Sequence[Name], one: Verdict) -> Verdict:
    """An exchange that was only spoken of or put off stops and starts nothing; one of brands changes no drug."""
    if not one.exchanged or one.reality is not Reality.ACTUAL:
        return one
    _, last = note.document.sentence_span(one.start)
    behind = [name for name in names if one.end <= name.start < last][:2]
    if len(behind) > 1 and _is_same(note, behind[0], behind[1]):
        return one._replace(status=MedicationStatus.CONTINUED, ending=None, strong=False, sure=True)
    if not behind or not _EXCHANGE.fullmatch(note.text, one.start, one.end):
        return one
    put_off = _PUT_OFF.match(note.text, behind[-1].end, min(last, behind[-1].end + _BEHIND))
    if put_off is None:
        return one
    rest = note.text[put_off.end() : last]
    if _WENT_AHEAD.search(rest) and not _NOT_AHEAD.search(rest):
        return one
    return one._replace(reality=Reality.CONSIDERED, ending=None, sure=True)


def _of_same(note: Note, names: Sequence[Name], number: int, one: Verdict) -> Verdict:
    """A drug that is exchanged for itself is given otherwise: "1.2 g IV to 625 mg orally"."""
    beside = number - 1 if one.status is MedicationStatus.STARTED else number + 1
    if not one.exchanged or one.reality is not Reality.ACTUAL or not 0 <= beside < len(names):
        return one
    here, there = names[number], names[beside]
    sentence = note.document.sentence_span(here.start)
    if not sentence[0] <= there.start < sentence[1] or identity_of(note, here)[0] != identity_of(note, there)[0]:
        return one
    if one.status is MedicationStatus.STARTED:
        return one._replace(status=MedicationStatus.CHANGED, sure=True)
    return one._replace(status=MedicationStatus.MENTIONED, ending=None, strong=False, sure=True)


def _is_same(note: Note, one: Name, other: Name) -> bool:
    """Whether two names are brands of one drug, of which "from Humira to Imraldi" is no exchange."""
    first, second = identity_of(note, one), identity_of(note, other)
    return first[1] != second[1] and concept_of(first[0], "drug") == concept_of(second[0], "drug")
