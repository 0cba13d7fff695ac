"""Full-text search for folders of Chinese articles."""

from __future__ import annotations

from searchlib.build import Progress, build_index, update_index
from searchlib.errors import (
    ArticleError,
    ArticlesNotFoundError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    NoIndexError,
    ParameterError,
    SearchlibError,
    SettingsError,
    UnknownArticleError,
)
from searchlib.index import MAX_DEPTH, MAX_SIZE, SORTS, Index, open_index
from searchlib.models import (
    Article,
    BuildReport,
    CheckReport,
    FacetValue,
    Hit,
    IndexStats,
    Results,
    Spans,
    Suggestion,
    Token,
)
from searchlib.settings import Settings, load_settings
from searchlib.sources.reader import read_articles
from searchlib.text.tokens import tokenize

__version__ = "0.1.0"

__all__ = [
    "MAX_DEPTH",
    "MAX_SIZE",
    "SORTS",
    "Article",
    "ArticleError",
    "ArticlesNotFoundError",
    "BuildReport",
    "CheckReport",
    "FacetValue",
    "Hit",
    "Index",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMismatchError",
    "IndexStats",
    "NoIndexError",
    "ParameterError",
    "Progress",
    "Results",
    "SearchlibError",
    "Settings",
    "SettingsError",
    "Spans",
    "Suggestion",
    "Token",
    "UnknownArticleError",
    "build_index",
    "load_settings",
    "open_index",
    "read_articles",
    "tokenize",
    "update_index",
]
