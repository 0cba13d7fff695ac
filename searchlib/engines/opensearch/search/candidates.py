"""Read hits from the cluster, in its order, with the doc values for scoring and sorting them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchlib.engines.common.fields import TEXT_FIELDS, length_field
from searchlib.engines.opensearch.client.index_reader import IndexReader
from searchlib.engines.opensearch.index.terms import ArticleTerms

BY_SCORE = [{"_score": "desc"}, {"date": "desc"}, {"id": "asc"}]
BY_DATE = {
    "newest": [{"date": "desc"}, {"id": "asc"}],
    "oldest": [{"undated": "asc"}, {"date": "asc"}, {"id": "asc"}],
}

_IDS_PER_REQUEST = 1000
_DOC_VALUES = ("document_id", "id", "date", "group", *map(length_field, TEXT_FIELDS))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that matches.

    ``rough_score`` is its score in the cluster. ``group`` is empty without near duplicates. ``matched`` names the named queries
    that match. ``terms`` are read only to score it exactly.
    """

    document_id: str
    id: str
    date: int
    group: str
    rough_score: float
    matched: frozenset[str]
    terms: ArticleTerms | None


def read_candidates(
    reader: IndexReader, body: Mapping[str, Any], pages: Iterator[tuple[int, bool]]
) -> Iterator[tuple[list[Candidate], Mapping[str, Any]]]:
    """Yield pages of the hits of a search, each with the whole response; the body says how they are sorted.

    ``pages`` gives the size of each page, and whether to read the terms. Only the first response has aggregations.
    """
    page_body = {**body, "stored_fields": "_none_"}
    for size, with_terms in pages:
        doc_values = [*_DOC_VALUES, "terms"] if with_terms else list(_DOC_VALUES)
        response = reader.search({**page_body, "size": size, "docvalue_fields": doc_values})
        hits = response["hits"]["hits"]
        yield [_candidate(hit, with_terms=with_terms) for hit in hits], response
        if len(hits) < size:
            return
        page_body = {key: value for key, value in page_body.items() if key != "aggs"}
        page_body |= {"search_after": hits[-1]["sort"], "track_total_hits": False}


def read_terms(reader: IndexReader, document_ids: Sequence[str]) -> dict[str, ArticleTerms]:
    """Return the terms of articles by their document ids."""
    body = {"stored_fields": "_none_", "docvalue_fields": [*_DOC_VALUES, "terms"]}
    hits = read_documents(reader, document_ids, body)
    return {hit["fields"]["document_id"][0]: _terms(hit["fields"]) for hit in hits}


def read_documents(
    reader: IndexReader, document_ids: Sequence[str], body: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Yield the hits with these document ids, in any order; the body says which of their fields to read."""
    for at in range(0, len(document_ids), _IDS_PER_REQUEST):
        ids = list(document_ids[at : at + _IDS_PER_REQUEST])
        ids_body = {**body, "size": len(ids), "query": {"ids": {"values": ids}}}
        yield from reader.search(ids_body)["hits"]["hits"]


def collapsed_aggregations() -> dict[str, Any]:
    """Return the aggregations that count the articles in groups, and the groups."""
    return {
        "grouped": {"value_count": {"field": "group"}},
        "groups": {"cardinality": {"field": "group", "precision_threshold": 40_000}},
    }


def collapsed_count(aggregations: Any) -> int:
    """Return the number of matching articles that are collapsed into others, from the response to these aggregations."""
    if not aggregations:
        return 0
    return int(aggregations["grouped"]["value"] - aggregations["groups"]["value"])


def _candidate(hit: Mapping[str, Any], *, with_terms: bool) -> Candidate:
    fields = hit["fields"]
    return Candidate(
        document_id=fields["document_id"][0],
        id=fields["id"][0],
        date=fields["date"][0],
        group=fields.get("group", [""])[0],
        rough_score=hit.get("_score") or 0.0,
        matched=frozenset(hit.get("matched_queries", ())),
        terms=_terms(fields) if with_terms else None,
    )


def _terms(fields: Mapping[str, Any]) -> ArticleTerms:
    return ArticleTerms(fields["terms"][0], {field: fields[length_field(field)][0] for field in TEXT_FIELDS})
