"""Compare the keys of front matter."""

from __future__ import annotations

from functools import lru_cache

_SEPARATORS = str.maketrans("", "", "_- ")


@lru_cache(maxsize=4096)  # the articles of an archive share their keys
def normal_key(key: str) -> str:
    """Return a key in one spelling: ``publishDate``, ``publish_date`` and ``Publish-Date`` are the same key."""
    return key.lower().translate(_SEPARATORS)
