"""Turn articles into what OpenSearch holds of them, and read them again."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import zstandard

from searchlib.analysis.analyzer import analyse_article
from searchlib.analysis.boilerplate import Boilerplate
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold
from searchlib.analysis.terms import bigram_of_terms, term
from searchlib.analysis.units import units
from searchlib.engines.common.fields import TEXT_FIELDS, UNDATED, length_field, text_field
from searchlib.engines.opensearch.index.category_tree import paths_of, places_of
from searchlib.engines.opensearch.index.mapping import PATH, PLACE, REST
from searchlib.engines.opensearch.index.terms import Lines, pack_terms
from searchlib.errors import IndexDamagedError
from searchlib.models import Article

_LEVEL = 9
_MOST_BYTES = 256 << 20
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Analysed:
    """One article as OpenSearch gets it, and what its writer has to know: the folded title, the units of the telling lines of
    the body, and its distinct words."""

    key: str
    document: dict[str, Any]
    title: str
    body: Sequence[str]
    words: frozenset[str]


def article_key(article_id: str) -> str:
    """The ``_id`` of an article: ids may be longer than OpenSearch allows, and hold what is no Unicode."""
    return blake2b(article_id.encode(errors="surrogatepass"), digest_size=_KEY_BYTES).hexdigest()


def title_key(title: str) -> str:
    """What stands for a title where titles are compared."""
    return blake2b(title.encode(errors="surrogatepass"), digest_size=_KEY_BYTES).hexdigest()


def analyse(article: Article, boilerplate: Boilerplate, dictionary: Dictionary | None, group: str = "") -> Analysed:
    """An article as a document; ``group`` is the key of the first of those that repeat one another, where there are such."""
    texts = analyse_article(article, boilerplate, dictionary)
    words = {field: [*map(term, texts[field].words)] for field in TEXT_FIELDS}
    cut = {field: _lines(texts[field].folded) for field in TEXT_FIELDS}
    lines = {field: [[*map(term, line)] for line in each] for field, each in cut.items()}
    lines[REST] = (
        [[*map(term, line)] for line in _lines(texts["body"].boilerplate)] if texts["body"].boilerplate else []
    )
    date = article.date
    paths = [*map(writable, paths_of(article))]
    document: dict[str, Any] = {
        "id": writable(article.id),
        "key": article_key(article.id),
        "title": writable(article.title),
        "title_key": title_key(article.title),
        "article": pack_article(article),
        "category": [*map(writable, article.categories)],
        PATH: paths,
        PLACE: places_of(paths),
        "author": [*map(writable, article.authors)],
        "tag": [*map(writable, article.tags)],
        "date": math.floor(date.timestamp()) if date else UNDATED,
        "undated": date is None,
        "year": f"{date.year:04d}" if date else "",
        "month": f"{date.year:04d}-{date.month:02d}" if date else "",
        "has_rest": bool(lines[REST]),
        "terms": pack_terms(words, lines),
    }
    if group:
        document["group"] = group
    for field in TEXT_FIELDS:
        document[text_field(field, "words")] = " ".join(words[field])
        document[length_field(field)] = sum(map(len, lines[field]))
    for field, each in lines.items():
        document |= _runs(field, each)
    for field, values in (("category", article.categories), ("author", article.authors), ("tag", article.tags)):
        document |= _runs(field, [[*map(term, units(fold(value)))] for value in values])
    return Analysed(
        key=article_key(article.id),
        document=document,
        title=texts["title"].folded,
        body=[unit for line in cut["body"] for unit in line],
        words=frozenset(word for field in TEXT_FIELDS for word in words[field]),
    )


def _lines(folded: str) -> list[list[str]]:
    return [units(line) for line in folded.split("\n")]


def _runs(field: str, lines: Lines) -> dict[str, Any]:
    """The fields by which runs of units are found in some lines."""
    return {
        text_field(field, "units"): " ".join(unit for line in lines for unit in line),
        text_field(field, "bigrams"): [
            " ".join(bigram_of_terms(*pair) for pair in pairwise(line)) for line in lines if len(line) > 1
        ],
    }


def writable(text: str) -> str:
    """The text without lone surrogates, which JSON in UTF-8 cannot hold; the stored article keeps them."""
    return text.encode(errors="replace").decode()


def indexing(analysed: Analysed) -> bytes:
    """The lines that ask for an article to be put into its place."""
    # Where the index is gone, its name alone would make another one.
    action = json.dumps({"index": {"_id": analysed.key, "require_alias": True}})
    return f"{action}\n{json.dumps(analysed.document, ensure_ascii=False)}\n".encode()


def deleting(keys: Iterable[str]) -> list[bytes]:
    """The lines that ask for articles to be dropped."""
    return [f"{json.dumps({'delete': {'_id': key}})}\n".encode() for key in keys]


def pack_article(article: Article) -> str:
    """All of an article, with a checksum, as base64."""
    values = article.to_dict() | {"extra": dict(article.extra)}
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
    return base64.b64encode(zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(data)).decode()


def unpack_article(source: Mapping[str, Any]) -> Article:
    """The article that a document holds.

    Raises:
        IndexDamagedError: it is not what was written.
    """
    try:
        data = zstandard.ZstdDecompressor().decompress(base64.b64decode(source["article"]), max_output_size=_MOST_BYTES)
        return Article.from_dict(json.loads(data.decode(errors="surrogatepass")))
    except (zstandard.ZstdError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(
            f"{source.get('id', '?')}: the stored article cannot be read ({error}): build the index again"
        ) from error
