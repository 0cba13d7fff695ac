"""Make the HTML of an article safe to show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

import nh3
from markupsafe import Markup

from webui.languages import gettext

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
_SCHEMES = {"http", "https", "mailto"}

# The form that nh3 writes: names in lower case, every attribute in double quotes, no `<` or `>` but those of tags.
_TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?: [^\s=>"]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' (?P<name>[^\s=>"]+)="(?P<value>[^"]*)"')
_FIRST_HEADING = re.compile(r"\s*(?:<div>\s*)*(?P<heading><(?P<name>h[1-6])>(?P<content>.*?)</(?P=name)>)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeBody:
    """A body that holds nothing but text and plain markup; ``pictures`` is the number it had."""

    html: Markup
    pictures: int


def safe_body(html: str, *, title: str = "", pictures: bool = False) -> SafeBody:
    """Clean the HTML of an article for its page.

    Links lead to http, https and mailto addresses only. Headings move down one level, as the page's own is the first; one
    at the top that repeats the title goes. ``pictures`` keeps pictures of other sites; without it their alt texts
    stand for them. Relative addresses lead nowhere here, and are dropped.
    """
    cleaned = _clean(html)
    first = _FIRST_HEADING.match(cleaned)
    if first and _text(first["content"]) == " ".join(title.split()):
        cleaned = cleaned[: first.start("heading")] + cleaned[first.end("heading") :]
    found = 0

    def restyled(tag: re.Match[str]) -> str:
        nonlocal found
        if tag["name"] in _HEADINGS:
            return f"<{tag['end']}h{min(int(tag['name'][1]) + 1, 6)}>"
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


def _picture(source: str, alt: str) -> str:
    return f'<img src="{source}" alt="{alt}" loading="lazy" referrerpolicy="no-referrer">'


def _placeholder(alt: str) -> str:
    text = gettext("图片：%(alt)s", alt=alt) if alt else gettext("图片")
    return f'<span class="picture">{text}</span>'


def _clean(html: str, *, rewritten: bool = False) -> str:
    attributes = _ATTRIBUTES | ({"img": {"src", "alt", "loading", "referrerpolicy"}} if rewritten else {})
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
