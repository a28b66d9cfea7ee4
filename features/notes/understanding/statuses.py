"""What becomes of a medication, going by the verbs around it."""

import re
from typing import NamedTuple

STARTED, CONTINUED, CHANGED, STOPPED, MENTIONED = "started", "continued", "changed", "stopped", "mentioned"

# Looked for before the medication in its sentence; the nearest one counts. Longer ones stand first.
_VERBS = (
    (
        STOPPED,
        r"no longer (?:taking|takes|on|using|uses|requires?|needs?)|stopped|stop(?:ping|s)?|discontinu\w+|d/c(?:'?d)?|dc'?d|dc|hold(?:ing)?|held|cease[ds]?|ceasing|"
        r"(?:taken|took|take|taking|came|come|been|is|was|weaned?|weaning|tapered?|tapering) (?:him |her |them )?off(?: of)?|off(?: of)?(?= \w)|has not been taking|hasn't been taking|"
        r"(?:has )?(?:completed|finished)(?: a| the| her| his)?(?: full)?(?: course of)?|withh(?:e|o)ld|suspend\w*|withdrawn|ran out of|"
        r"not taking|not currently taking|stay off|avoid(?:ing)?|quit taking|quit|was previously on|previously (?:on|took|taking|used)|formerly on|used to (?:take|be on|use)|self-discontinued",
    ),
    (
        MENTIONED,
        r"(?:has |have |had )?(?:also )?(?:tried|trialed|trialled|failed|attempted)|tr(?:ied|ials?) of|consider(?:ed|ing|ation of|ation for)?|"
        r"discuss\w*|(?:could|may|might|can|would) (?:also |then |always )?(?:consider|add|try|use|take|need to start|need to add|need to be started on|need|start|be used|be|benefit from|increase|trial|switch)|should consider|"
        r"option(?:s)?(?: of| include| including)?|"
        r"offered?(?: her| him)?|declin\w+|refus\w+|reluctant to\w*|hesitant\w*|took|taken|received|was given|were given|given|gave|administered?|administration of|admin|has taken|had taken|has used|had been on|was on|were on|was taking|was using|"
        r"was (?:initially |previously |recently )?(?:prescribed|started on|placed on|put on|treated with)|had (?:been )?(?:started|prescribed|placed on)|"
        r"without (?:relief|benefit|improvement) (?:from|with)|no (?:relief|improvement|benefit) (?:from|with)|not responded to|response to|responded to|relief (?:with|from)|"
        r"effects? of|levels?|due to|secondary to|reaction to|because of|treated (?:in the past )?with|previous(?:ly)?(?: treated with)?|prior|in the past|compliance with|if (?:[\w']+ ){0,6}(?:we|i|he|she|they)|if|depending on|instead of|rather than|overdose (?:of|on)",
    ),
    (
        CHANGED,
        r"increas\w+(?! (?:need|risk|difficulty|pain|in\b|frequency of|use of|swelling))|decreas\w+(?! in\b)|reduc\w+|titrat\w+|uptitrat\w+|adjust\w*|up-?titrat\w+|lower(?:ing|ed)?(?= (?:the|her|his|their|dose|to))|doubl(?:e|ed|ing)|raise[ds]?|raising|taper(?:ed|ing)?|"
        r"chang(?:e|ed|ing)|switch(?:ed|ing)?|convert(?:ed|ing)?|replac(?:e|ed|ing)|swap(?:ped|ping)?|transition(?:ed|ing)?|bump(?:ed)?|go up on|cut back|wean(?:ed|ing)?(?! off)|modif\w+",
    ),
    (
        STARTED,
        r"initiat\w+|start(?:ed|ing|s)?|restart(?:ed|ing)?|resum\w+|re-?start\w*|begin(?:ning|s)?|began|begun|add(?:ed|ing)?|prescrib\w+|prescriptions?(?: (?:was |were )?(?:sent|provided|given|written))?(?: for| of)?|"
        r"(?:put|place[d]?|placing) (?:him |her |them |the patient |back )?on|commenc\w+|order(?:ed|ing)?|recommend\w*|advis\w+(?: (?:him|her|them|the patient|pt))?(?: to)?(?: take| use| try)?|"
        r"trial(?: of)?|rx|script(?: for)?|e-?prescrib\w+|sent (?:in |a |an )?(?:prescription |script )?(?:for )?|will (?:try|use|give|have \w+ (?:take|try|use)|treat|need|attempt|do|get)|"
        r"give(?:n)? (?:him |her |them )?(?:a )?(?:prescription|script|course|trial)(?: for| of)?|provided? (?:him |her |them )?(?:with )?(?:a )?(?:prescription|script)(?: for| of)?|suggest\w*|can take|may take|try|treat(?:ment|ed)? with|"
        r"dispense[d]?|load(?:ed)?(?: with)?|cover(?:ed)? with|encouraged?(?: (?:him|her|them|the patient))?(?: to)?(?: take| use| try)?|instruct\w*(?: (?:him|her|them|the patient))? to (?:take|use|apply|start)|apply|give|treat(?:ed|ing)?|use|may use|we will (?:also )?(?:use|do|try|get)|should (?:take|use|start)|bridge",
    ),
    (
        CONTINUED,
        r"should (?:also )?(?:continue|use (?:her|his|their)|take (?:her|his|their)|keep)|may continue|can continue|continu\w+|remain\w*|refill\w*|re-?fill\w*|renew\w*|stay(?:s|ing)?(?: on)?|keep(?: \w+)? on|kept on|maintain\w*|"
        r"(?:has|have) been (?:taking|using|on|utilizing|compliant with|doing well on)|(?:is|are|been|currently|now)(?: (?:is|are|currently|now|still|also|presently|only|chronically))* (?:on|taking|using|managed (?:with|on)|treated with|maintained on|controlled (?:with|on|by)|utilizing)|"
        r"takes|taking|uses|using|utiliz\w+|takes|tak(?:e|es)|on chronic|chronic|maintenance|current(?:ly)?|doing well (?:on|with)|stable on|compliant with|adherent (?:to|with)|reports? (?:taking|using)|"
        r"home (?:meds?|medications?)|regular|ongoing|longstanding|still on|well[- ]controlled (?:on|with)|managed (?:with|by|on)|controlled (?:with|by|on)|treats? (?:it |this |them )?with|supplement(?:s|ing)? with|injects?|administers|requires?|no (?:changes?|change) (?:to|in)|"
        r"complet(?:e|ing)",
    ),
)
# "Stop taking", "continue to use": one verb, not two.
_OBJECT = r"(?:\s(?:(?:to|the|his|her|their|on)\s)?(?:tak(?:e|ing)|us(?:e|ing)|utiliz(?:e|ing))(?![\w]))?"
_VERB = re.compile("|".join(f"(?P<{status}>{pattern})" for status, pattern in ((s, rf"(?<![\w/-])(?:{p})(?![\w]){_OBJECT}") for s, p in _VERBS)), re.IGNORECASE)

