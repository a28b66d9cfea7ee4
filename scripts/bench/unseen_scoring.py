"""One note's facts beside its annotation, kind by kind, by the conventions of gold/unseen/README.md."""

from collections.abc import Iterable

from .unseen_counts import Counts, Error
from .unseen_dangers import danger_of, is_taken
from .unseen_judging import verdicts
from .unseen_matching import Claim, Matched, accepted, claims_of, is_symptom, match, overlap, same, same_name, touch
from .unseen_notes import KINDS, Annotated, Fact
from .unseen_values import same_dose, same_value, tokens

_AROUND = 70
_PAST = ("previous", "last", "before", "ago", "earlier", "was", "prior", "old")


def score(note: Annotated, found: dict[str, list[Fact]]) -> Counts:
    """Count what was found of one note."""
    counts = Counts(notes=1)
    claims = {kind: claims_of(found.get(kind, [])) for kind in KINDS}
    matched = {kind: match(note, note.of(kind), claims[kind]) for kind in KINDS}
    _either_kind(note, matched)
    for kind in KINDS:
        _Scoring(note, kind, matched, counts).count()
    return counts


def _either_kind(note: Annotated, matched: dict[str, Matched]) -> None:
    """An allergy may be told as a warning where the annotation allows it, and a vaccination as a medication."""
    for kind, others in (("allergy", "avoid"), ("avoid", "allergy"), ("procedure", "medication")):
        mine, theirs = matched[kind], matched[others]
        for fact in list(mine.missed):
            allowed = fact.get("vaccination") or others in fact.get("accept", {}).get("kind", ())
            spare = [claim for claim in theirs.left if allowed and _may_be(note, fact, claim)]
            spare = spare or [claim for one, claim in theirs.pairs if fact.get("vaccination") and touch(fact, claim)
                              and one.get("vaccination")]  # fmt: skip
            if spare:
                mine.missed.remove(fact)
                mine.pairs.append((fact, spare[0]))
                theirs.left = [claim for claim in theirs.left if claim is not spare[0]]


def _may_be(note: Annotated, fact: Fact, claim: Claim) -> bool:
    return touch(fact, claim) if fact["kind"] == "procedure" else same(note, fact, claim)


class _Scoring:
    """The counting of one kind in one note."""

    def __init__(self, note: Annotated, kind: str, matched: dict[str, Matched], counts: Counts) -> None:
        self.note, self.kind, self.counts = note, kind, counts
        self.all, self.mine = matched, matched[kind]
        self.count_of = counts.kinds[kind]

    def count(self) -> None:
        """Count pairs, misses and what is left."""
        for fact, claim in self.mine.pairs:
            self._pair(fact, claim)
        for fact in self.mine.missed:
            if not self._may_be_missing(fact):
                self.count_of.missed += 1
                self._tell("missed", _shown(fact), fact)
        roots = {claim.root for _, claim in self.mine.pairs}
        for claim in self.mine.left:
            if claim.root not in roots:
                self._left(claim)
        if self.kind == "medication":
            self._count_drugs()

    def _count_drugs(self) -> None:
        """Count each drug of the note once: whether it is told at all. The annotation has a fact for each statement."""
        claims = [*self.mine.left, *(claim for _, claim in self.mine.pairs)]
        drugs: dict[frozenset[str], bool] = {}
        for fact in self.note.of("medication"):
            if fact.get("optional") or fact.get("negated") or self._of_another(fact):
                continue
            key = tokens(str(fact["drug"]))
            told = any(same_name(self.note, fact, claim, "drug", "name") for claim in claims)
            drugs[key] = drugs.get(key, False) or told
        for told in drugs.values():
            self.counts.judge("medication", "drug told", right=told)

    def _pair(self, fact: Fact, claim: Claim) -> None:
        if danger := danger_of(fact, claim):
            self._tell("danger", danger, fact)
        if self._of_another(fact):
            if self.kind == "medication":
                self.count_of.wrong += 1
                self._tell("made up", f"of another person: {_said(claim.fact)}", fact)
            return
        if fact.get("optional"):
            return
        self.count_of.right += 1
        for name, right, told in verdicts(fact, claim):
            if not self.counts.judge(self.kind, name, right=right):
                self._tell(name, told, fact)

    def _of_another(self, fact: Fact) -> bool:
        """Medications of others are not to be told; conditions of others are, as family history."""
        if self.kind == "medication":
            return "patient" not in accepted(fact, "person")
        return self.kind == "diagnosis" and set(accepted(fact, "person")) == {"other"}

    def _may_be_missing(self, fact: Fact) -> bool:
        if fact.get("optional") or self._of_another(fact) or self._is_told_elsewhere(fact):
            return True
        if self.kind == "diagnosis":
            # Some are parts of others: "infected eczema".
            own = (fact["start"], fact["end"])
            return any(overlap(own, (one["start"], one["end"])) for one, _ in self.mine.pairs)
        # The value before the one that counts need not be told.
        return self.kind in {"lab", "vital"} and any(word in (fact["at"] or "").casefold() for word in _PAST)

    def _is_told_elsewhere(self, fact: Fact) -> bool:
        """Whether the note merely says again what was found where it says it first, or in full."""
        return any(_is_same_thing(fact, other) and _says_all_of(fact, claim) for other, claim in self.mine.pairs)

    def _left(self, claim: Claim) -> None:
        """A claim without an annotation of its own: told again, a complaint, or made up."""
        again = [fact for fact in self.note.of(self.kind) if same(self.note, fact, claim)]
        wrong = [danger_of(fact, claim) for fact in again]
        if again and not all(wrong):
            return
        if again and all(wrong):
            self._tell("danger", f"{wrong[0]} ({_said(claim.fact)})", claim.fact)
        elif self._is_harmless(claim):
            return
        elif self._is_harmful(claim):
            self._tell("danger", f"made up: {_said(claim.fact)}", claim.fact)
        self.count_of.wrong += 1
        self._tell("made up", _said(claim.fact), claim.fact)

    def _is_harmless(self, claim: Claim) -> bool:
        """Whether a claim repeats what stands elsewhere in the note, or is of what was not annotated in full."""
        said, known = claim.fact, self.note.of(self.kind)
        match self.kind:
            case "medication":
                mine = tokens(said["name"]) | tokens(said.get("ingredient"))
                same_drug = [fact for fact in known if any(tokens(str(name)) & mine for name in accepted(fact, "drug"))]
                return any(_adds_nothing(fact, said) for fact in same_drug)
            case "allergy" | "avoid":
                other = "avoid" if self.kind == "allergy" else "allergy"
                mine = tokens(said["substance"])
                pairs = [fact for fact, _ in self.all[other].pairs if tokens(fact["substance"]) & mine]
                known_again = any(tokens(fact["substance"]) == mine and fact.get("status", "present") ==
                                  said.get("status", "present") for fact in known)  # fmt: skip
                told_so = self.kind == "avoid" and any(fact["status"] == "present" for fact in pairs)
                return known_again or told_so
            case "diagnosis":
                alike = [fact for fact in known if _alike(fact, said)]
                return is_symptom(said["text"]) or any(danger_of(fact, claim) is None for fact in alike)
            case "procedure":
                return any(_alike(fact, said) and danger_of(fact, claim) is None for fact in known)
            case _:
                name = self.kind == "lab"
                return any(same_value(said["value"], fact["value"], fact["name"]) and (name or fact["name"] ==
                           said["name"]) and _near(fact, said) for fact in known)  # fmt: skip

    def _is_harmful(self, claim: Claim) -> bool:
        said = claim.fact
        if self.kind == "medication":
            return is_taken(said)
        if self.kind == "allergy":
            return bool(said.get("status") == "present") or any(
                touch(fact, claim) and fact["status"] == "present" for fact in self.note.of("allergy")
            )
        return self.kind == "diagnosis" and any(
            _alike(fact, said) and danger_of(fact, claim) for fact in self.note.of("diagnosis")
        )

    def _tell(self, what: str, told: str, fact: Fact) -> None:
        text, start, end = self.note.text, fact["start"], fact["end"]
        around = f"{text[max(0, start - _AROUND) : start]}»{text[start:end]}«{text[end : end + _AROUND]}"
        self.counts.errors.append(Error(self.note.id, self.kind, what, f"{told}   …{' '.join(around.split())}…"))


