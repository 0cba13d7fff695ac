"""Analyze articles in a worker, and write each batch of them as a run, which the writer merges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np

from searchlib.analysis.analyzer import article_texts
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.signatures import signatures
from searchlib.engines.common.categories import category_terms
from searchlib.engines.common.fields import TEXT_FIELDS, UNDATED, VALUE_FIELDS, length_field, text_field
from searchlib.engines.common.front_matter_facets import facet_terms
from searchlib.engines.whoosh.format.arrays import Array
from searchlib.engines.whoosh.format.boilerplate_file import cached_boilerplate
from searchlib.engines.whoosh.format.fields import (
    BOILERPLATE_FIELD,
    BOILERPLATE_START,
    FACET_FIELD,
    NO_MONTH,
    POSITION_STRIDE_BITS,
    SIGNATURE_FIELDS,
    TEXT_KINDS,
)
from searchlib.engines.whoosh.format.stored_fields import cached_packer
from searchlib.engines.whoosh.write.runs import ArticleValues, TextFieldBuilder, values_field, write_run
from searchlib.models import Article

MAX_CHARACTERS = 4_500_000
"""The most characters of a batch, about 360 MB as arrays: larger batches are not written faster. The last article may exceed it."""

_DOC_VALUE_DTYPES = {"date": np.int64, "month": np.uint32}


class WhooshBatch:
    """Articles on their way into the index in a folder.

    ``dictionary`` holds the words that the user has added, ``facets`` names the facets of the front matter. The batch is full with
    ``max_characters``, at most ``MAX_CHARACTERS``.
    """

    def __init__(
        self,
        folder: Path,
        dictionary: Dictionary | None = None,
        facets: Sequence[str] = (),
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        self._max_characters = min(max_characters, MAX_CHARACTERS)
        self._facets = facets
        self._folder = folder
        self._packer = cached_packer(folder)
        self._boilerplate = cached_boilerplate(folder)
        self._texts = {field: TextFieldBuilder(POSITION_STRIDE_BITS[field], dictionary) for field in TEXT_FIELDS}
        self._values: dict[str, list[tuple[str, ...]]] = {field: [] for field in ("id", *VALUE_FIELDS, FACET_FIELD)}
        self._doc_values: dict[str, list[int]] = {name: [] for name in _DOC_VALUE_DTYPES}
        self._stored: dict[str, list[bytes]] = {"head": [], "text": []}
        self._characters = 0

    def add(self, article: Article) -> None:
        texts = article_texts(article, self._boilerplate)
        head, text = self._packer.pack_head(article), self._packer.pack_text(article)
        facets = facet_terms(article, self._facets)
        date = article.date
        seconds = math.floor(date.timestamp()) if date else UNDATED
        for field, field_text in texts.items():
            self._texts[field].add(field_text)
        self._doc_values["date"].append(seconds)
        self._doc_values["month"].append(date.year * 100 + date.month if date else NO_MONTH)
        self._stored["head"].append(head)
        self._stored["text"].append(text)
        self._values["id"].append((article.id,))
        self._values["category"].append(category_terms(article))
        self._values["author"].append(article.authors)
        self._values["tag"].append(article.tags)
        self._values[FACET_FIELD].append(facets)
        self._characters += len(article.body) + len(article.title)

    @property
    def is_full(self) -> bool:
        return self._characters >= self._max_characters

    def finish(self) -> Path | None:
        """Write the run of all articles, and return its path for ``WhooshWriter.add``; None if there are no articles."""
        articles = len(self._stored["head"])
        if not articles:
            return None
        fields = {field: values_field(values) for field, values in self._values.items()}
        doc_values: dict[str, Array] = {
            name: np.array(numbers, _DOC_VALUE_DTYPES[name]) for name, numbers in self._doc_values.items()
        }
        for field, builder in self._texts.items():
            by_kind, units = builder.fields()
            fields |= {text_field(field, kind): by_kind[kind] for kind in TEXT_KINDS}
            doc_values[length_field(field)] = units.lengths.astype(np.uint32)
            if field == "body":
                fields[BOILERPLATE_FIELD] = by_kind["boilerplate"]
                doc_values[BOILERPLATE_START] = units.boilerplate_starts.astype(np.uint32)
                signed = signatures(units.numbers, units.texts, units.lengths, self._texts["title"].folded)
                doc_values |= dict(zip(SIGNATURE_FIELDS, signed.T, strict=True))
        path = self._folder / f"{uuid4().hex}.run"
        write_run(path, articles, fields, ArticleValues(doc_values, self._stored))
        return path
