"""What can go wrong with reviews.

Conflict
  AlreadyReviewed  409 already_reviewed
Forbidden
  OwnUse  403 own_break_glass
NotFound
  UseNotFound  404 break_glass_not_found
"""

from rounds.i18n import N_
from rounds.problems import Conflict, Forbidden, NotFound


class UseNotFound(NotFound):
    """There is no such use of break-glass."""

    code = "break_glass_not_found"
    title = N_("Use of break-glass not found")
    detail = N_("There is no such use of break-glass. List them with GET /audit/break-glass.")


class AlreadyReviewed(Conflict):
    """This use has been reviewed; a review is final."""

    code = "already_reviewed"
    title = N_("Reviewed already")
    detail = N_("This use of break-glass has been reviewed already, and a review is final.")


class OwnUse(Forbidden):
    """Nobody reviews their own use of break-glass."""

    code = "own_break_glass"
    title = N_("Your own use")
    detail = N_("You opened this record yourself. Somebody else has to review that.")
