"""What can go wrong with notifications, analytics and event streams.

NotFound
  NotificationNotFound  404 notification_not_found
Unavailable
  TooManyStreams  503 too_many_streams
"""

from rounds.i18n import N_
from rounds.problems import NotFound, Refusal, Unavailable


class NotificationNotFound(NotFound):
    """There is no such notification, or its patient has been deleted."""

    code = "notification_not_found"
    title = N_("Notification not found")
    detail = N_("There is no such notification. List them with GET /notifications.")


class TooManyStreams(Unavailable):
    """This server keeps as many event streams open as it may. Try again after the seconds in `Retry-After`."""

    code = "too_many_streams"
    title = N_("Too many event streams")
    detail = N_("Too many event streams are open at the moment. Try again in a few seconds.")


BACKWARDS = Refusal("from_after_to", N_("from must not be after to."))
TOO_LONG = Refusal("period_too_long", N_("Ask for five years at most at a time."))
