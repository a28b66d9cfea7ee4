"""Steps that are still ahead when the note is written: reviews, referrals, tests, and what is to be done if."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import islice

from clinical.concepts import is_known
from clinical.conditional import IF
from clinical.facts import Place, Plan, Reality
from clinical.lexicon.phrases import Phrases
from clinical.lexicon.resources import entries, wordset
from clinical.note import Note
from clinical.requests import asked_of
from clinical.values.dates import dates_in
from clinical.values.durations import Span, durations_in

_PLANS = frozenset({"plan", "assessment_plan", "instructions"})
_NO_STEPS = frozenset({"signature", "past", "surgical", "family", "social", "allergies", "chief_complaint"})
_GATES = frozenset({"act", "task", "meet", "set", "wait"})
_CUT = re.compile(r";\s*|\s[•●–—-]\s")
_STEP_AFTER = re.compile(r",\s*(?:and\s)?then\s|"
                         r",\s(?=(?:[\w-]{1,20}\s){1,4}to be \w{3,12}ed\b)|,\s(?=see (?:in|again)\b)|"
                         r"(?:,\s*(?:and|then)\s|\s(?:and|then)\s|,\s*)(?=(?:re-?refer|refer|arrange|organi[sz]e|chase|"
                         r"repeat|recheck|order|schedule|book|review|check|"
                         r"follow[- ]?up)\b)", re.IGNORECASE)  # fmt: skip
_PLAN_LABEL = re.compile(r"(?:P|Plan|PLAN|A/P)\s?:\s")
_LABEL = re.compile(r"(?:p|plan|[A-Z][\w /&-]{2,40}):\s+", re.IGNORECASE)
_OPEN = re.compile(
    r"\b(?:questions?|concerns?|concerned|issues|as needed|if needed|if required|if necessary|prn|any problems|"
    r"as required)\b", re.IGNORECASE
)  # fmt: skip
_SOONER = re.compile(r"(?:sooner|earlier|before)[\s,]*$", re.IGNORECASE)
_VISIT = re.compile(
    r"\b(?:for|at|since|after|last|previous|from|on|missed|his|her|here|of)\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_LEAD = wordset(
    "please then also kindly gp to for we i pt patient the and - : can could next baseline routine urgent annual"
)
_BY = wordset("by of")
_DUE_WORDS = re.compile(
    r"\b(?:(?:at|on|from)\s(?:post-?op(?:erative)?\s)?day\s\d{1,2}\b|(?:at\s)?(?:the\s)?next\s(?:visit|appointment|week|month|year|clinic)|tomorrow|at\s\w+\s(?:days|weeks|months)|(?:in\s)?a\s(?:couple|few)\sof?\s?"
    r"(?:days|weeks|months)|once a year|twice a year|"
    r"every (?:day|week|fortnight|month|year|(?-i:January|February|March|April|May|June|July|August|September|October|"
    r"November|December))|weekly|fortnightly|monthly|yearly|annually|"
    r"every\s\w+\s(?:weeks|months))\b",
    re.IGNORECASE,
)  # fmt: skip
# Why the patient has come is no step.
_REASON = re.compile(
    r"(?:(?:(?:the\s)?(?:pt|patient)|he|she)?\s?(?:is\s)?"
    r"(?:in|here|seen|returns|returned|presents|presented|comes|came)\s(?:today\s)?for\b|"
    r"[\w\s–—-]{0,24}\b(?:encounter|visit|service)\s?date\b|\d{4}-\d\d-\d\d\s?\(|"
    r"reason for|purpose of|chief complaint|presenting complaint|cc\b|rfv\b)",
    re.IGNORECASE,
)
# What is asked for by the patient is not yet arranged.
# "ALT every week until normal": that is what is waited for.
_UNTIL = re.compile(r"\b(?:until|till)(?:\s\w{1,12}){0,2}\s$", re.IGNORECASE)
_THERE = re.compile(r"\bthere\b(?! (?:is|are|was|were|has|have)\b)", re.IGNORECASE)
_WISHES = re.compile(r"\b(?:patient|pt|he|she|they|family|mother|father|wife|husband)\s(?:\w+\s)?$", re.IGNORECASE)
_ON_DAY = re.compile(r"\b(?:at|on|from)\s(?:post-?op(?:erative)?\s)?day\s\d{1,2}\b", re.IGNORECASE)
# "for four weeks, then": the next step waits for the one before.
_THEN = re.compile(r",?\s?(?:and\s)?then\s$", re.IGNORECASE)
_LENGTH = re.compile(r"^(?:(?:for|over|during)\s)?(?:(?:the next|another|a further)\s)?", re.IGNORECASE)
_LEADS = re.compile(r"\s*(?:(?:[-–—*•]|\(?\d{1,2}[.)])\s+)?(?:P\s?:\s|Plan\s?[:–-]\s)?(?:next\s)?", re.IGNORECASE)
# A value with its time is none to come: "HbA1c 54 in three months".
# A test and nothing but when it is to be: "TSH in December 2026", "Next HbA1c due 3 May".
_WHO = (
    r"(?:(?:with|at|by|via)\s(?:(?:the|your|his|her|our)\s)?(?:gp|surgery|practice|practice nurse|nurse|midwife|"
    r"district nurse|clinic|health cent(?:er|re)|hospital|pharmacy)\b\s?)?"
)
_TEST_AND_TIME = re.compile(rf"\s(?:again\s)?{_WHO}(?:is\s)?(?:due\s)?(?:in|on|for|by|at|from)?\s?", re.IGNORECASE)
# "Lithium level", "clozapine bloods": what the laboratory finds of a drug.
_LEVEL = re.compile(r"\s(?:levels?|bloods?|trough)\b", re.IGNORECASE)
_AND_TEST = re.compile(r"\s?(?:,|&|\+|/|\band\b)\s?", re.IGNORECASE)
# "GP to do HbA1c yearly", "district nurse to take clips out on 14 March"
_WHOSE_TASK = re.compile(
    r"(?:(?:the|your|his|her|our)\s)?(?:gp|surgery|practice|(?:practice|district|community|epilepsy|heart failure|"
    r"diabetes|specialist|stoma|continence|tissue viability)\s?(?:nurse|pharmacist|team)|nurse|dn|midwife|"
    r"health visitor|pharmacist|dietitian|physio|cpn|care coordinator|keyworker)\s(?:kindly\s|please\s)?to\s"
    r"(?P<verb>(?!be\b|have\b|whom\b|patient\b|nurse\b|say\b|the\b|her\b|his\b|our\b)[a-z-]{2,})\b",
    re.IGNORECASE,
)
# "Discharged to GP, TSH yearly": a test with its time, behind a comma.
_COMMA = re.compile(r",\s(?:and\s)?")
# "HbA1c every year, first one in late October"
_OFTEN_AND_TIME = re.compile(
    r"[\s,]*(?:(?:every|each)\s(?:\w+\s?){1,2}|yearly|annually|monthly|weekly|\d-(?:month|week)ly)?"
    r"[\s,]*(?:again\s)?(?:is\s)?(?:(?:the\s)?(?:first|next)\s)?(?:(?:one|dose|check)\s)?(?:is\s)?(?:due\s)?"
    r"(?:in|on|for|by|at|from)?\s?(?:(?:early|late|mid)[\s-])?",
    re.IGNORECASE,
)
# Without any of these a sentence tells no time.
_TIMED = re.compile(
    r"\d|next|every|each|year|annual|month|week|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|tomorrow|once a|"
    r"twice a|couple|few|in a|one|two|three|four|five|six|eight|ten|twelve|fortnight|day",
    re.IGNORECASE,
)
# What else may stand behind when it is to be: "HbA1c every June because of …", "TSH yearly with GP"
_MORE = re.compile(r"(?!\s(?:because|as|with|at|by|via|for|in view of|please)\b)[\s]*[^\s.\n]", re.IGNORECASE)
# "Bloods every 12 weeks, next 11 February"
_NEXT = re.compile(r"\bnext\b", re.IGNORECASE)
_BARE_YEAR = re.compile(r"\d{4}")
_VALUE = re.compile(r"\s?(?:[:=]|is|was|of)?\s?[<>]?\d")
# "Magnesium for two weeks, then repeat": what is to be repeated stands before.
_BARE = re.compile(r"(?:repeat|recheck|re-check|check again|repeat (?:it|this|these|them))", re.IGNORECASE)
_LONGEST, _MOST, _MOST_IN_A_SENTENCE = 240, 200, 12


@cache
def _roles() -> Phrases[str]:
    phrases: Phrases[str] = Phrases()
    for line in entries("steps.txt"):
        role, _, names = line.partition("|")
        for name in names.split(","):
            phrases.add(name.strip(), role.strip())
    phrases.sort()
    return phrases


def plans(note: Note) -> list[Plan]:
    """The steps ahead that a note tells, in the order of the text."""
    found: list[Plan] = []
    for number, (start, end) in enumerate(note.document.sentences):
        kind = note.kind_at(start)
        if (kind in _NO_STEPS and not _is_behind_list(note, start, kind)) or note.in_heading(end - 1):
            continue
        first, after = note.document.sentence_tokens(number)
        said = _roles().find(note.text, note.document.tokens, first, after)
        in_plan = kind in _PLANS or bool(_PLAN_LABEL.match(note.text, start))
        gated = any(role in _GATES for match in said for role in match.found) or (
            in_plan and (said or _begins_with_test(note, start, end))
        )
        hangs = IF.search(note.text, start, end) or _ON_DAY.search(note.text, start, end)
        whose = _WHOSE_TASK.search(note.text, start, end)
        if not (gated or whose or (hangs and note.procedures_in(start, end)) or _tells_next(note, start, end)):
            continue
        segment = note.segment_at(start)
        begin = segment.body if segment and segment.start <= start < segment.body else start
        told = begin + len(note.text[begin:end]) - len(note.text[begin:end].lstrip())
        if _REASON.match(note.text, start, end) or _REASON.match(note.text, told, end):
            continue
        for piece in islice(_pieces(note, begin, end), _MOST_IN_A_SENTENCE):
            plan = _plan(note, *piece, in_plan=in_plan)
            if plan is not None:
                found.append(replace(plan, by=asked_of(note, start, end)))
        if len(found) >= _MOST:
            break
    return found


def _is_behind_list(note: Note, start: int, kind: str) -> bool:
    """Whether a list of allergies within a line is over: "Allergy: penicillin. Bloods every 12 weeks"."""
    segment = note.segment_at(start)
    if kind != "allergies" or segment is None:
        return False
    return start > segment.body and "\n" not in note.text[segment.body : start].strip(" \t")


def _tells_next(note: Note, start: int, end: int) -> bool:
    """Whether a sentence says no more than when a test is to be, or when it is to be the next time."""
    if _TIMED.search(note.text, start, end) is None:
        return False
    if any(_test_with_time(note, begin, stop) for begin, stop, _ in islice(_pieces(note, start, end), _MOST)):
        return True
    return _begins_with_test(note, start, end) is None and _NEXT.search(note.text, start, end) is not None


def _test_with_time(note: Note, start: int, end: int) -> tuple[int, int] | None:
    """Where the test stands of a clause that says no more than when it is to be."""
    test = _begins_with_test(note, start, end) or _begins_with_work(note, start, end)
    due = due_in(note, test[1], end) if test else None
    if test is None or due is None or _MORE.match(note.text, due[1].end, end) or _BARE_YEAR.fullmatch(due[0]):
        return None
    forms = (_TEST_AND_TIME, _OFTEN_AND_TIME)
    return test if any(form.fullmatch(note.text, test[1], due[1].start) for form in forms) else None


def _begins_with_work(note: Note, start: int, end: int) -> tuple[int, int] | None:
    """Where a clause begins with something that is arranged and has no name among the tests: "Bloods in May"."""
    first, after = note.document.tokens_in(start, end)
    tokens = note.document.tokens
    for match in _roles().find(note.text, tokens, first, min(after, len(tokens)))[:1]:
        if match.first - first <= 1 and match.found[0] in {"work", "meet"}:
            stop = tokens[match.after - 1].end
            joined = _AND_TEST.match(note.text, stop, end)
            other = _begins_with_test(note, joined.end(), end) if joined else None
            return tokens[first].start, other[1] if other else stop
    return None


def _pieces(note: Note, start: int, end: int) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    """The clauses of a sentence that may each be a step, with the condition on which it hangs."""
    begin = start
    text = note.text
    for cut in (*(match.span() for match in _CUT.finditer(text, start, end)), (end, end)):
        stop = _timed_test_behind(note, begin, cut[0])
        yield from _steps(text, begin, stop)
        if stop < cut[0]:
            yield from _steps(text, stop + 1, cut[0])
        begin = cut[1]


def _timed_test_behind(note: Note, start: int, end: int) -> int:
    """Where the comma stands behind which a clause only says when a test is to be: "discharged, TSH yearly"."""
    for comma in islice(_COMMA.finditer(note.text, start, end), _MOST_IN_A_SENTENCE):
        if _begins_with_test(note, start, end) is None and _test_with_time(note, comma.end(), end) is not None:
            return comma.start()
    return end


def _steps(text: str, start: int, end: int) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    while start < end and text[start].isspace():
        start += 1
    label = _LABEL.match(text, start, end)
    start = label.end() if label else start
    lead = IF.match(text, start, end)
    comma = text.find(",", start, end) if lead else -1
    condition = (start, comma) if lead and comma > 0 else None
    begin = start
    cuts = [match.span() for match in _STEP_AFTER.finditer(text, comma + 1 if condition else start, end)]
    for stop, following in (*cuts, (end, end)):
        own = condition
        behind = IF.search(text, begin, stop) if condition is None else None
        if (
            behind
            and behind.start() > begin
            and not _SOONER.search(text, max(begin, behind.start() - 10), behind.start())
        ):
            own = (behind.start(), stop)
        if stop > begin:
            yield begin, stop, own
        begin = following


def _plan(note: Note, start: int, end: int, condition: tuple[int, int] | None, *, in_plan: bool) -> Plan | None:
    text = note.text
    while end > start and text[end - 1] in " \t\n.,;:-*":
        end -= 1
    while start < end and text[start] in " \t\n-*•,":
        start += 1
    main, stop = start, end
    if condition and condition[0] <= start:
        main = condition[1] + 1
    elif condition:
        stop = condition[0]
        condition = (condition[0], min(condition[1], end))
    if not 0 < end - start <= _LONGEST or main >= stop or _OPEN.search(text, start, end):
        return None
    due = due_in(note, main, end) or _due_after(note, start)
    key = _step(note, main, stop, in_plan=in_plan, sure=bool(due or condition))
    if key is None or (due and note.day and due[0][:4].isdigit() and due[0] < note.day.isoformat()[: len(due[0])]):
        return None
    meant = note.context.of(*key)
    if meant.negated or meant.family or meant.historical or meant.reality is Reality.DECLINED:
        return None
    bare = _BARE.fullmatch(note.text, start, end) is not None
    start = _with_object(note, _with_place(note, start, end), end)
    places = {"text": Place(start, end)}
    if due:
        places["due"] = due[1]
    if condition:
        places["condition"] = Place(*condition)
    return Plan(
        start=start,
        end=end,
        original=text[start:end],
        section=note.part_at(start),
        places=places,
        text=_text_of(text[start:end], due[0] if due else "", bare=bare),
        due=due[0] if due else None,
        condition=" ".join(text[slice(*condition)].split(" ")).strip(" .,") if condition else None,
    )


def _with_place(note: Note, start: int, end: int) -> int:
    """Where a step begins with the sentence that says where, if it is only "there" for the step."""
    if not _THERE.search(note.text, start, end):
        return start
    first, _ = note.document.sentence_span(start)
    numbers = [number for number, span in enumerate(note.document.sentences) if span[0] == first]
    before = note.document.sentences[numbers[0] - 1][0] if numbers and numbers[0] else first
    segment = note.segment_at(start)
    begin = max(before, segment.body) if segment else before
    begin += len(note.text[begin:end]) - len(note.text[begin:end].lstrip())
    told = note.text[begin:end]
    return begin if end - begin <= _LONGEST and "\n" not in told.strip() else start


def _text_of(words: str, due: str, *, bare: bool) -> str:
    """A step in its words.

    Of "Magnesium aspartate for two weeks, then repeat", what the laboratory is to measure again, and when.
    """
    first = words.split(" ", maxsplit=1)[0]
    if bare and is_known(first, "lab"):
        return f"repeat {first.lower()} {due}".strip()
    return " ".join(words.split())


def _with_object(note: Note, start: int, end: int) -> int:
    """Where a step begins that is no more than "repeat": with its sentence, which says what."""
    if not _BARE.fullmatch(note.text, start, end):
        return start
    first, _ = note.document.sentence_span(start)
    segment = note.segment_at(start)
    first = max(first, segment.body) if segment and segment.body <= start else first
    first += len(note.text[first:end]) - len(note.text[first:end].lstrip(" \t\n-*•"))
    return first if end - first <= _LONGEST else start


def _step(note: Note, start: int, stop: int, *, in_plan: bool, sure: bool) -> tuple[int, int] | None:
    """Where the word stands that makes a clause a step ahead; None where none does."""
    document = note.document
    tokens = document.tokens
    first, after = document.tokens_in(start, stop)
    after = min(after, len(tokens))
    said = [
        (match, match.found[0])
        for match in _roles().find(note.text, tokens, first, after)
        if match.found[0] != "told" or not _UNTIL.search(note.text, start, tokens[match.first].start)
    ]
    roles = [role for _, role in said]
    whose = _WHOSE_TASK.match(note.text, start, stop)
    if whose is not None and not _is_told(roles) and not _is_medicine(note, start, stop):
        return whose.span("verb")
    begin = first
    while begin < after - 1 and tokens[begin].word in _LEAD:
        begin += 1
    works = bool({"meet", "work"} & set(roles)) or _tests(note, start, stop)
    if _is_told(roles) or (_is_medicine(note, start, stop) and not works):
        return None
    for at, (match, role) in enumerate(said):
        place = tokens[match.first].start, tokens[match.after - 1].end
        behind = tokens[match.after].word if match.after < after else ""
        leads = match.first <= begin
        led = at > 0 and roles[at - 1] == "ahead" and match.first - said[at - 1][0].after <= 3
        if behind in _BY:
            continue
        begins = leads and (role == "act" or in_plan or sure)
        if role in {"act", "task"} and (led or begins):
            return place
        if role == "meet" and (led or begins or (sure and not _VISIT.search(note.text[start : place[0]]))):
            return place
        wished = _WISHES.search(note.text[start : place[0]])
        arranged = (role == "set" and match.first > first and not wished) or (
            role == "wait" and match.first <= begin + 1
        )
        if (arranged and works) or (role == "work" and leads and (in_plan or _NEXT.search(note.text, start, stop))):
            return place
    return _test_ahead(note, start, stop) if sure else None


def _test_ahead(note: Note, start: int, stop: int) -> tuple[int, int] | None:
    """Where a clause begins with a test or an operation, which with a time or a condition is one to come."""
    if (test := _begins_with_test(note, start, stop) or _test_with_time(note, start, stop)) is not None:
        return test
    for name in note.procedures_in(start, stop):
        if name.start == start:
            return name.start, name.end
    return None


def _begins_with_test(note: Note, start: int, stop: int) -> tuple[int, int] | None:
    """Where a clause names at its beginning what the laboratory measures, without a value: "TSH once a year"."""
    lead = _LEADS.match(note.text, start, stop)
    start = lead.end() if lead else start
    begun = end = start
    for match in note.document.matches_in(start, stop):
        at, after = note.document.span(match)
        joined = at == start if end == start else _AND_TEST.fullmatch(note.text, end, at) is not None
        level = _LEVEL.match(note.text, after, stop)
        kinds = {term.kind for term in match.found}
        if not joined or not ("lab" in kinds or (level and "drug" in kinds)):
            break
        after = level.end() if level else after
        if _VALUE.match(note.text, after):
            return None
        end = after
    return (begun, end) if end > start else None


def _is_told(roles: list[str]) -> bool:
    """Whether it has happened, or will not: "was seen", but "was ordered" is still to come."""
    last = max((at for at, role in enumerate(roles) if role == "told"), default=-1)
    return last >= 0 and "set" not in roles[last + 1 :]


def _tests(note: Note, start: int, end: int) -> bool:
    """Whether a clause names a procedure or something that the laboratory measures."""
    found = note.document.matches_in(start, end)
    return bool(note.procedures_in(start, end)) or any(term.kind == "lab" for match in found for term in match.found)


def _is_medicine(note: Note, start: int, end: int) -> bool:
    found = note.document.matches_in(start, end)
    return any(term.kind in {"drug", "class"} for match in found for term in match.found)


def due_in(note: Note, start: int, end: int) -> tuple[str, Place] | None:
    """When a step is due: as an ISO date or month where that can be known, else as the note has it."""
    text = note.text
    for found in dates_in(text, note.day, day_first=note.day_first, start=start, end=end):
        words = " ".join(text[found.start : found.end].split())
        if words.lower() in {"today", "now"} or words.lower().endswith("ago") or words.lower().startswith("last "):
            continue
        before = text[max(start, found.start - 3) : found.start].lower()
        said = words if found.relative and words.lower().startswith(("in ", "next", "within")) else None
        if said is None and before.endswith("in "):
            words = f"in {words}"
        iso = _to_come(found.iso, note.day) if found.relative else found.iso
        return iso or words, Place(found.start, found.end)
    for span in durations_in(text, start, end):
        if span.kind is Span.PLAIN:
            return " ".join(text[span.start : span.end].split()), Place(span.start, span.end)
    match = _DUE_WORDS.search(text, start, end)
    return (" ".join(match.group().split()), Place(*match.span())) if match else None


def _due_after(note: Note, start: int) -> tuple[str, Place] | None:
    """When a step is due that follows another: "new cast for four weeks, then CT" is a CT after four weeks."""
    text = note.text
    first, _ = note.document.sentence_span(start)
    link = _THEN.search(text[first:start])
    if link is None:
        return None
    stop = first + link.start()
    begin = max(text.rfind(mark, first, stop) + 1 for mark in (";", ",")) or first
    spans = list(durations_in(text, max(begin, first), stop))
    if not spans:
        return None
    span = spans[-1]
    length = _LENGTH.sub("", " ".join(text[span.start : span.end].split()))
    return f"after {length}", Place(span.start, span.end)


def _to_come(iso: str | None, day: date | None) -> str | None:
    """The same day or month of the next year, where that of this one is over."""
    if iso and day and len(iso) >= 7 and iso < day.isoformat()[: len(iso)]:
        return f"{int(iso[:4]) + 1}{iso[4:]}"
    return iso
