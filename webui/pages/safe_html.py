"""Sanitize the HTML of an article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

import nh3
from markupsafe import Markup

from webui.languages import gettext, in_content

_HEADING_TAGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_ALLOWED_TAGS = _HEADING_TAGS | {
    *("p", "div", "br", "hr", "blockquote", "pre", "code", "kbd", "samp", "a", "img"),
    *("ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "details", "summary"),
    *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "q", "cite", "ruby", "rt", "rp"),
}
_ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_SCROLLABLE_TAGS = {"pre", "table"}
"""The elements that scroll if they are wider than the page. They can be focused, so that the keyboard can scroll them."""
_ADDED_ATTRIBUTES = {
    "img": {"src", "alt", "loading", "referrerpolicy"},
    "span": {"lang"},
    **{name: {"tabindex"} for name in _SCROLLABLE_TAGS},
}
"""The attributes that the rewriting adds."""
_LINK_SCHEMES = {"http", "https", "mailto"}

# nh3 writes names in lower case and attributes in double quotes, and escapes each `<` and `>` outside of tags.
_CLEAN_TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?: [^\s=>"]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' (?P<name>[^\s=>"]+)="(?P<value>[^"]*)"')
_BEFORE_FIRST_HEADING = re.compile(r"\s*(?:<div>\s*)*(?=<h[1-6]>)")
_FIRST_PARAGRAPH = re.compile(r"\s*(?:<div>\s*)*(?P<paragraph><p>(?:(?!</?(?:p|div|img)\b).)*</p>)", re.DOTALL)
_HEADING_TAG = re.compile(r"<(?P<end>/?)h[1-6]>")
_BLANK_CONTENT = r"(?:\s|&nbsp;|<br>)*"
_EMPTY_ELEMENT = re.compile(rf"<(?P<name>h[1-6]|a)(?: [^>]*)?>{_BLANK_CONTENT}</(?P=name)>")
_EMPTY_HEADER = re.compile(rf"<th(?P<attributes>(?: [^>]*)?)>{_BLANK_CONTENT}</th>")


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeBody:
    """Sanitized HTML. ``pictures`` is the number of pictures of other sites in the original."""

    html: Markup
    pictures: int


def safe_body(html: str, *, title: str = "", pictures: bool = False) -> SafeBody:
    """Sanitize the HTML of an article.

    - Links keep http, https and mailto URLs. Relative URLs are removed, because they do not exist on this site.
    - Headings start at level 2, below the heading of the page, and skip no level. A first heading, or a first paragraph,
      that repeats ``title`` is removed.
    - With ``pictures``, pictures of other sites stay. Without it, their alt texts replace them.
    - For screen readers, headings and links without text are removed, and empty header cells become plain cells.
    """
    cleaned = _EMPTY_HEADER.sub(r"<td\g<attributes>></td>", _EMPTY_ELEMENT.sub("", _clean(html)))
    start, end = _first_heading(cleaned)
    if start == end and (paragraph := _FIRST_PARAGRAPH.match(cleaned)):
        start, end = paragraph.span("paragraph")
    if start < end and plain_text(cleaned[start:end]) == " ".join(title.split()):
        cleaned = cleaned[:start] + cleaned[end:]
    pictures_count = 0
    levels = _HeadingLevels()

    def rewritten(tag: re.Match[str]) -> str:
        nonlocal pictures_count
        if tag["name"] in _HEADING_TAGS:
            return f"</h{levels.end()}>" if tag["end"] else f"<h{levels.begin(int(tag['name'][1]))}>"
        if tag["name"] in _SCROLLABLE_TAGS and not tag["end"]:
            return f'<{tag["name"]} tabindex="0">'
        if tag["name"] != "img":
            return tag[0]
        attributes = {each["name"]: unescape(each["value"]) for each in _ATTRIBUTE.finditer(tag["attributes"])}
        alt = escape(attributes.get("alt", "").strip())
        if "src" not in attributes:
            return _placeholder(alt) if alt else ""
        pictures_count += 1
        return _picture(escape(attributes["src"]), alt) if pictures else _placeholder(alt)

    # Sanitizing the result once more makes it safe whatever the rewriting does.
    html = _clean(_CLEAN_TAG.sub(rewritten, cleaned), is_rewritten=True)
    return SafeBody(html=Markup(html), pictures=pictures_count)


def _first_heading(html: str) -> tuple[int, int]:
    """Return start and end of a heading before all text, with the headings inside it; both are 0 if there is none."""
    before = _BEFORE_FIRST_HEADING.match(html)
    depth = 0
    # Headings are nested if an inline element lies between them: <h2><b><h2>.
    for tag in _HEADING_TAG.finditer(html, before.end()) if before else ():
        depth += -1 if tag["end"] else 1
        if before and not depth:
            return before.end(), tag.end()
    return 0, 0


class _HeadingLevels:
    """Assigns levels to the headings of a text in order: each is at most one level below the previous heading."""

    def __init__(self) -> None:
        self._ancestors: list[int] = []
        self._open: list[int] = []

    def begin(self, original: int) -> int:
        """Return the level for a start tag whose original level is given."""
        while self._ancestors and self._ancestors[-1] >= original:
            self._ancestors.pop()
        self._ancestors.append(original)
        self._open.append(min(len(self._ancestors) + 1, 6))
        return self._open[-1]

    def end(self) -> int:
        """Return the level for the end tag of the innermost open heading."""
        return self._open.pop()


def _picture(source: str, alt: str) -> str:
    # The picture may be the only content of a link, which needs a name.
    return f'<img src="{source}" alt="{alt or gettext("图片")}" loading="lazy" referrerpolicy="no-referrer">'


def _placeholder(alt: str) -> str:
    label = in_content(gettext("图片：") if alt else gettext("图片"))
    return f'<span class="picture">{label}{alt}</span>'


def _clean(html: str, *, is_rewritten: bool = False) -> str:
    attributes = _ALLOWED_ATTRIBUTES | (_ADDED_ATTRIBUTES if is_rewritten else {})
    return nh3.clean(
        html,
        tags=_ALLOWED_TAGS | ({"span"} if is_rewritten else set()),
        attributes=attributes,
        allowed_classes={"span": {"picture"}} if is_rewritten else None,
        url_schemes=_LINK_SCHEMES,
        url_relative="deny",
        link_rel="nofollow noopener noreferrer",
    )


def plain_text(html: str) -> str:
    """Return the text of sanitized HTML, with white space collapsed."""
    return " ".join(unescape(_CLEAN_TAG.sub("", html)).split())
