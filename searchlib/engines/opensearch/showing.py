"""Read what is shown of hits: their articles, and those that are folded into them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from searchlib.engines.base import MOST_REPEATS, Found, Request, ScorePart
from searchlib.engines.opensearch.cluster import Cluster
from searchlib.engines.opensearch.documents import unpack_article
from searchlib.engines.opensearch.hits import BY_DATE, Hit, read_by_keys, read_hits
from searchlib.engines.opensearch.pages import MORE, Ranked, sizes
from searchlib.engines.opensearch.queries import Query, all_of
from searchlib.engines.opensearch.ranking import Scorer
from searchlib.models import Article, Repeat


class HitReader:
    """Reads what is shown of the hits of one request; ``telling`` gives the lines of a body that are no boilerplate."""

    def __init__(self, cluster: Cluster, index: str, request: Request, telling: Callable[[str], str]) -> None:
        self._cluster = cluster
        self._index = index
        self._request = request
        self._telling = telling

    def show(self, ranked: Sequence[Ranked], found: Query, scorer: Scorer) -> list[Found]:
        """What is shown of hits; ``found`` finds all articles of the answer."""
        request = self._request
        articles = self._articles([each.hit for each in ranked])
        groups = {each.hit.group for each in ranked if each.hit.group} if request.fold else set()
        repeats = self._repeats(groups, found) if groups else {}
        made = []
        for each in ranked:
            article = articles.get(each.hit.key)
            if article is None:
                # An update has dropped it since it was found.
                continue
            others = [other for other in repeats.get(each.hit.group, ()) if other.key != each.hit.key]
            parts = _parts(request, scorer, each)
            shown = others[:MOST_REPEATS]
            named = self._articles(shown)
            titles = [Repeat(id=named[each.key].id, title=named[each.key].title) for each in shown if each.key in named]
            made.append(_found_of(article, each, len(others), titles, parts, self._telling))
        return made

    def _repeats(self, groups: set[str], found: Query) -> dict[str, list[Hit]]:
        """The articles found of each group, the newest first."""
        body = {"query": all_of([found, {"terms": {"group": sorted(groups)}}]), "sort": BY_DATE["newest"]}
        of_group: dict[str, list[Hit]] = {}
        for hits, _ in read_hits(self._cluster, self._index, body, self._request, sizes(MORE, False)):
            for hit in hits:
                of_group.setdefault(hit.group, []).append(hit)
        return of_group

    def _articles(self, hits: Sequence[Hit]) -> dict[str, Article]:
        """The articles of hits, by their keys, but for those that an update has dropped since."""
        body = {"_source": ["id", "article"]}
        found = read_by_keys(self._cluster, self._index, [hit.key for hit in hits], body, self._request)
        return {each["_id"]: unpack_article(each["_source"]) for each in found}


def _parts(request: Request, scorer: Scorer, ranked: Ranked) -> tuple[ScorePart, ...]:
    """What made up the score of a hit, where that is wanted."""
    scored = ranked.hit.scored
    if not request.explain or scored is None:
        return ()
    near = sum(scorer.closeness(scored, pair) for pair in request.plan.near)
    others = scorer.of_terms(scored, request.plan.ranking) + scorer.title(scored)
    # Closeness counts in the articles alone that are looked at closely.
    return scorer.parts(scored, close=abs(ranked.score - others) > near / 2)


def _found_of(
    article: Article,
    ranked: Ranked,
    others: int,
    shown: Sequence[Repeat],
    parts: Sequence[ScorePart],
    telling: Callable[[str], str],
) -> Found:
    return Found(
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
        telling=telling,
        repeats=tuple(shown),
        repeats_total=others,
        parts=parts,
    )
