"""How many tablets a prescription supplies is no dose: "200 mg once daily, 28 tablets"."""

import re
from dataclasses import replace

from clinical.facts import Medication

_COUNT = re.compile(r"(?P<count>\d{1,4})\s?(?:tablets?|tabs?|capsules?|caps?)", re.IGNORECASE)
# Nobody takes so many at a time.
_MOST_AT_A_TIME = 12


def without_supply(drug: Medication) -> Medication:
    """A medication whose dose is what a tablet holds, where the number of tablets is what is supplied."""
    counted = _COUNT.fullmatch(drug.dose or "")
    if counted is None or int(counted["count"]) <= _MOST_AT_A_TIME:
        return drug
    places = {name: place for name, place in drug.places.items() if name not in {"dose", "strength"}}
    if drug.strength and "strength" in drug.places:
        places["dose"] = drug.places["strength"]
    return replace(drug, dose=drug.strength, strength=None, places=places)
