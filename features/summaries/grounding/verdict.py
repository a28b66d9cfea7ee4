"""What comes of a check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a statement stands, and if not, why: stable codes, in order of the alphabet.

    `no_citation`, `unknown_note`, `quote_not_found`, `quote_too_short`, `instruction`: nothing to rest on. The others
    say where the statement and its quotes part: `drug_not_in_quote`, `number_not_in_quote`, `unit_mismatch`,
    `frequency`, `route`, `laterality`, `negation`, `certainty`, `family`, `history`, `status`, `direction`,
    `term_not_in_quote`.
    """

    supported: bool
    reasons: tuple[str, ...] = ()
