"""Read what is shown of hits: their articles, and those that are folded into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchlib.engines.base import MAX_REPEATS, EngineHit, Request, ScorePart
from searchlib.engines.opensearch.client.clause_limit import Query, all_of
from searchlib.engines.opensearch.index.documents import unpack_article
from searchlib.engines.opensearch.search.hits import BY_DATE, read_by_keys
from searchlib.engines.opensearch.search.pages import Ranked
from searchlib.engines.opensearch.search.ranking import Scorer
from searchlib.engines.opensearch.search.reader import IndexReader
from searchlib.models import Article, Repeat

_REPLACED = "?"
"""What stands in the fields of an article for a lone surrogate, which only the stored article keeps."""


@dataclass(frozen=True, slots=True)
class Group:
    """How many articles of a group are found, and by their keys the newest of them, as many as are shown and one more."""

    total: int
    newest: Mapping[str, Repeat]


class HitReader:
    """Reads what is shown of the hits of one request; ``without_boilerplate`` gives the lines of a body that are no boilerplate."""

    def __init__(self, reader: IndexReader, request: Request, without_boilerplate: Callable[[str], str]) -> None:
        self._reader = reader
        self._request = request
        self._without_boilerplate = without_boilerplate

    def show(self, ranked: Sequence[Ranked], found: Query, scorer: Scorer) -> list[EngineHit]:
        """What is shown of hits; ``found`` finds all articles of the answer."""
        request = self._request
        articles = self._articles([each.hit.key for each in ranked])
        groups = {each.hit.group for each in ranked if each.hit.group} if request.collapse else set()
        repeats = self._repeats(sorted(groups), found) if groups else {}
        made = []
        for each in ranked:
            article = articles.get(each.hit.key)
            if article is None:
                # An update has dropped it since it was found.
                continue
            group = repeats.get(each.hit.group, _ALONE)
            others = [repeat for key, repeat in group.newest.items() if key != each.hit.key][:MAX_REPEATS]
            parts = _parts(request, scorer, each)
            made.append(_found_of(article, each, group.total - 1, others, parts, self._without_boilerplate))
        return made

    def _repeats(self, groups: Sequence[str], found: Query) -> dict[str, Group]:
        """The articles found of each group: all that is shown of them, at once."""
        newest = {"top_hits": {"size": MAX_REPEATS + 1, "sort": BY_DATE["newest"], "_source": ["id", "title"]}}
        by_group = {"terms": {"field": "group", "size": len(groups)}, "aggs": {"newest": newest}}
        body = {"size": 0, "query": all_of([found, {"terms": {"group": groups}}]), "aggs": {"groups": by_group}}
        answer = self._reader.search(body)
        buckets = answer["aggregations"]["groups"]["buckets"]
        named = self._named([hit for each in buckets for hit in each["newest"]["hits"]["hits"]])
        return {
            each["key"]: Group(
                each["doc_count"], {hit["_id"]: named[hit["_id"]] for hit in each["newest"]["hits"]["hits"]}
            )
            for each in buckets
        }

    def _named(self, hits: Sequence[Mapping[str, Any]]) -> dict[str, Repeat]:
        """The ids and titles of articles, by their keys."""
        named = {each["_id"]: Repeat(id=each["_source"]["id"], title=each["_source"]["title"]) for each in hits}
        doubtful = [key for key, each in named.items() if _REPLACED in each.id or _REPLACED in each.title]
        for key, article in self._articles(doubtful).items():
            named[key] = Repeat(id=article.id, title=article.title)
        return named

    def _articles(self, keys: Sequence[str]) -> dict[str, Article]:
        """The articles with these keys, but for those that an update has dropped since."""
        body = {"_source": ["id", "article"]}
        found = read_by_keys(self._reader, keys, body, self._request)
        return {each["_id"]: unpack_article(each["_source"]) for each in found}


_ALONE = Group(1, {})


def _parts(request: Request, scorer: Scorer, ranked: Ranked) -> tuple[ScorePart, ...]:
    """What made up the score of a hit, where that is wanted."""
    scored = ranked.hit.scored
    if not request.explain or scored is None:
        return ()
    near = sum(scorer.closeness(scored, pair) for pair in request.plan.proximity_pairs)
    others = scorer.of_terms(scored, request.plan.ranking) + scorer.title(scored)
    # Closeness counts in the articles alone that are looked at closely.
    return scorer.parts(scored, close=abs(ranked.score - others) > near / 2)


def _found_of(
    article: Article,
    ranked: Ranked,
    others: int,
    shown: Sequence[Repeat],
    parts: Sequence[ScorePart],
    without_boilerplate: Callable[[str], str],
) -> EngineHit:
    return EngineHit(
        id=article.id,
        path=article.path,
        title=article.title,
        date=article.date,
        author=article.author,
        categories=article.categories,
        category_paths=article.category_paths,
        tags=article.tags,
        score=ranked.score,
        body=lambda: article.body,
        without_boilerplate=without_boilerplate,
        repeats=tuple(shown),
        repeats_total=others,
        parts=parts,
    )
