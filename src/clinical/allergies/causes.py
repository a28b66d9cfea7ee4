"""A sign of an allergy beside what caused it: "erythromycin brings him out in a rash", "hives after cefalexin"."""

import re
from collections.abc import Iterator

from clinical.allergies.item import Item
from clinical.allergies.items import items_in
from clinical.allergies.mention import Told
from clinical.allergies.reactions import leading_reaction, reaction_of, reactions_in
from clinical.allergies.standing import Standing
from clinical.allergies.substances import is_known, is_name, names_in
from clinical.allergies.treatments import treats_allergies

# How it was taken, between its name and what it did: "amoxicillin 500 mg TDS: anaphylaxis".
_TAKEN = (
    r"(?:\s(?:\d[\d.,/]{0,8}\s?(?:mg|mcg|micrograms?|g|ml|units?|mmol|iu|tablets?|%)?|once|twice|daily|stat|od|bd|bid|"
    r"tds|tid|qds|qid|prn|nocte|mane|dose|doses|iv|im|po|sc|orally|oral|given|x|each|per day|a day|(?:one|two|three|"
    r"four|first|second) (?:dose|doses|times)))"
)
_NAMED_BEFORE = re.compile(
    rf"(?<![A-Za-z])([A-Za-z][\w-]{{0,40}}(?: [A-Za-z][\w-]{{0,40}})??)(?:{_TAKEN}{{1,6}})?"
    r"(?:\s?(?:[-–—:]|->|→|\(|=)\s?|\sreaction (?:was|is|being)\s(?:an? )?)"
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
    r"\b(?:(?:came|comes|come|coming|breaks?|broke|broken|breaking|brought|erupts?|erupted) (?:out|up) "
    r"(?:all over )?(?:in|with)|"
    r"gets?|got|getting|develops?|developed|developing|has had|had|"
    r"experienc(?:es?|ed)|suffer(?:s|ed)?(?: from)?|has|have)\s",
    re.IGNORECASE,
)
# From a sign to its cause: words of time and number around a preposition, and what is done with the cause.
_AFTER = re.compile(
    r"\s(?:the|each|every|any|whenever|once)\s(?:(?:one|only|first|second|last|single)\s)?(?:time\s)?(?:that\s)?"
    r"(?:s?he|they|the patient)\s"
    r"(?:has|had|takes?|took|tr(?:ies|ied)|was given|is given|gets?|got|eats?|ate|uses?|used)\s"
    r"(?:an?\s|the\s|any\s|some\s|oral\s|iv\s)?|"
    r"\s*(?:all over\s|everywhere\s|over (?:his|her|the) \w+\s)?"
    r"(?:(?:(?:each|every) time|whenever|once|shortly|soon|immediately|minutes?|hours?|days?|weeks?|months?|a few|"
    r"\d+|one|two|three|four|five|several|within|by|of|an?|in|at|about|some|later|on|first|second|third|last|dose)\s+)*"
    r"(?:after|with|from|to|on|of|following|when|whenever|if|due to|secondary to|because of|caused by|in response to)"
    r"\s+(?:(?:s?he|they|the patient|it|was|were|is|being|has|had|taking|starting|started|given|giving|receiving|"
    r"having|eating|eats?|takes?|took|using|exposure to|use of|a|an|the|course|courses|dose|doses|day|week|\d+|"
    r"infusion|one|single|of|first|second|third|last|some|her|his|their|oral|iv|recent|previous)\s+)*",
    re.IGNORECASE,
)
# Where a list of causes ends.
ENDS_LIST = re.compile(
    r"\b(?:who|but|however|presents?|presented|for|since|as an?|when|because|in (?:the|his|her|\d+|child\w*)|"
    r"on (?:exam\w*|the|his|her|\d+)|"
    r"(?:is|was|has|had|have) (?!not )|"
    r"can(?:not|['’]t)?|could|should|must|would|will|now|then|"
    r"and (?:has|is|was|takes|takes|reports|denies|she|he|the|they)|he|she|they|"
    r"the patient|added|"
    r"that|this|during|at|after|turned|proved|removed|recorded|entered|label\w+|outgrown|disproved|refuted|reported|"
    r"noted|listed|documented|reports?|denies|noted|takes?|so|therefore|thus|hence|although|though|whereas|while|"
    r"until|which was|were)\b|[–—](?=\s\w+\s(?:is|was|has))|:(?=\s)",
    re.IGNORECASE,
)
# What is given by such a name is given for it: "IV fluids - anaphylaxis protocol".
_PROTOCOL = re.compile(r"\s(?:protocol|pathway|kit|pack|box|treatment|management|dose|guidelines?)\b", re.IGNORECASE)
_STRONG = re.compile(r"anaphyla|angio-?o?edema|stevens|\bSJS\b|\bTEN\b|\bDRESS\b|toxic epidermal", re.IGNORECASE)
# Signs that need no verb to be somebody's: "hives after cefalexin", "lips swell when he eats kiwi".
_SURE = re.compile(
    r"hives|urticaria|anaphyla\w+|angio|(?:face|facial|lips?|tongue|throat|eyes) (?:swell\w*|clos\w+|tight\w+)|"
    r"swollen|swell(?:s|ed) up|throat",
    re.IGNORECASE,
)
# So do these where a statement begins with them: "Widespread rash on co-trimoxazole".
_SURE_FIRST = re.compile(
    r"(?:\w+\s)?(?:rash|itch|wheez|bronchospasm|erythema|blister|swelling|weal|welt)\w*", re.IGNORECASE
)
_LISTED = re.compile(r"\s*(?:,|/|&|\+|,?\s?\b(?:and|or)\b)\s*", re.IGNORECASE)
_SIGHT = 70
_NEAR = 45


