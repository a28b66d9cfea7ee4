"""Where the patient is named in a text: in whole, in part, in any case, by initials, or with one letter wrong."""

import re
import unicodedata
from collections.abc import Iterator

from features.summaries.identity.names import TITLES, WORD, Name, both, fold, is_word, words
from features.summaries.identity.patterns import Spot

Word = tuple[int, int, str]

_HYPHENATED = re.compile(r"[-\u2010\u00ad][^\S\n]*+\n\s*+\Z|\u00ad\Z")
_MONTHS_AND_I = words("months_and_i")
_SPEAKS = words("speaks")
_JOIN = re.compile(r"(?:[\s\u00a0.,'’‘`\u00b4\-\u2010\u2011–]|\u00ad){0,4}")


class Patient:
    """Finds the patient's name."""

    def __init__(self, name: Name) -> None:
        self._name = name

    def spots(self, text: str) -> Iterator[Spot]:
        """Runs of words that are the patient's name or parts of it."""
        found = list(words_in(text))
        at = 0
        while at < len(found):
            kind = self.part(text, found, at)
            if kind is None:
                at += 1
                continue
            first, last, kinds = self._run(text, found, at)
            run = found[first : last + 1]
            sure = not kinds.isdisjoint({"exact", "near"})
            if sure or self._is_run(run) or self._stands_as_name(text, found, first, last):
                yield Spot(run[0][0], run[-1][1], "PATIENT", 10)
            at = last + 1
        yield from self._by_initials(text)

    def _run(self, text: str, found: list[Word], at: int) -> tuple[int, int, set[str]]:
        """The parts of the name and the initials around a part of it: the first, the last, and what the parts are."""
        first = last = at
        kinds = {self.part(text, found, at) or ""}
        while last + 1 < len(found):
            end, start = found[last][1], found[last + 1][0]
            if not _JOIN.fullmatch(text, end, start) or _ends_sentence(text, end, start):
                break
            following = self.part(text, found, last + 1)
            if following is None and not self._is_initial(text, found, last + 1, before=False):
                break
            kinds.add(following or "")
            last += 1
        while first and self._is_initial(text, found, first - 1, before=True):
            if found[first][0] - found[first - 1][1] > 3:
                break
            first -= 1
        return first, last, kinds

    def part(self, text: str, found: list[Word], at: int) -> str | None:
        """How a word belongs to the name: `exact`, `careful` (it is an ordinary word too), `near`, or not at all."""
        start, _, word = found[at]
        name = self._name
        if name.matches(word):
            return "careful" if word in name.careful else "exact"
        if (
            word.endswith("s")
            and name.matches(word[:-1])
            and len(word) > 3
            and text[start].isupper()
            and not is_word(word)
        ):
            return "careful" if word[:-1] in name.careful else "exact"
        if name.nearly(word, capital=text[start].isupper()):
            return "near"
        if text[start].isupper() and name.nearly_a_word(word) and self._speaks(text, found, at):
            return "near"
        return None

    @staticmethod
    def _speaks(text: str, found: list[Word], at: int) -> bool:
        """Whether a word with a capital within a sentence does what people do: "Today Mania returned"."""
        before = found[at - 1][2] if at else ""
        after = found[at + 1][2] if at + 1 < len(found) else ""
        if before in TITLES and before != "nurse":
            return True
        return after in _SPEAKS and not _begins(text, found[at][0])

    def _is_initial(self, text: str, found: list[Word], at: int, *, before: bool) -> bool:
        """Whether a single letter before or after the name is one of its initials."""
        start, end, word = found[at]
        if len(word) != 1 or word not in self._name.initials or not word.isascii():
            return False
        if not text[start].isupper():
            return before and text[end : end + 1] == "."
        return before or text[end : end + 1] in {".", " ", "", "\n"}

    def _is_run(self, run: list[Word]) -> bool:
        """Whether careful words make up a name between them: two different parts, or an initial and one."""
        return len({word for _, _, word in run}) > 1 and any(len(word) > 1 for _, _, word in run)

    def _stands_as_name(self, text: str, found: list[Word], first: int, last: int) -> bool:
        """Whether an ordinary word is used as a name here, going by its capital and its neighbours."""
        start, end, folded = found[first][0], found[last][1], found[first][2]
        written = text[start:end]
        before = found[first - 1][2] if first else ""
        gap = text[found[first - 1][1] : start] if first else ""
        if before in TITLES and len(gap) <= 3:
            return True
        if before in {"patient", "pt", "named", "name"} and len(gap) <= 2 and (written[0].isupper() or ":" in gap):
            return not written.islower()
        if not written.isascii():
            return not (text[start - 1 : start].isalpha() or text[end : end + 1].isalpha())
        if written.isupper() and len(written) > 1:
            return len(folded) > 3 and not _in_capitals(text, start, end) and not _is_word_only(folded)
        return written[0].isupper() and len(folded) > 1 and self._acts(text, found, first, last)

    @staticmethod
    def _acts(text: str, found: list[Word], first: int, last: int) -> bool:
        """Whether a word with a capital does or has something, or has its capital within a sentence."""
        start, end = found[first][0], found[last][1]
        after = found[last + 1][2] if last + 1 < len(found) else ""
        possessive = text[end : end + 2] in {"'s", "’s"}
        if found[first][2] in _MONTHS_AND_I:
            return possessive or after in _SPEAKS - {"and", "is", "was"}
        if possessive or (after in _SPEAKS and text[end : found[last + 1][0]].isspace()):
            return True
        return not _begins(text, start) and not _title_case(text, start, end)

    def _by_initials(self, text: str) -> Iterator[Spot]:
        """By "J.S." anywhere, and "JS" after the word patient."""
        letters = self._name.abbreviated
        if len(letters) < 2 or not letters.isascii():
            return
        dotted = r"[.]\s?".join(letters)
        for pattern in (
            rf"(?<![\w.])(?P<n>{dotted}[.])(?!\w)",
            rf"(?:\b[Pp]t|\b[Pp]atient|\bMr|\bMs|\bMrs|[Ii]nitials)[ .:]{{1,2}}(?P<n>{letters})\b",
        ):
            for match in re.finditer(pattern, text):
                yield Spot(*match.span("n"), "PATIENT", 9)


