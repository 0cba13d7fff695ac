"""Read hits from the cluster, page by page in its order, with what is needed to score and sort them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchlib.engines.base import Request
from searchlib.engines.common.fields import TEXT_FIELDS, length_field
from searchlib.engines.opensearch.index.terms import Terms
from searchlib.engines.opensearch.search.ranking import Scored
from searchlib.engines.opensearch.search.reader import IndexReader

BY_SCORE = [{"_score": "desc"}, {"date": "desc"}, {"id": "asc"}]
BY_DATE = {
    "newest": [{"date": "desc"}, {"id": "asc"}],
    "oldest": [{"undated": "asc"}, {"date": "asc"}, {"id": "asc"}],
}

FULL, HELD = "full", "held"
"""The names of the queries of which a hit says whether it matched them."""

_AT_ONCE = 1000
_COLUMNS = ("key", "id", "date", "group", *map(length_field, TEXT_FIELDS))


@dataclass(frozen=True, slots=True)
class ScoredHit:
    """One article that the cluster found: ``key`` is its ``_id``, ``rough`` its score there, ``group`` empty where nothing
    repeats it. ``scored`` holds what scores it exactly, where that was asked for."""

    key: str
    id: str
    date: int
    group: str
    rough: float
    matched: frozenset[str]
    scored: Scored | None


def read_hits(
    reader: IndexReader, body: Mapping[str, Any], request: Request, pages: Iterator[tuple[int, bool]]
) -> Iterator[tuple[list[ScoredHit], Mapping[str, Any]]]:
    """Pages of the hits of a search that says how they are sorted, each with the whole answer.

    ``pages`` says of each how many hits it has, and whether they are to be scored; only the first has aggregations.
    """
    asked = {**body, "stored_fields": "_none_"}
    for size, is_scored in pages:
        columns = [*_COLUMNS, "terms"] if is_scored else list(_COLUMNS)
        answer = reader.search({**asked, "size": size, "docvalue_fields": columns})
        found = answer["hits"]["hits"]
        yield [_hit(each, is_scored=is_scored) for each in found], answer
        if len(found) < size:
            return
        asked = {key: value for key, value in asked.items() if key != "aggs"}
        asked |= {"search_after": found[-1]["sort"], "track_total_hits": False}


def read_scored(reader: IndexReader, keys: Sequence[str], request: Request) -> dict[str, Scored]:
    """What scores some articles, by their keys."""
    body = {"stored_fields": "_none_", "docvalue_fields": [*_COLUMNS, "terms"]}
    found = read_by_keys(reader, keys, body, request)
    return {each["fields"]["key"][0]: _scored(each["fields"]) for each in found}


def read_by_keys(
    reader: IndexReader, keys: Sequence[str], body: Mapping[str, Any], request: Request
) -> Iterator[Mapping[str, Any]]:
    """What the body asks for of the articles with these keys, in any order."""
    for at in range(0, len(keys), _AT_ONCE):
        some = list(keys[at : at + _AT_ONCE])
        asked = {**body, "size": len(some), "query": {"ids": {"values": some}}}
        yield from reader.search(asked)["hits"]["hits"]


def _hit(found: Mapping[str, Any], *, is_scored: bool) -> ScoredHit:
    fields = found["fields"]
    return ScoredHit(
        key=fields["key"][0],
        id=fields["id"][0],
        date=fields["date"][0],
        group=fields.get("group", [""])[0],
        rough=found.get("_score") or 0.0,
        matched=frozenset(found.get("matched_queries", ())),
        scored=_scored(fields) if is_scored else None,
    )


def _scored(fields: Mapping[str, Any]) -> Scored:
    return Scored(Terms(fields["terms"][0]), {field: fields[length_field(field)][0] for field in TEXT_FIELDS})
