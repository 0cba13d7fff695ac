"""Read the headings of Markdown and HTML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import searchlib

BODIES = [
    ("a.md", "# 一\n\n正文。\n\n## 二 `码`\n\n### 三\n\n尾声。", ("一", "二 码", "三")),
    ("b.html", "<h1>甲 <em>乙</em></h1><p>正文</p><h6>丙</h6><h2></h2>", ("甲 乙", "丙")),
    ("c.md", "<div><h2>上<br><br>下</h2><p>正文</p></div>", ("上", "下")),
    ("d.md", "没有小标题。", ()),
    ("e.txt", "# 纯文本没有小标题", ()),
]


@pytest.mark.parametrize(("name", "body", "headings"), BODIES)
def test_headings_are_blocks_of_the_body(
    write: Callable[[dict[str, str]], Path], name: str, body: str, headings: tuple[str, ...]
) -> None:
    (article,) = searchlib.read_articles(write({name: f"---\ntitle: 题\n---\n{body}"}))
    assert isinstance(article, searchlib.Article)
    assert article.headings == headings
    assert {*headings} <= {*article.body.split("\n")}


def test_a_heading_ranks_above_the_same_words_in_a_paragraph(
    write: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    articles = write(
        {
            "heading.md": "---\ntitle: 题\n---\n## 灯塔的历史\n\n这里说的是别的事情。",
            "paragraph.md": "---\ntitle: 题\n---\n灯塔的历史\n\n这里说的是别的事情。",
        }
    )
    searchlib.build_index(articles, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        first, second = index.search("灯塔").hits
        assert (first.id, second.id) == ("heading.md", "paragraph.md")
        assert first.score > second.score
        assert index.get("heading.md").headings == ("灯塔的历史",)
