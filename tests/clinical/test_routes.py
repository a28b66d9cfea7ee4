"""By which way a medicine is given."""

import pytest

from clinical.values.routes import routes_in

ROUTES = {
    "PO bd": "oral",
    "by mouth": "oral",
    "p.o.": "oral",
    "IV bolus": "intravenous",
    "i.v.": "intravenous",
    "IM injection": "intramuscular",
    "s/c": "subcutaneous",
    "subcut": "subcutaneous",
    "via syringe driver": "subcutaneous",
    "SL prn": "sublingual",
    "under the tongue": "sublingual",
    "buccal midazolam": "buccal",
    "PR": "rectal",
    "PV": "vaginal",
    "via NG tube": "nasogastric",
    "via PEG": "gastrostomy",
    "2 puffs": "inhaled",
    "nebulised": "inhaled",
    "each nostril": "nasal",
    "to both eyes": "ophthalmic",
    "ear drops": "otic",
    "apply to the skin": "topical",
    "5% patch": "transdermal",
    "intrathecally": "intrathecal",
    "epidural": "epidural",
    "intra-articular steroid": "intra-articular",
    "tablet under the tongue": "sublingual",
    "stage IV lung cancer": None,
    "CN IV intact": None,
    "PR interval": None,
    "nasal congestion": None,
    "oral thrush": None,
    "IVDU": None,
    "TAKE IT AS DIRECTED": None,
}


@pytest.mark.parametrize(("text", "route"), ROUTES.items())
def test_routes(text, route):
    told = [found.name for found in routes_in(text) if not found.implied] or [found.name for found in routes_in(text)]
    assert told == ([route] if route else [])


def test_routes_stand_where_they_are_written():
    text = "switch from IV to oral"
    assert [(found.name, text[found.start : found.end]) for found in routes_in(text)] == [
        ("intravenous", "IV"),
        ("oral", "oral"),
    ]
