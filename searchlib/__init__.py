"""Full-text search for folders of Chinese articles."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from searchlib.errors import (
    ArticleError,
    ArticlesNotFoundError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexUnavailableError,
    NoIndexError,
    ParameterError,
    SearchlibError,
    SearchTimeoutError,
    SettingsError,
    UnknownArticleError,
)

if TYPE_CHECKING:
    from searchlib.analysis.tokens import tokenize
    from searchlib.analytics.query_log import QueryLog
    from searchlib.analytics.report import QueryReport, ReportedQuery, query_report
    from searchlib.common.progress import Progress
    from searchlib.index import Index, index_settings, open_index
    from searchlib.indexing.build import build_index, update_index
    from searchlib.indexing.repair import repair_index
    from searchlib.indexing.transfer import copy_index, dump_index, load_index
    from searchlib.indexing.watch import watch_index
    from searchlib.models import (
        REPEATS,
        SORTS,
        Advice,
        Article,
        BuildReport,
        CategoryNode,
        CheckReport,
        DateOffer,
        FacetValue,
        Hit,
        HitExplanation,
        IndexStats,
        Model,
        Note,
        Passage,
        QueryExplanation,
        QueryOperator,
        Repeat,
        Results,
        Spans,
        Suggestion,
        TermScore,
        Token,
    )
    from searchlib.search.parameters import MAX_BUDGET, MAX_DEPTH, MAX_QUERY, MAX_SIZE
    from searchlib.settings import Settings, load_settings
    from searchlib.sources.articles import read_articles

__version__ = "0.1.0"

__all__ = [
    "MAX_BUDGET",
    "MAX_DEPTH",
    "MAX_QUERY",
    "MAX_SIZE",
    "REPEATS",
    "SORTS",
    "Advice",
    "Article",
    "ArticleError",
    "ArticlesNotFoundError",
    "BuildReport",
    "CategoryNode",
    "CheckReport",
    "DateOffer",
    "FacetValue",
    "Hit",
    "HitExplanation",
    "Index",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMismatchError",
    "IndexStats",
    "IndexUnavailableError",
    "Model",
    "NoIndexError",
    "Note",
    "ParameterError",
    "Passage",
    "Progress",
    "QueryExplanation",
    "QueryLog",
    "QueryOperator",
    "QueryReport",
    "Repeat",
    "ReportedQuery",
    "Results",
    "SearchTimeoutError",
    "SearchlibError",
    "Settings",
    "SettingsError",
    "Spans",
    "Suggestion",
    "TermScore",
    "Token",
    "UnknownArticleError",
    "build_index",
    "copy_index",
    "dump_index",
    "index_settings",
    "load_index",
    "load_settings",
    "open_index",
    "query_report",
    "read_articles",
    "repair_index",
    "tokenize",
    "update_index",
    "watch_index",
]

_MODULES = {
    "searchlib.indexing.build": "build_index update_index",
    "searchlib.common.progress": "Progress",
    "searchlib.index": "Index index_settings open_index",
    "searchlib.models": "Advice Article BuildReport CategoryNode CheckReport DateOffer FacetValue Hit HitExplanation IndexStats "
    "Model Note Passage QueryExplanation QueryOperator REPEATS Repeat Results SORTS Spans Suggestion TermScore Token",
    "searchlib.indexing.repair": "repair_index",
    "searchlib.indexing.transfer": "copy_index dump_index load_index",
    "searchlib.search.parameters": "MAX_BUDGET MAX_DEPTH MAX_QUERY MAX_SIZE",
    "searchlib.analytics.query_log": "QueryLog",
    "searchlib.analytics.report": "QueryReport ReportedQuery query_report",
    "searchlib.settings": "Settings load_settings",
    "searchlib.sources.articles": "read_articles",
    "searchlib.indexing.watch": "watch_index",
    "searchlib.analysis.tokens": "tokenize",
}
"""The module of each public name except the errors. It is imported on first use: importing all takes longer than a search."""

_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