def _adds_nothing(fact: Fact, said: Fact) -> bool:
    """Whether a further mention of a drug says nothing that would be news."""
    if said["status"] == "mentioned" and not said.get("dose"):
        return True
    doses = said.get("dose") is None or any(same_dose(said["dose"], dose) for dose in accepted(fact, "dose"))
    return said["status"] in accepted(fact, "status") and doses and "actual" in accepted(fact, "certainty")


def _is_same_thing(fact: Fact, other: Fact) -> bool:
    names = {"medication": "drug", "allergy": "substance", "avoid": "substance", "lab": "name", "vital": "name"}
    name = names.get(fact["kind"])
    if name is None or tokens(fact[name]) != tokens(other[name]):
        return False
    return name != "name" or (fact["value"], fact["at"]) == (other["value"], other["at"])


def _says_all_of(fact: Fact, claim: Claim) -> bool:
    """Whether a claim holds everything that is annotated of a fact; it may hold more."""
    told = {name for name in ("dose", "frequency", "duration", "reaction", "reason") if fact.get(name)}
    judged = told | {"status", "certainty"}
    return all(right for name, right, _ in verdicts(fact, claim) if name in judged)


def _alike(fact: Fact, said: Fact) -> bool:
    one, other = tokens(fact["text"]), tokens(str(said.get("text") or said.get("name")))
    return bool(one and other) and (one <= other or other <= one)


def _near(fact: Fact, said: Fact) -> bool:
    return bool(tokens(str(fact["name"])) & tokens(str(said["name"]))) or abs(fact["start"] - said["start"]) < 40


def _shown(fact: Fact) -> str:
    left_out = {"kind", "start", "end", "quote", "more", "accept", "optional"}
    values = (str(value) for name, value in fact.items() if name not in left_out and not name.endswith("_span"))
    return ", ".join(value for value in values if value not in {"None", "True", "patient"})


def _said(fact: Fact) -> str:
    names = ("name", "text", "substance", "value", "dose", "frequency", "status", "reality", "certainty")
    return ", ".join(str(fact[name]) for name in names if fact.get(name) is not None)


def total(counted: Iterable[Counts]) -> Counts:
    """Several notes together."""
    together = Counts()
    for counts in counted:
        together.add(counts)
    return together
