"""The lines of the front matter that describe an article are searched like headings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import searchlib
from searchlib.analysis.analyzer import article_texts
from searchlib.analysis.boilerplate import NO_BOILERPLATE, ArticleLines, Boilerplate, find_boilerplate
from searchlib.analysis.summaries import summary_lines
from tests.highlight.marked_texts import bracketed
from tests.small_indexes import index_of

TEXTS = {
    "described.md": "---\ntitle: 春游\ndescription: 樱花季的赏花路线\n---\n我们走了一天。\n",
    "listed.md": "---\ntitle: 笔记\nkeywords: [分布式锁, 一致性哈希]\naliases: [/old/post/, 锁的故事]\n---\n正文。\n",
    "summed.md": "---\ntitle: 周报\nSummary: 团队<b>复盘</b>会\nsubtitle: 第三季度\nexcerpt: 里程碑\n---\n没有别的。\n",
    "headed.md": "---\ntitle: 园艺\n---\n## 樱花的修剪\n\n冬天修剪。\n",
    "named.md": "---\ntitle: 植物\n---\n樱花、桃花和梅花。\n",
    "page.html": "<html><head><title>首页</title><meta name='description' content='潮汐表的读法'>"
    "<meta name='keywords' content='航海,锚地'></head><body><article><p>出海以前要看天气。</p></article></body></html>",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(TEXTS, tmp_path_factory.mktemp("descriptions")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("赏花", ["described.md"]),
        ("分布式锁", ["listed.md"]),
        ("一致性哈希", ["listed.md"]),
        ("锁的故事", ["listed.md"]),
        ("复盘会", ["summed.md"]),
        ("第三季度 里程碑", ["summed.md"]),
        ("潮汐表", ["page.html"]),
        ("锚地", ["page.html"]),
        ("old", []),
        ('"赏花路线"', []),
        ("title:赏花", []),
        ("春游 -赏花", []),
    ],
)
def test_words_match_in_descriptions(index: searchlib.Index, query: str, expected: list[str]) -> None:
    assert [hit.id for hit in index.search(query, verbatim=True).hits] == expected


def test_the_description_is_shown_if_nothing_else_matches(index: searchlib.Index) -> None:
    (hit,) = index.search("赏花").hits
    assert [bracketed(snippet) for snippet in hit.snippets] == ["樱花季的[赏花]路线"]
    (hit,) = index.search("复盘会").hits
    assert [bracketed(snippet) for snippet in hit.snippets] == ["团队 [复盘 会]"]


def test_a_description_ranks_like_a_heading(index: searchlib.Index) -> None:
    assert [hit.id for hit in index.search("樱花").hits][-1] == "named.md"


def test_a_description_that_many_articles_share_is_boilerplate() -> None:
    shared = "记录生活与技术的个人博客，欢迎订阅"
    articles = [
        searchlib.Article(id=f"{n}.md", title=f"第{n}篇", body=f"第{n}天的内容。", extra={"description": shared})
        for n in range(30)
    ]
    lines = [ArticleLines.of(each.title, each.body, summary_lines(each.extra)) for each in articles]
    boilerplate = Boilerplate(find_boilerplate(lines).tolist())
    assert shared not in article_texts(articles[0], boilerplate)["headings"].content
    assert shared in article_texts(articles[0], NO_BOILERPLATE)["headings"].content
