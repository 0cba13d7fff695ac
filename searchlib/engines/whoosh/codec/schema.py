"""The fields of the index as Whoosh's schema."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from whoosh import columns, fields
from whoosh.system import pack_uint

from searchlib.analysis.analyzer import analyse_article
from searchlib.analysis.boilerplate import NO_BOILERPLATE, Boilerplate
from searchlib.analysis.bulk import LINE_END, number_units
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold
from searchlib.analysis.signatures import signatures
from searchlib.analysis.terms import bigram_term, term
from searchlib.analysis.tokens import words
from searchlib.engines.common.categories import category_terms
from searchlib.engines.common.fields import TEXT_FIELDS, UNDATED, VALUE_FIELDS, length_field, text_field
from searchlib.engines.whoosh.codec.formats import Frequencies, PositionArrays
from searchlib.engines.whoosh.format.fields import (
    BOILERPLATE_FIELD,
    BOILERPLATE_START,
    NO_MONTH,
    POSITION_STRIDE_BITS,
    SIGNATURE_FIELDS,
    TEXT_KINDS,
    decode_term,
    encode_term,
)
from searchlib.engines.whoosh.format.stored_fields import Packer
from searchlib.models import Article

_Posting = tuple[bytes, int, float, bytes]


class _TermField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose terms are written as the index writes them: lone surrogates, too, are text."""

    def to_bytes(self, value: str | bytes | Sequence[str]) -> bytes:
        if isinstance(value, bytes):
            return value
        return encode_term(value if isinstance(value, str) else value[0])

    def from_bytes(self, bs: bytes) -> str:
        return decode_term(bs)


class TextField(_TermField):
    """One kind of terms of title or body.

    A document gives it a mapping: of each term to how often it occurs, or, for bigrams, to its positions. A query is text,
    cut as the articles were.
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
        for text, found in value.items():
            if isinstance(found, int):
                yield encode_term(text), found, float(found), pack_uint(found)
            else:
                yield encode_term(text), len(found), float(len(found)), self.format.encode(found)

    def process_text(self, qstring: str, mode: str = "", **_: object) -> list[str]:
        if self.kind == "words":
            return [term(word.text) for word in words(fold(qstring), parts=False, dictionary=self.dictionary)]
        sequence = _sequence(fold(qstring))
        if self.kind == "units":
            return [term(unit) for unit in sequence if unit != LINE_END]
        return [bigram_term(*pair) for pair in pairwise(sequence) if LINE_END not in pair]


class ValueField(_TermField):
    """Values that are found as a whole; a document gives one, or any number of them."""

    def __init__(self, *, unique: bool = False) -> None:
        super().__init__(Frequencies(), analyzer=None, scorable=False, unique=unique)

    def index(self, value: str | Iterable[str], **_: object) -> Iterator[_Posting]:
        for each in dict.fromkeys([value] if isinstance(value, str) else value):
            yield encode_term(each), 1, 1.0, pack_uint(1)

    def process_text(self, qstring: str, mode: str = "", **_: object) -> list[str]:
        return [qstring]


def schema(dictionary: Dictionary | None = None) -> fields.Schema:
    """The schema of every index of this project; ``head`` and ``text`` are stored as ``documents`` packs them.

    ``dictionary`` is what words are cut with besides jieba's own.
    """
    wanted: dict[str, fields.FieldType] = {"id": ValueField(unique=True)}
    wanted |= {field: ValueField() for field in VALUE_FIELDS}
    wanted |= {
        text_field(field, kind): TextField(field, kind, dictionary) for field in TEXT_FIELDS for kind in TEXT_KINDS
    }
    wanted["date"] = fields.COLUMN(columns.NumericColumn("q", default=UNDATED))
    wanted["month"] = fields.COLUMN(columns.NumericColumn("I", default=NO_MONTH))
    wanted |= {length_field(field): fields.COLUMN(columns.NumericColumn("I")) for field in TEXT_FIELDS}
    wanted[BOILERPLATE_FIELD] = TextField("body", "units")
    wanted[BOILERPLATE_START] = fields.COLUMN(columns.NumericColumn("I"))
    wanted |= {name: fields.COLUMN(columns.NumericColumn("Q")) for name in SIGNATURE_FIELDS}
    wanted |= {name: fields.STORED() for name in ("head", "text")}
    return fields.Schema(**wanted)


def document(
    article: Article, packer: Packer, dictionary: Dictionary | None = None, boilerplate: Boilerplate = NO_BOILERPLATE
) -> dict[str, Any]:
    """The fields of an article as Whoosh's ``add_document`` takes them."""
    found: dict[str, Any] = {
        "id": article.id,
        "category": category_terms(article),
        "author": article.authors,
        "tag": article.tags,
        "date": math.floor(article.date.timestamp()) if article.date else UNDATED,
        "month": article.date.year * 100 + article.date.month if article.date else NO_MONTH,
        "head": packer.pack_head(article),
        "text": packer.pack_text(article),
    }
    for field, analysed in analyse_article(article, boilerplate, dictionary).items():
        telling, rest = _sequence(analysed.folded), _sequence(analysed.boilerplate)
        sequence = [*telling, LINE_END, *rest] if rest else telling
        bigrams: defaultdict[str, list[int]] = defaultdict(list)
        for position, pair in enumerate(pairwise(sequence)):
            if LINE_END not in pair:
                bigrams[bigram_term(*pair)].append(position)
        all_units = [unit for unit in telling if unit != LINE_END]
        found[text_field(field, "words")] = Counter(map(term, analysed.words))
        found[text_field(field, "units")] = Counter(map(term, all_units))
        found[text_field(field, "bigrams")] = bigrams
        found[length_field(field)] = len(all_units)
        if field == "body":
            rest_units = Counter(term(unit) for unit in rest if unit != LINE_END)
            found[BOILERPLATE_FIELD] = rest_units
            found[BOILERPLATE_START] = len(telling) if rest_units else 0
            texts = list(dict.fromkeys(all_units))
            numbers = {text: number for number, text in enumerate(texts)}
            signed = signatures(
                np.array([numbers[unit] for unit in all_units], np.int64),
                texts,
                np.array([len(all_units)]),
                [fold(article.title)],
            )
            found |= dict(zip(SIGNATURE_FIELDS, signed[0].tolist(), strict=True))
    return found


def _sequence(folded: str) -> list[str]:
    """The units of a folded text in order, with its line ends."""
    _, numbers, texts = number_units(folded)
    return [texts[number] for number in numbers.tolist()]
