"""Whether characters are a document in a markup language rather than a note; a note may begin with a bracket too.

HTML, SVG, XML, RTF and PostScript are told by what only such documents have: a declaration, or a start tag of a root
element that goes on as markup does. "<Head injury>" and "<Body weight 70 kg" do not.
"""

import re

# So much of a document says what it is.
_LOOKED_AT = 8_192
_COMMENTS = re.compile(r"\s*+(?:<!--(?:(?!-->).)*+-->\s*+)*+", re.DOTALL)
_DECLARED = re.compile(
    r"<!doctype\s++[a-z]|<\?xml\s++version\s*+=|\{\\rtf\d|%!ps(?:-adobe-\d|\s*+(?:[\r\n]|\Z))", re.IGNORECASE
)
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\s"'<>=`]++)"""
_START_TAG = re.compile(
    rf"<(?P<name>[a-z][\w:.-]*+)(?P<attributes>(?:\s++[\w:.-]++(?:\s*+=\s*+{_VALUE})?+)*+)\s*+(?P<ends>/?+)>",
    re.IGNORECASE,
)
_ROOTS = frozenset({"html", "head", "body", "script", "style", "svg"})
_NAMESPACE = re.compile(r"\sxmlns(?::[\w.-]++)?+\s*+=")
# What may stand right behind a root's start tag.
_CHILD = re.compile(
    r"\s*+<(?:!--|!doctype|/?(?:html|head|body|title|meta|link|base|script|style|p|div|span|table|h[1-6]|br|hr|pre|ul|ol|"
    r"main|article|section|center|font|b|i|a|img|svg|g|path|rect|circle|line|text|defs)(?=[\s/>]))",
    re.IGNORECASE,
)


def is_markup(text: str) -> bool:
    """Whether a text is a document in a markup language."""
    start = _COMMENTS.match(text, 0, _LOOKED_AT)
    at = start.end() if start else 0
    if _DECLARED.match(text, at, at + _LOOKED_AT):
        return True
    tag = _START_TAG.match(text, at, at + _LOOKED_AT)
    if tag is None:
        return False
    if _NAMESPACE.search(tag["attributes"]):
        return True
    name = tag["name"].lower()
    if name not in _ROOTS:
        return False
    goes_on = "=" in tag["attributes"] or tag["ends"] or _CHILD.match(text, tag.end())
    return bool(goes_on) or re.search(rf"</{name}\s*+>", text[tag.end() :], re.IGNORECASE) is not None
