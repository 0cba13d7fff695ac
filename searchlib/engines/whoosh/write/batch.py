"""Analyse articles in a worker, a batch at a time, into runs that the writer merges."""

from __future__ import annotations

import math
from pathlib import Path
from uuid import uuid4

import numpy as np

from searchlib.analysis.analyzer import article_texts
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.signatures import signatures
from searchlib.engines.common.category_terms import category_terms
from searchlib.engines.common.fields import TEXT_FIELDS, UNDATED, VALUE_FIELDS, length_field, text_field
from searchlib.engines.whoosh.format.arrays import Array
from searchlib.engines.whoosh.format.boilerplate_file import boilerplate
from searchlib.engines.whoosh.format.fields import (
    CONTENT_POSITIONS,
    NO_MONTH,
    POSITION_STRIDE_BITS,
    REST_FIELD,
    SIGNATURE_FIELDS,
    TEXT_KINDS,
)
from searchlib.engines.whoosh.format.stored_fields import packer
from searchlib.engines.whoosh.write.runs import Facts, TextFields, values_field, write_run
from searchlib.models import Article

MOST_CHARACTERS = 4_500_000
"""A batch of so many characters is full: as arrays it takes some 300 MB; the last article may go beyond."""


class WhooshBatch:
    """Articles on their way into an index; ``folder`` is that of the index, ``dictionary`` holds a user's own words."""

    def __init__(self, folder: Path, dictionary: Dictionary | None = None) -> None:
        self._folder = folder
        self._dictionary = dictionary
        self._packer = packer(folder)
        self._boilerplate = boilerplate(folder)
        self._texts = {field: TextFields(POSITION_STRIDE_BITS[field], dictionary) for field in TEXT_FIELDS}
        self._values: dict[str, list[tuple[str, ...]]] = {field: [] for field in ("id", *VALUE_FIELDS)}
        self._columns: dict[str, list[int]] = {"date": [], "month": []}
        self._stored: dict[str, list[bytes]] = {"head": [], "text": []}
        self._characters = 0

    def add(self, article: Article) -> None:
        """Add an article; if it cannot be analysed the batch stays as it was."""
        texts = article_texts(article, self._boilerplate)
        head, text = self._packer.pack_head(article), self._packer.pack_text(article)
        date = article.date
        seconds = math.floor(date.timestamp()) if date else UNDATED
        for field, (telling, rest) in texts.items():
            self._texts[field].add(telling, rest)
        self._columns["date"].append(seconds)
        self._columns["month"].append(date.year * 100 + date.month if date else NO_MONTH)
        self._stored["head"].append(head)
        self._stored["text"].append(text)
        self._values["id"].append((article.id,))
        self._values["category"].append(category_terms(article))
        self._values["author"].append(article.authors)
        self._values["tag"].append(article.tags)
        self._characters += len(article.body) + len(article.title)

    @property
    def is_full(self) -> bool:
        """Whether it is time to finish."""
        return self._characters >= MOST_CHARACTERS

    def finish(self) -> Path | None:
        """Write the run of all articles, if there are any: where it lies is what ``WhooshWriter.add`` takes."""
        articles = len(self._stored["head"])
        if not articles:
            return None
        fields = {field: values_field(values) for field, values in self._values.items()}
        types = {"date": np.int64, "month": np.uint32}
        columns: dict[str, Array] = {name: np.array(values, types[name]) for name, values in self._columns.items()}
        for field, texts in self._texts.items():
            of_field, units = texts.fields()
            fields |= {text_field(field, kind): of_field[kind] for kind in TEXT_KINDS}
            columns[length_field(field)] = units.lengths.astype(np.uint32)
            if field == "body":
                fields[REST_FIELD] = of_field["rest"]
                columns[CONTENT_POSITIONS] = units.places.astype(np.uint32)
                signed = signatures(units.numbers, units.texts, units.lengths, self._texts["title"].folded)
                columns |= dict(zip(SIGNATURE_FIELDS, signed.T, strict=True))
        path = self._folder / f"{uuid4().hex}.run"
        write_run(path, articles, fields, Facts(columns, self._stored))
        return path
