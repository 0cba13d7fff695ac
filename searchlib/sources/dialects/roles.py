"""Read the roles of reStructuredText and MyST, also in Markdown: ``{ref}`标题 <label>```, ``:numref:`fig-tea```."""

from __future__ import annotations

from searchlib.common.lazy_pattern import lazy_pattern

_ROLE = lazy_pattern(r"(?:\{([a-z][a-z:_-]*)\}|(?<![A-Za-z0-9_:]):([a-z][a-z:_-]*):)\Z")
_MAX_LENGTH = 40

_CODE_ROLES = frozenset("math kbd file command program option envvar samp makevar mimetype token code literal".split())
_OBJECT_ROLES = frozenset("class func function meth mod attr data exc obj const type macro member var enum".split())
REFERENCES = frozenset("ref numref doc eq eqref".split())
"""Roles that show the title or the number of another place, unless they have a title."""

_TEXT_ROLES = frozenset("abbr sub sup guilabel menuselection bdg index any term download keyword".split())
_HIDDEN_ROLES = frozenset("cite footcite glue octicon fas fab far".split())
"""Roles without a text of their own: icons, and citations, which the page numbers."""
_HIDDEN_WITH_COLONS = frozenset("label eqlabel bibliography width height begin_tab end_tab".split())
"""Roles of d2lbook without a text of their own: labels and sizes. They are written between colons only."""

_REFERENCE_LABEL = lazy_pattern(r"[A-Za-z0-9.]*(?:[-_/:][A-Za-z0-9.]*)+")


def read_role(text: str, position: int, content: str) -> tuple[int, str] | None:
    """Return the start of the role whose span begins at ``position``, and what it shows as Markdown, or None for no known role."""
    match = _ROLE.search(text, max(0, position - _MAX_LENGTH), position)
    if match is None:
        return None
    domain, _, last = (match[1] or match[2]).rpartition(":")
    name = (
        last
        if last in _OBJECT_ROLES | REFERENCES | _TEXT_ROLES
        else (domain or last).partition(":")[0].partition("-")[0]
    )
    if name in _HIDDEN_ROLES or (match[2] and name in _HIDDEN_WITH_COLONS):
        return match.start(), ""
    if name in _CODE_ROLES:
        return match.start(), f"`{content}`"
    if name in _OBJECT_ROLES:
        return match.start(), f"`{role_title(content, is_reference=False)}`"
    if name in REFERENCES or name in _TEXT_ROLES:
        return match.start(), role_title(content, is_reference=name in REFERENCES)
    return None


def role_title(content: str, *, is_reference: bool = True) -> str:
    """Return the text that a page shows for the content of a role: the title in ``标题 <target>``, and ``C`` in ``~a.b.C``.

    For a reference to a label or a path without a title, the page shows a number or another title; then return "".
    """
    start = content.rfind("<")
    if start > 0 and content.find(">", start) == len(content) - 1:
        return content[:start].strip()
    title = content.strip().lstrip("!")
    if title.startswith("~"):
        return title.rpartition(".")[2].lstrip("~")
    return "" if is_reference and _REFERENCE_LABEL.fullmatch(title) else title
