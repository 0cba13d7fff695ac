"""Repair an index whose current generation is missing or damaged: return to an older one."""

from __future__ import annotations

import os

from searchlib.stores import store_at


def repair_index(index: str | os.PathLike[str]) -> str:
    """Make the newest undamaged generation current, unless the current one is undamaged, and return its name.

    Nothing is deleted. The articles that were added since that generation was built are missing until the next update.

    Raises:
        NoIndexError: no index is built there.
        IndexBusyError: a build or update holds the index.
        IndexDamagedError: no undamaged generation is left.
        IndexUnavailableError: the index cannot be reached.
    """
    store = store_at(index)
    with store.locked():
        return store.recover().name
