"""Where indexes are stored: in a folder, or in an OpenSearch cluster."""

from __future__ import annotations

import os

from searchlib.engines.opensearch import is_address
from searchlib.stores.base import Generation, GenerationSpec, GenerationWriter, Store

__all__ = ["Generation", "GenerationSpec", "GenerationWriter", "Store", "store_at"]


def store_at(location: str | os.PathLike[str]) -> Store:
    """Return the store at a location: the path of a folder, or an address like ``opensearch://host:9200/name``.

    Raises:
        NoIndexError: the location is neither.
    """
    # The engines are slow to import: import only the one that is needed.
    if is_address(location):
        from searchlib.stores.opensearch import OpenSearchStore

        return OpenSearchStore(os.fspath(location))
    from searchlib.stores.folder import FolderStore

    return FolderStore(location)
