"""Compare the keys of front matter."""

from __future__ import annotations

from functools import lru_cache

MAX_KEY_LENGTH = 100
"""Characters of a key that are compared. Known keys are shorter, and long keys would fill the caches."""

_SEPARATORS = str.maketrans("", "", "_- ")


def normal_key(key: str) -> str:
    """Return a key in one spelling: ``publishDate``, ``publish_date`` and ``Publish-Date`` are the same key."""
    return _normal_key(key[:MAX_KEY_LENGTH])


@lru_cache(maxsize=4096)  # cached: the articles of an archive share their keys
def _normal_key(key: str) -> str:
    return key.lower().translate(_SEPARATORS)
