"""Whether a statement about a patient is borne out by the notes it cites."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from clinical import sentences
from clinical.propositions.lettering import has_foreign_letters
from clinical.propositions.propositions import Sentence
from clinical.propositions.reading import Reader
from features.summaries.grounding.arranging import is_told_too_early
from features.summaries.grounding.contrast_denials import is_denied_otherwise
from features.summaries.grounding.contrast_words import Wording
from features.summaries.grounding.evidence import View
from features.summaries.grounding.following import unsupported
from features.summaries.grounding.instructions import is_instruction
from features.summaries.grounding.items import ChartItem, item_views
from features.summaries.grounding.named import Names, composed, names_in
from features.summaries.grounding.quotes import passages, plain, too_short
from features.summaries.grounding.verdict import Reason, Verdict
from features.summaries.grounding.weighed import is_borne_out, is_doubtful
from features.summaries.shape import ChartNote, Citation, Statement

_CONNECTED = 6
# So many sentences are read together at most: whoever quotes more has not said what a statement rests on.
_MOST_TOGETHER = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """A text without the sentences that nothing supports, and those sentences, each with the reasons."""

    text: str
    dropped: tuple[tuple[str, tuple[Reason, ...]], ...]


# Where a line of the chart has the last word, whatever older quotes say: what has become of it, and whose it is.
_STANDING = frozenset(
    {Reason.STATUS, Reason.HISTORY, Reason.NEGATION, Reason.CERTAINTY, Reason.FAMILY, Reason.RETRACTED}
)


def verify(statement: Statement, notes: Mapping[UUID, ChartNote], items: Sequence[ChartItem] = ()) -> Verdict:
    """Judge a statement by the quotes it cites, and by the lines of the chart.

    Every quote must stand in its note word for word (runs of white space may differ), and the statement must agree with
    the quotes, read in the sentences they come from: a quote that leaves out the "denies" before it still denies. A
    line of the chart supports what it says itself, and has the last word on what has become of the thing: an old
    "takes amlodipine" supports nothing where the chart has it stopped.

    Args:
        statement: What is said, and where it is said to come from.
        notes: The notes of this patient; a note that is not among them does not exist.
        items: The lines of the patient's chart that it cites.
    """
    if not statement.citations and not items:
        return Verdict(False, (Reason.NO_CITATION,))
    reasons: set[Reason] = set()
    found: list[View] = []
    names = names_in(notes.values())
    for citation in statement.citations:
        reasons |= _cited(citation, notes, names, found)
    if not items and is_told_too_early(statement.text, [citation.quote for citation in statement.citations]):
        reasons.add(Reason.STATUS)
    if reasons:
        return Verdict(False, tuple(sorted(reasons)))
    if not items:
        return _weighed(statement, found, _judged(statement.text, found))
    text = _without_explanations(statement.text, items)
    known = item_views(items)
    verdict = _judged(text, [*known, *found])
    if verdict.supported and found:
        standing = _STANDING.intersection(_judged(text, known).reasons)
        return Verdict(not standing, tuple(sorted(standing)))
    return verdict


def _without_explanations(text: str, items: Sequence[ChartItem]) -> str:
    """The text without the sentences that are approved for these items."""
    approved = {_bare(sentence) for item in items for sentence in item.explanations}
    if not approved:
        return text
    return " ".join(text[start:end] for start, end in sentences(text) if _bare(text[start:end]) not in approved)


def _bare(sentence: str) -> str:
    return " ".join(sentence.lower().split()).rstrip(".")


def _cited(citation: Citation, notes: Mapping[UUID, ChartNote], names: Names, found: list[View]) -> set[Reason]:
    note = notes.get(citation.note_id)
    if note is None:
        return {Reason.UNKNOWN_NOTE}
    here = passages(note, citation.quote, names)
    if not here:
        return {Reason.QUOTE_NOT_FOUND}
    if too_short(citation.quote):
        return {Reason.QUOTE_TOO_SHORT}
    sound = [passage for passage in here if not passage.is_tainted]
    if not sound:
        return {Reason.INSTRUCTION}
    found.extend(view for passage in sound for view in passage.views)
    return set()


def _judged(text: str, views: Sequence[View]) -> Verdict:
    text = composed(text)
    if is_instruction(text):
        return Verdict(False, (Reason.INSTRUCTION,))
    if has_foreign_letters(text):
        return Verdict(False, (Reason.FOREIGN_SCRIPT,))
    views = [*views, *_united(views)]
    best: set[Reason] | None = None
    for day in dict.fromkeys(view.day for view in views):
        reasons = unsupported(_said(text, day), views)
        best = reasons if best is None or len(reasons) < len(best) else best
        if not reasons:
            break
    best = {Reason.NO_CITATION} if best is None else best
    if not best and is_denied_otherwise(Wording(_said(text, views[0].day), views)):
        best = {Reason.NEGATION}
    return Verdict(not best, tuple(sorted(best)))


def _weighed(statement: Statement, views: Sequence[View], verdict: Verdict) -> Verdict:
    """What the rules refuse may say the same in other words, all in all; and what they accept may add something."""
    text = composed(statement.text)
    said = _said(text, views[0].day if views else None)
    quotes = [citation.quote for citation in statement.citations]
    if not verdict.supported:
        return Verdict(True) if is_borne_out(text, said, quotes, views, verdict.reasons) else verdict
    return Verdict(False, (Reason.TERM,)) if is_doubtful(text, said, quotes, views) else verdict


def _united(views: Sequence[View]) -> list[View]:
    """All that is cited, of each day and of all days, read together where it is more than one passage."""
    found = []
    days = list(dict.fromkeys(view.day for view in views))
    newest = max((day for day in days if day is not None), default=None)
    for day, parts in [*((day, [view for view in views if view.day == day]) for day in days), (newest, views)]:
        read = {id(one): one for view in parts for one in view.sentences}
        if 1 < len(read) <= _MOST_TOGETHER and (len(days) > 1 or parts is not views):
            called = frozenset().union(*(view.called for view in parts))
            others = frozenset().union(*(view.others for view in parts))
            found.append(View(list(read.values()), day, 0, 0, parts, called=called, others=others))
    return found


@lru_cache(maxsize=1024)
def _said(text: str, day: date | None) -> tuple[Sentence, ...]:
    return tuple(Reader(plain(text), day).sentences())


def verify_text(text: str, statements: Sequence[Statement], notes: Mapping[UUID, ChartNote] | None = None) -> Checked:
    """Keep the sentences of a free text that the supported statements bear out, and drop the others.

    Args:
        text: A paragraph.
        statements: Statements already judged; those that are not supported count for nothing.
        notes: The notes they cite. With these, their quotes support a sentence too, read in their notes.
    """
    evidence = [_evidence(statement, notes) for statement in statements if statement.supported]
    kept: list[str] = []
    dropped: list[tuple[str, tuple[Reason, ...]]] = []
    text = composed(text)
    end = 0
    for start, stop in sentences(text):
        sentence = text[start:stop]
        verdict = _supported(sentence, evidence)
        if verdict.supported:
            kept.append(("\n" if "\n" in text[end:start] else " ") if kept else "")
            kept.append(sentence)
        else:
            dropped.append((sentence, verdict.reasons))
        end = stop
    return Checked("".join(kept), tuple(dropped))


def _supported(sentence: str, evidence: Sequence[Sequence[View]]) -> Verdict:
    """By the statements that have most words in common with it: the first one, or the first few together."""
    words = _keys(_said(composed(sentence), None))
    ranked = sorted(evidence, key=lambda views: -len(words & _keys(views[0].sentences)))[:_CONNECTED]
    together: list[View] = []
    first: Verdict | None = None
    for views in ranked:
        together = [*together, *views]
        for support in (views, together):
            verdict = _judged(sentence, support)
            if verdict.supported:
                return verdict
            first = first or verdict
    return first or Verdict(False, (Reason.NO_CITATION,))


def _keys(read: Sequence[Sentence]) -> frozenset[str]:
    return frozenset(
        key for sentence in read for one in sentence.propositions for mention in one.mentions for key in mention.keys
    )


def _evidence(statement: Statement, notes: Mapping[UUID, ChartNote] | None) -> list[View]:
    text = composed(statement.text)
    day = statement.citations[0].taken_at.date() if statement.citations else None
    read = _said(text, day)
    found = [View((sentence,), day, 0, len(text)) for sentence in read]
    if len(read) != 1:
        found.append(View(read, day, 0, len(text)))
    for citation in statement.citations if notes else ():
        note = notes.get(citation.note_id) if notes else None
        if note is not None:
            for passage in passages(note, citation.quote):
                found.extend(() if passage.is_tainted else passage.views)
    return found