def _is_word_only(folded: str) -> bool:
    """Whether a word is known, and is no name besides."""
    return is_word(folded) and folded not in both()


def words_in(text: str) -> Iterator[Word]:
    """The words of a text, folded; one that is divided at the end of a line counts once."""
    last: Word | None = None
    for match in WORD.finditer(text):
        if last is not None and _HYPHENATED.search(text[last[1] : match.start()]) and match.group()[0].islower():
            last = (last[0], match.end(), fold("".join(WORD.findall(text[last[0] : match.end()]))))
            continue
        if last is not None:
            yield last
        last = (*match.span(), fold(match.group()))
    if last is not None:
        yield last


def _ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether a full stop between two words ends a sentence, rather than an initial."""
    gap = text[start:end]
    return "." in gap and text[start - 2 : start - 1].isalpha()


def _begins(text: str, start: int) -> bool:
    """Whether a sentence, a line or an item begins at a place."""
    before = text[:start].rstrip(" \t\"'“‘([")
    return not before or before[-1] in ".!?:;\n•-–*>/" or text[max(0, start - 2) : start].strip(" ") == "\n"


def _line(text: str, start: int, end: int) -> str:
    low = text.rfind("\n", 0, start) + 1
    high = text.find("\n", end)
    return text[low : len(text) if high < 0 else high]


def _in_capitals(text: str, start: int, end: int) -> bool:
    """Whether the whole line is in capitals."""
    line = _line(text, start, end)
    return line.isupper() and len(line.split()) > 1


def _title_case(text: str, start: int, end: int) -> bool:
    """Whether a word has its capital only because its neighbours have, as in a heading or a name of something else."""
    line = _line(text, start, end)
    words = [word for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", line)) if len(word) > 3]
    return len(words) > 1 and all(word[0].isupper() for word in words) and len(line) < 60
