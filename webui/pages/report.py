"""Answer GET /report with statistics of the query log, if the settings enable that page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, make_response, request, url_for

import searchlib
from webui.languages import counted, gettext
from webui.pages.dates import timestamp_text
from webui.pages.render import render_page
from webui.state import BLANK, whole_number

blueprint = Blueprint("report", __name__)

_LOG_KEY = "QUERY_LOG"
_DEFAULT_DAYS = 30
_MAX_LOG_BYTES = 4 << 20
"""The page reads this many bytes at the end of the log, about 40,000 searches, which takes half a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """The statistics of one query. ``searched`` is empty if the index searched for the query as typed."""

    query: str
    url: str
    searched: str
    count: str
    total: str
    slowest: str
    last: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """A table of queries. If it has no rows, ``empty_text`` replaces it."""

    id: str
    heading: str
    rows: tuple[ReportRow, ...]
    empty_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The content of the page. ``figures`` are labels and values; without queries there are no figures and tables."""

    period_text: str
    figures: tuple[tuple[str, str], ...] = ()
    tables: tuple[ReportTable, ...] = ()


def init_app(app: Flask, settings: searchlib.Settings) -> None:
    """Add the page if the settings enable it. Otherwise its URL does not exist."""
    if settings.report_page:
        app.config[_LOG_KEY] = settings.query_log
        app.register_blueprint(blueprint)


@blueprint.get("/report")
def show() -> Response:
    """Show the report of the last ``days``."""
    days = whole_number(request.args, "days", _DEFAULT_DAYS)
    report = searchlib.query_report(current_app.config[_LOG_KEY], days=days, max_bytes=_MAX_LOG_BYTES)
    response = make_response(render_page("report.html", BLANK, page=_report_page(report)))
    # The page is meant for the site's author: no page links to it, and search engines and caches must not keep it.
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def _report_page(report: searchlib.QueryReport) -> ReportPage:
    if not report.queries:
        return ReportPage(period_text=counted("最近 %(count)s 天没有搜索记录。", report.days))
    return ReportPage(
        period_text=counted("最近 %(count)s 天的搜索：", report.days),
        figures=(
            (gettext("搜索次数"), f"{report.queries:,}"),
            (gettext("不同的查询"), f"{report.different:,}"),
            (gettext("没有找到文章"), f"{report.failed:,}"),
            *([(gettext("首次搜索"), f"{report.first:%Y-%m-%d}")] if report.first else ()),
            (gettext("耗时中位数"), gettext("%(took)s 毫秒", took=f"{report.median_ms:g}")),
            (gettext("95% 的耗时不超过"), gettext("%(took)s 毫秒", took=f"{report.p95_ms:g}")),
        ),
        tables=(
            ReportTable(id="frequent", heading=gettext("最常搜索"), rows=_rows(report.frequent)),
            ReportTable(
                id="without-hits",
                heading=gettext("没有找到文章（未加筛选条件）"),
                rows=_rows(report.without_hits),
                empty_text=gettext("未加筛选条件的搜索都找到了文章。"),
            ),
            ReportTable(id="slow", heading=gettext("最慢"), rows=_rows(report.slow)),
        ),
    )


def _rows(queries: Sequence[searchlib.ReportedQuery]) -> tuple[ReportRow, ...]:
    return tuple(
        ReportRow(
            query=each.query,
            url=url_for("search.show", q=each.query, log=0),
            searched=each.searched if each.searched != each.query else "",
            count=f"{each.count:,}",
            total=f"{each.total:,}",
            slowest=f"{each.slowest_ms:,.1f}",
            last=timestamp_text(each.last),
            day=each.last.date().isoformat(),
        )
        for each in queries
    )
