"""A note cut up once, for everyone who looks at it: lines, sentences, tokens, and what the lexicon finds."""

from bisect import bisect_left, bisect_right
from functools import cached_property

from clinical.lexicon.phrases import Match, Term, Token, terms, tokens_of
from clinical.text.lines import Line, lines_of
from clinical.text.run_on import Statements
from clinical.text.sentences import sentences_in

# So many characters are looked at. Longer texts are no notes; their beginning is understood like one.
LOOKED_AT = 250_000


class Document:
    """The text of a note, and its parts. Offsets count its characters; nothing in the text is changed."""

    def __init__(self, text: str, *, run_on: bool = False) -> None:
        """Cut a text up; `run_on` sentences are divided into the statements that commas put side by side in them."""
        self.text = text[:LOOKED_AT]
        self.lines: list[Line] = lines_of(self.text)
        self.sentences: list[tuple[int, int]] = sentences_in(self.text, self.lines)
        self.tokens: list[Token] = []
        self._bounds: list[tuple[int, int]] = []
        for start, end in self.sentences:
            first = len(self.tokens)
            self.tokens.extend(tokens_of(self.text, start, end))
            self._bounds.append((first, len(self.tokens)))
        if run_on:
            self._divide()
        self._sentence_starts = [start for start, _ in self.sentences]
        self._line_starts = [line.start for line in self.lines]
        self._token_starts = [token.start for token in self.tokens]

    def _divide(self) -> None:
        """Let a sentence end where another statement begins."""
        statements = Statements(self.text, self.tokens, self.matches)
        sentences: list[tuple[int, int]] = []
        bounds: list[tuple[int, int]] = []
        for (start, end), (first, after) in zip(self.sentences, self._bounds, strict=True):
            cuts = statements.breaks(first, after)
            starts = [start, *(self.tokens[at].start for at in cuts)]
            ends = [*(self.tokens[at - 1].end for at in cuts), end]
            sentences += zip(starts, ends, strict=True)
            bounds += zip([first, *cuts], [*cuts, after], strict=True)
        self.sentences, self._bounds = sentences, bounds

    @cached_property
    def matches(self) -> list[Match[Term]]:
        """What the lexicon finds. Phrases do not reach over the ends of sentences."""
        found: list[Match[Term]] = []
        for first, after in self._bounds:
            found.extend(terms().find(self.text, self.tokens, first, after))
        return found

    def matches_in(self, start: int, end: int) -> list[Match[Term]]:
        """What the lexicon finds that touches `text[start:end]`."""
        first, after = self.tokens_in(start, end)
        number = max(bisect_left(self._match_starts, first) - 1, 0)
        found = []
        while number < len(self.matches) and self.matches[number].first < after:
            if self.matches[number].after > first:
                found.append(self.matches[number])
            number += 1
        return found

    @cached_property
    def _match_starts(self) -> list[int]:
        return [match.first for match in self.matches]

    def span(self, match: Match[Term]) -> tuple[int, int]:
        """Where a match stands in the text."""
        return self.tokens[match.first].start, self.tokens[match.after - 1].end

    def sentence_at(self, offset: int) -> int | None:
        """The number of the sentence at an offset."""
        number = bisect_right(self._sentence_starts, offset) - 1
        return number if number >= 0 and offset <= self.sentences[number][1] else None

    def sentence_span(self, offset: int) -> tuple[int, int]:
        """Where the sentence at an offset begins and ends; its line, where there is none."""
        number = self.sentence_at(offset)
        if number is None:
            line = self.line_at(offset)
            return line.start, line.end
        return self.sentences[number]

    def sentences_within(self, start: int, end: int) -> list[tuple[int, int]]:
        """The sentences that begin in `text[start:end]`."""
        first, after = bisect_left(self._sentence_starts, start), bisect_left(self._sentence_starts, end)
        return self.sentences[first:after]

    def sentence_tokens(self, number: int) -> tuple[int, int]:
        """The first token of a sentence, and the first after it."""
        return self._bounds[number]

    def tokens_in(self, start: int, end: int) -> tuple[int, int]:
        """The tokens that touch `text[start:end]`: the first, and the first after them."""
        first = bisect_right(self._token_starts, start) - 1
        if first < 0 or self.tokens[first].end <= start:
            first += 1
        return first, max(first + 1, bisect_left(self._token_starts, end))

    def line_number(self, offset: int) -> int:
        """The number of the line at an offset."""
        return bisect_right(self._line_starts, offset) - 1

    def line_at(self, offset: int) -> Line:
        """The line at an offset."""
        return self.lines[self.line_number(offset)]

    def lead_of(self, number: int) -> int | None:
        """The sentence that introduces the bulleted line of this one ("Denies:"), if there is such a line."""
        end = self._leads[self.line_number(self.sentences[number][0])]
        return None if end is None else self.sentence_at(end - 1)

    @cached_property
    def _leads(self) -> list[int | None]:
        """For each line, where the line ends that introduces it."""
        leads: list[int | None] = []
        lead: int | None = None
        for line in self.lines:
            if not line.blank and not line.bullet:
                lead = line.end if self.text[line.end - 1] == ":" else None
            leads.append(lead if line.bullet else None)
        return leads