# Looked for behind it, up to the next medication: passive voice and notes in brackets.
_LATER = (
    (STOPPED, r"(?:was|were|has been|have been|is|are|will be|to be|been|being|should be|had been)?\s?(?:also )?(?:stopped|discontinued|held|d/c'?d|withheld|ceased|suspended|on hold)|-\s?(?:stop|hold|d/c|discontinue)\b|\((?:stop(?:ped)?|discontinued|held|d/c)\)|as needed has stopped"),
    (CHANGED, r"(?:was|were|has been|have been|will be|to be|been|being|is|should be)\s?(?:also |recently |then )?(?:increased|decreased|reduced|titrated|changed|adjusted|switched|tapered|doubled|lowered)|-\s?(?:increase|decrease)|\((?:increased|decreased|changed|reduced|dose (?:increased|decreased|changed))|(?:dose|dosage) (?:was |were |has been |will be |to be )?(?:increased|decreased|reduced|changed|adjusted)"),
    (STARTED, r"(?:was|were|has been|have been|will be|to be|been|is|are|should be)\s?(?:also |then |newly )?(?:started|initiated|prescribed|added|commenced|ordered|begun|recommended|restarted|resumed|sent|given today|provided|dispensed)|\((?:new|started|newly started|start)\)|-\s?(?:new|start)\b"),
    (CONTINUED, r"(?:was|were|has been|have been|will be|to be|been|is|are|should be)\s?(?:also |then )?(?:continued|refilled|renewed|maintained|filled|unchanged)|-\s?continue\b|\((?:continue[d]?|unchanged)\)|(?:refill|refills) (?:was|were|has been|provided|given|sent)|as prescribed"),
)
_AFTER = re.compile("|".join(f"(?P<{status}>{pattern})" for status, pattern in ((s, rf"(?<!\w)(?:{p})(?!\w)") for s, p in _LATER)), re.IGNORECASE)
# "Lisinopril dose was …" is looked for this far behind the name.
_NEAR = 70

