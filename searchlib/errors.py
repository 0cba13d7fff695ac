"""The errors that the library raises or reports.

SearchlibError
├── ArticleError            a file could not become an article (reported, not raised)
├── ArticlesNotFoundError   the folder of articles is missing, not a folder, or without articles
├── NoIndexError            no index has been built at that location
├── IndexBusyError          another build or update holds the index
├── IndexMismatchError      the index was built with another format or text analysis, or from another folder
├── IndexDamagedError       a file of the index is missing or damaged
├── IndexUnavailableError   the index cannot be reached: its cluster does not respond, or its folder cannot be read
├── ParameterError          an argument of a call is not allowed
├── SearchTimeoutError      a call took longer than its deadline
├── UnknownArticleError     no article has that id
└── SettingsError           searchlib.toml cannot be read, or a value in it is wrong
"""

from __future__ import annotations


class SearchlibError(Exception):
    """The base of all errors of the library."""


class ArticleError(SearchlibError):
    """A file could not become an article. ``path`` is relative to the folder, in POSIX form."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type[ArticleError], tuple[str, str]]:
        return (type(self), (self.path, self.reason))


class ArticlesNotFoundError(SearchlibError):
    """The folder of articles is missing, not a folder, or no file in it could become an article."""


class NoIndexError(SearchlibError):
    """No index has been built at that location."""


class IndexBusyError(SearchlibError):
    """Another build or update holds the index."""


class IndexMismatchError(SearchlibError):
    """The index was built with another format or text analysis than this program has, or from another folder of articles."""


class IndexDamagedError(SearchlibError):
    """A file of the index is missing or damaged."""


class IndexUnavailableError(SearchlibError):
    """The index cannot be reached now: its cluster does not respond or denies access, or the system cannot read its folder."""


class ParameterError(SearchlibError):
    """An argument of a call is not allowed. ``parameter`` is its name, ``code`` identifies the error for programs."""

    def __init__(self, parameter: str, message: str, *, code: str = "invalid_parameter") -> None:
        super().__init__(message)
        self.parameter = parameter
        self.code = code


class SearchTimeoutError(SearchlibError):
    """A call took longer than its deadline. ``seconds`` is the time after which it was canceled, if known."""

    def __init__(self, seconds: float | None = None) -> None:
        after = "" if seconds is None else f" after {seconds:.1f} s"
        super().__init__(
            f"the search took too long and was canceled{after}: simplify the query, "
            "or set a longer `deadline` in searchlib.toml"
        )
        self.seconds = seconds


class UnknownArticleError(SearchlibError):
    """No article of the index has this id."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"no article has the id {article_id!r}: ids are paths relative to the folder of articles")
        self.article_id = article_id


class SettingsError(SearchlibError):
    """searchlib.toml cannot be read, or a value in it is wrong."""


def no_index_built(location: object) -> NoIndexError:
    """Return the error for a location without an index."""
    return NoIndexError(f"{location}: no index has been built here: run `searchlib build ARTICLES --index {location}`")


def index_locked(location: object) -> IndexBusyError:
    """Return the error for an index that another process is changing."""
    return IndexBusyError(f"{location}: another build or update is running: try again when it has finished")


def index_damaged(location: object, reason: str) -> IndexDamagedError:
    """Return the error for an index, or a file of it, that is damaged."""
    return IndexDamagedError(f"{location}: {reason}: build the index again")


def not_enough_memory(location: object) -> IndexUnavailableError:
    """Return the error for an index that cannot be read because memory has run out."""
    return IndexUnavailableError(f"{location}: there is not enough memory to read the index: free some, and try again")


def other_format(location: object, found: object, supported: int) -> IndexMismatchError:
    """Return the error for an index of another format."""
    return IndexMismatchError(
        f"{location}: the index has format {found}, but this program reads format {supported}: build the index again"
    )
