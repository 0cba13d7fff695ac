"""Find the store of an index by its place: a folder, or an address of an OpenSearch cluster."""

from __future__ import annotations

import os

from searchlib.engines.opensearch import is_address
from searchlib.stores.base import Generation, GenerationWriter, Store

__all__ = ["Generation", "GenerationWriter", "Store", "store_at"]


def store_at(location: str | os.PathLike[str]) -> Store:
    """The store at a place.

    Raises:
        NoIndexError: nothing can lie there.
    """
    # What one engine needs takes time to import, and the other has no use for it.
    if is_address(location):
        from searchlib.stores.opensearch import OpenSearchStore

        return OpenSearchStore(os.fspath(location))
    from searchlib.stores.folder import FolderStore

    return FolderStore(location)
