"""Whose a condition is: the relative who is ill, and the one who only tells; and where that ends."""

from clinical.context.clauses import ENDS_CLAUSE, SETS_OFF, Clauses, ahead, behind
from clinical.context.triggers import Trigger
from clinical.lexicon.phrases import Match
from clinical.lexicon.resources import wordset

# "Cares for her husband with dementia": he is ill, though a preposition stands before him.
_CARED_FOR = {("for", "with"), ("to", "with"), ("caring", "with"), ("after", "with")}
_TELLS = wordset(
    """
    reports reported states stated says said notes noted brought brings bring bringing feels thinks believes called
    calls denies denied describes noticed notices gave gives provides provided helps helped accompanied accompanies
    mentions confirms present asks asked asking wants wanted worried concerned agrees agreed understands lives lived at
    wishes requests requested thought visits visited visiting attends attended came tells told informed informs drove
    drives lets let rang rings phoned phones aware updated interprets interpreting translating translated keeps
    observed witnessed found heard saw wondered wonders suggested suggests offered offers collects collecting
    buys bought buying crushes admits admitted
    """
)
_NOT_ILL = wordset(
    """
    with by per from accompanied between via through lives see her's caring to for called told after toward towards
    against without unlike tell told inform informed phone phoned call ring rang
    """
)
_SPOKEN_TO = wordset("on by via over at through in")
_SPOKEN_WHERE = wordset("phone telephone call bedside interpreter video text email clinic waiting home")
_GRAFTED = wordset(
    "kidney renal liver heart lung lungs pancreas cornea corneal transplant transplantation organ graft marrow stem"
)
_EXAMINED = frozenset({"screened", "tested", "examined", "diagnosed"})
_TAKES = frozenset({"takes", "uses", "suffers", "lives", "died", "smokes"})
# So many tokens an aside has at most.
_LONGEST_ASIDE = 12
_SINCE = frozenset({"after", "since", "when", "because"})
_BEFALLS = frozenset({"had", "has", "was", "is", "died", "developed", "tested", "caught", "got"})
_LEADS_ON = frozenset({"now", "on", "also"})
_GOES_ON = _BEFALLS | _TAKES | _LEADS_ON
_OWNERS = frozenset(
    {"his", "her", "their", "the", "my", "our", "a", "an", "maternal", "paternal", "one", "two", "three", "four"}
    | {"both", "own", "late", "older", "younger", "elder", "eldest", "youngest", "oldest", "deceased", "full"}
)
_OPENS_BACK = frozenset({"in", "(", "-", "–", "—", ":", "of", "both", "on", "affecting"})
_CLOSES = frozenset({")", "", ",", ";", "and", "&", "or", "+"})
_JOINS = frozenset({"and", ",", "&", "or", "+", "as", "well"}) | _OWNERS
_PATIENT = frozenset({"patient", "pt", "client"})
_SELF = frozenset({"himself", "herself"})
_PRONOUNS = {"she": "f", "he": "m"}
_DIED = frozenset({"died", "dies", "passed", "deceased"})


def reach_of(clauses: Clauses, match: Match[Trigger], trigger: Trigger) -> list[tuple[int, int]]:
    """The tokens that are said of a person: "father had MI", "MI in her mother", but not "mother reports fever"."""
    before = match.first - 1
    while clauses.word(before) in _OWNERS:
        before -= 1
    said_before, said_after = clauses.word(before), clauses.word(_behind_place(clauses, match.after))
    told_of = _told_of(clauses, match.after)
    if told_of is not None:
        return _in_aside(clauses, told_of, trigger)
    ill = (said_before, said_after) in _CARED_FOR or (said_before in _SINCE and said_after in _BEFALLS)
    # "Awaiting a deceased donor kidney transplant"
    grafted = clauses.word(match.after - 1) == "donor" and said_after in _GRAFTED
    if grafted or said_after in _TELLS or (said_before in _NOT_ILL and not ill):
        return _own(clauses, match.after, trigger)
    tells_of_them = said_before == "(" and said_after in _BEFALLS | {"with"}
    if (
        not tells_of_them
        and said_before in _OPENS_BACK
        and (said_before not in SETS_OFF or said_after in _CLOSES or said_after.isdigit())
    ):
        return [(behind(clauses, match.first, trigger._replace(reach=15)), match.first)]
    if said_before in {"(", ","} and said_after in {")", ""}:
        return [(behind(clauses, match.first, trigger._replace(reach=15)), match.first)]
    if said_after == "(" and (close := _closing(clauses, match.after)) is not None:
        inside = (match.after, close)
        goes_on = close + 1
        while clauses.word(goes_on) in _LEADS_ON:
            goes_on += 1
        return [inside, (goes_on, _until_another(clauses, goes_on, trigger))]
    # What a colon introduces is found in them, as in: wife screened, then a colon and what she has.
    start = match.after + 2 if said_after in _EXAMINED and clauses.word(match.after + 1) == ":" else match.after
    return [(start, _until_another(clauses, start, trigger))]


