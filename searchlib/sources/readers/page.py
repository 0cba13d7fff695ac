"""Read saved web pages: the main content without navigation, sidebars, footer and comments, and the metadata of the head.

The main content is the element with a well-known name; if there is none, the element with the most text outside of links.
Furniture is recognized by its element, its role, or a word in its class or id, unless it holds the main content.
"""

from __future__ import annotations

import email
import json
import re
from dataclasses import replace
from email import policy
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.decode import decode
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.readers.html import limit_depth, read_html
from searchlib.sources.readers.linked_titles import TITLE_SELECTOR, TitleLinks
from searchlib.sources.readers.locks import ancestors, open_locks
from searchlib.sources.text import clean, join_lines

_PAGE = lazy_pattern(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_PAGE_START_LENGTH = 4_096

_PLATFORM_CONTENT = "#js_content, #cnblogs_post_body, #content_views"
"""The content of an article of 公众号, cnblogs or CSDN, however short it is. No other site has these names."""

_NAMED_CONTENT = (
    "#js_content, [itemprop=articleBody], #cnblogs_post_body, #content_views, #article_content, #mw-content-text"
    ", #articleContent, #post-content, #artibody, .entry-content, .post-content, .post-body, .article-content, .article-body"
    ", .article__content, .article-entry, .post__content, .single-content, .story-body, .Post-RichText, .e-content, .gh-content"
    ", .markdown-body, .theme-doc-markdown, .vp-doc, .theme-default-content, .md-content__inner, .td-content, .book-article"
    ", .markdown-section, .bd-article, .article-text, .article_content, .content-article, .t_f"
    # Sina, NetEase, Sohu, People's Daily, sites of governments, Jianshu, Douban, sites of novels, exports of Notion.
    ", .articalContent, #endText, #mp-editor, .rm_txt_con, #rwb_zw, #UCAP-CONTENT, .TRS_Editor, .trs_editor_view, #zoom"
    ", .show-content, #link-report, .review-content, #chaptercontent, #htmlContent, article.page > .page-body"
)
_FRAME_SELECTOR = "article, main, [role=main]"
_CONTENT_SELECTORS = (
    _NAMED_CONTENT,
    "article",
    "main, [role=main]",
    "#main, #content, .main-content, .content, .document",
)
_FURNITURE_SELECTOR = (
    "script, style, noscript, template, iframe, svg, button, form, nav, aside, header, footer, dialog, select, input, textarea"
    ", article.page table.properties"
    # Pictures and times of the messages that Telegram exports.
    ", .message .userpic_wrap, .message .date.details"
    ", [role=navigation], [role=banner], [role=contentinfo], [role=complementary], [role=search], [role=dialog], [hidden]"
)
# Words in the names of classes and ids.
_COMMENT_WORDS = frozenset(
    ("comment comments disqus gitalk valine waline twikoo utterances giscus respond replies").split()
)
_BESIDE = frozenset(
    "comment comments comment-list comments-area commentlist sidebar widget related related-posts recent-posts".split()
)
"""Names of elements with dates that are not that of the article. Others with these words may contain it: ``has-sidebar``."""

_FURNITURE_WORDS = _COMMENT_WORDS | frozenset(
    (
        "nav navbar navigation menu sidebar footer breadcrumb breadcrumbs crumb crumbs toc share sharing social related recommend "
        "recommended recommendation pagination pager paginator reward donate copyright license subscribe newsletter qrcode advert "
        "ad ads advertisement sponsor cookie popup modal toolbar backtop totop login rank widget profile prevnext anchor "
        "licensing button sharedaddy printfooter metas"
    ).split()
)
_FURNITURE_NAMES = frozenset(
    (
        "post-meta entry-meta article-meta post-info article-info post-tags article-tags entry-tags tags-links tag-list "
        "table-of-contents post-nav post-navigation page-nav skip-link back-to-top hash-link header-anchor headerlink "
        "copy-btn copy-button mw-editsection rich_media_meta_list rich_media_tool author-card author-info byline dateline "
        "postamble article-tag-list post-author visually-hidden sr-only screen-reader-text page-info edit-link last-updated "
        "post-ratings post-ratings-loading enlighter-raw"
    ).split()
)
_ARTICLE = "article:not(.comment):not(.comment-body)"
"""An article that is not a comment in WordPress."""

_NAME_PARTS = lazy_pattern(r"[A-Z]?[a-z]+")
_MAX_FURNITURE_SHARE = 0.5
_MIN_CONTENT_SHARE = 0.3
_MIN_INNER_SHARE = 0.4
_MIN_DENSEST_SHARE = 0.5
_MAX_CANDIDATES = 50
_SCORED_SELECTOR = "p, pre, li, td, div, section, article, h2, h3"

_TITLE_SEPARATOR = lazy_pattern(r"\s+[|\-–—·•»:]+\s+|\s*[|｜_]\s*|\s*[—–-]{2,}\s*")
_SHOWN_TITLE = "#activity-name, .page_wrap > .page_header .text"
"""The title in a page of 公众号 or in an export of Telegram: their ``<title>`` is that of all pages."""

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
_MAX_JSON_LENGTH = 1 << 20
_MAX_TAG_LENGTH = 10
"""A longer keyword that is the title of its page is no tag."""

_MIN_PUBLIC_CHARACTERS = 20
"""With fewer characters besides the title, the whole text of a page that asks for a password is encrypted."""


_BLOCKS_IN_PARAGRAPHS = frozenset("p div section article table ul ol blockquote pre h1 h2 h3".split())


def read_page(text: str) -> Content:
    """Read an HTML file: a whole page, or a part of one."""
    text = text.strip()
    if not _PAGE.search(text, 0, _PAGE_START_LENGTH):
        return read_html(text)
    tree = LexborHTMLParser(limit_depth(text))
    body = tree.body
    if body is None:
        return read_html(text)
    metadata = _read_metadata(tree, text)
    title = _find_title(tree, metadata)
    first_heading = "" if title else _text_of(tree, "h1")
    title_links = TitleLinks.of(tree)
    is_locked = open_locks(tree)
    main = _find_main(tree, body)
    is_listing = title_links.is_listing(main)
    content = read_html(main.html or "")
    if not content.blocks and not is_locked:
        content = read_html(text)
    is_encrypted = (
        is_locked and sum(len(block) for block in content.blocks if block not in title) < _MIN_PUBLIC_CHARACTERS
    )
    if len(title) > _MAX_TAG_LENGTH and title in metadata["tags"]:
        metadata["tags"].remove(title)  # the keywords of some themes begin with the title
    fields = {key: value for key, value in metadata.items() if value and key not in ("title", "site")}
    if is_encrypted:
        title = title or content.lead_heading or first_heading
        return Content(blocks=[], page_title=title, metadata=fields, is_encrypted=True)
    if not title and (first_heading == content.lead_heading or first_heading not in content.blocks):
        title = first_heading
    if title:
        content = replace(content, lead_heading="", page_title=title)
    return replace(content, metadata=fields, is_listing=is_listing)


def read_mhtml(data: bytes) -> Content:
    """Read a web archive: the first HTML part of its MIME message."""
    message = email.message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() in ("text/html", "application/xhtml+xml") and isinstance(payload, bytes):
            content = read_page(_decode_part(payload, part.get_content_charset()))
            subject = join_lines(clean(str(message["subject"] or "")))
            return replace(content, page_title=content.page_title or subject)
    return Content(blocks=[])


def _decode_part(payload: bytes, charset: str | None) -> str:
    try:
        return clean(payload.decode(charset or "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return decode(payload)


def _find_main(tree: LexborHTMLParser, body: LexborNode) -> LexborNode:
    """Return the element with the main content, and remove the furniture."""
    _remove_furniture(tree, body)
    if (content := tree.css_first(_PLATFORM_CONTENT)) is not None and _text_length(content):
        return content
    total = max(1, _text_length(body))
    for selector in _CONTENT_SELECTORS:
        candidates = [(_text_length(node), node) for node in tree.css(selector)[:_MAX_CANDIDATES]]
        length, node = max(candidates, key=lambda each: each[0], default=(0, body))
        if length >= _MIN_CONTENT_SHARE * total:
            return _innermost(length, node, candidates)
    return _find_densest(body)


def _innermost(length: int, node: LexborNode, candidates: list[tuple[int, LexborNode]]) -> LexborNode:
    """Return the innermost candidate that has enough of the text of the candidates around it: the text of an article rather than
    the element that frames it."""
    for inner_length, inner in candidates:
        if inner_length >= _MIN_INNER_SHARE * length and any(each.mem_id == node.mem_id for each in ancestors(inner)):
            length, node = inner_length, inner
    return node


def _text_length(node: LexborNode) -> int:
    """Return the number of characters of the node, without white space."""
    return len("".join(node.text().split()))


def _remove_furniture(tree: LexborHTMLParser, body: LexborNode) -> None:
    total = _text_length(body)
    candidates_by_id = {node.mem_id: node for node in tree.css("[class], [id]") if _is_furniture_name(node)}
    candidates_by_id |= {node.mem_id: node for node in tree.css(_FURNITURE_SELECTOR)}
    named_content = {node.mem_id for node in tree.css(_NAMED_CONTENT)}
    has_content = tree.css_first(f"{_NAMED_CONTENT}, {_FRAME_SELECTOR}") is not None
    removable: dict[int, LexborNode] = {}
    kept_count = 0
    for key, node in sorted(candidates_by_id.items(), key=lambda item: _depth(item[1])):
        is_kept = key in named_content and "hidden" not in node.attributes
        if is_kept or any(each.mem_id in removable for each in ancestors(node)):
            continue
        # Kept elements may be nested, and measuring each takes time: at most _MAX_CANDIDATES are measured and kept.
        if kept_count < _MAX_CANDIDATES and _is_removable(node, total, has_content=has_content):
            removable[key] = node
        else:
            kept_count += 1
    for node in removable.values():
        node.decompose()


def _depth(node: LexborNode) -> int:
    return sum(1 for _ in ancestors(node))


def _is_furniture_name(node: LexborNode) -> bool:
    if node.tag in ("html", "body", "main", "article"):
        return False
    for name in _names(node).split():
        if name in _FURNITURE_NAMES or any(part.lower() in _FURNITURE_WORDS for part in _NAME_PARTS.findall(name)):
            return True
    return False


def _is_removable(node: LexborNode, total: int, *, has_content: bool) -> bool:
    """Return whether the node is furniture, rather than content with a misleading name.

    The navigation of a book may have more text than the page. It consists of links, and the page has an element for its content.
    """
    attributes = node.attributes
    if "hidden" not in attributes and (
        node.css_first(_NAMED_CONTENT) is not None or node.css_first(_ARTICLE) is not None
    ):
        return False
    words = map(str.lower, _NAME_PARTS.findall(_names(node)))
    if not _COMMENT_WORDS.isdisjoint(words) and node.tag not in ("form", "main"):
        return True
    length = _text_length(node)
    if length <= _MAX_FURNITURE_SHARE * total:
        return True
    return has_content and node.css_first(_FRAME_SELECTOR) is None and 2 * _prose_length(node) <= length


def _names(node: LexborNode) -> str:
    """Return the classes and the id of an element, separated by spaces."""
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"


def _find_densest(body: LexborNode) -> LexborNode:
    """Return the element whose children have the most text outside of links; text of grandchildren counts half."""
    scores: dict[int, float] = {}
    nodes: dict[int, LexborNode] = {body.mem_id: body}
    for node in body.css(_SCORED_SELECTOR):
        parent = node.parent
        if node.tag in ("div", "section", "article", "td"):
            length, parent = len((node.text(deep=False) or "").strip()), node
        else:
            length = _prose_length(node)
        for each, share in ((parent, 1.0), (None if parent is None else parent.parent, 0.5)):
            if each is not None:
                nodes[each.mem_id] = each
                scores[each.mem_id] = scores.get(each.mem_id, 0.0) + share * length
    if not scores:
        return body
    best = nodes[max(scores, key=lambda key: scores[key])]
    return body if best.tag == "html" else _around_sections(best, body)


def _around_sections(node: LexborNode, body: LexborNode) -> LexborNode:
    """Return the element around all sections of an article if the node is a section or lies in one, otherwise the node.

    A section has less than half of the text of the page, or neighbors of the same class. A program such as Evernote writes each
    paragraph as a section without a name.
    """
    min_length = _MIN_DENSEST_SHARE * _prose_length(body)
    around = node
    if _is_paragraph(node) and node.parent is not None:
        siblings = (each for each in node.parent.iter() if each.mem_id != node.mem_id)
        if any(_is_paragraph(each) and _text_length(each) for each in siblings):
            around = node.parent
    for each in (node, *islice(ancestors(node), _MAX_CANDIDATES)):
        if each.tag in ("html", "body") or each.parent is None:
            break
        name = each.attributes.get("class")
        neighbors = each.parent.iter() if name else ()
        if _prose_length(each) < min_length or any(
            other.attributes.get("class") == name and other.mem_id != each.mem_id for other in neighbors
        ):
            around = each.parent
    return body if around.tag == "html" else around


def _is_paragraph(node: LexborNode) -> bool:
    """Return whether the node is a ``div`` without a name and without other blocks in it."""
    if node.tag != "div" or node.attributes.get("class") or node.attributes.get("id"):
        return False
    return next((each for each in node.iter() if each.tag in _BLOCKS_IN_PARAGRAPHS), None) is None


def _prose_length(node: LexborNode) -> int:
    """Return the number of characters of the node outside of links."""
    return _text_length(node) - sum(_text_length(link) for link in node.css("a"))


def _find_title(tree: LexborHTMLParser, metadata: dict[str, Any]) -> str:
    """Return the title of a page without the name of its site."""
    node = None if tree.head is None else tree.head.css_first("title")
    page_title = "" if node is None else _node_text(node)
    if title := _text_of(tree, _SHOWN_TITLE):
        return title
    title = str(metadata["title"] or "")
    named = tree.css(TITLE_SELECTOR)[:2]
    if not title and len(named) == 1 and (text := _heading_text(named[0])):
        return text  # the title of some pages is that of the site
    without_site = _without_site(title or page_title, str(metadata["site"] or ""))
    # Some sites put their name before that of the page. A heading in the article tells which is which.
    parts = [part.strip() for part in _TITLE_SEPARATOR.split(title or page_title)]
    for heading in tree.css("article h1, main h1, [itemprop=headline]")[:_MAX_CANDIDATES]:
        if (text := _heading_text(heading)) in parts:
            return text
    if parts[0] and parts[0] in map(_heading_text, tree.css("h2")[:_MAX_CANDIDATES]):
        return parts[0]
    for heading in tree.css("h1")[:_MAX_CANDIDATES]:
        text = _heading_text(heading)
        if text and without_site and (text == title or text in without_site or without_site in text):
            return text
    return without_site


def _heading_text(heading: LexborNode) -> str:
    """Return the text of a heading without the mark of the link to it."""
    return _node_text(heading).strip("#¶ ")


def _without_site(title: str, site: str) -> str:
    """Return the title without the site's name: its first or last part. If the name is unknown, remove the last part."""
    separators = list(_TITLE_SEPARATOR.finditer(title))
    if not separators:
        return title
    if site and title[: separators[0].start()].strip() == site:
        return title[separators[0].end() :].strip()
    ends = [*(each.start() for each in separators[1:]), len(title)]
    named = (each for each, end in zip(separators, ends, strict=True) if title[each.end() : end].strip() == site)
    if site and (first := next(named, separators[-1] if title.endswith(site) else None)) is not None:
        return title[: first.start()].strip() or title
    return title[: separators[-1].start()].strip() or title


def _read_metadata(tree: LexborHTMLParser, text: str) -> dict[str, Any]:
    """Return title, site, author, date, tags, categories and description from ``meta``, JSON-LD and, of WeChat, from a script."""
    values: dict[str, list[str]] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
        if value := join_lines(clean(attributes.get("content") or "")):
            values.setdefault(name.lower(), []).append(value)
    linked = _read_json_ld(tree)

    def first(names: tuple[str, ...]) -> str:
        return next((values[name][0] for name in names if name in values), "")

    author = next((each for name in _AUTHORS for each in values.get(name, ()) if not each.startswith("http")), "")
    tags = values.get("article:tag") or linked.get("keywords") or values.get("keywords") or values.get("tags", [])
    properties = _notion_properties(tree)
    return properties | {
        "title": first(_TITLES) or linked.get("headline", ""),
        "site": first(("og:site_name", "application-name")),
        "author": linked.get("author")
        or author
        or _text_of(tree, "#js_name, [itemprop=author], [rel=author], .post-author a, .p-author"),
        "date": first(_DATES)
        or linked.get("datePublished")
        or _time_of(tree)
        or _wechat_time(text)
        or ("" if properties else _shown_date(tree)),
        "tags": list(dict.fromkeys(tag.strip() for each in tags for tag in _SEPARATOR.split(each) if tag.strip())),
        "categories": values.get("article:section") or linked.get("articleSection") or values.get("category", []),
        "description": first(("description", "og:description", "summary")),
        "draft": _is_medium_draft(tree),
    }


def _text_of(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return "" if node is None else _node_text(node)


def _time_of(tree: LexborHTMLParser) -> str:
    node = tree.css_first("time[itemprop=datePublished], time[pubdate], article time[datetime], main time[datetime]")
    node = node or tree.css_first("[itemprop=datePublished], #publish_time, time[datetime]")
    if node is None:
        return ""
    return node.attributes.get("datetime") or node.attributes.get("content") or _node_text(node)


def _wechat_time(text: str) -> str:
    match = _WECHAT_TIME.search(text)
    return "" if match is None else match[1]


def _shown_date(tree: LexborHTMLParser) -> str:
    """Return the first date that a page shows at a known place, as in 发布于 2021-03-04 10:20."""
    nodes = (node for node in tree.css(_SHOWN_DATES)[:_MAX_CANDIDATES] if not any(map(_is_beside, ancestors(node))))
    texts = (_node_text(node) for node in nodes if node.tag != "time" or not _is_in_prose(node))
    return next((date[0] for text in texts if (date := _DATE_IN_TEXT.search(text)) is not None), "")


def _is_in_prose(node: LexborNode) -> bool:
    """Return whether an element is part of a paragraph: 事件发生于 <time>1937-07-07</time>，…"""
    return node.parent is not None and node.parent.tag == "p" and _text_length(node.parent) > _MAX_DATE_LINE


def _is_beside(node: LexborNode) -> bool:
    """Return whether an element shows comments, other articles or the footer of the site beside an article."""
    names = _names(node).split()
    is_site_footer = node.tag == "footer" and node.parent is not None and node.parent.tag == "body"
    return is_site_footer or node.tag in ("aside", "nav") or (node.tag != "body" and not _BESIDE.isdisjoint(names))


def _notion_properties(tree: LexborHTMLParser) -> dict[str, str]:
    """Return the properties above a page that Notion exported, by their names."""
    properties = {}
    for row in tree.css("article.page table.properties tr")[:_MAX_CANDIDATES]:
        name, value = row.css_first("th"), row.css_first("td")
        if name is not None and value is not None:
            values = [_node_text(each) for each in value.css(".selected-value")] or [_node_text(value).lstrip("@")]
            properties[_node_text(name)] = ",".join(values)
    return properties


def _is_medium_draft(tree: LexborHTMLParser) -> bool:
    """Return whether Medium exported the page and names no day on which it was published."""
    footer = tree.css_first('article.h-entry > footer:has(a[href="https://medium.com"])')
    return footer is not None and footer.css_first(".dt-published") is None


def _read_json_ld(tree: LexborHTMLParser) -> dict[str, Any]:
    """Return the fields of the first article in JSON-LD: texts, and lists for ``keywords`` and ``articleSection``."""
    for node in tree.css('script[type="application/ld+json"]')[:_MAX_CANDIDATES]:
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
    names = (item.get("name") if isinstance(item, dict) else item for item in items)
    return [name for name in names if isinstance(name, str) and name]


def _node_text(node: LexborNode) -> str:
    return join_lines(clean(node.text()))


READER = Reader(suffixes=(".html", ".htm", ".xhtml"), read=read_page)
MHTML_READER = Reader(suffixes=(".mhtml", ".mht"), read_bytes=read_mhtml)
