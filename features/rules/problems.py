"""What can go wrong with rules.

Conflict
  DuplicateRule  409 duplicate_rule
NotFound
  RuleNotFound  404 rule_not_found
"""

from typing import Literal

from rounds.data import on_violation
from rounds.i18n import N_
from rounds.problems import Conflict, NotFound, Refusal, named


class RuleNotFound(NotFound):
    """There is no such rule."""

    code = "rule_not_found"
    title = N_("Rule not found")
    detail = N_("There is no such rule. List them with GET /rules.")


class DuplicateRule(Conflict):
    """Another rule has this code."""

    code = "duplicate_rule"
    title = N_("The rule exists already")
    detail = N_("Another rule has this code.")
    members = named(field=Literal["code"])
    sample = named(field="code")


RULE_CODE = Refusal(
    "rule_code",
    N_("Write up to 60 small letters, digits, underscores and hyphens, beginning with a letter or digit; no id."),
)
AGE_TWICE = Refusal("age_twice", N_("State either age or date_of_birth, not both."))
BMI_TWICE = Refusal("bmi_twice", N_("State either bmi, or height_cm and weight_kg."))
NEEDS_BOTH = Refusal("height_and_weight", N_("State height_cm and weight_kg together."))
ONE_MOMENT = Refusal("one_moment", N_("State either days_ago or performed_at."))
PERFORMED_LATER = Refusal("stated_procedure_later", N_("A stated procedure cannot lie in the future."))
NO_SURGERY = Refusal("no_recent_surgery", N_("This denies recent surgery, but procedures state some."))

on_violation("uq_rule_code", lambda: DuplicateRule(field="code"))
