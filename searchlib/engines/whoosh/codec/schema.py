"""The schema of an index for Whoosh, and articles as Whoosh's documents."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from whoosh import columns, fields
from whoosh.system import pack_uint

from searchlib.analysis.analyzer import analyze_article
from searchlib.analysis.boilerplate import NO_BOILERPLATE, Boilerplate
from searchlib.analysis.bulk import LINE_END, number_units
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold
from searchlib.analysis.signatures import signatures
from searchlib.analysis.terms import bigram_term, term
from searchlib.analysis.tokens import words
from searchlib.analysis.units import units as units_of
from searchlib.engines.common.categories import category_terms
from searchlib.engines.common.fields import TEXT_FIELDS, UNDATED, VALUE_FIELDS, length_field, text_field
from searchlib.engines.whoosh.codec.postings import Frequencies, PositionArrays
from searchlib.engines.whoosh.format.fields import (
    BOILERPLATE_FIELD,
    BOILERPLATE_START,
    FACET_FIELD,
    NO_MONTH,
    POSITION_STRIDE_BITS,
    SIGNATURE_FIELDS,
    TEXT_KINDS,
)
from searchlib.engines.whoosh.format.stored_fields import Packer
from searchlib.engines.whoosh.format.term_dictionary import decode_term, encode_term
from searchlib.models import Article

_Posting = tuple[bytes, int, float, bytes]


class _TermField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose terms are encoded as in the index, lone surrogates included."""

    def to_bytes(self, value: str | bytes | Sequence[str]) -> bytes:
        if isinstance(value, bytes):
            return value
        return encode_term(value if isinstance(value, str) else value[0])

    def from_bytes(self, bs: bytes) -> str:
        return decode_term(bs)


class TextField(_TermField):
    """The words, units or bigrams of a text field.

    The value in a document is a mapping from terms to frequencies or, for bigrams, to positions. A query is text, which is
    analyzed as articles are.
    """

    def __init__(self, field: str, kind: str, dictionary: Dictionary | None = None) -> None:
        self.kind = kind
        self.dictionary = dictionary
        has_positions = kind == "bigrams"
        super().__init__(
            PositionArrays(POSITION_STRIDE_BITS[field]) if has_positions else Frequencies(),
            analyzer=None,
            scorable=not has_positions,
            multitoken_query="phrase" if has_positions else "and",
        )

    def index(self, value: Mapping[str, int | Sequence[int]], **_: object) -> Iterator[_Posting]:
        for text, occurrences in value.items():
            if isinstance(occurrences, int):
                yield encode_term(text), occurrences, float(occurrences), pack_uint(occurrences)
            else:
                count = len(occurrences)
                yield encode_term(text), count, float(count), self.format.encode(occurrences)

    def process_text(self, qstring: str, mode: str = "", **_: object) -> list[str]:
        if self.kind == "words":
            return [term(word.text) for word in words(fold(qstring), parts=False, dictionary=self.dictionary)]
        sequence = _units_and_line_ends(fold(qstring))
        if self.kind == "units":
            return [term(unit) for unit, _ in sequence if unit != LINE_END]
        return [bigram for _, bigram in _bigrams(sequence)]


class ValueField(_TermField):
    """A field of whole values. The value in a document is one text, or any number of them."""

    def __init__(self, *, unique: bool = False) -> None:
        super().__init__(Frequencies(), analyzer=None, scorable=False, unique=unique)

    def index(self, value: str | Iterable[str], **_: object) -> Iterator[_Posting]:
        for each in dict.fromkeys([value] if isinstance(value, str) else value):
            yield encode_term(each), 1, 1.0, pack_uint(1)

    def process_text(self, qstring: str, mode: str = "", **_: object) -> list[str]:
        return [qstring]


