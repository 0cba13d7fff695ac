"""Make the HTML of an article safe to show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

import nh3
from markupsafe import Markup

from webui.languages import gettext, in_content

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TAGS = _HEADINGS | {
    *("p", "div", "br", "hr", "blockquote", "pre", "code", "kbd", "samp", "a", "img"),
    *("ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "details", "summary"),
    *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "q", "cite", "ruby", "rt", "rp"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_SCROLLED = {"pre", "table"}
"""What may be wider than the page, and is then scrolled: by keys too, if it can have the focus."""
_REWRITTEN = {
    "img": {"src", "alt", "loading", "referrerpolicy"},
    "span": {"lang"},
    **{name: {"tabindex"} for name in _SCROLLED},
}
"""What the rewriting adds."""
_SCHEMES = {"http", "https", "mailto"}

# The form that nh3 writes: names in lower case, every attribute in double quotes, no `<` or `>` but those of tags.
_TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?: [^\s=>"]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' (?P<name>[^\s=>"]+)="(?P<value>[^"]*)"')
_FIRST_HEADING = re.compile(r"\s*(?:<div>\s*)*(?P<heading><(?P<name>h[1-6])>(?P<content>.*?)</(?P=name)>)", re.DOTALL)
_NOTHING = r"(?:\s|&nbsp;|<br>)*"
_EMPTY = re.compile(rf"<(?P<name>h[1-6]|a)(?: [^>]*)?>{_NOTHING}</(?P=name)>")
_EMPTY_HEADER = re.compile(rf"<th(?P<attributes>(?: [^>]*)?)>{_NOTHING}</th>")


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeBody:
    """A body that holds nothing but text and plain markup; ``pictures`` is the number it had."""

    html: Markup
    pictures: int


def safe_body(html: str, *, title: str = "", pictures: bool = False) -> SafeBody:
    """Clean the HTML of an article for its page.

    Links lead to http, https and mailto addresses only. Headings begin on the second level, as the page's own is the first,
    and leave none out; one at the top that repeats the title goes. ``pictures`` keeps pictures of other sites; without it
    their alt texts stand for them. Relative addresses lead nowhere here, and are dropped. So are headings and links without
    text, which only confuse who cannot see them; an empty header of a table is a cell.
    """
    cleaned = _EMPTY_HEADER.sub(r"<td\g<attributes>></td>", _EMPTY.sub("", _clean(html)))
    first = _FIRST_HEADING.match(cleaned)
    if first and _text(first["content"]) == " ".join(title.split()):
        cleaned = cleaned[: first.start("heading")] + cleaned[first.end("heading") :]
    found = 0
    levels = _Levels()

    def restyled(tag: re.Match[str]) -> str:
        nonlocal found
        if tag["name"] in _HEADINGS:
            return f"</h{levels.end()}>" if tag["end"] else f"<h{levels.begin(int(tag['name'][1]))}>"
        if tag["name"] in _SCROLLED and not tag["end"]:
            return f'<{tag["name"]} tabindex="0">'
        if tag["name"] != "img":
            return tag[0]
        attributes = {each["name"]: unescape(each["value"]) for each in _ATTRIBUTE.finditer(tag["attributes"])}
        alt = escape(attributes.get("alt", "").strip())
        if "src" not in attributes:
            return _placeholder(alt) if alt else ""
        found += 1
        return _picture(escape(attributes["src"]), alt) if pictures else _placeholder(alt)

    # nh3 has the last word: whatever the rewriting did, what leaves here went through it.
    return SafeBody(html=Markup(_clean(_TAG.sub(restyled, cleaned), rewritten=True)), pictures=found)


class _Levels:
    """Levels for the headings of one text, in its order: each is at most one below the heading before it."""

    def __init__(self) -> None:
        self._above: list[int] = []
        self._open: list[int] = []

    def begin(self, written: int) -> int:
        """The level of a heading that was written with that one."""
        while self._above and self._above[-1] >= written:
            self._above.pop()
        self._above.append(written)
        self._open.append(min(len(self._above) + 1, 6))
        return self._open[-1]

    def end(self) -> int:
        """The level of the innermost heading that ends here."""
        return self._open.pop()


def _picture(source: str, alt: str) -> str:
    # One without a name may be all that is in a link.
    return f'<img src="{source}" alt="{alt or gettext("图片")}" loading="lazy" referrerpolicy="no-referrer">'


def _placeholder(alt: str) -> str:
    label = in_content(gettext("图片：") if alt else gettext("图片"))
    return f'<span class="picture">{label}{alt}</span>'


def _clean(html: str, *, rewritten: bool = False) -> str:
    attributes = _ATTRIBUTES | (_REWRITTEN if rewritten else {})
    return nh3.clean(
        html,
        tags=_TAGS | ({"span"} if rewritten else set()),
        attributes=attributes,
        allowed_classes={"span": {"picture"}} if rewritten else None,
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="nofollow noopener noreferrer",
    )


def _text(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())
