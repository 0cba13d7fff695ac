"""Find the store of an index by its place: a folder."""

from __future__ import annotations

import os

from searchlib.stores.base import Built, Growing, Store
from searchlib.stores.folder import FolderStore

__all__ = ["Built", "Growing", "Store", "store_at"]


def store_at(place: str | os.PathLike[str]) -> Store:
    """The store at a place.

    Raises:
        NoIndexError: nothing can lie there.
    """
    return FolderStore(place)
