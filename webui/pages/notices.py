"""Explain the results of a search: relaxed matching, corrections, near duplicates, and what to change if there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

import searchlib
from webui.languages import as_content, counted, gettext, note_text, quoted
from webui.pages.date_fields import DateForm
from webui.pages.dates import period_text
from webui.pages.facets import facet_names, selected_categories
from webui.pages.links import Link, search_link
from webui.state import SearchState
from webui.urls import search_url


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceView:
    """A search that has results, and what it leaves out.

    It leaves out either ``query_text``, a part of the query, or the filter ``filter_label`` with the values ``filter_text``,
    which is empty for all filters together. ``is_content`` tells that ``filter_text`` comes from articles.
    """

    url: str
    total_text: str
    query_text: str = ""
    filter_label: str = ""
    filter_text: str = ""
    is_content: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence about the results, with a link to another search."""

    text: Markup
    link: Link | None = None


def advice_views(results: searchlib.Results, state: SearchState) -> tuple[AdviceView, ...]:
    """Return the advice for a search without results, the one with most articles first."""
    categories = selected_categories(results)
    return tuple(_advice_view(each, state, categories) for each in sorted(results.advice, key=lambda each: -each.total))


def _advice_view(advice: searchlib.Advice, state: SearchState, categories: Mapping[str, str]) -> AdviceView:
    query_text = filter_label = filter_text = ""
    if advice.kind == "query":
        query_text = "".join(advice.values)
    elif advice.kind == "date":
        filter_label, filter_text = gettext("日期"), period_text(state.date_from, state.date_to)
    elif advice.kind == "filters":
        filter_label = gettext("全部筛选条件")
    else:
        names = categories if advice.kind == "category" else {}
        filter_label = facet_names().get(advice.kind, advice.kind)
        filter_text = gettext("、").join(names.get(value, value) for value in advice.values)
    return AdviceView(
        url=search_url(state.with_advice(advice)),
        total_text=counted("%(count)s 篇", advice.total),
        query_text=query_text,
        filter_label=filter_label,
        filter_text=filter_text,
        is_content=advice.kind not in ("query", "date", "filters"),
    )


def relaxed_text(results: searchlib.Results, state: SearchState) -> str:
    """Return how many articles match as typed, and how many others follow; "" if all match as typed."""
    if not results.relaxed:
        return ""
    partial = results.total - results.full
    if not results.full:
        return counted("没有文章与输入完全相符，以下是最接近的 %(count)s 篇。", partial)
    full = counted("%(count)s 篇与输入完全相符", results.full)
    if state.sort == "relevance":
        return counted("%(full)s，其后是最接近的 %(count)s 篇。", partial, full=full)
    return counted("%(full)s，另有最接近的 %(count)s 篇。", partial, full=full)


def date_notices(form: DateForm) -> tuple[Notice, ...]:
    """Return the notices about dates that do not count: on a phone, their fields are out of sight."""
    if form.swapped:
        return (Notice(text=Markup(gettext("开始日期晚于结束日期，")), link=form.swapped),)
    return tuple(Notice(text=field.hint) for field in (form.first, form.last) if field.is_wrong and field.hint)


def notices(results: searchlib.Results, state: SearchState) -> tuple[Notice, ...]:
    """Return the notices about the results, the most important first: what was searched, then which articles match only in part."""
    relaxed = relaxed_text(results, state)
    # Left out: the chips have the same content as the notes of the operators.
    notes = results.notes[: len(results.notes) - len(results.operators)]
    return (
        *_replacement_notices(results, state),
        *(Notice(text=note_text(note)) for note in notes),
        *([Notice(text=Markup(relaxed))] if relaxed else []),
    )


def _replacement_notices(results: searchlib.Results, state: SearchState) -> Iterator[Notice]:
    """Yield the notice about the query that was searched instead of the typed one, or else about the correction."""
    if results.searched != results.query:
        words = {"query": quoted(state.query), "searched": quoted(results.searched)}
        if results.searched == results.correction:
            text = gettext("没有文章含有%(query)s，以下是%(searched)s的结果。", **words)
        else:
            text = gettext("没有文章含有%(query)s，已按拼音搜索%(searched)s。", **words)
        verbatim = search_url(state.with_query(state.query, verbatim=True))
        label = Markup(gettext("仍然搜索%(query)s", query=quoted(state.query)))
        yield Notice(text=Markup(text) + " ", link=Link(text=label, url=verbatim))
    elif results.correction:
        link = search_link(as_content(results.correction), state.with_query(results.correction))
        yield Notice(text=Markup(gettext("您要找的是不是：")), link=link)


def repeats_link(results: searchlib.Results, state: SearchState) -> Link | None:
    """Return a link to the other treatment of near duplicates, if it changes anything."""
    if results.folded:
        return search_link(gettext("全部列出"), state.changed(repeats="show"))
    return search_link(gettext("合并相似内容"), state.changed(repeats="fold")) if state.repeats == "show" else None


def offer_link(results: searchlib.Results, state: SearchState) -> Link | None:
    """Return a link that turns a date in the query into a filter; None if the query contains no date."""
    if not results.date_offer:
        return None
    filtered = state.with_offer(results.date_offer)
    return search_link(period_text(filtered.date_from, filtered.date_to), filtered)


def query_terms(results: searchlib.Results) -> tuple[str, ...]:
    """Return the words and phrases that the query was split into; empty if it is a single word, taken as a whole."""
    explanation = results.explanation
    if not explanation:
        return ()
    terms = (*explanation.words, *(f"“{phrase}”" for phrase in explanation.phrases))
    return terms if len(terms) > 1 or explanation.left_out else ()
