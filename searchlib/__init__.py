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
from searchlib.index import Index, open_index
from searchlib.models import (
    Article,
    BuildReport,
    CheckReport,
    DateOffer,
    FacetValue,
    Hit,
    HitExplanation,
    IndexStats,
    Note,
    QueryExplanation,
    Repeat,
    Results,
    Spans,
    Suggestion,
    TermScore,
    Token,
)
from searchlib.parameters import MAX_DEPTH, MAX_SIZE, REPEATS, SORTS
from searchlib.settings import Settings, load_settings
from searchlib.word_lists import tokenize

if TYPE_CHECKING:
    from searchlib.build import Progress, build_index, update_index
    from searchlib.moving import copy_index, dump_index, load_index
    from searchlib.sources.reader import read_articles

__version__ = "0.1.0"

__all__ = [
    "MAX_DEPTH",
    "MAX_SIZE",
    "REPEATS",
    "SORTS",
    "Article",
    "ArticleError",
    "ArticlesNotFoundError",
    "BuildReport",
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
    "NoIndexError",
    "Note",
    "ParameterError",
    "Progress",
    "QueryExplanation",
    "Repeat",
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
    "load_index",
    "load_settings",
    "open_index",
    "read_articles",
    "tokenize",
    "update_index",
]

_LAZY = {
    "Progress": "searchlib.build",
    "build_index": "searchlib.build",
    "copy_index": "searchlib.moving",
    "dump_index": "searchlib.moving",
    "load_index": "searchlib.moving",
    "update_index": "searchlib.build",
    "read_articles": "searchlib.sources.reader",
}
"""Where the names come from that a search does not need: what reads articles takes longer to import than a search takes."""


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_LAZY[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
