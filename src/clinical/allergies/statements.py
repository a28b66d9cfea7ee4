"""What sentences tell of allergies: "allergic to codeine", "penicillin allergy", "hives after cefalexin".

A sentence is taken as such a statement where a substance stands beside a word for allergy, or beside a sign of an
allergy (a rash, wheeze, anaphylaxis) as its cause.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from clinical.allergies.items import Item, items_in
from clinical.allergies.reactions import leading_reaction, reaction_of, reactions_in
from clinical.allergies.standing import Standing, standing_behind
from clinical.allergies.substances import is_known, is_name, is_substance, names_in, trimmed

_TO = re.compile(
    r"\b(?P<lead>(?P<anaphylaxis>anaphyla(?:xis|ctic (?:reactions?|shock)|ctoid reactions?)|anaphylax(?:ed|es))|"
    r"allergic(?: reactions?)?|allerg(?:y|ies)|"
    r"intoleran(?:t|ces?)|hypersensitiv(?:e|ity)|(?P<weak>sensitiv(?:e|ity)|(?:adverse |bad |severe |serious |nasty |"
    r"drug ){0,4}reactions?(?: (?:was|is|had been|has been))?|reacts?|reacted|react(?:s|ed)? badly))"
    r"\s+(?:(?:to|with|of|towards?|against|following|after|from)\s+|includ(?:e|es|ing)\s+)(?P<list>[^.;\n]{2,160})",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(?<![A-Za-z])(?P<list>(?:[A-Za-z][\w-]{0,40}\s){0,3}[A-Za-z][\w-]{1,40})(?:\s|-|[\"”’']\s?)"
    r"(?P<lead>allerg(?:y|ies|ic)|"
    r"intoleran(?:ce|t)|hypersensitivity|anaphylaxis)\b"
    r"(?!\s+(?:to\s|shots?|clinic|test|season|medic|pill|list|symptoms?|sx|specialist|immun|f/u|nurse|service|"
    r"referral|team|rhinitis|asthma|action|plan|card|band|alert band|"
    r"conjunctivitis|dermatitis|eczema|bronch))",
    re.IGNORECASE,
)
# The words of a list before its last one: "penicillin, codeine and" of "penicillin, codeine and latex allergies".
_LIST_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:[A-Za-z][\w-]{1,40}+(?: [A-Za-z][\w-]{1,40}+)?\s?(?:,|/|&|\band\b|,\s?and)\s?){1,8}$"
)
# How it was taken, between its name and what it did: "amoxicillin 500 mg TDS: anaphylaxis".
_TAKEN = (
    r"(?:\s(?:\d[\d.,/]{0,8}\s?(?:mg|mcg|micrograms?|g|ml|units?|mmol|iu|tablets?|%)?|once|twice|daily|stat|od|bd|bid|"
    r"tds|tid|qds|qid|prn|nocte|mane|dose|doses|iv|im|po|sc|orally|oral|given|x|each|per day|a day|(?:one|two|three|"
    r"four|first|second) (?:dose|doses|times)))"
)
_NAMED_BEFORE = re.compile(
    rf"(?<![A-Za-z])([A-Za-z][\w-]{{0,40}}(?: [A-Za-z][\w-]{{0,40}})??)(?:{_TAKEN}{{1,6}})?\s?(?:[-–—:]|->|→|\(|=)\s?"
    r"(?:severe |previous |had ){0,3}$",
    re.IGNORECASE,
)
_CAUSES = re.compile(
    r"\b(?:br(?:ings?|ought) (?:him|her|them|me|the patient|the child|\w+) (?:out|up) in|(?:came|comes|come|coming|"
    r"break|breaks|broke) (?:out|up) in|"
    r"(?:has |have |had |also |always |previously |once |apparently |reportedly ){0,6}(?:causes?|caused|gives?|gave|"
    r"makes?|made|triggers?|triggered|leads? to|led to|results? in|resulted in|provokes?|"
    r"provoked|produces?|produced|induced)(?: (?:him|her|them|me|the patient|\w+['’]s))?(?: to have| to get|"
    r" to develop)?)\b",
    re.IGNORECASE,
)
_CAME = re.compile(
    r"\b(?:(?:came|comes|come|coming|breaks?|broke|broken|breaking|brought|erupts?|erupted) (?:out|up) (?:in|with)|"
    r"gets?|got|getting|develops?|developed|developing|has had|had|"
    r"experienc(?:es?|ed)|suffer(?:s|ed)?(?: from)?|has|have)\s",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:(?:each|every) time |whenever |once |shortly |soon |immediately |minutes |hours |days |a few |\d+ |two |"
    r"three |within |of |an? |hour |day |week )*"
    r"(?:after|with|from|to|on|following|when|whenever|if|due to|secondary to|because of|caused by|in response to)\s+"
    r"(?:(?:s?he|they|the patient|it|was|were|is|being|has|had|taking|starting|started|given|giving|receiving|having|"
    r"eating|eats?|takes?|took|using|exposure to|use of|a|an|the|course|courses|dose|doses|"
    r"one|single|of|first|second|last|some|her|his|their|oral|iv|recent|previous)\s+)*",
    re.IGNORECASE,
)
_ENDS_LIST = re.compile(
    r"\b(?:who|but|however|presents?|presented|for|since|as an?|when|because|in (?:the|his|her|\d+|child\w*)|"
    r"on (?:exam\w*|the|his|her|\d+)|"
    r"(?:is|was|has|had|have) (?!not )|and (?:has|is|was|takes|takes|reports|denies|she|he|the|they)|he|she|they|"
    r"the patient|added|"
    r"that|this|during|at|after|turned|proved|removed|recorded|entered|label\w+|outgrown|disproved|refuted|reported|"
    r"noted|listed|documented|reports?|denies|noted|takes?|so|therefore|thus|hence|although|though|whereas|while|"
    r"until|which was|were)\b|[–—](?=\s\w+\s(?:is|was|has))|:(?=\s)",
    re.IGNORECASE,
)
_TREATS = re.compile(
    r"\b(?:epi(?:nephrine|pen)|adrenaline|antihistamine|cetirizine|loratadine|fexofenadine|chlorphen\w*|piriton|"
    r"ranitidine|famotidine|salbutamol|albuterol|glucagon|prednis\w+|hydrocortisone|steroid|diphenhydramine|benadryl|"
    r"hydroxyzine|cream|ointment|lotion|calamine)s?\b",
    re.IGNORECASE,
)
# What is given by such a name is given for it: "IV fluids - anaphylaxis protocol".
_PROTOCOL = re.compile(r"\s(?:protocol|pathway|kit|pack|box|treatment|management|dose|guidelines?)\b", re.IGNORECASE)
_STRONG = re.compile(r"anaphyla|angio-?o?edema|stevens|\bSJS\b|\bTEN\b|\bDRESS\b|toxic epidermal", re.IGNORECASE)
# Signs that need no verb to be somebody's: "hives after cefalexin", "lips swell when he eats kiwi".
_SURE = re.compile(
    r"hives|urticaria|anaphyla\w+|angio|(?:face|facial|lips?|tongue|throat|eyes) (?:swell\w*|clos\w+|tight\w+)|"
    r"swollen|throat",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\b(?:label(?:l)?ed|recorded|listed|documented|flagged|thought|believed|said|noted|marked)(?: (?:as|to be|"
    r"an?))?(?: being)? $",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:,|/|&|\+|,?\s?\b(?:and|or)\b)\s*", re.IGNORECASE)
_SIGHT = 70
_NEAR = 45


class Told(NamedTuple):
    """A substance that a sentence tells of, and the words by which it does."""

    item: Item
    lead: tuple[int, int]
    weak: bool
    """Whether the word says it of other things as well: "sensitive to light", "reaction to the news"."""


def statements_in(text: str, start: int, end: int, *, listed: bool = False) -> Iterator[Told]:
    """What a sentence tells.

    Args:
        text: The text of the note.
        start: Where the sentence begins.
        end: Where it ends.
        listed: Whether it stands under "Allergies", where any harm that a substance did is told as one.
    """
    words = text[start:end]
    if re.search(r"(?i)llerg|intoleran|sensitiv|anaphyla|react", words):
        for match in _TO.finditer(text, start, end):
            yield from _to(text, match)
        for match in _OF.finditer(text, start, end):
            yield from _of(text, match)
    if reactions_in(text, start, end):
        yield from _caused(text, start, end, any_harm=listed)
        yield from _came(text, start, end)
        yield from _beside(text, start, end)


def _to(text: str, match: re.Match[str]) -> Iterator[Told]:
    start, end = match.start("list"), match.end("list")
    stop = _ENDS_LIST.search(text, start, end)
    if stop and stop.start() > start:
        end = stop.start()
    reaction = "anaphylaxis" if match["anaphylaxis"] else None
    before = None if reaction else _reaction_before(text, match.start())
    if before is None and stop and match["weak"] and stop.group() == ":":
        before = _behind(text, stop.start())  # "reaction to trimethoprim: rash"
    for place, item in enumerate(items_in(text, start, end)):
        if place and not is_known(item.substance) and (item.reaction or not _is_noun(item.substance)):
            continue
        told = item
        if told.reaction is None and reaction:
            told = told._replace(reaction=reaction, reaction_at=match.span("anaphylaxis"))
        elif told.reaction is None and before and match["weak"]:
            told = told._replace(reaction=reaction_of(text, *before), reaction_at=before)
        yield Told(told, match.span("lead"), weak=bool(match["weak"]))


def _is_noun(words: str) -> bool:
    """Whether unknown words in a list can be a name and are no piece of a sentence."""
    return len(words.split()) <= 2 and not words.endswith(("ing", "ly"))


def _reaction_before(text: str, at: int) -> tuple[int, int] | None:
    found = reactions_in(text, max(0, at - 25), at)
    return (found[-1].start, found[-1].end) if found and at - found[-1].end <= 2 else None


def _of(text: str, match: re.Match[str]) -> Iterator[Told]:
    start, end = match.span("list")
    chosen = _name_before(text, start, end)
    first, last = trimmed(text, *chosen)
    substance = " ".join(text[first:last].lower().split())
    if not is_substance(substance) or not (is_known(substance) or match["lead"].lower() != "allergies"):
        return
    if match["lead"].lower() == "anaphylaxis" and not is_name(substance):
        return
    if not is_known(substance) and not _names(text, first, last, match["lead"]):
        return
    reaction = match.span("lead") if match["lead"].lower() == "anaphylaxis" else _behind(text, match.end())
    yield Told(
        Item(first, last, substance, reaction_of(text, *reaction) if reaction else None, reaction, Standing.HELD),
        match.span("lead"),
        weak=False,
    )
    yield from _joined(text, first, match)


def _name_before(text: str, start: int, end: int) -> tuple[int, int]:
    """The name that ends a stretch of words: the longest known one, else what holds a known one, else the last word."""
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S", text[start:end])]
    for at in starts:
        if is_name(text[start + at : end].lower()):
            return start + at, end
    for at in reversed(starts):
        if is_known(text[start + at : end].lower()):
            return start + at, end
    return start + (starts[-1] if starts else 0), end


def _joined(text: str, first: int, match: re.Match[str]) -> Iterator[Told]:
    """The other substances in "penicillin and latex allergies"."""
    before = text[max(0, first - _SIGHT) : first]
    listed = _LIST_BEFORE.search(before)
    if listed is None:
        return
    for item in items_in(text, max(0, first - _SIGHT) + listed.start(), first):
        if is_known(item.substance):
            yield Told(item, match.span("lead"), weak=False)


def _names(text: str, start: int, end: int, lead: str) -> bool:
    """Whether an unknown word before "allergy" is meant as a substance."""
    word = text[start:end].lower()
    return (
        lead.lower() in {"allergy", "allergic", "intolerance"}
        and len(word) > 3
        and word.isalpha()
        and word not in _NO_NAMES
    )


_NO_NAMES = frozenset(
    [
        "have",
        "remove",
        "delete",
        "cancel",
        "update",
        "amend",
        "correct",
        "record",
        "confirm",
        "discuss",
        "check",
        "review",
        "query",
        "been",
        "said",
        "very",
        "also",
        "highly",
        "known",
        "drug",
        "food",
        "severe",
        "mild",
        "possible",
        "new",
        "other",
        "their",
        "that",
        "this",
        "with",
        "from",
        "about",
        "mother",
        "father",
        "patient",
        "history",
        "reported",
        "strong",
        "multiple",
        "seasonal",
        "likely",
        "suspected",
        "true",
        "type",
        "contact",
        "skin",
        "nasal",
        "latex-free",
        "over",
        "being",
        "child",
        "found",
        "were",
        "severely",
        "mildly",
        "once",
        "never",
        "still",
        "longer",
        "most",
        "previous",
        "certain",
        "specific",
        "acute",
        "chronic",
        "atopic",
        "serious",
        "significant",
        "local",
        "systemic",
        "actual",
        "certainly",
        "definitely",
        "truly",
        "really",
        "slightly",
        "probably",
        "potentially",
        "apparently",
    ]
)


def _behind(text: str, at: int) -> tuple[int, int] | None:
    """The reaction told right behind: "penicillin allergy (rash)", "latex allergy - hives"."""
    opened = re.compile(
        r"\s*(?:[(\[]|[-–—:]+|,?\s*(?:which |that )?(?:caus\w+|giv\w+|gave|with|manifest\w+ (?:as|by|with)|"
        r"reaction(?: is| was)?:?|resulting in))\s*"
        r"(?:a |an |of |in |him |her |them )*"
    ).match(text, at, at + 40)
    if opened is None:
        return None
    found = leading_reaction(text, opened.end(), min(len(text), at + 100))
    return (found.start, found.end) if found else None


def _caused(text: str, start: int, end: int, *, any_harm: bool) -> Iterator[Told]:
    """A substance right before a verb, a sign of an allergy right behind: "erythromycin brings him out in a rash"."""
    for match in _CAUSES.finditer(text, start, end):
        reaction = _sign_behind(text, match.end(), end, any_harm=any_harm)
        if reaction is None:
            continue
        yield from _known_before(text, start, match.start(), reaction, match.span())


def _known_before(text: str, start: int, at: int, reaction: tuple[int, int], lead: tuple[int, int]) -> Iterator[Told]:
    begin = max(start, at - _SIGHT)
    cut = max(text.rfind(mark, begin, at) for mark in ";:")
    names = names_in(text, max(begin, cut + 1), at)
    if not names or at - names[-1][1] > _NEAR:
        return
    following = None
    for first, last in reversed(names):
        if following is not None and not _LISTED.fullmatch(text, last, following):
            break
        substance = " ".join(text[first:last].lower().split())
        item = Item(first, last, substance, reaction_of(text, *reaction), reaction, Standing.HELD)
        yield Told(item, lead, weak=False)
        following = first


def _sign_behind(text: str, at: int, end: int, *, any_harm: bool = False) -> tuple[int, int] | None:
    """A sign of an allergy within a few words."""
    found = next((one for one in reactions_in(text, at, min(end, at + 60)) if one.allergic or any_harm), None)
    if (
        found is None
        or found.start - at > 35
        or re.search(r"[.;:]|\b(?:no|not|without|never)\b", text[at : found.start])
    ):
        return None
    whole = leading_reaction(text, found.start, end)
    return found.start, whole.end if whole else found.end


def _came(text: str, start: int, end: int) -> Iterator[Told]:
    """A sign of an allergy, then its cause: "came up in hives after cefalexin", "gets a rash with latex"."""
    signs = {_sign_behind(text, match.end(), end): match.span() for match in _CAME.finditer(text, start, end)}
    for found in reactions_in(text, start, end):
        if _SURE.match(text, found.start, found.end):
            signs.setdefault((found.start, found.end), (found.start, found.end))
    for reaction, lead in signs.items():
        if reaction is None:
            continue
        link = _AFTER.match(text, reaction[1], end)
        if link is None:
            continue
        stop = _ENDS_LIST.search(text, link.end() + 1, end)
        for item in items_in(text, link.end(), stop.start() if stop else min(end, link.end() + 80)):
            if is_known(item.substance) and item.reaction is None and not _TREATS.search(item.substance):
                yield Told(item._replace(reaction=reaction_of(text, *reaction), reaction_at=reaction), lead, weak=False)


def _beside(text: str, start: int, end: int) -> Iterator[Told]:
    """A substance and a sign beside it, where no drug is given for that: "cefuroxime – anaphylaxis 2015"."""
    for found in reactions_in(text, start, end):
        if not _STRONG.search(text[found.start : found.end]):
            continue
        link = _NAMED_BEFORE.search(text[max(start, found.start - 60) : found.start])
        if link is None or _TREATS.search(link.group(1)) or _PROTOCOL.match(text, found.end, end):
            continue
        at = max(start, found.start - 60) + link.start(1)
        for word in (link.group(1), link.group(1).rpartition(" ")[2]):
            first = at + link.group(1).rindex(word)
            if is_name(word.lower()):
                item = Item(
                    first,
                    first + len(word),
                    word.lower(),
                    reaction_of(text, found.start, found.end),
                    (found.start, found.end),
                    Standing.HELD,
                )
                yield Told(item, (found.start, found.end), weak=False)
                break


def was_labelled(text: str, start: int, at: int) -> bool:
    """Whether an allergy is only what a record or somebody once said: "previously labelled penicillin allergic"."""
    before = text[max(start, at - _SIGHT) : at]
    return bool(
        re.search(
            r"(?i)\b(?:previously|formerly|once|originally|historically|used to (?:be|say)|wrongly|incorrectly)\b",
            before,
        )
    ) and bool(_LABELLED.search(before) or re.search(r"(?i)\b(?:labell?ed|thought|believed)\b", before))


__all__ = ["Told", "standing_behind", "statements_in", "was_labelled"]