_TO = re.compile(r"\b(?:to|for|with|onto|over to|in favor of|by)\s+(?:the |a |an |oral |generic |topical |some |low dose |trial of )*(?:\S+\s){0,1}$", re.IGNORECASE)
_EXCHANGE = re.compile(r"\b(?:chang|switch|replac|convert|swap|transition)\w*", re.IGNORECASE)
_EXCHANGED = re.compile(r"\b(?:chang|switch|replac|convert|swap|transition)\w*\b[^.;]{2,60}?\b(?:to|for|with|by)\s(?!\d)", re.IGNORECASE)
_USELESS = re.compile(
    r"^[^.;]{0,12}\b(?:limited (?:effect\w*|improvement|benefit|relief|response)|ineffective|not (?:effective|working|helping|helpful)|(?:did|does|was) ?n[o']t (?:help|work|effective)|failed)\b",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"\bbut\b|\bhowever\b|\balthough\b|;|\bwhich\b(?=[^,;]{0,12}\b(?:was|did|has))|\bwhile\b|\bthen\b", re.IGNORECASE)
_JUST_ON = re.compile(r"\bon\s(?:\S+\s){0,3}$", re.IGNORECASE)
_NOT_YET = re.compile(r"\b(?:not|never|yet to|hasn't|has n't|forgetting to|forgets to|forgot to|unable to|did ?n[o']t|does ?n[o']t|do ?n[o']t|wo ?n[o']t|without)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_GOES = re.compile(r"\b(?:continue|asked|wants|going|again|will|to|attempt)\b", re.IGNORECASE)


class Verdict(NamedTuple):
    """A status, and whether words said so rather than the place."""

    status: str
    said: bool


def status_of(before: str, after: str, beyond: str, fallback: str) -> Verdict:
    """What becomes of a medication.

    Args:
        before: Its sentence up to its name.
        after: What follows its name, up to the next medication or the sentence's end.
        beyond: What follows its name, up to the sentence's end.
        fallback: What the place suggests, where no verb says anything.
    """
    clause = _last_clause(before)
    later = _AFTER.search(after[:_NEAR])
    found = _nearest(clause)
    if found is not None:
        status, verb, rest = found
        if status == CHANGED and _EXCHANGE.match(verb):
            return _exchanged(rest, beyond)
        if later is not None and (status in {CONTINUED, MENTIONED} or len(rest.split()) > 6):
            return Verdict(str(later.lastgroup), said=True)
        if status == CONTINUED and verb.lower() == "take" and not clause[: len(clause) - len(rest) - len(verb)].strip():
            return Verdict(STARTED, said=True)  # the imperative
        if _NOT_YET.search(clause[: len(clause) - len(rest) - len(verb)]):
            return Verdict(MENTIONED, said=True)
        return Verdict(status, said=True)
    if later is not None:
        return Verdict(str(later.lastgroup), said=True)
    if _USELESS.search(after):
        return Verdict(STOPPED if _EXCHANGE.search(before) else MENTIONED, said=True)
    if _JUST_ON.search(clause):
        return Verdict(CONTINUED, said=True)
    return Verdict(fallback, said=False)


def _last_clause(before: str) -> str:
    last = None
    for last in _BREAKS.finditer(before):
        pass
    return before[last.end() :] if last else before


def _nearest(clause: str) -> tuple[str, str, str] | None:
    """The last verb: what it means, itself, and what stands between it and the name."""
    last = None
    for last in _VERB.finditer(clause):
        pass
    if last is None:
        return None
    status = str(last.lastgroup)
    if status == STARTED and last.group().lower().startswith("order") and "in order to" in clause.lower():
        status = CONTINUED
    return status, last.group(), clause[last.end() :]


def _exchanged(between: str, after: str) -> Verdict:
    """One medication for another: "Change loratadine to cetirizine" stops the one and starts the other."""
    if re.search(r"\bfrom\s+(?:(?!to\s)\S+\s){0,2}$", between, re.IGNORECASE):
        return Verdict(STOPPED, said=True)
    if _TO.search(between) and between.strip().lower() not in {"by"}:
        return Verdict(STARTED, said=True)
    if re.match(r"[^.;]{0,40}\b(?:to|for|with|by)\s+(?!\d)[A-Za-z]", after) and not re.match(r"[^.;]{0,40}\bto\s+(?:once|twice|every|daily|three|four|bid|tid)", after, re.IGNORECASE):
        return Verdict(STOPPED, said=True)
    if "(" in between and _USELESS.search(after):
        return Verdict(STOPPED, said=True)
    return Verdict(CHANGED, said=True)
