"""Rules: the definitions of recommendations, the facts they are about, and the engines that judge them."""

from features.rules.charts import Charted, charted
from features.rules.engine import Evaluation, Facts, Recommender, Rule, RuleEngine, Verdict
from features.rules.engines import ChosenEngine
from features.rules.facts import Policy, facts_of
from features.rules.handler import active_rules, read_rules, rule_for
from features.rules.persistence import ACTIVE_RULES, FACT_ROWS, rules_of
from features.rules.problems import RuleNotFound
from features.rules.schema import RuleRead
from features.rules.stated_facts import StatedFacts, stated

__all__ = [
    "ACTIVE_RULES",
    "FACT_ROWS",
    "Charted",
    "ChosenEngine",
    "Evaluation",
    "Facts",
    "Policy",
    "Recommender",
    "Rule",
    "RuleEngine",
    "RuleNotFound",
    "RuleRead",
    "StatedFacts",
    "Verdict",
    "active_rules",
    "charted",
    "facts_of",
    "read_rules",
    "rule_for",
    "rules_of",
    "stated",
]
