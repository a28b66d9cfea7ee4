"""What counts as found: each kind of fact beside its gold.

Every gold fact is found by at most one extracted fact. An extracted fact that meets only what the gold calls optional
counts neither for nor against. gold/README.md has the rules in words.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from bench.notes_gold import Fact, Gold, Span, overlap, spans
from bench.notes_words import frequency_of, measure_of, share, tokens

CURRENT = ("confirmed", "possible")
KINDS = ("vitals", "labs", "allergies", "diagnoses")


@dataclass
class Score:
    """Found, missed and made up, with what to look at."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of what was extracted that is right."""
        return share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of what is there that was extracted."""
        return share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Both in one number."""
        return share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass
class Scores:
    """Everything that is counted over the gold."""

    facts: dict[str, Score] = field(default_factory=dict)
    agreement: dict[str, list[bool]] = field(default_factory=dict)
    disagreements: list[str] = field(default_factory=list)

    def of(self, kind: str) -> Score:
        """The score of one kind of fact."""
        return self.facts.setdefault(kind, Score())

    def judge(self, what: str, right: bool, told: str) -> None:
        """Count whether one value of a found fact is right."""
        self.agreement.setdefault(what, []).append(right)
        if not right:
            self.disagreements.append(f"{what}: {told}")

    def accuracy(self, what: str) -> float:
        """The share of right values."""
        judged = self.agreement.get(what, [])
        return share(sum(judged), len(judged))


def score(gold: Gold, facts: dict[str, list[Fact]], into: Scores) -> None:
    """Count one note's extracted facts."""
    _medications(gold, facts.get("medications", []), into)
    _plain(gold, "vital", facts.get("vitals", []), _same_reading, into.of("vitals"))
    _plain(gold, "lab", facts.get("labs", []), _same_lab, into.of("labs"))
    _plain(gold, "allergy", facts.get("allergies", []), _same_allergy, into.of("allergies"))
    _diagnoses(gold, facts.get("diagnoses", []), into)


def place(fact: Fact) -> Span:
    """Where an extracted fact stands."""
    return fact["start"], fact["end"]


def allowed(value: object) -> list[object]:
    """The values that gold accepts, the likeliest first."""
    return value if isinstance(value, list) else [value]


def _plain(gold: Gold, kind: str, found: list[Fact], same: Callable[[Fact, Fact], bool], into: Score) -> None:
    wanted = [fact for fact in gold.of(kind) if not fact.get("optional")]
    optional = [fact for fact in gold.of(kind) if fact.get("optional")]
    taken: dict[int, Fact] = {}
    for fact in found:
        fitting = [one for one in wanted if same(one, fact)]
        free = [one for one in fitting if id(one) not in taken]
        if free:
            taken[id(free[0])] = fact
            into.right += 1
        elif any(_touch(one, fact) for one in optional) or _told_again(fitting, taken, fact):
            continue
        else:
            into.wrong += 1
            into.false.append(f"{gold.id}: {_words(gold, fact)}")
    for one in wanted:
        if id(one) not in taken:
            into.missed += 1
            into.misses.append(f"{gold.id}: {kind} {gold.at(spans(one)[0])!r} ({one.get('name', '')})")


def _told_again(fitting: list[Fact], taken: dict[int, Fact], fact: Fact) -> bool:
    """Whether another mention of one reading was reported: the gold counts the reading once."""
    return any(_touch(one, fact) and not overlap(place(taken[id(one)]), place(fact)) for one in fitting)


def _touch(one: Fact, fact: Fact) -> bool:
    return any(overlap(span, place(fact)) for span in spans(one))


def _same_reading(one: Fact, fact: Fact) -> bool:
    return one["name"] == fact["name"] and one["unit"] == fact["unit"] and abs(one["value"] - fact["value"]) < 0.051


def _same_lab(one: Fact, fact: Fact) -> bool:
    named = one["name"] == fact["name"] or _touch(one, fact)
    return named and str(fact["value"]).removesuffix(".0") == str(one["value"]).removesuffix(".0")


def _same_allergy(one: Fact, fact: Fact) -> bool:
    return one["status"] == fact["status"] and (one["substance"] == fact["substance"] or _touch(one, fact))


def _medications(gold: Gold, found: list[Fact], into: Scores) -> None:
    names, full = into.of("medications"), into.of("medications with dose")
    left = list(found)
    for drug in (one for one in gold.drugs if not one.get("optional")):
        fitting = [fact for fact in left if _is_drug(gold, drug, fact)]
        if not fitting:
            names.missed += 1
            full.missed += 1
            names.misses.append(f"{gold.id}: {drug['drug']}")
            full.misses.append(f"{gold.id}: {drug['drug']}, not found")
            continue
        best = max(fitting, key=lambda fact: (_dose_agrees(drug, fact), fact["start"]))
        names.right += 1
        left.remove(best)
        # Two names of one drug may come as one fact or as two.
        left = [fact for fact in left if fact not in fitting or str(fact["name"]) == str(best["name"])]
        _values(gold, drug, best, into)
    optional = [one for one in gold.drugs if one.get("optional")]
    for fact in left:
        if any(_is_drug(gold, one, fact) for one in optional):
            continue
        names.wrong += 1
        full.wrong += 1
        names.false.append(f"{gold.id}: {_words(gold, fact)}")
        full.false.append(f"{gold.id}: {_words(gold, fact)}")


