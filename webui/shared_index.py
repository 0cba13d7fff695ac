"""Open one index for all requests of an application."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping

from flask import Flask, current_app

import searchlib

_INDEX_KEY = "searchlib"
_WARM_UP_QUERY = "文章"


class SharedIndex:
    """Opens the index on first use. If that fails, the next use tries again."""

    def __init__(self, location: str | os.PathLike[str], settings: searchlib.Settings) -> None:
        self.location = os.fspath(location)
        self.settings = settings
        self._lock = threading.Lock()
        self._index: searchlib.Index | None = None

    def init_app(self, app: Flask) -> None:
        """Make this the index of an application."""
        app.extensions[_INDEX_KEY] = self

    def opened(self) -> searchlib.Index:
        """Return the open index. It switches to new generations by itself. The errors are those of ``open_index``."""
        with self._lock:
            if self._index is None:
                self._index = searchlib.open_index(self.location, settings=self.settings)
            return self._index


def warm(app: Flask) -> searchlib.SearchlibError | None:
    """Open the index and run a search, so that the first request is fast. Return the error that requests will report."""
    shared: SharedIndex = app.extensions[_INDEX_KEY]
    try:
        shared.opened().search(_WARM_UP_QUERY, size=1)
    except searchlib.SearchlibError as error:
        return error
    return None


def current_index() -> searchlib.Index:
    """Return the open index of the current application."""
    return _shared().opened()


def index_facets() -> tuple[str, ...]:
    """Return the facets of the front matter; none if the index cannot be opened, which the search will report."""
    try:
        return current_index().facets
    except searchlib.SearchlibError:
        return ()


def facet_labels() -> Mapping[str, str]:
    """Return the labels that the settings give to facets of the front matter."""
    return _shared().settings.facet_labels


def index_location() -> str:
    """Return the folder or URL of that index, whether it exists or not."""
    return _shared().location


def _shared() -> SharedIndex:
    shared: SharedIndex = current_app.extensions[_INDEX_KEY]
    return shared
