"""Whether a statement says no more, and nothing else, than the passages it rests on."""

from features.summaries.grounding.amounts import Amounts
from features.summaries.grounding.contents import Contents
from features.summaries.grounding.directions import Directions
from features.summaries.grounding.manner import Manner
from features.summaries.grounding.treatment import Treatment
from features.summaries.grounding.wording import Wording


class Agreement(Amounts, Contents, Manner, Wording, Directions, Treatment):
    """A statement beside the passages that are to support it."""

    def reasons(self) -> set[str]:
        """What speaks against the statement."""
        found = set(self._numbers())
        found |= set(self._terms())
        found |= set(self._manner())
        found |= set(self._negation_at_all())
        found |= set(self._kin())
        found |= set(self._lost())
        found |= set(self._sides())
        found |= set(self._opposites())
        found |= set(self._drugs())
        found |= set(self._routes())
        return found
