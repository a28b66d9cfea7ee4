"""What can go wrong with summaries."""

from rounds.i18n import N_
from rounds.problems import Refusal

LANGUAGE = Refusal("summary_language", N_("Summaries are written in {supported} only."))
