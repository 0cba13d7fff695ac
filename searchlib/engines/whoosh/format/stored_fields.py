"""Write what is stored of an article as few bytes, and read it again."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import zstandard

from searchlib.errors import IndexDamagedError
from searchlib.models import Article

DICTIONARY = "MAIN.dictionary"
"""The file of an index that holds what its articles have in common; all of them are compressed with it."""

FEWEST_SAMPLES = 100
"""Fewer articles tell too little of what articles have in common."""

_DICTIONARY_BYTES = 110 << 10
# Higher levels take twice the time and save one byte in a hundred.
_LEVEL = 6
_LENGTH = 4
_NEAR = 4096
# More of each saves nothing, and less than all of it leaves room for what heads have in common.
_SAMPLED = 4 << 10
_MOST_BYTES = 256 << 20
_LINE = "\x00"
_NO_LINE = "\x01"
_MARK = re.compile(f"([{_LINE}{_NO_LINE}])")


class Packer:
    """Packs articles with the dictionary of their index; for any number of threads."""

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        # Compressors and decompressors are for one thread each.
        self._own = threading.local()

    def pack_head(self, article: Article) -> bytes:
        """What a hit shows of an article, but for snippets: id, title, date, author, categories and tags."""
        return self._compress(_head(article))

    def unpack_head(self, stored: bytes) -> dict[str, Any]:
        """What ``pack_head`` packed, by the names of the article's fields."""
        article_id, title, date, author, categories, tags = json.loads(_decoded(self._decompress(stored)))
        # An article of which no paths are known has its categories as texts.
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
        """The title that ``pack_head`` packed, in one line."""
        title: str = json.loads(_decoded(self._decompress(stored)))[1]
        return title.replace("\n", " ")

    def pack_text(self, article: Article) -> bytes:
        """The text of an article, and what else is known of it."""
        return self._compress(_text(article))

    def unpack_body(self, stored: bytes) -> str:
        """The body of an article that ``pack_text`` packed."""
        data = self._decompress(stored)
        return _decoded(data[_LENGTH : _end_of_body(data)])

    def unpack_text(self, stored: bytes) -> dict[str, Any]:
        """What ``pack_text`` packed, by the names of the article's fields."""
        data = self._decompress(stored)
        end = _end_of_body(data)
        body = _decoded(data[_LENGTH:end])
        html, is_outline, extra, headings = json.loads(_decoded(data[end:]))
        return {
            "body": body,
            "html": _filled(html, body) if is_outline else html,
            "extra": extra,
            "headings": tuple(headings),
        }

    def _compress(self, data: bytes) -> bytes:
        if not hasattr(self._own, "compressor"):
            self._own.compressor = zstandard.ZstdCompressor(
                level=_LEVEL, dict_data=self._dictionary, write_checksum=False, write_dict_id=False
            )
        packed: bytes = self._own.compressor.compress(data)
        return packed

    def _decompress(self, stored: bytes) -> bytes:
        try:
            if not hasattr(self._own, "decompressor"):
                self._own.decompressor = zstandard.ZstdDecompressor(dict_data=self._dictionary)
            if zstandard.frame_content_size(stored) > _MOST_BYTES:
                raise ValueError("it says that it is larger than any article")
            data: bytes = self._own.decompressor.decompress(stored)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error
        return data


def write_dictionary(folder: Path, samples: Sequence[Article]) -> None:
    """Write the dictionary of an index, made of what some of its articles have in common; too few give an empty one."""
    dictionary = b""
    if len(samples) >= FEWEST_SAMPLES:
        texts: list[bytes | bytearray | memoryview] = [
            packed[:_SAMPLED] for article in samples for packed in (_head(article), _text(article))
        ]
        dictionary = zstandard.train_dictionary(_DICTIONARY_BYTES, texts).as_bytes()
    (folder / DICTIONARY).write_bytes(dictionary)


def read_packer(folder: Path) -> Packer:
    """The packer of the index in a folder.

    Raises:
        IndexDamagedError: its dictionary cannot be read.
    """
    try:
        return Packer((folder / DICTIONARY).read_bytes())
    except (OSError, zstandard.ZstdError) as error:
        raise IndexDamagedError(
            f"{folder / DICTIONARY}: this cannot be read ({error}): build the index again"
        ) from error


packer = lru_cache(maxsize=4)(read_packer)
"""The same, kept: for workers, which use it for many batches."""


def _head(article: Article) -> bytes:
    date = article.date.isoformat() if article.date else None
    categories = article.category_paths or article.categories
    head = [article.id, article.title, date, article.author, categories, article.tags]
    return _encoded(json.dumps(head, ensure_ascii=False, separators=(",", ":")))


def _text(article: Article) -> bytes:
    body = _encoded(article.body)
    has_marks = _LINE in article.html or _NO_LINE in article.html
    html = article.html if has_marks else _outline(article.html, article.body)
    more = json.dumps([html, not has_marks, dict(article.extra), article.headings], ensure_ascii=False)
    return len(body).to_bytes(_LENGTH, "little") + body + _encoded(more)


def _end_of_body(data: bytes) -> int:
    return _LENGTH + int.from_bytes(data[:_LENGTH], "little")


def _encoded(text: str) -> bytes:
    """The text with two bytes for a Han character; a lone surrogate, which GB 18030 lacks, makes it UTF-8, after a NUL."""
    try:
        return b"\1" + text.encode("gb18030")
    except UnicodeEncodeError:
        return b"\0" + text.encode("utf-8", "surrogatepass")


def _decoded(data: bytes) -> str:
    return data[1:].decode("gb18030") if data[:1] == b"\1" else data[1:].decode("utf-8", "surrogatepass")


def _outline(html: str, body: str) -> str:
    """The HTML with a mark for each line of the body, in their order, and another for a line that it does not hold as it is."""
    if not html:
        return ""
    pieces: list[str] = []
    at = 0
    for written in escape(body, quote=False).split("\n"):
        # A line that is not near is not there as it is: it has marks inside.
        found = html.find(written, at, at + len(written) + _NEAR) if written else -1
        if found < 0:
            pieces.append(_NO_LINE)
        else:
            pieces += [html[at:found], _LINE]
            at = found + len(written)
    return "".join(pieces).rstrip(_NO_LINE) + html[at:]


def _filled(outline: str, body: str) -> str:
    """The HTML of which ``_outline`` made the outline."""
    pieces: list[str] = []
    lines = iter(escape(body, quote=False).split("\n"))
    for piece in _MARK.split(outline):
        if piece == _NO_LINE:
            next(lines)
        else:
            pieces.append(next(lines) if piece == _LINE else piece)
    return "".join(pieces)
