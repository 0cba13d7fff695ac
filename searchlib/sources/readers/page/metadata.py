"""Read the metadata of a page from ``meta``, JSON-LD, scripts and what it shows."""

from __future__ import annotations

import json
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.readers.nodes import MAX_CANDIDATES, ancestors, names, node_text, text_length, text_of
from searchlib.sources.text import clean, join_lines

_TITLES = ("og:title", "twitter:title", "dc.title", "citation_title")
_AUTHORS = (
    *("author", "authors", "article:author", "og:article:author", "dc.creator", "byl", "parsely-author"),
    "citation_author",
)
_DATES = (
    *"article:published_time og:published_time datepublished pubdate publishdate publish_date date created".split(),
    *"dc.date dcterms.created weibo:article:create_at og:release_date parsely-pub-date citation_date".split(),
)
_SEPARATOR = lazy_pattern("[,，;；、]")
_WECHAT_TIME = lazy_pattern(r"""\b(?:ct|createTime|publish_time|ori_create_time)\s*[:=]\s*["']([\d: -]{8,19})["']""")
_SHOWN_DATES = (
    "#post-date, .articalTitle .time, .article-info-box .time, .ContentItem-time, [id^=authorposton], #pubtime, time, .post-date"
    ", .post-time, .post-meta, .post-info, .entry-meta, .entry-date, .article-meta, .article-info, .article-date"
)
_MAX_DATE_LINE = 60
_DATE_IN_TEXT = lazy_pattern(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_DATE_BELOW_TITLE = lazy_pattern(r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)(?:\s*[·•|｜]\s*[^\n]{1,40})?")
_MAX_JSON_LENGTH = 1 << 20
_BESIDE = frozenset(
    "comment comments comment-list comments-area commentlist sidebar widget related related-posts recent-posts".split()
)
"""Names of elements with dates that are not that of the article. Others with these words may contain it: ``has-sidebar``."""


def read_metadata(tree: LexborHTMLParser, text: str) -> dict[str, Any]:
    """Return title, site, author, date, tags, categories and description from ``meta``, JSON-LD and, of WeChat, from a script."""
    values: dict[str, list[str]] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        if value := join_lines(clean(attributes.get("content") or "")):
            values.setdefault(name.lower(), []).append(value)
    linked = _read_json_ld(tree)

    def first(keys: tuple[str, ...]) -> str:
        return next((values[key][0] for key in keys if key in values), "")

    author = next((each for name in _AUTHORS for each in values.get(name, ()) if not each.startswith("http")), "")
    tags = values.get("article:tag") or linked.get("keywords") or values.get("keywords") or values.get("tags", [])
    properties = _notion_properties(tree)
    return properties | {
        "title": first(_TITLES) or linked.get("headline", ""),
        "site": first(("og:site_name", "application-name")),
        "author": linked.get("author")
        or author
        or text_of(tree, "#js_name, [itemprop=author], [rel=author], .post-author a, .p-author"),
        "date": first(_DATES)
        or linked.get("datePublished")
        or _time_of(tree)
        or _wechat_time(text)
        or ("" if properties else _shown_date(tree) or _date_below_title(tree)),
        "tags": list(dict.fromkeys(tag.strip() for each in tags for tag in _SEPARATOR.split(each) if tag.strip())),
        "categories": values.get("article:section") or linked.get("articleSection") or values.get("category", []),
        "description": first(("description", "og:description", "summary")),
        "draft": _is_medium_draft(tree),
    }


def _time_of(tree: LexborHTMLParser) -> str:
    node = tree.css_first("time[itemprop=datePublished], time[pubdate], article time[datetime], main time[datetime]")
    node = node or tree.css_first("[itemprop=datePublished], #publish_time, time[datetime]")
    if node is None:
        node = tree.css_first("abbr.published[title]")
        return "" if node is None else node.attributes["title"] or ""
    return node.attributes.get("datetime") or node.attributes.get("content") or node_text(node)


def _wechat_time(text: str) -> str:
    match = _WECHAT_TIME.search(text)
    return "" if match is None else match[1]


def _shown_date(tree: LexborHTMLParser) -> str:
    """Return the first date that a page shows at a known place, as in 发布于 2021-03-04 10:20."""
    nodes = (node for node in tree.css(_SHOWN_DATES)[:MAX_CANDIDATES] if not any(map(_is_beside, ancestors(node))))
    texts = (node_text(node) for node in nodes if node.tag != "time" or not _is_in_prose(node))
    return next((date[0] for text in texts if (date := _DATE_IN_TEXT.search(text)) is not None), "")


def _date_below_title(tree: LexborHTMLParser) -> str:
    """Return the date in the element below the only heading of the first level, as in 2021-03-04 · 3 分钟."""
    headings = tree.css("h1")[:2]
    if len(headings) != 1 or headings[0].parent is None:
        return ""
    elements = iter(headings[0].parent.iter())
    for element in elements:
        if element.mem_id == headings[0].mem_id:
            below = next(elements, None)
            date = None if below is None else _DATE_BELOW_TITLE.fullmatch(node_text(below))
            return "" if date is None else date[1]
    return ""


def _is_in_prose(node: LexborNode) -> bool:
    """Return whether an element is part of a paragraph: 事件发生于 <time>1937-07-07</time>，…"""
    return node.parent is not None and node.parent.tag == "p" and text_length(node.parent) > _MAX_DATE_LINE


def _is_beside(node: LexborNode) -> bool:
    """Return whether an element shows comments, other articles or the footer of the site beside an article."""
    is_site_footer = node.tag == "footer" and node.parent is not None and node.parent.tag == "body"
    is_named = node.tag != "body" and not _BESIDE.isdisjoint(names(node).split())
    return is_site_footer or node.tag in ("aside", "nav") or is_named


def _notion_properties(tree: LexborHTMLParser) -> dict[str, str]:
    """Return the properties above a page that Notion exported, by their names."""
    properties = {}
    for row in tree.css("article.page table.properties tr")[:MAX_CANDIDATES]:
        name, value = row.css_first("th"), row.css_first("td")
        if name is not None and value is not None:
            values = [node_text(each) for each in value.css(".selected-value")] or [node_text(value).lstrip("@")]
            properties[node_text(name)] = ",".join(values)
    return properties


def _is_medium_draft(tree: LexborHTMLParser) -> bool:
    """Return whether Medium exported the page and names no day on which it was published."""
    footer = tree.css_first('article.h-entry > footer:has(a[href="https://medium.com"])')
    return footer is not None and footer.css_first(".dt-published") is None


def _read_json_ld(tree: LexborHTMLParser) -> dict[str, Any]:
    """Return the fields of the first article in JSON-LD: texts, and lists for ``keywords`` and ``articleSection``."""
    for node in tree.css('script[type="application/ld+json"]')[:MAX_CANDIDATES]:
        source = node.text()
        if len(source) > _MAX_JSON_LENGTH:
            continue
        try:
            value = json.loads(source)
        except (ValueError, RecursionError):
            continue
        graph = value.get("@graph", [value]) if isinstance(value, dict) else value
        for item in graph if isinstance(graph, list) else []:
            if isinstance(item, dict) and ("headline" in item or "datePublished" in item):
                lists = {key: _texts(item.get(key)) for key in ("keywords", "articleSection")}
                authors = "、".join(_texts(item.get("author")))
                return (
                    lists
                    | {"author": authors}
                    | {key: item[key] for key in ("headline", "datePublished") if isinstance(item.get(key), str)}
                )
    return {}


def _texts(value: Any) -> list[str]:
    """Return the texts in a text, an object with ``name``, or a list of them."""
    items = value if isinstance(value, list) else [value]
    found = (item.get("name") if isinstance(item, dict) else item for item in items)
    return [name for name in found if isinstance(name, str) and name]
