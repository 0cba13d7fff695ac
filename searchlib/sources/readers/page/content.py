"""Find the main content of a page, without navigation, sidebars, footer and comments.

It is the element with a well-known name; if there is none, the element with the most text outside of links. Furniture is
recognized by its element, its role, or a word in its class or id, unless it holds the main content.
"""

from __future__ import annotations

from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.readers.nodes import MAX_CANDIDATES, ancestors, names, text_length

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
_SCORED_SELECTOR = "p, pre, li, td, div, section, article, h2, h3"

_BLOCKS_IN_PARAGRAPHS = frozenset("p div section article table ul ol blockquote pre h1 h2 h3".split())


def find_main(tree: LexborHTMLParser, body: LexborNode) -> LexborNode:
    """Return the element with the main content, and remove the furniture."""
    _remove_furniture(tree, body)
    if (content := tree.css_first(_PLATFORM_CONTENT)) is not None and text_length(content):
        return content
    total = max(1, text_length(body))
    for selector in _CONTENT_SELECTORS:
        candidates = [(text_length(node), node) for node in tree.css(selector)[:MAX_CANDIDATES]]
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


def _remove_furniture(tree: LexborHTMLParser, body: LexborNode) -> None:
    total = text_length(body)
    candidates_by_id = {node.mem_id: node for node in tree.css("[class], [id]") if _is_furniture_name(node)}
    candidates_by_id |= {node.mem_id: node for node in body.css(_FURNITURE_SELECTOR) if node.mem_id != body.mem_id}
    named_content = {node.mem_id for node in tree.css(_NAMED_CONTENT)}
    has_content = tree.css_first(f"{_NAMED_CONTENT}, {_FRAME_SELECTOR}") is not None
    removable: dict[int, LexborNode] = {}
    kept_count = 0
    for key, node in sorted(candidates_by_id.items(), key=lambda item: _depth(item[1])):
        is_kept = key in named_content and "hidden" not in node.attributes
        if is_kept or any(each.mem_id in removable for each in ancestors(node)):
            continue
        # Kept elements may be nested, and measuring each takes time: at most MAX_CANDIDATES are measured and kept.
        if kept_count < MAX_CANDIDATES and _is_removable(node, total, has_content=has_content):
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
    for name in names(node).split():
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
    words = map(str.lower, _NAME_PARTS.findall(names(node)))
    if not _COMMENT_WORDS.isdisjoint(words) and node.tag not in ("form", "main"):
        return True
    length = text_length(node)
    if length <= _MAX_FURNITURE_SHARE * total:
        return True
    return has_content and node.css_first(_FRAME_SELECTOR) is None and 2 * _prose_length(node) <= length


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
        if any(_is_paragraph(each) and text_length(each) for each in siblings):
            around = node.parent
    for each in (node, *islice(ancestors(node), MAX_CANDIDATES)):
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
    return text_length(node) - sum(text_length(link) for link in node.css("a"))
