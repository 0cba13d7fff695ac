"""Turn an article into a Whoosh document, and back."""

from __future__ import annotations

import json
import math
import zlib
from datetime import datetime
from typing import Any

from searchlib.engines.whoosh.schema import NO_MONTH, TEXT_FIELDS, UNDATED, length_field, term_bytes, text_field
from searchlib.models import Article
from searchlib.text.analysis import analyse

_LENGTH = 4


def document(article: Article) -> dict[str, Any]:
    """The fields of an article as Whoosh's ``add_document`` takes them; the analysis happens here."""
    found: dict[str, Any] = {
        "id": article.id,
        "article": _pack(article),
        "title": term_bytes(article.title),
        "category": dict.fromkeys(article.categories, 1),
        "author": dict.fromkeys(article.authors, 1),
        "tag": dict.fromkeys(article.tags, 1),
        "date": math.floor(article.date.timestamp()) if article.date else UNDATED,
        "month": article.date.year * 100 + article.date.month if article.date else NO_MONTH,
    }
    for field in TEXT_FIELDS:
        analysed = analyse(getattr(article, field))
        found[text_field(field, "words")] = analysed.words
        found[text_field(field, "units")] = analysed.units
        found[text_field(field, "bigrams")] = analysed.bigrams
        found[length_field(field)] = analysed.length
    return found


def _pack(article: Article) -> bytes:
    """The article as bytes; its HTML is compressed with its text for a dictionary, and then costs little."""
    record = article.to_dict()
    html = record.pop("html")
    text = zlib.compress(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    packer = zlib.compressobj(zdict=_dictionary(article.body))
    markup = packer.compress(html.encode("utf-8", "surrogatepass")) + packer.flush() if html else b""
    return len(text).to_bytes(_LENGTH, "little") + text + markup


def unpack(stored: bytes) -> Article:
    """The article that ``document`` stored."""
    end = _LENGTH + int.from_bytes(stored[:_LENGTH], "little")
    record = json.loads(zlib.decompress(stored[_LENGTH:end]).decode("utf-8", "surrogatepass"))
    html = ""
    if end < len(stored):
        unpacker = zlib.decompressobj(zdict=_dictionary(record["body"]))
        html = (unpacker.decompress(stored[end:]) + unpacker.flush()).decode("utf-8", "surrogatepass")
    record["date"] = datetime.fromisoformat(record["date"]) if record["date"] else None
    record["categories"] = tuple(record["categories"])
    record["tags"] = tuple(record["tags"])
    return Article(html=html, **record)


def _dictionary(body: str) -> bytes:
    """What zlib can look back to: the last 32 KiB."""
    return body.encode("utf-8", "surrogatepass")[-32768:]
