"""Find the title of an article that has none in its front matter."""

from __future__ import annotations

import pytest

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import parse_article
from searchlib.sources.readers.base import Content
from searchlib.sources.titles import find_title


@pytest.mark.parametrize(
    ("article_id", "title"),
    [
        ("a.md", ("a", "file")),
        ("2021-03-05-春天.md", ("春天", "file")),
        ("2021年3月5日-春天.md", ("春天", "file")),
        ("2021年3月5日.md", ("2021年3月5日", "file")),
        ("2021-03-05T10-20-30-spring.md", ("spring", "file")),
        ("20180524 spring.md", ("spring", "file")),
        ("2021_3_5_my-first-post.md", ("my-first-post", "file")),
        ("archive/x.tar.md", ("x.tar", "file")),
        ("pages/读书___小说.md", ("读书/小说", "file")),
        ("post/tea/index.md", ("tea", "folder")),
        ("post/2021-03-04-茶/_index.md", ("茶", "folder")),
        ("指南/README.md", ("指南", "folder")),
        ("论语/学而篇/target.txt", ("学而篇", "folder")),
        ("2021-03-04 茶/content.html", ("茶", "folder")),
        ("笔记/python.md", ("python", "file")),
        ("guide/content.md", ("content", "file")),
        ("text.txt", ("text", "file")),
        ("post/2021/index.md", ("第一句话", "sentence")),
        ("index.md", ("第一句话", "sentence")),
        ("044464.txt", ("第一句话", "sentence")),
        ("20000000个用户的架构.md", ("20000000个用户的架构", "file")),
        ("2015-00-00-春茶.md", ("春茶", "file")),
        ("怎样编辑 .srt.md", ("怎样编辑", "file")),
        ("996.txt", ("第一句话", "sentence")),
        ("2021-03-05.md", ("第一句话", "sentence")),
        ("000_e3c7ae41c0c3d234.md", ("第一句话", "sentence")),
        ("0b9e2f6c-7d1a-4c3e-9f00-1a2b3c4d5e6f.md", ("第一句话", "sentence")),
        ("x7Kq2LmN9p.md", ("第一句话", "sentence")),
        ("p12345.md", ("第一句话", "sentence")),
        ("facade.md", ("facade", "file")),
        ("web2024.md", ("web2024", "file")),
        ("小说/《茶馆》作者：甲.txt", ("茶馆", "file")),
        ("《茶馆》（全本）[作者：甲].txt", ("茶馆", "file")),
        ("茶馆_作者_甲乙.txt", ("茶馆", "file")),
        ("作者：甲.txt", ("作者：甲", "file")),
        ("《茶馆》的作者.md", ("《茶馆》的作者", "file")),
        ("3d-printing.md", ("3d-printing", "file")),
    ],
)
def test_a_file_name_is_a_title_where_it_is_words(article_id: str, title: tuple[str, str]) -> None:
    assert find_title(Content(blocks=["第一句话。第二句话。"]), article_id) == title


@pytest.mark.parametrize(
    ("article_id", "author"),
    [
        ("小说/《茶馆》作者：甲.txt", "甲"),
        ("《茶馆》（全本）[作者：甲].txt", "甲"),
        ("茶馆 作者 甲·乙.md", "甲·乙"),
        ("作者：甲.txt", ""),
        ("作者：甲/茶馆.txt", ""),
        ("《茶馆》的作者.md", ""),
        ("茶馆作者：甲.txt", "甲"),
        ("如何联系作者 微信.md", ""),
        ("关于作者：甲.md", ""),
    ],
)
def test_a_file_name_states_the_author_of_a_book(article_id: str, author: str) -> None:
    reading = parse_article(article_id, "一句话。".encode(), DEFAULTS, 0.0)
    assert reading.article is not None
    assert reading.article.author == author


def test_headings_and_page_titles_come_before_the_file_name() -> None:
    assert find_title(Content(blocks=["题"], lead_heading="题", page_title="页"), "a.md") == ("题", "heading")
    assert find_title(Content(blocks=["文"], page_title="页"), "a.md") == ("页", "page")


@pytest.mark.parametrize(
    ("blocks", "title"),
    [
        (["春天来了！花开了。"], "春天来了"),
        (["——", "春天"], "春天"),
        (["版本 v2.0 发布了. 下一句"], "版本 v2.0 发布了"),
        (["字" * 50], "字" * 40),
        (["a quite long sentence that goes on and on without end"], "a quite long sentence that goes on and"),
        (["。开头的句号"], "。开头的句号"),
        ([], "1"),
    ],
)
def test_the_first_sentence_is_a_title_of_at_most_40_characters(blocks: list[str], title: str) -> None:
    assert find_title(Content(blocks=blocks), "1.md")[0] == title


@pytest.mark.parametrize(
    ("heading", "following", "title"),
    [
        ("元数据", "# 高亮划线", "茶经"),
        ("Content", "# 二", "茶经"),
        ("2021-03-04 05:06:07", "# 2021-03-05 01:02:03", "茶经"),
        ("1984", "## 1949", "1984"),
        ("喝茶", "# 倒水", "喝茶"),
    ],
)
def test_a_heading_that_is_no_title_leaves_it_to_the_file_name(heading: str, following: str, title: str) -> None:
    text = f"# {heading}\n\n一句话。\n\n{following}\n\n另一句话。"
    for name, expected in (("茶经.md", title), ("1.md", heading)):
        reading = parse_article(name, text.encode(), DEFAULTS, 0.0)
        assert reading.article is not None
        assert reading.article.title == expected


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("C 语言：结构、堆.md", "# 结构\n\n一句话。\n\n# 堆\n\n一句话。", "C 语言：结构、堆"),
        ("C 语言：结构、堆.md", "# 结构\n\n一句话。\n\n## 堆\n\n一句话。", "结构"),
        ("1-结构.md", "# 结构\n\n一句话。\n\n# 堆\n\n一句话。", "结构"),
    ],
)
def test_a_section_that_is_a_part_of_the_file_name_is_no_title(name: str, text: str, title: str) -> None:
    reading = parse_article(name, text.encode(), DEFAULTS, 0.0)
    assert reading.article is not None
    assert reading.article.title == title