def _behind_place(clauses: Clauses, at: int) -> int:
    """Where it goes on behind how somebody was spoken to: "wife on the phone says", "son (by phone) reports"."""
    place = at + 1 if clauses.word(at) == "(" else at
    if clauses.word(place) not in _SPOKEN_TO:
        return at
    for stop in range(place + 1, place + 4):
        if clauses.word(stop) in _SPOKEN_WHERE:
            following = stop + 1
            return following + 1 if clauses.word(following) in {")", ","} else following
    return at


def _closing(clauses: Clauses, opening: int) -> int | None:
    """Where a bracket closes behind which it goes on about the same person: "wife (also my patient) takes"."""
    for at in range(opening + 1, min(opening + _LONGEST_ASIDE, clauses.after)):
        if clauses.word(at) == ")":
            return at if clauses.word(at + 1) in _GOES_ON else None
    return None


def _in_aside(clauses: Clauses, who: int, trigger: Trigger) -> list[tuple[int, int]]:
    """What a "who" tells: "lives with her son, who has autism", it is he whom the rest is about."""
    if clauses.word(who + 1) in _TELLS:
        return _behind_aside(clauses, who, trigger)
    return [(who + 1, _until_another(clauses, who + 1, trigger))]


def _behind_aside(clauses: Clauses, who: int, trigger: Trigger) -> list[tuple[int, int]]:
    """What goes on about a relative behind an aside: "her sister, who came with her, takes valproate"."""
    if clauses.word(who - 1) != ",":
        return []
    for at in range(who + 2, min(who + _LONGEST_ASIDE, clauses.after)):
        if clauses.word(at) == ",":
            goes_on = clauses.word(at + 1) in _BEFALLS | _TAKES
            return [(at + 1, _until_another(clauses, at + 1, trigger))] if goes_on else []
    return []


def _own(clauses: Clauses, start: int, trigger: Trigger) -> list[tuple[int, int]]:
    """What somebody who tells or asks says of themselves: "mum asked about her own sertraline"."""
    for at in range(start, min(start + _LONGEST_ASIDE, clauses.after)):
        if clauses.word(at) in ENDS_CLAUSE:
            break
        if clauses.word(at) == "own" and clauses.word(at - 1) in _OWNERS:
            return [(at + 1, _until_another(clauses, at + 1, trigger))]
    return []


def _until_another(clauses: Clauses, start: int, trigger: Trigger) -> int:
    """Where it is the patient again, or somebody of the other sex: "father had MI and she has gout"."""
    end = ahead(clauses, start, trigger)
    sex = trigger.kin.sex if trigger.kin else "-"
    for at in range(start, end):
        word = clauses.word(at)
        if word in _PATIENT and clauses.word(at - 1) not in {"of", "to", "for"}:
            return at
        if word in _SELF and clauses.word(at - 1) in {"he", "she", "patient", "pt"}:
            return at - 1
        if word in _PRONOUNS and at > start and clauses.word(at + 1) not in _DIED:
            begins = clauses.word(at - 1) in {"and", ",", "while", "whereas"}
            if begins and sex not in {"-", _PRONOUNS[word]}:
                return at
    return end


def _told_of(clauses: Clauses, behind_name: int) -> int | None:
    """Where a "who" stands that goes on about the relative just named."""
    if clauses.word(behind_name) == ",":
        behind_name += 1
    return behind_name if clauses.word(behind_name) in {"who", "whom", "whose"} else None


def joined(clauses: Clauses, one: int, another: int) -> bool:
    """Whether two persons are named in one breath: "father and grandmother", "mother, two sisters"."""
    return all(clauses.word(at) in _JOINS and clauses.word(at) not in ENDS_CLAUSE for at in range(one, another))
