"""Known-item queries are made from titles and first sentences, and the benchmark compares two ways to find their articles."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

import searchlib
from searchlib.analysis.fold import fold
from searchlib.models import Article
from tests.benchmarks.known_item_queries import KINDS, known_items, sample
from tests.benchmarks.known_items import items_of, mrr
from tests.conftest import ROOT
from tests.small_indexes import Write

TITLE = "Linux 用户体验与桌面环境的历史"
LEAD = "本文介绍图形界面怎样影响操作系统的普及程度。"


def rare(words: Iterable[str]) -> Mapping[str, int]:
    return dict.fromkeys(words, 1)


def article(article_id: str, title: str = TITLE, body: str = f"{LEAD}\n其余内容。") -> Article:
    return Article(id=article_id, title=title, body=body, path=article_id)


def test_each_kind_has_a_query_of_the_words_of_the_article() -> None:
    items = {item.kind: item for item in known_items([article("a/1.md")], 100, rare)}
    assert set(KINDS) - set(items) <= {"one slip"}
    for kind in ("title, 3 words", "title, 2 words"):
        assert all(word in TITLE.lower() for word in items[kind].text.split())
    assert all(word in LEAD for word in items["lead, 3 words"].text.split())
    assert items["pinyin"].text.replace(" ", "").isascii()
    assert {item.half for item in items.values()} <= {"tune", "judge"}
    assert len({item.half for item in items.values()}) == 1


def test_queries_are_the_same_each_time() -> None:
    articles = [article("a/1.md"), article("a/2.md", "風力發電的歷史與未來發展")]
    assert list(known_items(articles, 100, rare)) == list(known_items(articles, 100, rare))


def test_a_traditional_title_is_asked_for_in_simplified_characters_and_the_reverse() -> None:
    articles = [article("a/1.md", "風力發電的歷史與未來發展"), article("a/2.md", "风力发电的历史与未来发展")]
    texts = [item.text for item in known_items(articles, 100, rare) if item.kind == "other script"]
    assert [text != fold(text) for text in texts] == [False, True]


def test_frequent_words_and_short_leads_are_left_out() -> None:
    assert not list(known_items([article("a/1.md", body="太短。")], 100, lambda words: dict.fromkeys(words, 60)))


def test_a_slip_replaces_one_character() -> None:
    articles = [article("a/1.md"), article("a/2.md", "立式环静的理使")]
    by_kind = {item.kind: item.text for item in known_items(articles, 100, rare) if item.article_id == "a/1.md"}
    differing = [a != b for a, b in zip(by_kind["title, 3 words"], by_kind["one slip"], strict=True)]
    assert sum(differing) == 1


def test_the_sample_does_not_depend_on_the_order() -> None:
    ids = [f"a/{number}.md" for number in range(20)] + ["b/1.md", "c/1.md"]
    assert sample(ids, ["a", "b"], 5) == sample(ids[::-1], ["a", "b"], 5)
    assert len(sample(ids, ["a", "b"], 5)) == 6


def test_the_mean_reciprocal_rank_counts_what_is_not_found() -> None:
    assert mrr([1, 2, 0]) == pytest.approx(0.5)


def test_the_benchmark_prints_a_row_for_each_source_and_kind(write: Write) -> None:
    folder = write(
        {"news/1.md": f"---\ntitle: {TITLE}\n---\n{LEAD}\n", "news/2.md": "---\ntitle: 其他\n---\n别的内容。\n"}
    )
    searchlib.build_index(folder, folder.parent / "index", jobs=1)
    command = [sys.executable, "-m", "tests.benchmarks.known_items", str(folder.parent / "index"), "--half", "both"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1:7] for line in done.stdout.splitlines() if line.startswith("| news")]
    assert {kind.strip() for _, kind, *_ in rows} <= set(KINDS)
    assert rows


def test_the_name_of_the_site_at_the_end_of_all_titles_is_in_no_query(tmp_path: Path) -> None:
    subjects = "风力 水力 火力 地热 潮汐 太阳 生物 核能 氢气 储能 电网 锅炉".split()
    (tmp_path / "docs").mkdir()
    for number in range(4 * len(subjects)):
        one, other = subjects[number % 12], subjects[(number + 1 + number // 12) % 12]
        text = f"---\ntitle: {one}与{other} | Wind Docs\n---\n这是第{number}篇文章的正文，讲得很短。\n"
        (tmp_path / "docs" / f"{number}.md").write_text(text, encoding="utf-8")
    searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    with searchlib.open_index(tmp_path / "index") as index:
        texts = {item.text for item in items_of(index, ["docs"], 20)}
    assert any(set(text.split()) <= set(subjects) for text in texts)
    assert not any("docs" in text or "wind" in text for text in texts)
