"""Define the fields of an article in OpenSearch, and the settings of the index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, length_field, text_field
from searchlib.settings import Ranking

FORMAT = 8
"""The version of the mapping and the blobs. Raise it when this program can no longer read older indexes."""

CATEGORY_PATHS, CATEGORY_PREFIXES = "category_path", "category_path_prefix"
"""The fields with the category paths of an article, and with all prefixes of these paths, themselves included."""

BOILERPLATE = "boilerplate"
"""The text of the lines of a body that are boilerplate. They match, but do not rank."""

FIELDS_WITH_PHRASES = (*TEXT_FIELDS, BOILERPLATE)
"""The texts with separate bigrams for quoted phrases: punctuation separates units of words, but not of such phrases."""

FACET, FACET_TEXT, FACET_NUMBER, FACET_DAY = "facet", "facet_text", "facet_number", "facet_day"
"""The objects with a field for each facet of the front matter: its values, their units and bigrams, the values that are numbers,
and the ordinals of those that are dates."""

_MAX_VALUE_CHARACTERS = 8000
"""The length from which a category, author or tag may be larger than a term of Lucene."""

_VALUES = {"type": "keyword", "ignore_above": _MAX_VALUE_CHARACTERS}
_WITH_FREQUENCIES = {"type": "text", "analyzer": "whitespace", "index_options": "freqs", "similarity": "ranking"}
_WITH_POSITIONS = {"type": "text", "analyzer": "whitespace", "index_options": "positions", "similarity": "ranking"}


def value_field(field: str) -> str:
    """Return the name of the field with the values of category, author, tag or a facet of the front matter."""
    return field if field in VALUE_FIELDS else f"{FACET}.{field}"


def value_text_field(field: str) -> str:
    """Return the prefix of the names of the fields with the units and bigrams of the values."""
    return field if field in VALUE_FIELDS else f"{FACET_TEXT}.{field}"


def index_settings(shards: int, replicas: int) -> Mapping[str, Any]:
    """Return the settings of an index. Its similarity has the default weights, independent of the weights of a search."""
    weights = Ranking()
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "codec": "best_compression",
        "similarity": {"ranking": {"type": "BM25", "k1": weights.k1, "b": weights.b}},
    }


def index_mapping(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the mapping of an index, with metadata for its ``_meta``.

    Python tokenizes the texts; the server splits the joined terms at spaces. Words and units have frequencies, bigrams have
    positions, so that a phrase of units is a phrase of bigrams. A bigram across a break has a special form in "bigrams".
    "phrases", for quoted phrases, has the usual form. Each line, and each value of a field, is a separate value, with a position
    gap before it that no phrase crosses.
    """
    fields: dict[str, Any] = {
        "id": {"type": "keyword"},
        # The ``_id`` as a doc value: a search that only reads doc values does not decompress stored fields.
        "document_id": {"type": "keyword", "index": False},
        "group": {"type": "keyword"},
        "title_hash": {"type": "keyword"},
        "date": {"type": "long"},
        "undated": {"type": "boolean"},
        "year": {"type": "keyword"},
        "month": {"type": "keyword"},
        "has_boilerplate": {"type": "boolean"},
        # Read with the hits of a search, to score them: doc values are faster to read than stored fields.
        "terms": {"type": "binary", "doc_values": True},
    }
    for field in TEXT_FIELDS:
        fields[text_field(field, "words")] = _WITH_FREQUENCIES
        fields[length_field(field)] = {"type": "integer"}
    for field in (*TEXT_FIELDS, BOILERPLATE, *VALUE_FIELDS):
        fields[text_field(field, "units")] = _WITH_FREQUENCIES
        fields[text_field(field, "bigrams")] = _WITH_POSITIONS
    for field in FIELDS_WITH_PHRASES:
        fields[text_field(field, "phrases")] = _WITH_POSITIONS
    for field in (*VALUE_FIELDS, CATEGORY_PATHS, CATEGORY_PREFIXES):
        fields[field] = _VALUES
    # An update can add facets: the templates create their fields.
    fields |= {name: {"type": "object", "dynamic": True} for name in (FACET, FACET_TEXT, FACET_NUMBER, FACET_DAY)}
    templates = {
        f"{FACET}.*": _VALUES,
        text_field(f"{FACET_TEXT}.*", "units"): _WITH_FREQUENCIES,
        text_field(f"{FACET_TEXT}.*", "bigrams"): _WITH_POSITIONS,
        f"{FACET_NUMBER}.*": {"type": "double"},
        f"{FACET_DAY}.*": {"type": "integer"},
    }
    return {
        "dynamic": False,
        "dynamic_templates": [{path: {"path_match": path, "mapping": field}} for path, field in templates.items()],
        "_meta": metadata,
        # Only these fields are stored; all others can be computed from the article.
        "_source": {"includes": ["id", "title", "article"]},
        "properties": fields,
    }
