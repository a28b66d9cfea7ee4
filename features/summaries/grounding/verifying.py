"""Whether a statement about a patient is borne out by the notes it cites."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from features.summaries.grounding import language
from features.summaries.grounding.agreement import Agreement
from features.summaries.grounding.instructions import is_instruction
from features.summaries.grounding.quotes import Passage, composed, passages, plain, too_short
from features.summaries.grounding.reading import read
from features.summaries.grounding.verdict import Verdict
from features.summaries.shape import ChartNote, Citation, Statement

_CONNECTED = 6


@dataclass(frozen=True, slots=True)
class Checked:
    """A text without the sentences that nothing supports, and those sentences, each with the reasons."""

    text: str
    dropped: tuple[tuple[str, tuple[str, ...]], ...]


def verify(statement: Statement, notes: Mapping[UUID, ChartNote]) -> Verdict:
    """Judge a statement by the quotes it cites.

    Every quote must stand in its note word for word (runs of white space may differ), and the statement must agree with
    the quotes, read in the sentences they come from: a quote that leaves out the "denies" before it still denies.

    Args:
        statement: What is said, and where it is said to come from.
        notes: The notes of this patient; a note that is not among them does not exist.
    """
    if not statement.citations:
        return Verdict(False, ("no_citation",))
    reasons: set[str] = set()
    found: list[Passage] = []
    for citation in statement.citations:
        reasons |= _cited(citation, notes, found)
    if reasons:
        return Verdict(False, tuple(sorted(reasons)))
    return _judged(statement.text, found)


def _cited(citation: Citation, notes: Mapping[UUID, ChartNote], found: list[Passage]) -> set[str]:
    note = notes.get(citation.note_id)
    if note is None:
        return {"unknown_note"}
    here = passages(note, citation.quote)
    if not here:
        return {"quote_not_found"}
    if too_short(citation.quote):
        return {"quote_too_short"}
    sound = [passage for passage in here if not passage.is_tainted]
    if not sound:
        return {"instruction"}
    found.extend(sound)
    return set()


def _judged(text: str, found: Sequence[Passage]) -> Verdict:
    text = composed(text)
    if is_instruction(text):
        return Verdict(False, ("instruction",))
    reasons = Agreement(read(plain(text)), found).reasons()
    return Verdict(not reasons, tuple(sorted(reasons)))


def verify_text(text: str, statements: Sequence[Statement], notes: Mapping[UUID, ChartNote] | None = None) -> Checked:
    """Keep the sentences of a free text that the supported statements bear out, and drop the others.

    Args:
        text: A paragraph.
        statements: Statements already judged; those that are not supported count for nothing.
        notes: The notes they cite. With these, their quotes support a sentence too, read in their notes.
    """
    evidence = [_evidence(statement, notes) for statement in statements if statement.supported]
    kept: list[str] = []
    dropped: list[tuple[str, tuple[str, ...]]] = []
    text = composed(text)
    end = 0
    for start, stop in language.sentences(text):
        sentence = text[start:stop]
        verdict = _supported(sentence, evidence)
        if verdict.supported:
            kept.append(("\n" if "\n" in text[end:start] else " ") if kept else "")
            kept.append(sentence)
        else:
            dropped.append((sentence, verdict.reasons))
        end = stop
    return Checked("".join(kept), tuple(dropped))


def _supported(sentence: str, evidence: Sequence[Sequence[Passage]]) -> Verdict:
    """By the statements that have most words in common with it: the first one, or the first few together."""
    words = _stems(sentence)
    ranked = sorted(evidence, key=lambda found: -len(words & _stems(found[0].text)))[:_CONNECTED]
    together: list[Passage] = []
    first: Verdict | None = None
    for found in ranked:
        together = [*together, *found]
        for support in (found, together):
            verdict = _judged(sentence, support)
            if verdict.supported:
                return verdict
            first = first or verdict
    return first or Verdict(False, ("no_citation",))


def _stems(text: str) -> frozenset[str]:
    reading = read(text)
    return frozenset().union(*(atom.keys for atom in reading.atoms if atom.kind != "word" or reading.content(atom)))


def _evidence(statement: Statement, notes: Mapping[UUID, ChartNote] | None) -> list[Passage]:
    text = composed(statement.text)
    day = statement.citations[0].taken_at.date() if statement.citations else None
    found = [Passage(read(text), 0, len(text), day)]
    for citation in statement.citations if notes else ():
        note = notes.get(citation.note_id) if notes else None
        if note is not None:
            found.extend(passage for passage in passages(note, citation.quote) if not passage.is_tainted)
    return found
