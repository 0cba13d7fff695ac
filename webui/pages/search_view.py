"""What the search page shows of the results: every text and every link, so that the template computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from markupsafe import Markup

import searchlib
from webui import urls
from webui.languages import counted, gettext, note_text
from webui.pages.advice import AdviceView, advice_views, meant_link, relaxed_text
from webui.pages.ages import age_text
from webui.pages.category_choice import Places
from webui.pages.facets import Facet, category_trails, facet_names, facets, place_text
from webui.pages.histogram import Histogram, histogram
from webui.pages.links import Link
from webui.pages.periods import period_text
from webui.state import BLANK, VALUE_FILTERS, SearchState

_QUOTES = '"“”'
_SIZES = (10, 20, 50)
_PAGES_AROUND = 2
NO_ORIGINALS: Mapping[str, str] = MappingProxyType({})
_SHOWN_REPEATS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is set; its URL drops it, a month for its year. ``from_articles``: the text is one that articles hold."""

    label: str
    text: str
    from_articles: bool
    drop_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The way to other pages; a gap in ``pages`` is None, a missing neighbour an empty URL."""

    previous_url: str
    next_url: str
    pages: tuple[Link | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitView:
    """One hit, ready to show."""

    url: str
    hit: searchlib.Hit
    date: str
    age: str
    authors: tuple[Link, ...]
    categories: tuple[tuple[Link, ...], ...]
    similar_url: str
    original_url: str
    repeats: tuple[Link, ...]
    repeats_count: str
    has_more_repeats: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What was searched for in the place of what was typed, and the way to search for just that.

    ``spelled``: it is what the query spells in pinyin; otherwise it is its correction.
    """

    spelled: bool
    searched: str
    verbatim_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """All that the search page shows."""

    title: str
    heading: str
    canonical_url: str
    feed_url: str
    total: int
    found: str
    relaxed: str
    meant: Link | None
    replaced: Replaced | None
    notes: tuple[Markup, ...]
    repeats: Link | None
    hits: tuple[HitView, ...]
    facets: Mapping[str, Facet | None]
    histogram: Histogram | None
    chips: tuple[Chip, ...]
    advice: tuple[AdviceView, ...]
    date_offer: Link | None
    clear_url: str
    sorts: tuple[Link, ...]
    sizes: tuple[Link, ...]
    pager: Pager | None
    last_page: Link | None
    date_fields: urls.Pairs
    dates_reversed: bool
    quoted: bool
    cut: tuple[str, ...]
    all_url: str


def search_page(
    state: SearchState, results: searchlib.Results, now: datetime, originals: Mapping[str, str] = NO_ORIGINALS
) -> SearchPage:
    """The page of a state and what was found for it; ages count up to ``now``, which has a zone.

    ``originals`` has the addresses of the originals of hits, by their ids.
    """
    places = Places(results.category_tree, state)
    searched = urls.searched(state, results)
    heading = _heading(state)
    last = urls.last_page(state, results)
    beyond = bool(results.total) and not results.hits
    return SearchPage(
        title=state.query or heading,
        heading=heading,
        canonical_url=urls.search_url(state),
        feed_url=urls.feed_url(state),
        total=results.total,
        found=_found(results),
        relaxed=relaxed_text(results, state) if results.relaxed else "",
        meant=meant_link(results, state),
        replaced=_replaced(results, state),
        notes=tuple(map(note_text, results.notes)),
        repeats=_repeats_choice(state, results),
        hits=tuple(_hit(hit, state, searched, places, now, originals.get(hit.id, "")) for hit in results.hits),
        facets=facets(results, state, places),
        histogram=histogram(results.facets, state),
        chips=tuple(_chips(state, results.category_tree)),
        advice=advice_views(results, state),
        date_offer=_date_offer(results.date_offer, state) if results.date_offer else None,
        clear_url=urls.search_url(urls.unfiltered(state)),
        sorts=_sorts(state),
        sizes=tuple(
            Link(text=str(size), url=urls.search_url(urls.sized(state, size)), current=size == state.size)
            for size in sorted({*_SIZES, state.size})
        ),
        pager=_pager(state, last) if last > 1 and not beyond else None,
        last_page=Link(text=str(last), url=urls.search_url(urls.at_page(state, last))) if beyond else None,
        date_fields=urls.hidden_fields(state, "from", "to"),
        dates_reversed=_reversed(state.date_from, state.date_to),
        quoted=any(mark in state.query for mark in _QUOTES),
        cut=_cut(results.explanation) if results.explanation else (),
        all_url=urls.search_url(BLANK),
    )


def _sort_names() -> dict[str, str]:
    return {"relevance": gettext("相关度"), "newest": gettext("最新"), "oldest": gettext("最早")}


def _heading(state: SearchState) -> str:
    if state.query:
        return f"“{state.query}”"
    return gettext("最早文章") if state.sort == "oldest" else gettext("最新文章")


