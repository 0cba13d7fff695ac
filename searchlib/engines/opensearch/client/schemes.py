"""Tell an address of a cluster from a folder, without what reads one."""

from __future__ import annotations

import os

PLAIN, SECURE = "opensearch", "opensearchs"
"""What addresses begin with: the second is TLS."""


def is_address(place: str | os.PathLike[str]) -> bool:
    """Whether a place is an address of a cluster, be it right or wrong, and no folder."""
    return isinstance(place, str) and place.startswith((f"{PLAIN}://", f"{SECURE}://"))
