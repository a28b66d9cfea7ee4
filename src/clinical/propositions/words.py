"""The small words that a sentence is put together with, and what they make of it."""

SIDES = {
    **dict.fromkeys(("left", "lt", "l", "left-sided", "leftward"), "left"),
    **dict.fromkeys(("right", "rt", "r", "right-sided"), "right"),
    **dict.fromkeys(("both", "bilateral", "bilaterally", "bilat"), "both"),
}
SHARES = {
    **dict.fromkeys(("all", "every", "each", "entire", "whole", "always", "completely", "fully"), "all"),
    **dict.fromkeys(("most", "mostly", "majority", "usually", "mainly", "largely", "predominantly", "chiefly"), "most"),
    **dict.fromkeys(("some", "half", "few", "partly", "partially", "sometimes", "occasionally", "occasional"), "some"),
    **dict.fromkeys(("several",), "several"),
    **dict.fromkeys(("many", "multiple", "numerous"), "many"),
    **dict.fromkeys(("only",), "only"),
    **dict.fromkeys(("exclusively", "solely", "purely"), "nothing else"),
}
# What begins another proposition, and how that one hangs on the one before.
BREAKS = {
    ";": ";",
    ":": ":",
    "•": ";",
    ",": ",",
    "(": "(",
    ")": ")",
    "-": "-",
    "–": "-",
    "—": "-",
    "+": "and",
    "&": "and",
    "and": "and",
    "or": "and",
    "nor": "and",
    "but": ";",
    "however": ";",
    "although": ";",
    "though": ";",
    "yet": ";",
    "with": "with",
    "without": "without",
    "while": ";",
    "whereas": ";",
    "which": "which",
    "who": "which",
    "plus": "and",
    "if": "if",
    "unless": "if",
    "provided": "if",
    "before": "before",
    "after": "after",
    "since": "after",
    "until": "until",
    "despite": ";",
    "then": "and",
    "when": ";",
    "following": "after",
    "w": "with",
}
# "89% on air rising to 94% on 2 L": two values.
GOING = frozenset({"rising", "falling", "increasing", "dropping", "improving", "decreasing", "climbing"})
DENIALS = frozenset(
    ["no", "not", "never", "cannot", "without", "nor", "neither", "denies", "denied", "deny", "denying", "none"]
)
DOUBTS = frozenset(
    [
        "may",
        "might",
        "could",
        "possible",
        "possibly",
        "probable",
        "probably",
        "likely",
        "suspected",
        "suspect",
        "perhaps",
        "presumed",
        "query",
        "tends",
        "tend",
    ]
)
PRESENT = frozenset(
    [
        "has",
        "have",
        "is",
        "are",
        "takes",
        "take",
        "currently",
        "current",
        "now",
        "remains",
        "gets",
        "smokes",
        "drinks",
        "uses",
        "lives",
        "today",
    ]
)
PAST = frozenset(
    [
        "was",
        "were",
        "had",
        "previous",
        "prior",
        "previously",
        "former",
        "formerly",
        "ex",
        "past",
        "ago",
        "used",
        "once",
        "history",
        "hx",
        "h/o",
        "historic",
        "took",
    ]
)
COMMANDS = frozenset(
    [
        "start",
        "begin",
        "initiate",
        "commence",
        "continue",
        "stop",
        "discontinue",
        "increase",
        "decrease",
        "reduce",
        "hold",
        "add",
        "switch",
        "change",
        "give",
        "take",
        "restart",
        "resume",
        "titrate",
        "taper",
        "wean",
        "repeat",
        "check",
        "recheck",
        "monitor",
        "refer",
        "arrange",
        "order",
        "obtain",
        "follow",
        "review",
        "avoid",
        "consider",
        "prescribe",
        "trial",
        "add",
        "maintain",
    ]
)
# When something is, and never what is told of.
TIMES = frozenset(
    f"{time}{ending}"
    for time in ("night", "day", "morning", "evening", "week", "weekend", "month")
    for ending in ("", "s")
)
# What stands in a clause of these is not what the sentence goes on about: "stopped before surgery, restarted in May".
ASIDE = frozenset({"before", "after", "until", "if", "which", "("})
