"""How things are put: in clinical shorthand, or as a relative reads them; and sentences of notes made fit to read."""

import re
from dataclasses import dataclass

from features.summaries.extractive.evidence import capital, squeezed
from features.summaries.shape import Audience
from features.summaries.wording import is_plain, plain

# Longer sentences tell a story; they are no statements.
LONGEST = 260
_LEADING = re.compile(
    r"^(?:[-–—•*#>○●▪\s]+|\(?\d{1,2}[.)]\s+(?=\D)|(?:Medical (?:Reasoning|Treatment)|Additional Testing|"
    r"Specialist Referrals?|"
    r"Patient (?:Education and Counseling|Agreements?)|Treatment|Examination|General Examination|Palpation|"
    r"Recommendations?|"
    r"Plan|Assessment|Impression|Subjective|Objective|HPI|CC|S|O|A|P)\s?[.:]\s*[-–—]?\s*)+"
)
_PERSON = (
    (
        re.compile(
            r"^(?:At this (?:point|time)|Today|Finally|Additionally|Also|In the meantime|Given this|Notably),?\s+",
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(r"^(?:I|We)(?:'m| am|'re| are|’m|’re) (?:also )?going to\b"), "Will"),
    (re.compile(r"^(?:I|We) (?:will|'ll)\b"), "Will"),
    (
        re.compile(
            r"^(?:I|We)(?:'ve|’ve| have| had)? (?:also )?(?=(?:advised|recommended|prescribed|ordered|asked|"
            r"encouraged|"
            r"instructed|discussed|explained|counsel\w+|provided|reviewed|started|referred|told|informed)\b)"
        ),
        "",
    ),
    (re.compile(r"^(?:I|We) (?:do recommend|recommend|would recommend)\b"), "Recommended:"),
    (
        re.compile(r"\b(follow(?:s|ed)? up|visit|appointment|seen|return) (with|by|to) (?:me|us)\b"),
        r"\1 \2 the clinician",
    ),
    (re.compile(r"\b(call|contact|notify|report\w* \w+ to|referral to|referred to) (?:me|us)\b"), r"\1 the clinician"),
    (re.compile(r"\b(?:my|our) (office|clinic|practice)\b"), r"the \1"),
)
_FIRST_PERSON = re.compile(r"\b(?:I|I'm|I’m|me|my|we|our|us)\b")
_UNITS = (
    (re.compile(r"\s?\bmm ?Hg\b"), ""),
    (re.compile(r"\bbpm\b"), "beats per minute"),
    (re.compile(r"\bbreaths/min\b"), "breaths per minute"),
)


@dataclass(frozen=True, slots=True)
class Voice:
    """For whom it is put."""

    audience: Audience

    @property
    def family(self) -> bool:
        """Whether a relative reads it."""
        return self.audience == "family"

    def term(self, text: str) -> str:
        """A condition, a reaction, a finding."""
        text = squeezed(text).rstrip(" .;,:")
        if not self.family:
            return text
        words = plain(text)
        return f"{words[:1].lower()}{words[1:]}" if words != text and words[1:2].islower() else words

    def sentence(self, text: str) -> str | None:
        """A sentence of a note as a statement; None where it cannot be put so that the reader understands it."""
        text = tidied(text)
        if not text or len(text) > LONGEST:
            return None
        if not self.family:
            return text
        text = plain(text)
        for pattern, words in _UNITS:
            text = pattern.sub(words, text)
        return capital(text) if is_plain(text) and not tells_of_itself(text) else None

    def choose(self, clinician: str, family: str) -> str:
        """The one or the other."""
        return family if self.family else clinician


def tidied(text: str) -> str:
    """A sentence without its bullet, number and label, told by nobody in particular."""
    text = squeezed(text)
    if text.count("(") > text.count(")"):
        text = text.removeprefix("(")
    text = _LEADING.sub("", text)
    for pattern, words in _PERSON:
        text = pattern.sub(words, text)
    return capital(text.strip().rstrip(" .;,:"))


def tells_of_itself(text: str) -> bool:
    """Whether the writer speaks of themselves."""
    return _FIRST_PERSON.search(text) is not None
