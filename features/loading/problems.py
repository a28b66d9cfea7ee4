"""What can go wrong when data is brought in."""

from rounds.i18n import N_
from rounds.problems import Conflict


class DifferentPerson(Conflict):
    """The number is on record for a patient with another name or date of birth."""

    code = "different_person"
    title = N_("The number belongs to somebody else")
    detail = N_("This NHS number is on record with another name or date of birth. Find out which of the two is right.")
