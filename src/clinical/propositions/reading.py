"""Reads a text into propositions: mentions of weight, grouped by clause and member of a list, with what they are about."""  # noqa: E501

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from clinical.context.assertion import Context
from clinical.context.assertion_value import Assertion
from clinical.lexicon.phrases import Token, terms
from clinical.propositions.english import only_frames
from clinical.propositions.figures import Figure, figures_in
from clinical.propositions.meanings import (
    event_of,
    is_general,
    keys_of,
    light_words,
    opposites,
    phrases,
    qualifiers,
    term_keys,
    word_keys,
)
from clinical.propositions.propositions import Mention, Proposition, Sentence
from clinical.sections.outline import Outline
from clinical.text.document import Document

_SIDES = {
    **dict.fromkeys(("left", "lt", "l", "left-sided", "leftward"), "left"),
    **dict.fromkeys(("right", "rt", "r", "right-sided"), "right"),
    **dict.fromkeys(("both", "bilateral", "bilaterally", "bilat"), "both"),
}
_SHARES = {
    **dict.fromkeys(("all", "every", "each", "entire", "whole", "always", "completely", "fully"), "all"),
    **dict.fromkeys(("most", "mostly", "majority", "usually", "mainly"), "most"),
    **dict.fromkeys(
        ("some", "several", "few", "partly", "partially", "sometimes", "occasionally", "occasional"), "some"
    ),
    **dict.fromkeys(("many", "multiple", "numerous"), "many"),
    **dict.fromkeys(("only",), "only"),
}
# What begins another proposition, and how that one hangs on the one before.
_BREAKS = {
    ";": ";",
    ":": ":",
    "•": ";",
    ",": ",",
    "(": "(",
    ")": ")",
    "-": "-",
    "–": "-",
    "—": "-",
    "+": "and",
    "&": "and",
    "and": "and",
    "or": "and",
    "nor": "and",
    "but": ";",
    "however": ";",
    "although": ";",
    "though": ";",
    "yet": ";",
    "with": "with",
    "without": "without",
    "while": ";",
    "whereas": ";",
    "which": "which",
    "who": "which",
    "plus": "and",
    "if": "if",
    "unless": "if",
    "provided": "if",
    "before": "before",
    "after": "after",
    "since": "after",
    "until": "until",
    "despite": ";",
    "then": "and",
    "when": ";",
    "following": "after",
    "w": "with",
}
# "89% on air rising to 94% on 2 L": two values.
_GOING = frozenset({"rising", "falling", "increasing", "dropping", "improving", "decreasing", "climbing"})
_NOTHING = frozenset({"none"})
_DENIALS = frozenset(
    ["no", "not", "never", "cannot", "without", "nor", "neither", "denies", "denied", "deny", "denying", "none"]
)
_DOUBTS = frozenset(
    [
        "may",
        "might",
        "could",
        "possible",
        "possibly",
        "probable",
        "probably",
        "likely",
        "suspected",
        "suspect",
        "perhaps",
        "presumed",
        "query",
        "tends",
        "tend",
    ]
)
_PRESENT = frozenset(
    [
        "has",
        "have",
        "is",
        "are",
        "takes",
        "take",
        "currently",
        "current",
        "now",
        "remains",
        "gets",
        "smokes",
        "drinks",
        "uses",
        "lives",
        "today",
    ]
)
_PAST = frozenset(
    [
        "was",
        "were",
        "had",
        "previous",
        "prior",
        "previously",
        "former",
        "formerly",
        "ex",
        "past",
        "ago",
        "used",
        "once",
        "history",
        "hx",
        "h/o",
        "historic",
        "took",
    ]
)
_COMMANDS = frozenset(
    [
        "start",
        "begin",
        "initiate",
        "commence",
        "continue",
        "stop",
        "discontinue",
        "increase",
        "decrease",
        "reduce",
        "hold",
        "add",
        "switch",
        "change",
        "give",
        "take",
        "restart",
        "resume",
        "titrate",
        "taper",
        "wean",
        "repeat",
        "check",
        "recheck",
        "monitor",
        "refer",
        "arrange",
        "order",
        "obtain",
        "follow",
        "review",
        "avoid",
        "consider",
        "prescribe",
        "trial",
        "add",
        "maintain",
    ]
)
_TO_DO = frozenset(["repeat", "check", "recheck", "monitor", "arrange", "order", "obtain", "follow", "review", "refer"])
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


