"""Recognize saved pages that list articles, by the titles on them that are links."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from searchlib.sources.readers.nodes import MAX_CANDIDATES, ancestors

TITLE_SELECTOR = ", ".join(
    f"{tag}.{name}" for tag in ("h1", "h2") for name in ("post-title", "entry-title", "article-title", "post__title")
)
"""Selects the titles of articles by the class names of common themes."""

_LINK_TO_PAGE = 'a[href]:not([href*="#"])'
_LINKED_TITLES = "a.post-title-link, a.article-title, a:has(> .vp-article-title)"
_PUBLISHED = 'meta[property="article:published_time"]'
_MAIN_HEADING = ":is(article, main) h1"
_MIN_LINKED_TITLES = 3


@dataclass(frozen=True, slots=True)
class TitleLinks:
    """What the titles of a page show about it, read before any element is removed.

    ``has_own_title`` is true if the page names the time of its publication or shows a title that is no link to another page, and
    ``has_one_heading`` if it shows at most one article, with one heading of the first level that is no such link. ``counts`` has
    the number of titles with a link to an article in each element, by ``mem_id``.
    """

    has_own_title: bool
    has_one_heading: bool
    counts: Counter[int]

    @classmethod
    def of(cls, tree: LexborHTMLParser) -> TitleLinks:
        """Read the titles of a page."""
        titles, headings = tree.css(TITLE_SELECTOR), tree.css(_MAIN_HEADING)
        links = (title.css_first(_LINK_TO_PAGE) for title in titles[:MAX_CANDIDATES])
        found = (*links, *tree.css(_LINKED_TITLES)[:MAX_CANDIDATES])
        distinct = {link.mem_id: link for link in found if link is not None}
        return cls(
            has_own_title=(
                tree.css_first(_PUBLISHED) is not None
                or any(title.css_first(_LINK_TO_PAGE) is None for title in titles)
            ),
            has_one_heading=(
                len(headings) == 1 and headings[0].css_first(_LINK_TO_PAGE) is None and len(tree.css("article")) <= 1
            ),
            counts=Counter(each.mem_id for link in distinct.values() for each in ancestors(link)),
        )

    def is_listing(self, main: LexborNode) -> bool | None:
        """Return whether the page with this main content lists articles, or None if nothing shows what it is."""
        if not self.has_own_title and self._has_list(main):
            return True
        return False if self.has_own_title or self.has_one_heading else None

    def _has_list(self, main: LexborNode) -> bool:
        """Return whether the content consists of the titles of several articles, or is one item of such a list.

        Titles below or beside an article are links to others.
        """
        if self.counts[main.mem_id] >= _MIN_LINKED_TITLES:
            return True
        item, around = main, main.parent
        while around is not None and self.counts[around.mem_id] < _MIN_LINKED_TITLES:
            item, around = around, around.parent
        if around is None or not self.counts[item.mem_id]:
            return False
        items = [each for each in around.iter() if each.tag == item.tag and self.counts[each.mem_id]]
        return len(items) >= _MIN_LINKED_TITLES
