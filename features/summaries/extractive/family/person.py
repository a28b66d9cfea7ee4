"""How the patient is spoken of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A woman, a man, or somebody of whom the record does not say."""

    sex: str

    @property
    def name(self) -> str:
        """At the beginning of a sentence."""
        return {"female": "She", "male": "He"}.get(self.sex, "The patient")

    @property
    def own(self) -> str:
        """Whose, at the beginning of a sentence."""
        return {"female": "Her", "male": "His"}.get(self.sex, "The patient's")

    @property
    def whom(self) -> str:
        """Within a sentence, as who is spoken with."""
        return {"female": "her", "male": "him"}.get(self.sex, "the patient")
