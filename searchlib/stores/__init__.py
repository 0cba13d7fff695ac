"""Where indexes are stored: in a folder, or in an OpenSearch cluster."""

from __future__ import annotations

import os

from searchlib.engines.opensearch import is_address
from searchlib.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexUnavailableError,
    NoIndexError,
    SettingsError,
)
from searchlib.settings import Settings, load_settings, settings_file, settings_of_record
from searchlib.stores.base import Generation, GenerationSpec, GenerationWriter, Store

__all__ = ["Generation", "GenerationSpec", "GenerationWriter", "Store", "effective_settings", "store_at"]


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


def effective_settings(store: Store) -> Settings:
    """Return the settings of ``searchlib.toml`` or, if there is no such file, those that the index keeps.

    They are the defaults if the index cannot be opened, because opening it raises the error, or if this program does not
    understand its settings.

    Raises:
        SettingsError: the file is wrong.
    """
    if settings_file() is not None:
        return load_settings()
    try:
        current = store.current()
        return settings_of_record(current.location, current.manifest.settings)
    except (NoIndexError, IndexMismatchError, IndexDamagedError, IndexUnavailableError, SettingsError):
        return Settings()