def schema(dictionary: Dictionary | None = None) -> fields.Schema:
    """Return the schema of every index. ``dictionary`` tokenizes queries; ``format.stored_fields`` packs stored fields."""
    by_name: dict[str, fields.FieldType] = {"id": ValueField(unique=True)}
    by_name |= {field: ValueField() for field in (*VALUE_FIELDS, FACET_FIELD)}
    by_name |= {
        text_field(field, kind): TextField(field, kind, dictionary) for field in TEXT_FIELDS for kind in TEXT_KINDS
    }
    by_name["date"] = fields.COLUMN(columns.NumericColumn("q", default=UNDATED))
    by_name["month"] = fields.COLUMN(columns.NumericColumn("I", default=NO_MONTH))
    by_name |= {length_field(field): fields.COLUMN(columns.NumericColumn("I")) for field in TEXT_FIELDS}
    by_name[BOILERPLATE_FIELD] = TextField("body", "units")
    by_name[BOILERPLATE_START] = fields.COLUMN(columns.NumericColumn("I"))
    by_name |= {name: fields.COLUMN(columns.NumericColumn("Q")) for name in SIGNATURE_FIELDS}
    by_name |= {name: fields.STORED() for name in ("head", "text")}
    return fields.Schema(**by_name)


def document(
    article: Article,
    packer: Packer,
    dictionary: Dictionary | None = None,
    boilerplate: Boilerplate = NO_BOILERPLATE,
) -> dict[str, Any]:
    """Return an article as the arguments of Whoosh's ``add_document``, without the facets of its front matter."""
    values: dict[str, Any] = {
        "id": article.id,
        "category": category_terms(article),
        "author": article.authors,
        "tag": article.tags,
        "date": math.floor(article.date.timestamp()) if article.date else UNDATED,
        "month": article.date.year * 100 + article.date.month if article.date else NO_MONTH,
        "head": packer.pack_head(article),
        "text": packer.pack_text(article),
    }
    for field, analyzed in analyze_article(article, boilerplate, dictionary).items():
        content, repeated = _units_and_line_ends(analyzed.folded), _units_and_line_ends(analyzed.boilerplate)
        sequence = [*content, (LINE_END, False), *repeated] if repeated else content
        bigrams: defaultdict[str, list[int]] = defaultdict(list)
        for position, bigram in _bigrams(sequence):
            bigrams[bigram].append(position)
        units = [unit for unit, _ in content if unit != LINE_END]
        values[text_field(field, "words")] = Counter(map(term, analyzed.words))
        values[text_field(field, "units")] = Counter(map(term, units))
        values[text_field(field, "bigrams")] = bigrams
        values[length_field(field)] = len(units) if analyzed.ranked is None else len(units_of(analyzed.ranked))
        if field == "body":
            repeated_units = Counter(term(unit) for unit, _ in repeated if unit != LINE_END)
            values[BOILERPLATE_FIELD] = repeated_units
            values[BOILERPLATE_START] = len(content) if repeated_units else 0
            values |= dict(zip(SIGNATURE_FIELDS, _signature(units, fold(article.title)), strict=True))
    return values


def _units_and_line_ends(folded: str) -> list[tuple[str, bool]]:
    """Return the units and line ends, each with whether a break is before it."""
    _, numbers, texts, after_break = number_units(folded)
    return [(texts[number], is_after) for number, is_after in zip(numbers.tolist(), after_break.tolist(), strict=True)]


def _bigrams(sequence: Sequence[tuple[str, bool]]) -> Iterator[tuple[int, str]]:
    """Yield the bigrams of units, each with its position."""
    for position, ((first, _), (second, is_broken)) in enumerate(pairwise(sequence)):
        if LINE_END not in (first, second):
            yield position, bigram_term(first, second, is_broken=is_broken)


def _signature(units: Sequence[str], title: str) -> list[int]:
    texts = list(dict.fromkeys(units))
    number_of = {text: number for number, text in enumerate(texts)}
    numbers = np.array([number_of[unit] for unit in units], np.int64)
    signature: list[int] = signatures(numbers, texts, np.array([len(units)]), [title])[0].tolist()
    return signature
