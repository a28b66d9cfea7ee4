"""Which of the representations that a call offers the client prefers (RFC 9110, section 12.5.1)."""

import re
from typing import ClassVar

from rounds.i18n import N_
from rounds.problems import Problem

_QUALITY = re.compile(r"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)")


class NotAcceptable(Problem):
    """The call cannot answer in any of the media types that `Accept` names."""

    status: ClassVar[int] = 406
    code = "not_acceptable"
    title = N_("Not available in that form")
    detail = N_("This call answers as {offered}. Name one of these in Accept, or leave Accept out.")


def accepted(header: str | None, *offered: str) -> str:
    """The offered media type that the client prefers; the first one among equals.

    Args:
        header: `Accept` as it was sent, or None.
        offered: Media types without parameters, the usual one first.

    Raises:
        NotAcceptable: when the client wants none of them.
    """
    ranges = [_range_of(part) for part in (header or "").split(",") if part.strip()]
    if not ranges:
        return offered[0]
    wanted = {
        media: max(((place, quality) for name, place, quality in ranges if _fits(name, media)), default=(0, 0.0))[1]
        for media in offered
    }
    best = max(offered, key=lambda media: wanted[media])
    if wanted[best] <= 0:
        raise NotAcceptable(offered=", ".join(offered))
    return best


def _range_of(part: str) -> tuple[str, int, float]:
    """A media range, how specific it is, and its quality; what cannot be read counts as wanted."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q" and _QUALITY.fullmatch(value.strip()):
            quality = float(value)
    specific = 1 if name == "*/*" else 2 if name.endswith("/*") else 3
    return name, specific, quality


def _fits(name: str, media: str) -> bool:
    return name in {media, "*/*", f"{media.partition('/')[0]}/*"}
