"""Ranking: the order of articles, and the contribution of each part of a query to a score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from searchlib.engines.base import Request
from searchlib.engines.common.deadline import NO_DEADLINE
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.engines.whoosh.search.matching import Matcher
from searchlib.settings import Ranking
from tests.contracts.engine import OTHER_WEIGHTS
from tests.engines.whoosh.small_engines import FILLER, article, engine_of, planned, search
from tests.small_indexes import ids


def test_articles_with_close_words_come_first(tmp_path: Path) -> None:
    far = article("a far", f"风车{FILLER * 4}磨坊{FILLER * 4}")
    near = article("b near", f"{FILLER * 4}风车旁边磨坊{FILLER * 4}"[:-2])
    reverse = article("c reverse", f"{FILLER * 4}磨坊旁边的是风车{FILLER * 4}"[:-4])
    assert ids(search(tmp_path, "风车 磨坊", far, near, reverse)) == ["b near", "c reverse", "a far"]


def test_proximity_is_measured_within_an_article(tmp_path: Path) -> None:
    first, second = article("1", "这里只有风车"), article("2", "磨坊也在这里")
    with engine_of(tmp_path, [first, second]) as engine:
        plan = planned("风车 磨坊")
        contributions = engine._scorer.contributions(plan, np.arange(2), matcher_of(engine))
        scores = {each.reason: each.scores.tolist() for each in contributions}
    assert scores[plan.proximity_pairs[0]] == [0.0, 0.0]


@pytest.mark.parametrize("typed", ["风车 磨坊", "风车的磨坊在哪里？", "风*", "mill*", "标题 风车"])
def test_the_score_of_a_term_does_not_depend_on_the_other_articles(tmp_path: Path, typed: str) -> None:
    texts = ["风车磨坊", "磨坊的mills", "只有风车在", "标题里没有", "mill mill"]
    articles = [article(str(at), f"{texts[at % 5]}{FILLER * (at % 3)}", texts[at % 4]) for at in range(60)]
    with engine_of(tmp_path, articles) as engine:
        terms = planned(typed).ranking_terms
        everything = engine._scorer.term_scores(terms, np.arange(60), NO_DEADLINE)
        assert terms
        assert everything.any()
        for chosen in (np.array([7]), np.array([1, 2, 30]), np.arange(0, 60, 2), np.empty(0, np.int64)):
            scores = engine._scorer.term_scores(terms, chosen, NO_DEADLINE)
            assert scores.tolist() == pytest.approx(everything[chosen].tolist())


def test_articles_with_the_whole_query_in_the_title_come_first(tmp_path: Path) -> None:
    full = article("a body", "元宇宙与产业。元宇宙产业。" * 20, "元宇宙和产业，产业和元宇宙")
    longer = article("b in a longer title", "无关的正文" * 50, "再谈元宇宙产业的将来")
    exact = article("c the title", "无关的正文" * 50, "元宇宙产业")
    results = search(tmp_path, "元宇宙 产业", full, longer, exact)
    assert ids(results) == ["c the title", "b in a longer title", "a body"]


@pytest.mark.parametrize("weights", [Ranking(), OTHER_WEIGHTS], ids=["default weights", "other weights"])
@pytest.mark.parametrize(
    "typed", ["风车 磨坊", "风车和磨坊在哪里？", "风车", "风车*", '"风车与磨坊"', "title:风车", "风车 OR 磨坊"]
)
def test_the_contributions_add_up_to_the_score(tmp_path: Path, typed: str, weights: Ranking) -> None:
    articles = [
        article("1", f"风车与磨坊。{FILLER}风车", "风车与磨坊"),
        article("2", f"风车{FILLER}磨坊", "风车"),
        article("3", "只有磨坊在哪里"),
    ]
    with engine_of(tmp_path, articles, weights) as engine:
        hits = engine.search(Request(plan=planned(typed))).hits
        contributions = engine._scorer.contributions(planned(typed), np.arange(3), matcher_of(engine))
        names = [engine._stored.head(number)["id"] for number in range(3)]
    sums = dict(zip(names, sum(each.scores for each in contributions).tolist(), strict=True))
    assert hits
    assert {hit.id: hit.score for hit in hits} == pytest.approx({hit.id: sums[hit.id] for hit in hits})


def matcher_of(engine: WhooshEngine) -> Matcher:
    return engine._matcher(NO_DEADLINE)
