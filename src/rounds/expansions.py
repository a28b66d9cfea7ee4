"""Parts that a client may ask for beside what a call answers anyway: `include=` on patients, `expand=` elsewhere.

What patients can be listed by (`has=`) is asked for in the same manner.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from rounds.auth import Actor
from rounds.fields.choices import several_of
from rounds.i18n import N_
from rounds.problems import Forbidden, Refusal, invalid

_NOT_OFFERED = {
    "expand": Refusal("expand", N_("Expand only {allowed}, separated by commas.")),
    "has": Refusal("has", N_("List only those who have {allowed}, separated by commas.")),
    "include": Refusal("include", N_("Include only {allowed}, separated by commas.")),
}


def requested_expansions(
    parameter: Literal["expand", "has", "include"],
    value: str | None,
    offered: Mapping[str, str | None],
    *,
    actor: Actor,
) -> list[str]:
    """The parts that `value` names, each once.

    Args:
        parameter: The name of the query parameter.
        value: What was sent: names, separated by commas; None when nothing was.
        offered: The parts there are, with the scope that each needs, or None where the call's own suffices.
        actor: Who asks.

    Raises:
        InvalidFields: when one of them is not offered.
        Forbidden: when the actor lacks the scope of one of them.
    """
    if value is None:
        return []
    names = list(dict.fromkeys(name.strip() for name in value.split(",")))
    if not offered.keys() >= set(names):
        raise invalid(f"?{parameter}", _NOT_OFFERED[parameter](allowed=", ".join(offered)))
    for name in names:
        scope = offered[name]
        if scope is not None and not actor.may(scope):
            raise Forbidden(scope=scope)
    return names


def expandable(title: str, *names: str) -> Any:
    """The field of an `expand` parameter that takes these names.

    Args:
        title: What the choice is called in generated clients.
        names: What can be asked for.
    """
    name = rf" *({'|'.join(names)}) *"
    about = f"Also answer {', '.join(f'`{name}`' for name in names)}; each needs the scope to read it."
    return Field(
        description=about,
        examples=[",".join(names)],
        json_schema_extra={"pattern": f"^{name}(,{name})*$", **several_of(names, title=title, about=about)},
    )
