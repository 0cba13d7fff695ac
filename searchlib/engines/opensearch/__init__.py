"""Hold and search an index in an OpenSearch cluster."""

from __future__ import annotations

import os

SCHEME, TLS_SCHEME = "opensearch", "opensearchs"
"""The schemes of the addresses of clusters, without and with TLS."""


def is_address(place: str | os.PathLike[str]) -> bool:
    """Return whether a place is written as the address of a cluster, valid or not; all others are folders."""
    return isinstance(place, str) and place.startswith((f"{SCHEME}://", f"{TLS_SCHEME}://"))