def _found(results: searchlib.Results) -> str:
    if not results.total:
        return gettext("没有找到文章")
    return counted("找到 %(count)s 篇，用时 %(took)s 毫秒", results.total, took=f"{results.took_ms:g}")


def _replaced(results: searchlib.Results, state: SearchState) -> Replaced | None:
    if results.searched == results.query:
        return None
    url = urls.search_url(urls.asking(state, state.query, verbatim=True))
    return Replaced(spelled=results.searched != results.correction, searched=results.searched, verbatim_url=url)


def day_text(date: datetime | None) -> str:
    """The day of a date, or nothing."""
    return date.date().isoformat() if date else ""


def _repeats_choice(state: SearchState, results: searchlib.Results) -> Link | None:
    """What was done with repeats, and the way to the other choice; nothing where that would change nothing."""
    if results.folded:
        text = counted("其中 %(count)s 篇相似内容已合并。", results.folded)
        return Link(text=text, url=urls.search_url(urls.with_repeats(state, "show")), current=True)
    if state.repeats == "show":
        return Link(text=gettext("相似内容没有合并。"), url=urls.search_url(urls.with_repeats(state, "fold")))
    return None


def _hit(
    hit: searchlib.Hit, state: SearchState, searched: SearchState, places: Places, now: datetime, original: str
) -> HitView:
    # The article page marks what was searched for, not what was typed in its stead.
    url = urls.article_url(hit.id, searched)
    return HitView(
        url=url,
        hit=hit,
        date=day_text(hit.date),
        age=age_text(hit.date.date(), now.astimezone(hit.date.tzinfo).date()) if hit.date else "",
        authors=tuple(
            Link(
                text=author,
                url=urls.search_url(urls.toggled(state, "author", author)),
                current=author in state.author,
            )
            for author in hit.authors
        ),
        categories=category_trails(hit, places),
        similar_url=f"{url}#similar",
        original_url=original,
        repeats=tuple(
            Link(text=each.title or each.id, url=urls.article_url(each.id, searched))
            for each in hit.repeats[:_SHOWN_REPEATS]
        ),
        repeats_count=counted("还有 %(count)s 篇相似内容", hit.repeats_total),
        has_more_repeats=hit.repeats_total > _SHOWN_REPEATS,
    )


def _chips(state: SearchState, tree: Sequence[searchlib.CategoryNode]) -> Iterator[Chip]:
    places = {node.value: place_text(node.path) for node in tree if node.selected}
    for name in VALUE_FILTERS:
        for value in getattr(state, name):
            dropped = urls.without(state, name, value)
            text = places.get(value, value) if name == "category" else value
            yield Chip(label=facet_names()[name], text=text, from_articles=True, drop_url=urls.search_url(dropped))
    if state.date_from or state.date_to:
        dropped = urls.without_period(state)
        text = period_text(state.date_from, state.date_to)
        yield Chip(label=gettext("日期"), text=text, from_articles=False, drop_url=urls.search_url(dropped))


def _cut(explained: searchlib.QueryExplanation) -> tuple[str, ...]:
    """What articles should hold, where that is more than one thing: only then is it news to the reader."""
    cut = (*explained.words, *(f"“{phrase}”" for phrase in explained.phrases))
    return cut if len(cut) > 1 or explained.left_out else ()


def _date_offer(offer: searchlib.DateOffer, state: SearchState) -> Link:
    """The search without the words of a date and with the filter."""
    filtered = urls.offered(state, offer)
    return Link(text=period_text(filtered.date_from, filtered.date_to), url=urls.search_url(filtered))


def _reversed(date_from: str, date_to: str) -> bool:
    """Whether the first day lies behind the last: 2021-11 behind 2021-03, but not behind 2021, which ends later."""
    return bool(date_from and date_to) and date_from[: len(date_to)] > date_to


def _sorts(state: SearchState) -> tuple[Link, ...]:
    """The orders; without a query nothing is more relevant, and the newest come first anyway."""
    names, current = _sort_names(), state.sort
    if not state.query:
        names = {"relevance": names["newest"], "oldest": names["oldest"]}
        current = "oldest" if state.sort == "oldest" else "relevance"
    return tuple(
        Link(text=text, url=urls.search_url(urls.sorted_by(state, sort)), current=sort == current)
        for sort, text in names.items()
    )


def _pager(state: SearchState, last: int) -> Pager:
    def url(page: int) -> str:
        return urls.search_url(urls.at_page(state, page)) if 1 <= page <= last else ""

    near = range(state.page - _PAGES_AROUND, state.page + _PAGES_AROUND + 1)
    pages: list[Link | None] = []
    before = 0
    for page in sorted({1, last, *(page for page in near if 1 <= page <= last)}):
        if page == before + 2:
            # A gap of one page is that page.
            pages.append(Link(text=str(before + 1), url=url(before + 1)))
        elif page > before + 2:
            pages.append(None)
        pages.append(Link(text=str(page), url=url(page), current=page == state.page))
        before = page
    return Pager(previous_url=url(state.page - 1), next_url=url(state.page + 1), pages=tuple(pages))
