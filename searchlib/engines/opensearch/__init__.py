"""The engine that writes and searches an index in an OpenSearch cluster."""

from __future__ import annotations

import os

SCHEME, TLS_SCHEME = "opensearch", "opensearchs"
"""The schemes of the addresses of clusters, without and with TLS."""


def is_address(location: str | os.PathLike[str]) -> bool:
    """Return whether a location starts like the address of a cluster. All other locations are folders."""
    return isinstance(location, str) and location.startswith((f"{SCHEME}://", f"{TLS_SCHEME}://"))
