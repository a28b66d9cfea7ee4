"""Reads a text into propositions: mentions of weight, by clause and member of a list."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from clinical.context.assertion import Context
from clinical.context.assertion_value import Assertion
from clinical.facts import Reality
from clinical.lexicon.phrases import Token, terms
from clinical.propositions.dividing import divided, fill, hand_down, within
from clinical.propositions.double_meanings import is_beyond, is_leaving, is_number, is_side, neither
from clinical.propositions.figure import Figure
from clinical.propositions.figures import NOW_AND_THEN, figures_in
from clinical.propositions.meanings import (
    event_of,
    is_general,
    keys_of,
    light_words,
    opposites,
    phrases,
    term_keys,
    word_keys,
)
from clinical.propositions.propositions import Mention, Sentence
from clinical.propositions.words import COMMANDS, DENIALS, DOUBTS, PAST, SHARES, SIDES
from clinical.sections.outline import Outline
from clinical.text.document import Document

_NOTHING = frozenset({"none"})


class Reader:
    """Reads the sentences of one text."""

    def __init__(self, text: str, day: date | None = None, *, outlined: bool = False) -> None:
        self.text = text
        self._day = day
        self.document = Document(text)
        self._context = Context(self.document, Outline(self.document, text) if outlined else None)

    def sentences(self, start: int = 0, end: int | None = None) -> list[Sentence]:
        """What the sentences say that touch `text[start:end]`."""
        end = len(self.text) if end is None else end
        return [
            self._sentence(number, first, last)
            for number, (first, last) in enumerate(self.document.sentences)
            if first < end and last > start
        ]

    def _sentence(self, number: int, start: int, end: int) -> Sentence:
        first, after = self.document.sentence_tokens(number)
        tokens = self.document.tokens[first:after]
        figures = [
            figure._replace(start=figure.start + start, end=figure.end + start)
            for figure in figures_in(self.text[start:end], self._day)
        ]
        mentions = self._mentions(tokens, figures)
        propositions = divided(tokens, mentions, start, end)
        for one in propositions:
            fill(one, self.text)
        hand_down(propositions)
        links = {one.link for one in propositions} | {key for one in propositions for key in one.events}
        denies = any(token.word in DENIALS or token.word.endswith(("n't", "n’t")) for token in tokens)
        return Sentence(start, end, propositions, frozenset(links), self.text[start:end], denies)

    def _mentions(self, tokens: Sequence[Token], figures: Sequence[Figure]) -> list[Mention]:
        found: list[Mention] = []
        covered: list[tuple[int, int]] = []
        for start, end, kind, keys in self._phrases(tokens, figures):
            if keys == _NOTHING:
                covered.append((start, end))
                continue
            parts = self._parts([token for token in tokens if token.start >= start and token.end <= end])
            role = _role(self.text, start) if kind == "drug" else ""
            found.append(Mention(start, end, kind, keys, self._meant(start, end), parts, role=role))
            covered.append((start, end))
        for figure in figures:
            if figure.text == NOW_AND_THEN:
                found.append(Mention(figure.start, figure.end, "share", frozenset({"some"}), Assertion()))
                covered.append((figure.start, figure.end))
            elif not within(figure.start, figure.end, covered) or _is_stage(figure, found):
                found.append(
                    Mention(figure.start, figure.end, "figure", frozenset({figure.kind}), Assertion(), figure=figure)
                )
                covered.append((figure.start, figure.end))
            if figure.kind == "number" and figure.value > 1 and _OF_MORE.match(self.text, figure.end):
                found.append(Mention(figure.end, figure.end, "share", frozenset({"some"}), Assertion()))
        for at, token in enumerate(tokens):
            if not _touch(token.start, token.end, covered):
                mention = self._word(token, tokens, at)
                if mention is not None:
                    found.append(mention)
        return self._affirmed(sorted(found, key=lambda one: one.start), tokens)

    def _affirmed(self, mentions: Sequence[Mention], tokens: Sequence[Token]) -> list[Mention]:
        """The mentions, where "normal" ends a list of what is denied: "no fracture and normal alignment"."""
        found: list[Mention] = []
        until = -1
        verb = neither(tokens)
        calling = self._calling(tokens)
        for mention in mentions:
            if mention.meant.negated and self.text[mention.start : mention.end].lower() in _NORMAL:
                before = [token.word for token in tokens if token.end <= mention.start][-1:]
                if not DENIALS.intersection(before) and before != ["not"]:
                    stops = (
                        token.start for token in tokens if token.start > mention.start and token.word in {",", ";"}
                    )
                    until = next(stops, len(self.text))
            affirmed = mention.meant.negated and (mention.start < until or is_beyond(mention, tokens))
            negated = False if affirmed else mention.meant.negated
            if verb is not None and mention.kind != "figure":
                negated = mention.start > verb  # "Neither ice nor painkillers have helped": that is what is denied
            meant = replace(mention.meant, negated=negated)
            if meant.reality is Reality.PAST and calling is not None and mention.start >= calling:
                meant = replace(meant, reality=Reality.ACTUAL, historical=False)  # "a former miner with COPD"
            found.append(mention._replace(meant=meant))
        return found

    def _calling(self, tokens: Sequence[Token]) -> int | None:
        """Where it ends what somebody was by calling, where a sentence says so and nothing else of the past."""
        if not tokens or sum(token.word in PAST for token in tokens) != 1:
            return None
        found = _CALLING.search(self.text, tokens[0].start, tokens[-1].end)
        return found.end() if found else None

    def _phrases(
        self, tokens: Sequence[Token], figures: Sequence[Figure]
    ) -> Iterable[tuple[int, int, str, frozenset[str]]]:
        """The phrases that are known, the longest first, none within another."""
        options: list[tuple[int, int, str, frozenset[str]]] = []
        for match in terms().find_overlapping(self.text, tokens):
            start, end = tokens[match.first].start, tokens[match.after - 1].end
            kinds = [
                term for term in match.found if term.kind in {"condition", "symptom", "drug", "class", "lab", "vital"}
            ]
            if self.text[start:end].lower() == "discharge" and is_leaving(tokens, match.first):
                continue
            if kinds and not (start == end - 1 and self.text[start:end].islower()):
                keys = frozenset().union(*(term_keys(term.kind, term.name) for term in kinds))
                options.append((start, end, kinds[0].kind, keys | keys_of(self.text[start:end].lower())))
        for found in phrases().find_overlapping(self.text, tokens):
            start, end = tokens[found.first].start, tokens[found.after - 1].end
            events = [sense.key for sense in found.found if sense.kind == "event"]
            if found.after - found.first == 1 and not events:
                continue
            keys = frozenset(events) if events else keys_of(self.text[start:end].lower())
            options.append((start, end, "event" if events else "word", keys))
        taken: list[tuple[int, int]] = []
        for option in sorted(options, key=lambda one: (one[0] - one[1], one[2] == "word", one[2] == "event")):
            start, end = option[:2]
            if _touch(start, end, taken) or any(
                figure.start < end and start < figure.end and figure.kind in {"amount", "frequency", "pair"}
                for figure in figures
            ):
                continue
            taken.append((start, end))
            yield option

    def _parts(self, tokens: Sequence[Token]) -> tuple[Mention, ...]:
        if len(tokens) == 1:
            return ()
        found = []
        for at, token in enumerate(tokens):
            if token.word.isdigit():
                figure = Figure(token.start, token.end, "number", token.word, float(token.word))
                found.append(
                    Mention(token.start, token.end, "figure", frozenset({"number"}), Assertion(), figure=figure)
                )
            else:
                mention = self._word(token, tokens, at)
                if mention is not None:
                    found.append(mention)
        return tuple(found)

    def _word(self, token: Token, tokens: Sequence[Token], at: int) -> Mention | None:
        """What a word that belongs to no phrase mentions; None where it is of no weight."""
        word = token.word
        if not word[0].isalnum():
            return None
        meant = self._context.of(token.start, token.end)
        if at and tokens[at - 1].word == "nothing" and not meant.negated:
            meant = _denied(meant)  # "nothing acute"
        return self._small(token, tokens, at, meant) or self._open(token, tokens, at, meant)

    def _small(self, token: Token, tokens: Sequence[Token], at: int, meant: Assertion) -> Mention | None:
        """A side, a share, a plan, or the denial of something else."""
        word = token.word
        found = ("", "")
        if word == "to" and at + 1 < len(tokens) and tokens[at + 1].word in COMMANDS:
            found = ("event", "plan")
        elif word in SIDES and is_side(self.text, tokens, at):
            found = ("side", SIDES[word])
        elif word in SHARES and not (
            word == "each" or (word == "only" and at == 0) or (word == "all" and at and tokens[at - 1].word == "at")
        ):
            found = ("share", "several" if is_number(word, tokens, at) else SHARES[word])
        elif word in opposites():
            denied = opposites()[word]
            return Mention(token.start, token.end, "word", keys_of(denied) | word_keys(denied), _denied(meant))
        return Mention(token.start, token.end, found[0], frozenset({found[1]}), meant) if found[0] else None

    def _open(self, token: Token, tokens: Sequence[Token], at: int, meant: Assertion) -> Mention | None:
        """An event, or a word of weight."""
        word = token.word
        if word in light_words() or word in SHARES or word in DOUBTS:
            return None
        event = event_of(word)
        if event is not None:
            name = Mention(token.start, token.end, "word", word_keys(word), meant)
            return Mention(token.start, token.end, "event", frozenset({event}), meant, (name,))
        if len(word) == 1:
            sex = {"M": "man", "F": "woman"}.get(self.text[token.start])
            before = tokens[at - 1].word if at else ""
            aged = before in {"yo", "old", "o"} or before[-1:].isdigit()
            return Mention(token.start, token.end, "word", word_keys(sex), meant) if sex and aged else None
        if is_general(word):
            return None
        keys = word_keys(word)
        return Mention(token.start, token.end, "word", keys, meant)

    def _meant(self, start: int, end: int) -> Assertion:
        return self._context.of(start, end)


def _denied(meant: Assertion) -> Assertion:
    return replace(meant, negated=not meant.negated)


_CALLING = re.compile(r"\bformer\s(?:[a-z-]+\s){1,3}(?=with\b|who\b)", re.IGNORECASE)
# What is never denied by the list it ends.
_NORMAL = frozenset({"normal", "clear", "good", "intact", "regular", "unremarkable", "satisfactory"})
# "Five of the twelve sessions"
_OF_MORE = re.compile(r"\s(?:out\s)?of\s(?:the|her|his|their|these|those|its)\b", re.IGNORECASE)
_ROLE = re.compile(r"\b(from|to)\s(?:[\w/]+\s)?\Z", re.IGNORECASE)


def _role(text: str, at: int) -> str:
    """Whether something is changed from it, or to it."""
    found = _ROLE.search(text, max(0, at - 18), at)
    return found[1].lower() if found else ""


def _touch(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)


def _is_stage(figure: Figure, found: Sequence[Mention]) -> bool:
    """Whether a number within a name is no part of what the name means: the stage of "CKD stage 3"."""
    if figure.kind != "number":
        return False
    digits = f"{figure.value:g}"
    return not any(
        mention.start <= figure.start
        and figure.end <= mention.end
        and any(digits in key for key in mention.keys if key.startswith(("term:", "drug:", "=")))
        for mention in found
    )
