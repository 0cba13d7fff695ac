"""Every error that the library raises or reports.

SearchlibError
├── ArticleError            one file could not become an article (reported, not raised)
├── ArticlesNotFoundError   the folder of articles is missing, not a folder, or without articles
├── NoIndexError            there is no built index at that place
├── IndexBusyError          another build or update holds the index
├── IndexMismatchError      the index was made with another format or analysis
├── IndexDamagedError       a file of the index is missing, cut short or changed
├── IndexUnavailableError   the cluster that holds the index does not answer, or lets nobody in
├── ParameterError          an argument of a search is out of its range
├── SearchTimeoutError      a search took longer than it may
├── UnknownArticleError     no article has that id
└── SettingsError           searchlib.toml cannot be read or holds a wrong value
"""

from __future__ import annotations


class SearchlibError(Exception):
    """The root: catch it to catch everything the library says."""


class ArticleError(SearchlibError):
    """One file that could not become an article; ``path`` is relative to the folder, in POSIX form."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    def __reduce__(self) -> tuple[type[ArticleError], tuple[str, str]]:
        return (type(self), (self.path, self.reason))


class ArticlesNotFoundError(SearchlibError):
    """The folder of articles is missing, not a folder, or no file in it could become an article."""


class NoIndexError(SearchlibError):
    """There is no built index at that place."""


class IndexBusyError(SearchlibError):
    """Another build or update holds the index."""


class IndexMismatchError(SearchlibError):
    """The index was made with another format or another analysis than this one."""


class IndexDamagedError(SearchlibError):
    """A file of the index is missing, cut short or changed."""


class IndexUnavailableError(SearchlibError):
    """The cluster that holds the index cannot be used now: it does not answer, is too busy, or does not let this user in."""


class ParameterError(SearchlibError):
    """An argument of a search is out of its range; ``parameter`` is its name, ``code`` a word for machines."""

    def __init__(self, parameter: str, message: str, *, code: str = "invalid_parameter") -> None:
        super().__init__(message)
        self.parameter = parameter
        self.code = code


class SearchTimeoutError(SearchlibError):
    """A search took longer than it may; ``seconds`` is after how long it was given up, where that is known."""

    def __init__(self, seconds: float | None = None) -> None:
        after = "" if seconds is None else f" after {seconds:.1f} s"
        super().__init__(
            f"the search took too long and was given up{after}: ask for something simpler, "
            "or set a longer `deadline` in searchlib.toml"
        )
        self.seconds = seconds


class UnknownArticleError(SearchlibError):
    """No article of the index has that id."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"no article has the id {article_id!r}: ids are paths relative to the folder of articles")
        self.article_id = article_id


class SettingsError(SearchlibError):
    """searchlib.toml cannot be read or holds a wrong value."""
