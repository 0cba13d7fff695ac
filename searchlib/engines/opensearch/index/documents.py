"""Turn articles into documents of OpenSearch, and read articles from documents."""

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

from searchlib.analysis.analyzer import analyze_article
from searchlib.analysis.boilerplate import Boilerplate
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold
from searchlib.analysis.terms import bigram_of_terms, term
from searchlib.analysis.units import units, units_with_breaks, value_units
from searchlib.engines.common.categories import CategoryPath, path_term, with_ancestors
from searchlib.engines.common.fields import TEXT_FIELDS, UNDATED, length_field, text_field
from searchlib.engines.common.front_matter_facets import facet_values
from searchlib.engines.opensearch.index.mapping import (
    BOILERPLATE,
    CATEGORY_PATHS,
    CATEGORY_PREFIXES,
    FACET,
    FACET_DAY,
    FACET_NUMBER,
    FACET_TEXT,
)
from searchlib.engines.opensearch.index.terms import Lines, pack_terms
from searchlib.errors import index_damaged
from searchlib.models import Article
from searchlib.query.ranges import value_day, value_number

_ARTICLE_LEVEL = 9
_MAX_ARTICLE_BYTES = 256 << 20
_HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class AnalyzedArticle:
    """An article as a ``document``, with data for the writer.

    ``document_id`` is its ``_id``, ``title`` the folded title, ``body`` the units of the body without boilerplate, ``words`` the
    distinct word terms of all texts.
    """

    document_id: str
    document: dict[str, Any]
    title: str
    body: Sequence[str]
    words: frozenset[str]


def document_id(article_id: str) -> str:
    """Return the ``_id`` of an article: a hash, because article ids may be longer than an ``_id`` and contain lone surrogates."""
    return _hash(article_id)


def title_hash(title: str) -> str:
    """Return the term that represents an exact title."""
    return _hash(title)


def _hash(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=_HASH_BYTES).hexdigest()


def analyze(
    article: Article,
    boilerplate: Boilerplate,
    dictionary: Dictionary | None,
    facets: Sequence[str] = (),
    group: str = "",
) -> AnalyzedArticle:
    """Analyze an article; ``group`` is the document id of the first of its near duplicates, empty without any.

    ``facets`` names the facets of the front matter.
    """
    texts = analyze_article(article, boilerplate, dictionary)
    words = {field: [*map(term, texts[field].words)] for field in TEXT_FIELDS}
    text_units = {field: _line_units(texts[field].folded) for field in TEXT_FIELDS}
    lines = {field: _line_terms(each) for field, each in text_units.items()}
    lines[BOILERPLATE] = _line_terms(_line_units(texts["body"].boilerplate)) if texts["body"].boilerplate else []
    date = article.date
    category_paths = article.category_paths or [(name,) for name in article.categories]
    paths: list[CategoryPath] = [tuple(map(without_surrogates, path)) for path in category_paths]
    document: dict[str, Any] = {
        "id": without_surrogates(article.id),
        "document_id": document_id(article.id),
        "title": without_surrogates(article.title),
        "title_hash": title_hash(article.title),
        "article": pack_article(article),
        "category": [*map(without_surrogates, article.categories)],
        CATEGORY_PATHS: [*map(path_term, paths)],
        CATEGORY_PREFIXES: [*map(path_term, with_ancestors(paths))],
        "author": [*map(without_surrogates, article.authors)],
        "tag": [*map(without_surrogates, article.tags)],
        "date": math.floor(date.timestamp()) if date else UNDATED,
        "undated": date is None,
        "year": f"{date.year:04d}" if date else "",
        "month": f"{date.year:04d}-{date.month:02d}" if date else "",
        "has_boilerplate": bool(lines[BOILERPLATE]),
        "terms": pack_terms(words, lines),
    }
    if group:
        document["group"] = group
    for field in TEXT_FIELDS:
        document[text_field(field, "words")] = " ".join(words[field])
        ranked = texts[field].ranked
        document[length_field(field)] = sum(map(len, lines[field])) if ranked is None else len(units(ranked))
    for field, each in lines.items():
        document |= {**_unit_fields(field, each), text_field(field, "phrases"): _bigrams(each, has_breaks=False)}
    for field, values in (("category", article.categories), ("author", article.authors), ("tag", article.tags)):
        document |= _value_texts(field, values)
    document |= _facet_fields(facet_values(article, facets))
    return AnalyzedArticle(
        document_id=document_id(article.id),
        document=document,
        title=texts["title"].folded,
        body=[unit for line in text_units["body"] for unit, _ in line],
        words=frozenset(word for field in TEXT_FIELDS for word in words[field]),
    )


