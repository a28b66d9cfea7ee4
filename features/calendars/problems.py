"""What can go wrong with calendars.

NotFound
  FeedNotFound  404 calendar_feed_not_found
"""

from rounds.i18n import N_
from rounds.problems import NotFound


class FeedNotFound(NotFound):
    """There is no calendar at this address, or it was revoked."""

    code = "calendar_feed_not_found"
    title = N_("Calendar not found")
    detail = N_("There is no calendar at this address any more. Ask for a new one.")
