"""What can go wrong with feedback on facts.

NotFound
  FactFeedbackNotFound  404 fact_feedback_not_found
"""

from rounds.i18n import N_
from rounds.problems import NotFound, Refusal


class FactFeedbackNotFound(NotFound):
    """There is no such feedback on this note, or somebody else gave it: everybody withdraws their own."""

    code = "fact_feedback_not_found"
    title = N_("Feedback not found")
    detail = N_("You have given no such feedback on this note.")


NO_SUCH_FACT = Refusal("no_such_fact", N_("The note has no such fact there. Read the note again."))