def _value_texts(field: str, values: Iterable[str]) -> dict[str, Any]:
    """Return the fields with the units and bigrams of the values of a field."""
    # A name is searched as a whole, so punctuation does not end a run of units.
    return _unit_fields(field, [[(term(unit), False) for unit in value_units(fold(value))] for value in values])


def _facet_fields(values: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the objects with the values of the facets of the front matter."""
    fields: dict[str, dict[str, Any]] = {FACET: {}, FACET_TEXT: {}, FACET_NUMBER: {}, FACET_DAY: {}}
    for facet, texts in values.items():
        fields[FACET][facet] = [*map(without_surrogates, texts)]
        fields[FACET_TEXT] |= _value_texts(facet, texts)
        fields[FACET_NUMBER][facet] = [number for text in texts if (number := value_number(text)) is not None]
        fields[FACET_DAY][facet] = [day for text in texts if (day := value_day(text)) is not None]
    return {name: {key: each for key, each in field.items() if each} for name, field in fields.items()}


def _line_units(folded: str) -> Lines:
    return [units_with_breaks(line) for line in folded.split("\n")]


def _line_terms(lines: Lines) -> Lines:
    return [[(term(unit), is_broken) for unit, is_broken in line] for line in lines]


def _unit_fields(field: str, lines: Lines) -> dict[str, Any]:
    """Return the fields with the units and bigrams of some lines."""
    return {
        text_field(field, "units"): " ".join(unit for line in lines for unit, _ in line),
        text_field(field, "bigrams"): _bigrams(lines, has_breaks=True),
    }


def _bigrams(lines: Lines, *, has_breaks: bool) -> list[str]:
    """Return the bigrams of each line. With ``has_breaks``, bigrams across a break have a special form."""
    return [
        " ".join(
            bigram_of_terms(first, second, is_broken=is_broken and has_breaks)
            for (first, _), (second, is_broken) in pairwise(line)
        )
        for line in lines
        if len(line) > 1
    ]


def without_surrogates(text: str) -> str:
    """Return the text with ``?`` for lone surrogates, which UTF-8 cannot encode. The stored article keeps them."""
    return text.encode(errors="replace").decode()


def index_action(article: AnalyzedArticle) -> bytes:
    """Return the lines of a bulk request that add or replace an article."""
    # Without ``require_alias``, the action would create an index of that name if the index was deleted.
    action = json.dumps({"index": {"_id": article.document_id, "require_alias": True}})
    return f"{action}\n{json.dumps(article.document, ensure_ascii=False)}\n".encode()


def delete_actions(document_ids: Iterable[str]) -> list[bytes]:
    """Return the lines of a bulk request that delete documents."""
    return [f"{json.dumps({'delete': {'_id': each}})}\n".encode() for each in document_ids]


def pack_article(article: Article) -> str:
    """Return the whole article as compressed JSON in base64, with a checksum."""
    values = article.to_dict() | {"extra": dict(article.extra)}
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
    compressor = zstandard.ZstdCompressor(level=_ARTICLE_LEVEL, write_checksum=True)
    return base64.b64encode(compressor.compress(data)).decode()


def unpack_article(source: Mapping[str, Any]) -> Article:
    """Return the article that a document stores; raise IndexDamagedError if its data has changed."""
    try:
        data = zstandard.ZstdDecompressor().decompress(
            base64.b64decode(source["article"]), max_output_size=_MAX_ARTICLE_BYTES
        )
        return Article.from_dict(json.loads(data.decode(errors="surrogatepass")))
    except (zstandard.ZstdError, ValueError, KeyError, TypeError) as error:
        raise index_damaged(source.get("id", "?"), f"the stored article cannot be read ({error})") from error
