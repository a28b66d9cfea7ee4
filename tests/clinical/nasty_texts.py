"""Texts that nobody writes, of a million characters each: what any mechanism of understanding might stumble over."""

from collections.abc import Callable
from itertools import count, islice

SIZE = 1_000_000


def again(piece: str, before: str = "") -> str:
    """A piece again and again."""
    return (before + piece * (SIZE // len(piece) + 1))[:SIZE]


def counting(piece: Callable[[int], str], before: str = "") -> str:
    """Pieces that are never the same."""
    length = len(piece(0))
    return (before + "".join(map(piece, islice(count(), SIZE // length + 1))))[:SIZE]


REPEATED = {
    "one word": "a",
    "words": "a b c d e f g h i ",
    "spaces": " ",
    "blank lines": "\n",
    "lines": "a\n",
    "a hundred thousand lines": "- fever 1\n",
    "short sentences": "No. ",
    "no no no": "no ",
    "digits": "1",
    "numbers": "1 ",
    "decimal commas": "0,125 ",
    "dots": ".",
    "numbered dots": "1.",
    "hyphens": "-",
    "hyphenated": "a-",
    "apostrophes": "it's ",
    "accents": "é ",
    "opening brackets": "(",
    "empty brackets": "()",
    "boxes": "[x] [ ] ",
    "answered boxes": "Yes [x] No [ ]\n",
    "quotes": '"',
    "emphasis": "**a** ",
    "commas": ", ",
    "semicolons": ";",
    "slashes": "1/2/",
    "question marks": "? ",
    "arrows": "5 -> ",
    "colons": "a: ",
    "pipes": "| ",
    "rows": "| a | b | c |\n",
    "rows of medicines": "| aspirin | 75 mg | stop |\n",
    "tabs": "a\t",
    "rows by tabs": "aspirin\t75 mg\tstop\n",
    "columns": "aspirin     75 mg     stop\n",
    "headings": "PLAN:\n",
    "headings in capitals": "ALLERGIES\nPLAN\n",
    "units": "5 mg ",
    "dates": "2024-01-01 ",
    "durations": "for 5 days ",
    "until": "until ",
    "then": "then 20 mg ",
    "from": "from 5 to ",
    "of": "of ",
    "and": "and ",
    "if": "if ",
    "verbs": "start stop ",
    "relatives": "mother ",
    "family": "mother had stroke and father ",
    "denials": "denies fever, ",
    "negative": "negative for ",
    "history": "history of ",
    "possible": "possible ? ",
    "conditions": "asthma, ",
    "not conditions": "no asthma or ",
    "allergies": "allergic to penicillin and ",
    "allergies to anything": "allergic to foo ",
    "anybody's allergies": "foo allergy and ",
    "reactions": "rash with foo, ",
    "causes": "foo caused a rash ",
    "outgrown": "egg allergy outgrown ",
    "answers": "Latex: no ",
    "warnings": "avoid ibuprofen or ",
    "warnings of anything": "avoid foo or ",
    "worries": "worried about asthma ",
    "brackets around drugs": "aspirin (stopped) ",
    "arrows between drugs": "aspirin -> ",
    "sections in a line": "Allergies: none. Plan: rest. ",
    "drugs": "aspirin ",
    "drugs with doses": "lisinopril 10 mg daily, ",
    "drugs or drugs": "aspirin and warfarin or ",
    "tapers": "prednisolone 40 mg for 5 days then ",
    "readings": "BP 120/80 ",
    "results": "Hb 98 ",
    "results from": "Hb from ",
    "procedures": "MRI of the knee ",
}
NASTY = {name: again(piece) for name, piece in REPEATED.items()} | {
    "nested brackets": "(" * (SIZE // 2) + ")" * (SIZE // 2),
    "listed problems": again("1. HTN\n", "A:\n"),
    "listed medicines": again("lisinopril 10 mg\n", "Medications:\n"),
    "listed allergens": again("penicillin (rash), ", "Allergies: "),
    "allergens on lines": again("penicillin - rash\n", "Allergies:\n"),
    "anything listed": again("foo, ", "Allergies: "),
    "family listed": again("asthma\n", "Family history:\n"),
    "answers listed": again("Asthma: no\n", "PMH:\n"),
    "listed operations": again("appendicectomy 1999\n", "Past surgical history:\n"),
    "bullets under a lead": again("- fever\n- no\n", "Denies:\n"),
    "other readings": counting(lambda n: f"BP {100 + n % 90}/{50 + n % 49} at {n % 24:02}:{n % 60:02}. "),
    "other results": counting(lambda n: f"Hb {80 + n % 90} on {2000 + n % 26}-{1 + n % 12:02}-{1 + n % 28:02}, "),
    "other doses": counting(lambda n: f"aspirin {n % 900 + 1} mg daily. "),
    "other words": counting(lambda n: f"w{n} "),
    "other lines": counting(lambda n: f"{n}. w{n} asthma\n"),
    "other dates": counting(lambda n: f"{1 + n % 28}/{1 + n % 12}/{1950 + n % 76} "),
}
