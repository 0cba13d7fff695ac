"""The one open index that all requests of an application share."""

from __future__ import annotations

import os
import threading

from flask import Flask, current_app

import searchlib

_EXTENSION = "searchlib"
_FIRST_WORDS = "文章"


class SharedIndex:
    """Opens its index when it is first asked for; where that fails, it tries again the next time."""

    def __init__(self, place: str | os.PathLike[str], settings: searchlib.Settings) -> None:
        self.place = os.fspath(place)
        self._settings = settings
        self._lock = threading.Lock()
        self._index: searchlib.Index | None = None

    def init_app(self, app: Flask) -> None:
        """Serve the requests of this application."""
        app.extensions[_EXTENSION] = self

    def opened(self) -> searchlib.Index:
        """The index, open. It follows new generations by itself.

        Raises:
            NoIndexError, IndexMismatchError, IndexDamagedError: the index cannot be used.
        """
        with self._lock:
            if self._index is None:
                self._index = searchlib.open_index(self.place, settings=self._settings)
            return self._index


def warm(app: Flask) -> searchlib.SearchlibError | None:
    """Open the index and make a search, so that the first reader need not wait for what is read once.

    Gives the error that keeps it from that. Nothing is lost then: a request meets the same error, and says what it is.
    """
    shared: SharedIndex = app.extensions[_EXTENSION]
    try:
        shared.opened().search(_FIRST_WORDS, size=1)
    except searchlib.SearchlibError as error:
        return error
    return None


def current_index() -> searchlib.Index:
    """The open index of the application that answers this request."""
    return _shared().opened()


def index_place() -> str:
    """Where that index lies, or should lie."""
    return _shared().place


def _shared() -> SharedIndex:
    shared: SharedIndex = current_app.extensions[_EXTENSION]
    return shared
