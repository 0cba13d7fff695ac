"""What the page says where nothing is found: what to leave out of the search, and how much is found then."""

from __future__ import annotations

from dataclasses import dataclass

import searchlib
from webui import urls
from webui.languages import counted, gettext
from webui.pages.facets import facet_names
from webui.pages.links import Link
from webui.pages.periods import period_text
from webui.state import VALUE_FILTERS, SearchState


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceView:
    """A search that finds something: how much, and what it leaves out, ``typed`` in the query or ``chosen`` as a filter.

    ``chosen`` has a ``label``, and no text where it is all filters; ``from_articles``: the text is one that articles hold.
    """

    url: str
    found: str
    typed: str = ""
    label: str = ""
    chosen: str = ""
    from_articles: bool = False


def advice_views(results: searchlib.Results, state: SearchState) -> tuple[AdviceView, ...]:
    """Each way out, the one that finds most first."""
    in_order = sorted(results.advice, key=lambda each: -each.total)
    return tuple(_view(each, state) for each in in_order)


def _view(advice: searchlib.Advice, state: SearchState) -> AdviceView:
    typed = label = chosen = ""
    if advice.kind == "query":
        typed = "".join(advice.values)
    elif advice.kind == "date":
        label, chosen = gettext("日期"), period_text(state.date_from, state.date_to)
    elif advice.kind == "filters":
        label = gettext("全部筛选条件")
    else:
        label, chosen = facet_names()[advice.kind], gettext("、").join(advice.values)
    return AdviceView(
        url=urls.search_url(urls.advised(state, advice)),
        found=counted("%(count)s 篇", advice.total),
        typed=typed,
        label=label,
        chosen=chosen,
        from_articles=advice.kind in VALUE_FILTERS,
    )


def relaxed_text(results: searchlib.Results, state: SearchState) -> str:
    """How many of the articles hold all words, and how many only some of them."""
    others = results.total - results.full
    if not results.full:
        return counted("没有文章含有全部词语，下面 %(count)s 篇含有其中一部分。", others)
    held = counted("%(count)s 篇含有全部词语", results.full)
    if state.sort == "relevance":
        return counted("%(held)s，排在前面；另外 %(count)s 篇只含其中一部分。", others, held=held)
    return counted("%(held)s，另外 %(count)s 篇只含其中一部分。", others, held=held)


def meant_link(results: searchlib.Results, state: SearchState) -> Link | None:
    """The correction that is offered; one that was searched for already is not."""
    if not results.correction or results.searched != results.query:
        return None
    return Link(text=results.correction, url=urls.search_url(urls.asking(state, results.correction)))
