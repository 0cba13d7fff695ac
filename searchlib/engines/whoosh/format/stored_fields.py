"""Pack the stored fields of an article into few bytes, and unpack them."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import zstandard

from searchlib.common.index_files import read_index_file
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.errors import index_damaged
from searchlib.models import Article

DICTIONARY = "MAIN.dictionary"
"""The file name of the compression dictionary, which contains frequent texts of the articles of an index."""

MIN_SAMPLES = 100
"""The minimum number of samples for training. An index with fewer has an empty dictionary."""

_DICTIONARY_BYTES = 110 << 10
_TRAINED_BYTES = 4 << 10
"""Bytes of each sample for training: more would save nothing, and leave less room for the heads."""

_LEVEL = 6
"""The level of zstandard: higher levels take twice the time and save 1 %."""

_MAX_BYTES = 256 << 20
"""Maximum size of the packed part of an article, before compression. A larger one is refused, and means damage."""

MAX_RATIO = 32
"""Maximum ratio of the size before compression to the stored size. Parts that compress better are padded, so that a small index
cannot take much memory."""

MIN_LIMIT = 1 << 20
"""Up to this size before compression, the ratio is not limited."""

_LENGTH_BYTES = 4
_FOUND_LINE = "\x00"
_MISSING_LINE = "\x01"
_MARK = lazy_pattern(f"([{_FOUND_LINE}{_MISSING_LINE}])")
_MARK_REACH = 4096
"""Characters of the HTML in which a line of the body is looked up. A line with markup inside is not found."""


class Packer:
    """Packs and unpacks articles with the compression dictionary of their index; for any number of threads."""

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        # zstandard's compressors and decompressors are not thread-safe.
        self._local = threading.local()

    def pack_head(self, article: Article) -> bytes:
        """Pack the data of a hit besides snippets: id, title, date, author, categories and tags."""
        return self._compress(_head(article))

    def unpack_head(self, stored: bytes) -> dict[str, Any]:
        """Return the values that ``pack_head`` packed, by the fields of ``Article``; raise ValueError if they are damaged."""
        article_id, title, date, author, categories, tags = json.loads(_decode(self._decompress(stored)))
        # Categories without known paths are stored as plain names.
        paths = tuple(tuple(path) for path in categories if isinstance(path, list))
        return {
            "id": article_id,
            "path": article_id,
            "title": title,
            "date": datetime.fromisoformat(date) if date else None,
            "author": author,
            "categories": tuple(dict.fromkeys(name for path in paths for name in path)) if paths else tuple(categories),
            "category_paths": paths,
            "tags": tuple(tags),
        }

    def unpack_title(self, stored: bytes) -> str:
        """Return the title that ``pack_head`` packed, on one line."""
        title: str = json.loads(_decode(self._decompress(stored)))[1]
        return title.replace("\n", " ")

    def pack_text(self, article: Article) -> bytes:
        """Pack the body of an article, its HTML, headings, extra values and the source of its date."""
        return self._compress(_text(article))

    def unpack_body(self, stored: bytes) -> str:
        """Return the body that ``pack_text`` packed."""
        return self.unpack_body_and_values(stored)[0]

    def unpack_body_and_values(self, stored: bytes) -> tuple[str, str]:
        """Return the body that ``pack_text`` packed, and the other values except the HTML, as JSON for ``values_of``."""
        body, values, _ = _split(self._decompress(stored))
        return _decode(body), _decode(values)

    def unpack_text(self, stored: bytes) -> dict[str, Any]:
        """Return the values that ``pack_text`` packed, by the names of fields of ``Article``."""
        body, values, html = map(_decode, _split(self._decompress(stored)))
        is_outline, others = _read_values(values)
        return {"body": body, "html": _fill(html, body) if is_outline else html, **others}

    def _compress(self, data: bytes) -> bytes:
        if not hasattr(self._local, "compressor"):
            self._local.compressor = zstandard.ZstdCompressor(
                level=_LEVEL, dict_data=self._dictionary, write_checksum=False, write_dict_id=False
            )
        if len(data) > _MAX_BYTES:
            raise ValueError(f"it has {len(data) >> 20} MB, an article has at most {_MAX_BYTES >> 20} MB")
        packed: bytes = self._local.compressor.compress(data)
        # The decompressor ignores what follows the compressed data.
        return packed.ljust(len(data) // MAX_RATIO, b"\0") if len(data) > MIN_LIMIT else packed

    def _decompress(self, stored: bytes) -> bytes:
        try:
            if not hasattr(self._local, "decompressor"):
                self._local.decompressor = zstandard.ZstdDecompressor(dict_data=self._dictionary)
            size = zstandard.frame_content_size(stored)
            if size > min(_MAX_BYTES, max(MIN_LIMIT, (len(stored) + 1) * MAX_RATIO)):
                raise ValueError(f"{len(stored):,} bytes say that they are {size:,} after decompression")
            data: bytes = self._local.decompressor.decompress(stored)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error
        return data


def write_dictionary(folder: Path, samples: Sequence[Article]) -> None:
    """Train the compression dictionary of an index on some of its articles, and write it."""
    dictionary = b""
    if len(samples) >= MIN_SAMPLES:
        texts: list[bytes | bytearray | memoryview] = [
            packed[:_TRAINED_BYTES] for article in samples for packed in (_head(article), _text(article))
        ]
        dictionary = zstandard.train_dictionary(_DICTIONARY_BYTES, texts).as_bytes()
    (folder / DICTIONARY).write_bytes(dictionary)


def read_packer(folder: Path) -> Packer:
    """Return the packer of the index in a folder; raise IndexDamagedError if the compression dictionary cannot be read."""
    try:
        return Packer(read_index_file(folder / DICTIONARY, 2 * _DICTIONARY_BYTES))
    except zstandard.ZstdError as error:
        raise index_damaged(folder / DICTIONARY, f"the compression dictionary cannot be read ({error})") from error


cached_packer = lru_cache(maxsize=4)(read_packer)
"""``read_packer`` for workers, which need the same packer for many batches."""


def _head(article: Article) -> bytes:
    date = article.date.isoformat() if article.date else None
    categories = article.category_paths or article.categories
    head = [article.id, article.title, date, article.author, categories, article.tags]
    return _encode(json.dumps(head, ensure_ascii=False, separators=(",", ":")))


def values_of(values: str) -> dict[str, Any]:
    """Return the headings, extra values and source of the date, by the names of fields of ``Article``."""
    return _read_values(values)[1]


def _read_values(values: str) -> tuple[bool, dict[str, Any]]:
    """Return whether the HTML is an outline, and ``values_of``."""
    is_outline, extra, headings, date_source = json.loads(values)
    return is_outline, {"extra": extra, "headings": tuple(headings), "date_source": date_source}


def _text(article: Article) -> bytes:
    has_marks = _FOUND_LINE in article.html or _MISSING_LINE in article.html
    html = article.html if has_marks else _outline(article.html, article.body)
    values = json.dumps([not has_marks, dict(article.extra), article.headings, article.date_source], ensure_ascii=False)
    body, packed_values = _encode(article.body), _encode(values)
    lengths = b"".join(len(part).to_bytes(_LENGTH_BYTES, "little") for part in (body, packed_values))
    return lengths + body + packed_values + _encode(html)


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the parts of ``_text``: body, other values, HTML. The HTML is last: it is long, and seldom read.

    Raises ValueError if the lengths are larger than the data.
    """
    start = 2 * _LENGTH_BYTES
    middle = start + int.from_bytes(data[:_LENGTH_BYTES], "little")
    end = middle + int.from_bytes(data[_LENGTH_BYTES:start], "little")
    if end >= len(data):
        raise ValueError(f"its parts have more than {len(data):,} bytes")
    return data[start:middle], data[middle:end], data[end:]