# When something is, and never what is told of.
_TIMES = frozenset("night nights day days morning mornings evening evenings week weeks weekend weekends month".split())
# What stands in a clause of these is not what the sentence goes on about: "stopped before surgery, restarted in May".
_ASIDE = frozenset({"before", "after", "until", "if", "which", "("})
_THAN = re.compile(r"\bthan\b", re.IGNORECASE)


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
        propositions = _divided(tokens, mentions, start, end)
        for one in propositions:
            _fill(one, self.text)
        _hand_down(propositions)
        links = {one.link for one in propositions} | {key for one in propositions for key in one.events}
        denies = any(token.word in _DENIALS or token.word.endswith(("n't", "n’t")) for token in tokens)
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
            if not _within(figure.start, figure.end, covered) or _is_stage(self.text, figure, found):
                found.append(
                    Mention(figure.start, figure.end, "figure", frozenset({figure.kind}), Assertion(), figure=figure)
                )
                covered.append((figure.start, figure.end))
        for at, token in enumerate(tokens):
            if not _touches(token.start, token.end, covered):
                mention = self._word(token, tokens, at)
                if mention is not None:
                    found.append(mention)
        return sorted(found, key=lambda one: one.start)

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
            if _touches(start, end, taken) or any(
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

    def _word(self, token: Token, tokens: Sequence[Token], at: int) -> Mention | None:  # noqa: PLR0911
        word = token.word
        if not word[0].isalnum():
            return None
        meant = self._meant(token.start, token.end)
        if word == "to" and at + 1 < len(tokens) and tokens[at + 1].word in _COMMANDS:
            return Mention(token.start, token.end, "event", frozenset({"plan"}), meant)
        if word in _SIDES and _is_side(self.text, tokens, at):
            return Mention(token.start, token.end, "side", frozenset({_SIDES[word]}), meant)
        if word in _SHARES and not (word == "each" or (word == "only" and at == 0)):
            return Mention(token.start, token.end, "share", frozenset({_SHARES[word]}), meant)
        if word in opposites():
            other = opposites()[word]
            meant = _denied(meant)
            return Mention(token.start, token.end, "word", keys_of(other) | word_keys(other), meant)
        if word in light_words():
            return None
        event = event_of(word)
        if event is not None:
            return Mention(
                token.start,
                token.end,
                "event",
                frozenset({event}),
                meant,
                (Mention(token.start, token.end, "word", word_keys(word), meant),),
            )
        if is_general(word):
            return None
        if len(word) == 1:
            sex = {"M": "man", "F": "woman"}.get(self.text[token.start])
            if sex and at and (tokens[at - 1].word in {"yo", "old", "o"} or tokens[at - 1].word[-1].isdigit()):
                return Mention(token.start, token.end, "word", word_keys(sex), meant)
            return None
        keys = word_keys(word)
        frames = word not in qualifiers() and not any(key.startswith("=") for key in keys) and only_frames(word)
        return Mention(token.start, token.end, "word", keys, meant, frames=frames)

    def _meant(self, start: int, end: int) -> Assertion:
        return self._context.of(start, end)


def _denied(meant: Assertion) -> Assertion:
    return replace(meant, negated=not meant.negated)


_ROLE = re.compile(r"\b(from|to)\s(?:[\w/]+\s)?\Z", re.IGNORECASE)


def _role(text: str, at: int) -> str:
    """Whether something is changed from it, or to it."""
    found = _ROLE.search(text, max(0, at - 18), at)
    return found[1].lower() if found else ""


def _within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _touches(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)


def _is_stage(text: str, figure: Figure, found: Sequence[Mention]) -> bool:  # noqa: ARG001
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


def _is_side(text: str, tokens: Sequence[Token], at: int) -> bool:
    word = tokens[at].word
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if word in {"l", "r"}:
        return text[tokens[at].start].isupper()
    if word == "right":
        return after not in {"now", "away", "after", "before", "here"} and before != "all"
    if word == "left":
        return after not in {"the", "against", "ama", "home", "his", "her", "hospital"} and before not in {
            "he",
            "she",
            "they",
        }
    return True


def _divided(
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    start: int,
    end: int,
) -> list[Proposition]:
    """The propositions of a sentence, cut at what separates clauses and the members of lists."""
    cuts: list[tuple[int, str]] = []
    for at, token in enumerate(tokens):
        link = _BREAKS.get(token.word)
        if token.word in _GOING and at + 1 < len(tokens) and tokens[at + 1].word == "to":
            cuts.append((token.start, ","))
            continue
        if link is None or any(
            one.start < token.end and token.start < one.end and one.kind != "event" for one in mentions
        ):
            continue
        cuts.append((token.start, link))
    found = [Proposition(start, end, "")]
    for at, link in cuts:
        found[-1].end = at
        found.append(Proposition(at, end, link))
    for one in found:
        one.mentions = [mention for mention in mentions if one.start <= mention.start < one.end]
    kept: list[Proposition] = []
    link = ""
    for one in found:
        if not one.mentions:
            strong = {"if", "cause", "before", "after", "until", "with", "without", "(", ";"}
            link = one.link if link not in strong or one.link in strong else link
            continue
        if (link and one.link in {",", "and", "which"} and link in {"cause", "before", "after", "if"}) or (
            link in {"with", "without", ";", ")"} and one.link in {",", "and", ""}
        ):
            one.link = link
        link = ""
        kept.append(one)
    return kept


def _fill(one: Proposition, text: str) -> None:
    """What a proposition says of itself: what it is about, and when it is so."""
    clinical = [mention for mention in one.mentions if mention.is_clinical]
    after_days = {
        each.end for each in one.mentions if each.figure and text[each.start : each.end].endswith(("before", "after"))
    }
    words = [
        mention
        for mention in one.mentions
        if mention.kind == "word"
        and text[mention.start : mention.end].lower() not in qualifiers() | _TIMES
        and mention.start - 1 not in after_days
    ]
    one.own_subjects = [*clinical, *words]
    said = [match.group().lower() for match in _WORD.finditer(text, one.start, one.end)]
    spans = [(mention.start, mention.end) for mention in one.mentions if mention.kind != "figure"]
    bare = [
        match.group().lower()
        for match in _WORD.finditer(text, one.start, one.end)
        if not _within(match.start(), match.end(), spans)
    ]
    one.is_present = not _PRESENT.isdisjoint(said)
    one.is_past = not _PAST.isdisjoint(said)
    one.is_command = bool(said) and said[0] in _COMMANDS
    one.negates = any(mention.meant.negated for mention in one.mentions)
    denied = any(word in _DENIALS or word.endswith(("n't", "n’t")) for word in bare)
    one.has_stray_denial = denied and not one.negates and not one.events & {"stop", "unchanged", "refuse", "avoid"}
    than = _THAN.search(text, one.start, one.end)
    one.than = than.start() if than else None
    one.doubts = not _DOUBTS.isdisjoint(said) or "?" in text[one.start : one.end]


def _hand_down(propositions: Sequence[Proposition]) -> None:
    """Give each what it has from its neighbours: what it is about, and the verb of the list it is in."""
    for at, one in enumerate(propositions):
        if at and not one.events and one.link in {",", "and", "with"}:
            one.carried = propositions[at - 1].happens
        if one.own_subjects:
            continue
        earlier = [other for other in reversed(propositions[:at]) if other.own_subjects]
        main = [other for other in earlier if other.link not in _ASIDE] if one.link == "," else []
        before = next(iter(main or earlier), None)
        behind = next((other for other in propositions[at + 1 :] if other.own_subjects), None)
        source = before if before is not None else behind
        one.inherited = source.own_subjects if source is not None else []
