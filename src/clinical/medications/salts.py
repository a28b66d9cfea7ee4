"""Medicines under the name of their salt or ester: "methylprednisolone acetate" is methylprednisolone."""

import re

_SALTS = (
    r"acetate|acetonide|hexacetonide|hydrochloride|sodium|succinate|phosphate|sul(?:f|ph)ate|maleate|tartrate|"
    r"besylate|besilate|fumarate|decanoate|palmitate|embonate|pamoate|furoate|propionate|dipropionate|valerate|"
    r"mesylate|succ|tart|hcl|bitart|citrate|bromide|nitrate|lactate|mofetil|medoxomil|axetil|disoproxil|alafenamide"
)
# Behind a name, where it is written as the medicine is: with a dose, a route, a form, or the end of what is said.
_BEHIND = re.compile(
    rf"[ \t](?:{_SALTS})\b(?=\s?[(]?\d|"
    r"\s(?:iv|im|sc|po|oral|tablets?|capsules?|injections?|inhalers?|cream|depot|nasal|eye)\b|"
    r"\s?(?:[.,;:)\n]|$))",
    re.IGNORECASE,
)
_SALT = re.compile(rf"\s(?:{_SALTS}|carbonate(?<!calcium carbonate))$")


def with_salt(text: str, end: int) -> int:
    """Where a medicine's name, which ends at `end` without it, ends with its salt."""
    salt = _BEHIND.match(text, end)
    return salt.end() if salt else end


def without_salt(name: str) -> str:
    """A medicine's name in lower case without its salt."""
    return _SALT.sub("", name)
