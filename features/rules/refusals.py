"""Why an expression is refused. Each message says where, counting lines and columns from 1."""

from rounds.i18n import N_
from rounds.problems import Refusal

UNFINISHED = Refusal(
    "expression_unfinished",
    N_("Line {line}, column {column}: the expression ends here, but something must follow."),
)
UNCLOSED = Refusal("expression_unclosed", N_("Line {line}, column {column}: this {opened} is never closed."))
UNEXPECTED = Refusal("expression_syntax", N_("Line {line}, column {column}: “{found}” cannot stand here."))
MISSPELT = Refusal("expression_spelling", N_("Line {line}, column {column}: write {right} instead of “{found}”."))
BAD_TEXT = Refusal(
    "expression_text",
    N_("Line {line}, column {column}: this text is not closed on its line, or escapes what cannot be escaped."),
)
BAD_NUMBER = Refusal("expression_number", N_("Line {line}, column {column}: this number is too large."))
UNSUPPORTED = Refusal("expression_unsupported", N_("Line {line}, column {column}: rules cannot use “{found}”."))
TOO_DEEP = Refusal(
    "expression_too_deep", N_("Line {line}, column {column}: nested deeper than {maximum} levels. Split the rule.")
)
TOO_LONG = Refusal(
    "expression_too_complex", N_("Line {line}, column {column}: more than {maximum} operations. Split the rule.")
)
TOO_COSTLY = Refusal(
    "expression_too_costly",
    N_("Line {line}, column {column}: {found} would cost too much; at most {maximum} of these are accepted."),
)
TOO_DEAR = Refusal(
    "expression_too_dear",
    N_(
        "Line {line}, column {column}: with “{found}” this takes up to {steps} steps for a patient; at most {maximum} "
        "are accepted. Put fewer loops into one another, and fewer patterns into loops."
    ),
)
UNKNOWN_VARIABLE = Refusal(
    "unknown_variable",
    N_("Line {line}, column {column}: there is no fact named {name}. The facts are {allowed}."),
)
UNKNOWN_FIELD = Refusal(
    "unknown_field", N_("Line {line}, column {column}: {type} has no field {name}. Its fields are {allowed}.")
)
UNKNOWN_FUNCTION = Refusal(
    "unknown_function",
    N_("Line {line}, column {column}: there is no function {name}. The functions are {allowed}."),
)
WRONG_ARGUMENTS = Refusal(
    "wrong_arguments", N_("Line {line}, column {column}: {name} does not take this. Write it as {usage}.")
)
NAME_TAKEN = Refusal(
    "name_taken", N_("Line {line}, column {column}: {name} is the name of something else already. Choose another one.")
)
WRONG_TYPES = Refusal(
    "wrong_types", N_("Line {line}, column {column}: {operator} does not work on {left} and {right}.")
)
WRONG_TYPE = Refusal("wrong_type", N_("Line {line}, column {column}: {operator} does not work on {type}."))
MIXED_NUMBERS = Refusal(
    "mixed_numbers",
    N_(
        "Line {line}, column {column}: {operator} does not work on int and double together. "
        "Write 2.0 instead of 2, or convert with double(…) or int(…)."
    ),
)
NOT_BOOLEAN = Refusal(
    "not_boolean", N_("Line {line}, column {column}: the expression must be true or false, not {type}.")
)
BAD_PATTERN = Refusal("bad_pattern", N_("Line {line}, column {column}: this is not a regular expression (RE2)."))
DIVIDES_BY_ZERO = Refusal("division_by_zero", N_("Line {line}, column {column}: this divides by zero."))
ALWAYS_FAILS = Refusal(
    "always_fails",
    N_(
        "Line {line}, column {column}: the expression fails whatever the facts. "
        "Check its divisions, its indexes, and how large its numbers grow."
    ),
)
REFUSED = Refusal("expression_refused", N_("Line {line}, column {column}: this is not valid CEL."))
