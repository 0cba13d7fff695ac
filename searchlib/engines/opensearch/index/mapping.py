"""The fields of an article in OpenSearch, and the settings of the index that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from searchlib.engines.common.fields import TEXT_FIELDS, VALUE_FIELDS, length_field, text_field
from searchlib.settings import Ranking

FORMAT = 1
"""Raised whenever an index of the old form could no longer be read."""

PATH, PLACE = "category_path", "category_place"
"""Where an article stands in the tree of categories, and all places on the way there."""

REST = "rest"
"""The lines of a body that the archive repeats: they are found, and do not rank."""

_LONGEST_VALUE = 8000
"""Characters of a longer category, author or tag are too many for a term."""


def index_settings(shards: int, replicas: int) -> Mapping[str, Any]:
    """The settings of an index: what decides how its articles rank at first sight are the weights that come with the program."""
    weights = Ranking()
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "codec": "best_compression",
        "similarity": {"ranking": {"type": "BM25", "k1": weights.k1, "b": weights.b}},
    }


def index_mapping(about: Mapping[str, Any]) -> Mapping[str, Any]:
    """The mapping of an index; ``about`` is what is recorded of it.

    The terms of a text come as Python cut them, and are split at spaces and nowhere else. Words and units are counted;
    bigrams have positions, so that a run of units is a phrase of bigrams. Lines, and the values of a field, are values of
    their own, with a gap between them that no phrase crosses.
    """
    fields: dict[str, Any] = {
        "id": {"type": "keyword"},
        # The ``_id`` once more: beside columns alone no stored field has to be unpacked.
        "key": {"type": "keyword", "index": False},
        "group": {"type": "keyword"},
        "title_key": {"type": "keyword"},
        "date": {"type": "long"},
        "undated": {"type": "boolean"},
        "year": {"type": "keyword"},
        "month": {"type": "keyword"},
        "has_rest": {"type": "boolean"},
        # Read beside the hits of a search, to score them: columns are read sooner than what is stored.
        "terms": {"type": "binary", "doc_values": True},
    }
    for field in TEXT_FIELDS:
        fields[text_field(field, "words")] = _counted
        fields[text_field(field, "units")] = _counted
        fields[text_field(field, "bigrams")] = _positions
        fields[length_field(field)] = {"type": "integer"}
    for field in (REST, *VALUE_FIELDS):
        fields[text_field(field, "units")] = _counted
        fields[text_field(field, "bigrams")] = _positions
    for field in (*VALUE_FIELDS, PATH, PLACE):
        fields[field] = {"type": "keyword", "ignore_above": _LONGEST_VALUE}
    return {
        "dynamic": False,
        "_meta": about,
        # What is stored of an article; all else is made of it.
        "_source": {"includes": ["id", "title", "article"]},
        "properties": fields,
    }


_counted = {"type": "text", "analyzer": "whitespace", "index_options": "freqs", "similarity": "ranking"}
_positions = {"type": "text", "analyzer": "whitespace", "index_options": "positions", "similarity": "ranking"}
