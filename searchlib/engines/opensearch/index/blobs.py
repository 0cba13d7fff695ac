"""Store binary data that belongs to an index in a small index beside it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
import zstandard
from numpy.typing import NDArray

from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.index.documents import delete_actions
from searchlib.errors import index_damaged

BLOBS_SUFFIX = ".about"
"""The suffix of the name of the index with the blobs."""

WRITE_ALIAS_SUFFIX = ".writing"
"""The suffix of the alias for writing an index. A complete index has no such alias, so nothing can write to it."""

_PIECE_BYTES = 6 << 20
"""The size from which a blob is split, so that a node accepts each request."""

_BLOB_LEVEL = 6
_MAX_BLOB_BYTES = 4 << 30
_NAMES_PER_REQUEST = 10_000


class Blobs:
    """Named bytes that belong to one generation of an index; each ``revision`` has its own."""

    def __init__(self, cluster: Cluster, generation: str, revision: int | None = None) -> None:
        self._cluster = cluster
        self._generation = generation
        self._index = f"{generation}{BLOBS_SUFFIX}"
        self._prefix = "" if revision is None else f"{revision}."

    def of_revision(self, revision: int) -> Blobs:
        """Return the blobs of one revision of the generation."""
        return Blobs(self._cluster, self._generation, revision)

    def create(self, replicas: int) -> None:
        """Create the index."""
        self._cluster.create(
            self._index,
            {
                "settings": {"number_of_shards": 1, "number_of_replicas": replicas},
                "mappings": {"dynamic": False, "properties": {"name": {"type": "keyword"}}},
                "aliases": {f"{self._index}{WRITE_ALIAS_SUFFIX}": {}},
            },
        )

    def write(self, name: str, data: bytes) -> None:
        """Write a blob, and replace one of the same name."""
        packed = zstandard.ZstdCompressor(level=_BLOB_LEVEL, write_checksum=True).compress(data)
        pieces = [packed[at : at + _PIECE_BYTES] for at in range(0, len(packed), _PIECE_BYTES)]
        for number, piece in enumerate(pieces):
            values = {"name": f"{self._prefix}{name}", "pieces": len(pieces), "data": base64.b64encode(piece).decode()}
            # Without ``require_alias``, this would create an index of that name if the index was deleted.
            self._cluster.put(
                f"/{self._index}{WRITE_ALIAS_SUFFIX}/_doc/{self._prefix}{name}.{number}", values, require_alias="true"
            )

    def read(self, name: str, deadline: Deadline = NO_DEADLINE) -> bytes | None:
        """Return a blob, or None if there is none; raise IndexDamagedError if its data has changed."""
        try:
            first = self._piece(name, 0, deadline)
            if first is None:
                return None
            pieces = [first, *(self._piece(name, number, deadline) for number in range(1, first["pieces"]))]
            data = b"".join(base64.b64decode(piece["data"]) for piece in pieces if piece)
            return zstandard.ZstdDecompressor().decompress(data, max_output_size=_MAX_BLOB_BYTES)
        except (zstandard.ZstdError, ValueError, KeyError, TypeError) as error:
            raise index_damaged(self._index, f"{name} cannot be read ({error})") from error

    def _piece(self, name: str, number: int, deadline: Deadline) -> dict[str, Any] | None:
        return self._cluster.document(self._index, f"{self._prefix}{name}.{number}", deadline=deadline)

    def names(self, prefix: str) -> list[str]:
        """Return the names that start with a prefix, ascending."""
        hits = self._hits(prefix, source=["name"])
        return sorted({hit["_source"]["name"].removeprefix(self._prefix) for hit in hits})

    def remove(self, prefix: str) -> None:
        """Delete the blobs whose names start with a prefix."""
        while hits := self._hits(prefix, source=False):
            self._cluster.bulk(self._index, delete_actions(hit["_id"] for hit in hits))

    def _hits(self, prefix: str, *, source: list[str] | bool) -> list[dict[str, Any]]:
        """Return the pieces of the blobs whose names start with a prefix, up to the size of one response."""
        self._cluster.post(f"/{self._index}/_refresh")
        query = {"prefix": {"name": f"{self._prefix}{prefix}"}}
        body = {"size": _NAMES_PER_REQUEST, "_source": source, "query": query}
        hits: list[dict[str, Any]] = self._cluster.search(self._index, body)["hits"]["hits"]
        return hits


def pack_json(values: Any) -> bytes:
    """Return plain values as JSON."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def unpack_json(data: bytes) -> Any:
    """Return the values that ``pack_json`` packed."""
    return json.loads(data.decode(errors="surrogatepass"))


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return named arrays in the ``npz`` form of numpy."""
    file = BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays that ``pack_arrays`` packed; raise ValueError if the data has another form."""
    try:
        with np.load(BytesIO(data), allow_pickle=False) as arrays:
            return dict(arrays)
    except (BadZipFile, EOFError) as error:
        raise ValueError(str(error)) from error
