"""Allergies over all notes: what is present, and who denied any. A reaction that was seen is not denied away."""

from collections.abc import Sequence

from features.summaries.extractive.evidence import Fact, Line, Place, Source, capital, day_in
from features.summaries.extractive.voice import Voice
from features.summaries.wording import key_of

# What denials are about where no substance is named.
_ALL = frozenset(
    {"any", "all", "drug", "drugs", "medication", "medications", "known", "none", "allergies", "food", "anything"}
)


class Allergies:
    """What is known of allergies, the latest word of each."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.present: dict[str, list[tuple[Fact, Place]]] = {}
        self.denied: dict[str, tuple[Fact, Place]] = {}
        for source in sources:
            for fact in source.facts("allergies"):
                self._take(fact, source.place(fact))

    def _take(self, fact: Fact, place: Place) -> None:
        substance = str(fact["substance"]).strip().lower()
        if fact["status"] == "present":
            self.present.setdefault(substance, []).append((fact, place))
        else:
            self.denied[substance] = (fact, place)

    def lines(self, voice: Voice) -> list[Line]:
        """One line for each substance; without any, the latest denial."""
        found = [self._present(substance, told, voice) for substance, told in self.present.items()]
        general = [told for substance, told in self.denied.items() if _is_general(substance)]
        if general and not self.present:
            fact, place = max(general, key=lambda told: told[1].source.note.taken_at)
            found.append(_none(str(fact["substance"]), place, voice))
        if not found or not self.present:
            found.extend(
                _not_to(str(fact["substance"]), place, voice)
                for substance, (fact, place) in self.denied.items()
                if not _is_general(substance)
            )
        return found

    def _present(self, substance: str, told: list[tuple[Fact, Place]], voice: Voice) -> Line:
        with_reaction = [(fact, place) for fact, place in told if fact.get("reaction")]
        fact, place = (with_reaction or told)[-1]
        places = tuple(dict.fromkeys((place, told[-1][1])))
        reaction = fact.get("reaction")
        name = voice.term(substance)
        short = f"{name} ({voice.term(str(reaction))})" if reaction else name
        text = voice.choose(
            f"Allergy: {short}", f"Allergic to {name}" + (f": {voice.term(str(reaction))}" if reaction else "")
        )
        return Line("allergies", text, places, short)

    def facts(self) -> list[tuple[Fact, Place]]:
        """The fact that stands for each substance."""
        if not self.present:
            return list(self.denied.values())
        return [([one for one in told if one[0].get("reaction")] or told)[-1] for told in self.present.values()]


def _is_general(substance: str) -> bool:
    return not key_of(substance) or substance in _ALL or set(substance.replace("/", " ").split()) <= _ALL


def _none(substance: str, place: Place, voice: Voice) -> Line:
    day = day_in(place.source.day, voice.audience)
    drugs = any(word in substance for word in ("drug", "medic")) or "NKDA" in place.text
    text = f"No known {'drug ' if drugs else ''}allergies"
    return Line("allergies", f"{text} ({day})", (place,), text[:1].lower() + text[1:])


def _not_to(substance: str, place: Place, voice: Voice) -> Line:
    name = voice.term(substance)
    return Line(
        "allergies",
        capital(f"no allergic reaction to {name} known ({day_in(place.source.day, voice.audience)})"),
        (place,),
        f"none known to {name}",
    )