def caused(text: str, start: int, end: int, *, any_harm: bool) -> Iterator[Told]:
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


def came(text: str, start: int, end: int) -> Iterator[Told]:
    """A sign of an allergy, then its cause: "came up in hives after cefalexin", "gets a rash with latex"."""
    signs = {_sign_behind(text, match.end(), end): match.span() for match in _CAME.finditer(text, start, end)}
    for found in reactions_in(text, start, end):
        if _SURE.match(text, found.start, found.end) or _begins_with(text, start, found.start, found.end):
            signs.setdefault((found.start, found.end), (found.start, found.end))
    for reaction, lead in signs.items():
        if reaction is None:
            continue
        link = _AFTER.match(text, reaction[1], end)
        if link is None:
            continue
        stop = ENDS_LIST.search(text, link.end() + 1, end)
        for item in items_in(text, link.end(), stop.start() if stop else min(end, link.end() + 80)):
            if is_known(item.substance) and item.reaction is None and not treats_allergies(item.substance):
                yield Told(item._replace(reaction=reaction_of(text, *reaction), reaction_at=reaction), lead, weak=False)


def _begins_with(text: str, start: int, at: int, end: int) -> bool:
    """Whether a statement, of which a word may stand before it, begins with a sign of an allergy."""
    before = text[start:at].split()
    negates = any(word.lower() in {"no", "nil", "not", "without", "minimal", "?"} for word in before)
    return len(before) <= 1 and not negates and _SURE_FIRST.match(text, at, end) is not None


def beside(text: str, start: int, end: int) -> Iterator[Told]:
    """A substance and a sign beside it, where no drug is given for that: "cefuroxime – anaphylaxis 2015"."""
    for found in reactions_in(text, start, end):
        if not _STRONG.search(text[found.start : found.end]):
            continue
        link = _NAMED_BEFORE.search(text[max(start, found.start - 60) : found.start])
        if link is None or treats_allergies(link.group(1)) or _PROTOCOL.match(text, found.end, end):
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
