"""Recognize pages that are no articles: lists of other articles, error pages and redirects.

The search of a published site leaves them out, too: hexo-generator-search reads posts, Hugo's themes read regular pages
without those of the layouts ``archives`` and ``search``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.code import protect
from searchlib.sources.dialects.lines import LIST_MARKER
from searchlib.sources.front_matter.keys import normal_key
from searchlib.sources.front_matter.metadata import DATE_KEYS, TITLE_KEYS, Metadata
from searchlib.sources.front_matter.values import as_text
from searchlib.sources.readers.base import Content
from searchlib.sources.text import HAN, HTML_COMMENT

LIST = "list page ({})"
ERROR = "error page"
REDIRECT = "redirect ({})"
NO_TEXT = "no text ({})"
"""The reasons to leave a page out, each with its evidence."""

_KIND_KEYS = ("layout", "type", "template")

_LISTS = frozenset("tag tags tagcloud category categories archive archives search".split())
"""Kinds and names of pages that list other articles."""

_OTHER_PAGES = frozenset(
    (
        "link links friend friends flink home index about timeline gallery galleries photos album albums guestbook messages "
        "comments series collection collections taxonomy terms section list blog posts page default base"
    ).split()
)
"""Kinds and names of pages that the theme fills. Those without text of their own are left out."""

_POSTS = frozenset(("", "post", "posts", "article", "note", "draft"))
"""Layouts of articles."""

_REDIRECT_KEYS = ("redirect_to", "redirect", "redirect_url", "redirect_link")
"""The keys with the address that a page redirects to. A page with text of its own is an article whose address has changed."""

_TARGET_ADDRESS = lazy_pattern(r"(?:[a-z][a-z0-9+.-]*:/)?[./]\S*|\S+\.html?", re.IGNORECASE)
_REFRESH = lazy_pattern(r"<meta\b[^<>]*\bhttp-equiv=[\"']?refresh\b[^<>]*\burl\s*=", re.IGNORECASE)
_LOOP = lazy_pattern(
    r"\{%-?\s*for\s[^%{}\n]*\b(site\.(?:posts|pages|tags|categories|collections|documents)|paginator\.posts)\b"
)
_ERROR_KIND = lazy_pattern(r"(?<![0-9])404(?![0-9])")
_NOT_FOUND = lazy_pattern(r"\b404\b|not\s+found|找不到|不存在|未找到|沒有找到|没有找到|走丢|走失|迷路", re.IGNORECASE)
_INDEX_NAMES = frozenset(("index", "_index", "readme"))

_NAVIGATION = frozenset(("_sidebar.md", "_navbar.md"))
"""Parts of docsify that list pages."""

_SUMMARY = "SUMMARY.md"
"""The file in which GitBook and mdBook list their pages. Others use the name for texts."""

_SUMMARY_LINE = lazy_pattern(rf"[ \t]*(?:{LIST_MARKER}[ \t]|\[[^\n]*\]\(|#|-{{3,}}[ \t]*$|$)")
_SUMMARY_LINK = lazy_pattern(r"\]\([^()\n]*\)")
_MIN_SUMMARY_LINKS = 2
_PROGRAM_FILE = lazy_pattern(
    r"(?:robots|ads|humans|sitemap|cmakelists"
    r"|requirements(?:[-_](?:all|base|build|ci|common|cpu|dev|docs?|gpu|lint|min|prod|tests?))?)\.txt",
    re.IGNORECASE,
)
"""Files for programs. With Chinese text outside of comments, they are notes."""

_PROOF_FILE = lazy_pattern(
    r"(?:google[0-9a-f]{8,}|baidu_verify_[\w-]+|yandex_[0-9a-f]+|sogousiteverification|bingsiteauth|(?:MP|WW)_verify_\w+)"
    r"\.(?:html?|txt)",
    re.IGNORECASE,
)
"""Files that prove to a search engine who owns a site."""

_LIST_PATH = lazy_pattern(
    r"(?:^|/)(?:(?:(?P<parts>(?:archives?|date)/(?:19|20)\d\d/(?:\d\d?/)?(?:page/\d+/)?|page/\d+/)"
    r"|archives?/(?:[^/]+/)*|(?P<names>(?:tags?|categor(?:y|ies))/(?:[^/]+/)*))index"
    r"|archives?|categories|tags|authors)\.html?$",
    re.IGNORECASE,
)
"""The paths of published pages that list articles. In a group, a list may have other text."""

_TERM_PATH = lazy_pattern(r"(?:^|/)(?:tags?|categor(?:y|ies)|authors?)/(?!index\.)([^/]+\.html?)$", re.IGNORECASE)
"""The path of a published page about a tag, a category or an author, and its name. Articles may lie in such a folder, too."""

_HOME = r"(?:https?://[^\"'>#/]*)?/?(?:\.{1,2}/)*(?:\.{1,2}|index\.html?)?[\"']"
_LINKED_HEADING = lazy_pattern(
    rf"<h[1-6]\b[^>]*>(?:\s*<a(?=\s)[^>]*?\shref=[\"'](?!{_HOME})(?:[^\"'>#]*/)?([^\"'>#/]+)/?[\"'])?"
)
"""A heading, with the name of the page if it is a link to another page than the home of the site."""

_ANCHOR = lazy_pattern(r"<a(?=[\s>])[^>]*>((?>(?:[^<]|<(?!/a>))*))</a>")
_NO_WORDS = lazy_pattern(r"<[^>]*>|[\s\d.:/年月日-]+")

_MIN_PROSE_SHARE = 10
"""An article at the path of a list has at least this many times as much text as links."""

_MAX_NAME_CHARACTERS = 60
_MAX_OWN_CHARACTERS = 200
"""The maximum length of the text on a list page or a redirect. A page with a longer text is an article."""

_MAX_ERROR_CHARACTERS = 600
_MAX_HEAD_LENGTH = 1 << 14
"""Characters of the source of a page that are searched for a redirect."""


def listing_reason(article_id: str, metadata: Metadata, source: str, content: Content, *, is_page: bool) -> str:
    """Return why a file is no article, or "" if it is one.

    ``source`` is its body, ``content`` the text in it. ``is_page`` says that its format is one of web sites.
    """
    blocks = content.blocks
    if content.is_listing or _is_list(article_id, content):
        return LIST.format("titles of articles")
    file = article_id.rpartition("/")[2]
    if file in _NAVIGATION or (file == _SUMMARY and _is_summary(source)):
        return LIST.format(file)
    if (_PROGRAM_FILE.fullmatch(file) or _PROOF_FILE.fullmatch(file)) and not any(
        HAN.search(line.partition("#")[0]) for line in source.split("\n")
    ):
        return NO_TEXT.format(file)
    characters = sum(map(len, blocks))
    if reason := _redirect(metadata, source, characters):
        return reason
    kinds = {key: normal_key(as_text(value)) for key, value in metadata.find(_KIND_KEYS) if isinstance(value, str)}
    name, stem = _name_of_page(article_id)
    if any(map(_ERROR_KIND.search, kinds.values())) or (is_page and _is_error(name, metadata, blocks, characters)):
        return ERROR
    if characters <= _MAX_OWN_CHARACTERS:
        for key, kind in kinds.items():
            if kind in _LISTS:
                return LIST.format(f"{key}: {kind}")
        # An article about templates shows the loop as code.
        if _LOOP.search(source) and (loop := _LOOP.search(protect(source)[0])) is not None:
            return LIST.format(loop[1])
    if not blocks and is_page:
        for key, kind in kinds.items():
            if kind in _OTHER_PAGES or (key == "layout" and kind not in _POSTS):
                return NO_TEXT.format(f"{key}: {kind}")
        # ``_index`` is a section of Hugo.
        if stem == "_index" or name in _LISTS or (name in _OTHER_PAGES and stem in _INDEX_NAMES):
            return NO_TEXT.format(file)
    return ""


def _is_list(article_id: str, content: Content) -> bool:
    """Return whether a page lists articles, by its path.

    Such a page consists of links. That of a month or of a long list has no title of its own, and links in headings or little text
    beside its links; pages of a month, a tag or a category may have a short text besides. A page about a tag, a category or an
    author lists articles if its first heading is a link to one; an article may have such a heading below text.
    """
    term = _TERM_PATH.search(article_id)
    if term is not None and content.is_listing is None:
        heading = _LINKED_HEADING.search(content.html)
        if heading is None or heading[1] in (None, term[1]):
            return False
        return _text_length(content.html[: heading.start()]) <= _MAX_OWN_CHARACTERS
    path = _LIST_PATH.search(article_id)
    if path is None:
        return False
    has_own_title = content.is_listing is False
    html = content.html
    own_length = _text_length(_ANCHOR.sub("", html))
    link_length = limit = sum(_text_length(match[1]) for match in _ANCHOR.finditer(html))
    if path["parts"] and not has_own_title:
        has_linked_heading = any(heading[1] for heading in _LINKED_HEADING.finditer(html))
        if has_linked_heading or own_length < _MIN_PROSE_SHARE * link_length:
            return True
    if (path["parts"] or path["names"]) and (link_length or not has_own_title):
        limit = max(link_length, _MAX_NAME_CHARACTERS)
    return limit > 0 and own_length <= min(limit, _MAX_OWN_CHARACTERS)


def _text_length(html: str) -> int:
    """Return the number of characters without tags, white space and dates."""
    return len(_NO_WORDS.sub("", html))


def _is_summary(source: str) -> bool:
    """Return whether a text consists of headings and of lists of links."""
    source = HTML_COMMENT.sub("", source)
    has_links = len(_SUMMARY_LINK.findall(source)) >= _MIN_SUMMARY_LINKS
    return has_links and all(_SUMMARY_LINE.match(line) for line in source.split("\n"))


def _redirect(metadata: Metadata, source: str, characters: int) -> str:
    if characters > _MAX_OWN_CHARACTERS:
        return ""
    for key, value in metadata.find(_REDIRECT_KEYS):
        if (text := as_text(value)) and _TARGET_ADDRESS.match(text):
            return REDIRECT.format(key)
    return REDIRECT.format("refresh") if _REFRESH.search(source, 0, _MAX_HEAD_LENGTH) else ""


def _is_error(name: str, metadata: Metadata, blocks: Sequence[str], characters: int) -> bool:
    """Return whether this is the page that a site shows in place of missing pages, not an article with the number 404."""
    if name != "404" or characters > _MAX_ERROR_CHARACTERS or metadata.first(DATE_KEYS) is not None:
        return False
    texts = (as_text(metadata.first((*TITLE_KEYS, "permalink"))), *blocks)
    return any(_NOT_FOUND.search(text) for text in texts)


def _name_of_page(article_id: str) -> tuple[str, str]:
    """Return what a page is called, its file or the folder of its index, and the name of the file without its suffixes."""
    folder, _, file = article_id.rpartition("/")
    stem = file.partition(".")[0].lower()
    name = folder.rpartition("/")[2].lower() if stem in _INDEX_NAMES and folder else stem
    return name, stem
