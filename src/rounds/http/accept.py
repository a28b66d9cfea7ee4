"""Which representation a client prefers (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterator, Sequence

_LONGEST = 2_000  # who sends more is served what comes first
_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))+', re.DOTALL)
_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def preferred(accept: str | None, offered: Sequence[str]) -> str:
    """The media type of `offered` that suits best.

    Each type has the quality of the most specific range that covers it; `q=0` rules it out. Of two that are wanted
    alike the one that is named more precisely wins, then the one named earlier, then the one offered earlier. Whoever
    accepts nothing that is offered gets the first, as RFC 9110 allows: an answer is of more use than a 406.
    """
    ranges = list(_ranges(accept or "*/*"))
    best, chosen = (0.0, 0, 0), offered[0]
    for media in offered:
        kind = media.partition("/")[0]
        covering = [
            (specificity, -place, quality)
            for place, (name, specificity, quality) in enumerate(ranges)
            if name in {media, f"{kind}/*", "*/*"}
        ]
        if covering:
            specificity, place, quality = max(covering)
            if quality > 0 and (quality, specificity, place) > best:
                best, chosen = (quality, specificity, place), media
    return chosen


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Whether a client takes gzip (RFC 9110, section 12.5.3); one that says nothing need not be able to."""
    named = {name: quality for name, _, quality in _ranges(accept_encoding or "")}
    return named.get("gzip", named.get("*", 0.0)) > 0


def _ranges(accept: str) -> Iterator[tuple[str, int, float]]:
    """Each range of the header in small letters, how precise it is, and its quality."""
    if len(accept) > _LONGEST:
        return
    for part in _PART.findall(accept):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                if not _QUALITY.fullmatch(value.strip()):
                    break
                quality = float(value)
        else:
            yield name, 0 if name == "*/*" else 1 if name.endswith("/*") else 2, quality