def _values(gold: Gold, drug: Fact, fact: Fact, into: Scores) -> None:
    """What is said of a drug that was found."""
    unscored, full = drug.get("unscored", ()), into.of("medications with dose")
    told = f"{gold.id}: {drug['drug']}"
    if "dose" not in unscored:
        if _dose_agrees(drug, fact):
            full.right += 1
        else:
            full.wrong += 1
            full.missed += 1
            full.misses.append(f"{told}: {fact['dose']!r}, not {drug.get('dose')!r}")
    if "status" not in unscored:
        right = fact["status"] in allowed(drug["status"])
        into.judge("status", right, f"{told}: {fact['status']}, not {drug['status']}")
    if "frequency" in drug:
        right = any(frequency_of(fact["frequency"]) == frequency_of(one) for one in allowed(drug["frequency"]))
        into.judge("frequency", right, f"{told}: {fact['frequency']!r}, not {drug['frequency']!r}")
    if "route" in drug:
        into.judge("route", fact["route"] == drug["route"], f"{told}: {fact['route']!r}, not {drug['route']!r}")


def _is_drug(gold: Gold, drug: Fact, fact: Fact) -> bool:
    name = tokens(str(fact["name"]))
    if any(tokens(known) == name for known in drug["names"]):
        return True
    mentions = [one for one in gold.of("medication") if one["drug"] == drug["drug"]]
    shared = any(tokens(known) & name for known in drug["names"])
    return shared and any(overlap((one["start"], one["end"]), place(fact)) for one in mentions)


def _dose_agrees(drug: Fact, fact: Fact) -> bool:
    return any(measure_of(fact["dose"]) == measure_of(one) for one in allowed(drug.get("dose")))


def _diagnoses(gold: Gold, found: list[Fact], into: Scores) -> None:
    counted = into.of("diagnoses")
    known = gold.of("diagnosis")
    taken: dict[int, Fact] = {}
    for fact in found:
        fitting = sorted(
            (one for one in known if same_problem(gold, one, fact)),
            key=lambda one: (bool(one.get("optional")), fact["certainty"] not in allowed(one["certainty"])),
        )
        free = [one for one in fitting if not one.get("optional") and id(one) not in taken]
        if free:
            # A line of an assessment may hold more than one of them.
            for one in free:
                if one is free[0] or _touch(one, fact):
                    taken[id(one)] = fact
                    counted.right += 1
                    right = fact["certainty"] in allowed(one["certainty"])
                    told = f"{gold.id}: {one['text']}: {fact['certainty']}, not {one['certainty']}"
                    into.judge("certainty", right, told)
                    if one["certainty"] == "possible":
                        into.judge("possible", fact["certainty"] == "possible", told)
        elif any(one.get("optional") for one in fitting) or _rightly_excluded(gold, fact):
            continue
        else:
            counted.wrong += 1
            counted.false.append(f"{gold.id}: {_words(gold, fact)} [{fact['certainty']}]")
    for one in known:
        if not one.get("optional") and id(one) not in taken:
            counted.missed += 1
            counted.misses.append(f"{gold.id}: {one['text']} [{one['certainty']}]")


def same_problem(gold: Gold, one: Fact, fact: Fact) -> bool:
    """Whether an extracted diagnosis is that of the gold: the same place or the same words."""
    words = tokens(str(fact["text"]))
    said = [tokens(gold.at(span)) for span in spans(one)]
    return _touch(one, fact) or words == tokens(one["text"]) or words in said


def _rightly_excluded(gold: Gold, fact: Fact) -> bool:
    """What is reported as ruled out, past or a relative's, and is."""
    if fact["certainty"] in CURRENT:
        return False
    return any(overlap((one["start"], one["end"]), place(fact)) for one in gold.not_current)


def false_problems(gold: Gold, found: list[Fact]) -> list[str]:
    """Problems reported as current that the note denies, remembers, tells of a relative or merely considers."""
    wrong = []
    current = [one for one in gold.of("diagnosis") if set(CURRENT) & set(allowed(one["certainty"]))]
    excluded = {tokens(gold.at((one["start"], one["end"]))): one["why"] for one in gold.not_current}
    for fact in (one for one in found if one["certainty"] in CURRENT):
        hit = [one for one in gold.not_current if overlap((one["start"], one["end"]), place(fact))]
        supported = any(same_problem(gold, one, fact) for one in [*current, *_present(gold)])
        why = hit[0]["why"] if hit else None if supported else excluded.get(tokens(str(fact["text"])))
        if why:
            wrong.append(f"{gold.id}: {_words(gold, fact)} is {why}")
    return wrong


def _present(gold: Gold) -> list[Fact]:
    return [{**one, "text": gold.at((one["start"], one["end"]))} for one in gold.present]


def _words(gold: Gold, fact: Fact) -> str:
    named = fact.get("name") or fact.get("text") or fact.get("substance")
    value = fact.get("value", fact.get("dose", ""))
    return f"{named} {value or ''} from {gold.at(place(fact))!r} at {fact['start']}"