def _encode(text: str) -> bytes:
    """Encode a text as GB 18030, two bytes for a Han character, after a byte 1; with lone surrogates as UTF-8, after a NUL."""
    try:
        return b"\1" + text.encode("gb18030")
    except UnicodeEncodeError:
        return b"\0" + text.encode("utf-8", "surrogatepass")


def _decode(data: bytes) -> str:
    if data[:1] not in (b"\0", b"\1"):
        raise ValueError("a text begins with neither of the bytes that name its encoding")
    return data[1:].decode("gb18030") if data[:1] == b"\1" else data[1:].decode("utf-8", "surrogatepass")


def _outline(html: str, body: str) -> str:
    """Replace the lines of the body in the HTML by marks, in order. Another mark stands for a line that the HTML lacks."""
    if not html:
        return ""
    pieces: list[str] = []
    at = 0
    for line in escape(body, quote=False).split("\n"):
        start = html.find(line, at, at + len(line) + _MARK_REACH) if line else -1
        if start < 0:
            pieces.append(_MISSING_LINE)
        else:
            pieces += [html[at:start], _FOUND_LINE]
            at = start + len(line)
    return "".join(pieces).rstrip(_MISSING_LINE) + html[at:]


def _fill(outline: str, body: str) -> str:
    """Return the HTML of an outline, with the lines of the body in place of the marks."""
    pieces: list[str] = []
    lines = iter(escape(body, quote=False).split("\n"))
    for piece in _MARK.split(outline):
        if piece == _MISSING_LINE:
            next(lines)
        else:
            pieces.append(next(lines) if piece == _FOUND_LINE else piece)
    return "".join(pieces)
