"""Keep what belongs to an index but is no article: in a small index of its own beside it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.opensearch.client.cluster import Cluster, RefusedError
from searchlib.errors import IndexDamagedError

SUFFIX = ".about"
"""What the name of that index adds to the one of the articles."""

_PIECE_BYTES = 6 << 20
"""More than this is cut into pieces, so that no request is too large for a node."""

_LEVEL = 6
_MOST_BYTES = 4 << 30
_LISTED = 10_000


WRITING = ".writing"
"""What the alias adds by which an index is written; it goes when the index is complete, and nothing can be written any more."""


class Blobs:
    """Named bytes that belong to one generation of an index; those of each ``revision`` have names of their own."""

    def __init__(self, cluster: Cluster, generation: str, revision: int | None = None) -> None:
        self._cluster = cluster
        self._generation = generation
        self._index = f"{generation}{SUFFIX}"
        self._before = "" if revision is None else f"{revision}."

    def of(self, revision: int) -> Blobs:
        """Those that belong to one revision of the generation."""
        return Blobs(self._cluster, self._generation, revision)

    def create(self, replicas: int) -> None:
        """Make the index that holds them."""
        self._cluster.create(
            self._index,
            {
                "settings": {"number_of_shards": 1, "number_of_replicas": replicas},
                "mappings": {"dynamic": False, "properties": {"name": {"type": "keyword"}}},
                "aliases": {f"{self._index}{WRITING}": {}},
            },
        )

    def write(self, name: str, data: bytes) -> None:
        """Keep some bytes under a name, in the place of what was there."""
        packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(data)
        pieces = [packed[at : at + _PIECE_BYTES] for at in range(0, len(packed), _PIECE_BYTES)]
        for number, piece in enumerate(pieces):
            values = {"name": f"{self._before}{name}", "pieces": len(pieces), "data": base64.b64encode(piece).decode()}
            # Where an index is gone, its name alone would make another one.
            self._cluster.put(
                f"/{self._index}{WRITING}/_doc/{self._before}{name}.{number}", values, require_alias="true"
            )

    def read(self, name: str, deadline: Deadline = NO_DEADLINE) -> bytes | None:
        """What is kept under a name, if anything is.

        Raises:
            IndexDamagedError: it is not what was written.
        """
        try:
            first = self._piece(name, 0, deadline)
            if first is None:
                return None
            pieces = [first, *(self._piece(name, number, deadline) for number in range(1, first["pieces"]))]
            data = b"".join(base64.b64decode(piece["data"]) for piece in pieces if piece)
            return zstandard.ZstdDecompressor().decompress(data, max_output_size=_MOST_BYTES)
        except (zstandard.ZstdError, ValueError, KeyError, TypeError) as error:
            raise IndexDamagedError(f"{self._index}: {name} cannot be read ({error}): build the index again") from error

    def _piece(self, name: str, number: int, deadline: Deadline) -> dict[str, Any] | None:
        try:
            path = f"/{self._index}/_doc/{self._before}{name}.{number}"
            found: dict[str, Any] = self._cluster.get(path, deadline=deadline)["_source"]
        except RefusedError as error:
            if error.is_missing:
                return None
            raise
        return found

    def names(self, prefix: str) -> list[str]:
        """The names that begin so, in order."""
        self._cluster.post(f"/{self._index}/_refresh")
        begun = f"{self._before}{prefix}"
        query = {"size": _LISTED, "_source": ["name"], "query": {"prefix": {"name": begun}}}
        found = self._cluster.search(self._index, query)["hits"]["hits"]
        return sorted({each["_source"]["name"].removeprefix(self._before) for each in found})

    def remove(self, prefix: str) -> None:
        """Drop what is kept under the names that begin so."""
        self._cluster.post(f"/{self._index}/_refresh")
        while True:
            query = {"size": _LISTED, "_source": False, "query": {"prefix": {"name": f"{self._before}{prefix}"}}}
            found = self._cluster.search(self._index, query)["hits"]["hits"]
            if not found:
                return
            self._cluster.bulk(
                self._index, [f"{json.dumps({'delete': {'_id': each['_id']}})}\n".encode() for each in found]
            )
            self._cluster.post(f"/{self._index}/_refresh")


def packed_values(values: Any) -> bytes:
    """Plain values as bytes."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def unpacked_values(data: bytes) -> Any:
    """The values that ``packed_values`` packed."""
    return json.loads(data.decode(errors="surrogatepass"))


def packed_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays as bytes, with their names and forms before them."""
    head = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    form = json.dumps(head).encode()
    data = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    return len(form).to_bytes(4, "little") + form + data


def unpacked_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays that ``packed_arrays`` packed.

    Raises:
        ValueError: they are not there as their forms say.
    """
    at = 4 + int.from_bytes(data[:4], "little")
    found = {}
    for name, form, shape in json.loads(data[4:at]):
        dtype = np.dtype(form)
        count = int(np.prod(shape, dtype=np.int64))
        if dtype.hasobject:
            raise ValueError(f"{name} is no array of numbers")
        found[name] = np.frombuffer(data, dtype, count, at).reshape(shape)
        at += count * dtype.itemsize
    return found
