"""Read files into articles."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchlib
from searchlib.errors import ArticleError, ArticlesNotFoundError
from searchlib.models import Article
from searchlib.settings import DEFAULTS, Settings
from searchlib.sources.articles import read_article, read_articles
from searchlib.sources.readers.base import Content, Reader, UnreadableError
from searchlib.sources.walk import list_files

FEED = """
---
title: '示例文章'
categories: 
 - 新媒体
 - 示例
headimg: 'https://example.org/a.jpg'
author: 某人
comments: false
date: Sat, 20 Nov 2021 00:00:00 GMT
---

<div>   
<p>第一段&#123;花括号&#125;。</p>
<pre>int main()

    # 不是标题
</pre>
<div class="support"><button>赞赏</button></div>                      
</div>
            """


def read(folder: Path, name: str, content: str | bytes) -> Article:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    reading = read_article(folder, name, DEFAULTS)
    assert reading.article is not None, reading.problem
    return reading.article


def test_an_article_of_a_feed_is_read_with_all_fields(tmp_path: Path) -> None:
    article = read(tmp_path, "a.md", FEED)
    assert article.title == "示例文章"
    assert article.categories == ("新媒体", "示例")
    assert article.author == "某人"
    assert article.date is not None
    assert article.date.isoformat() == "2021-11-20T08:00:00+08:00"
    assert article.body == "第一段{花括号}。\nint main()\n    # 不是标题"
    assert article.extra == {"headimg": "https://example.org/a.jpg", "comments": False}
    assert article.html.startswith("<div>")
    assert "赞赏" not in article.body + article.html
    assert (article.id, article.path) == ("a.md", "a.md")


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.md", "---\ntitle: .386\n---\n", ".386"),
        ("a.md", "---\ntitle: 404\n---\n", "404"),
        ("a.md", "---\ntitle: 2015-08-06\n---\n", "2015-08-06"),
        ("a.md", "---\nTitle: '甲 &amp;\n\n  乙'\n---\n", "甲 & 乙"),
        ("a.md", "---\ntitle:\n---\n# 第一个标题\n", "第一个标题"),
        ("a.md", "---\ntitle: {a: b}\n---\n## 第二级 `码`\n\n文", "第二级 码"),
        ("a.md", "文\n", "a"),
        ("a.html", "<title>页题</title><p>文</p>", "页题"),
        ("a.html", "<title>页题</title><h1>标题</h1>", "标题"),
        ("a.txt", "# 不是标题\n", "a"),
        ("a.b.md", "文", "a.b"),
    ],
)
def test_the_title_comes_from_the_first_source_that_has_one(
    tmp_path: Path, name: str, content: str, title: str
) -> None:
    assert read(tmp_path, name, content).title == title


@pytest.mark.parametrize(
    ("name", "body", "html"),
    [
        ("a.md", "文\n题", "<p>文</p>\n<h1>题</h1>"),
        ("a.html", "文 # 题", "文\n\n# 题"),
        ("a.txt", "文\n# 题", ""),
        ("a.Rmd", "文\n题", "<p>文</p>\n<h1>题</h1>"),
    ],
)
def test_the_suffix_selects_the_reader(tmp_path: Path, name: str, body: str, html: str) -> None:
    article = read(tmp_path, name, "---\ntitle: x\n---\n文\n\n# 题\n")
    assert (article.body, article.html) == (body, html)


def test_broken_front_matter_makes_an_article_with_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text('---\ntitle: "甲"乙"\ndate: 2021-10-01\n---\n正文。', encoding="utf-8")
    reading = read_article(tmp_path, "a.md", DEFAULTS)
    assert reading.article is not None
    assert (reading.article.title, reading.article.body) == ('甲"乙', "正文。")
    assert reading.article.date is not None
    assert reading.problem is not None
    assert reading.problem.startswith("front matter")


def test_an_unreadable_date_stays_in_extra(tmp_path: Path) -> None:
    article = read(tmp_path, "a.md", "---\ntitle: x\ndate: Invalid Date\n---\n文")
    assert article.date is None
    assert article.extra == {"date": "Invalid Date"}


@pytest.mark.parametrize("content", [b"", b"\n \n", b"---\ntitle:\ndate: 2021-10-01\n---\n", b"<!-- more -->"])
def test_a_file_without_title_and_text_is_skipped_as_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.md").write_bytes(content)
    reading = read_article(tmp_path, "a.md", DEFAULTS)
    assert (reading.article, reading.problem, reading.skipped) == (None, None, "empty")


def test_an_unreadable_file_fails_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "broken.md").symlink_to("nowhere")
    (tmp_path / "binary.md").write_bytes(b"\x89PNG\x00\x00")
    os.mkfifo(tmp_path / "pipe.md")
    reasons = {name: read_article(tmp_path, name, DEFAULTS).problem for name in ("folder.md", "pipe.md", "binary.md")}
    assert reasons == {"folder.md": "is a folder", "pipe.md": "is not a regular file", "binary.md": "binary"}
    for name in ("broken.md", "vanished.md"):
        assert "no such file" in (read_article(tmp_path, name, DEFAULTS).problem or "")


def test_a_file_without_read_permission_fails_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("文", encoding="utf-8")

    def forbid(path: str) -> os.stat_result:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "stat", forbid)
    reading = read_article(tmp_path, "a.md", DEFAULTS)
    assert (reading.article, reading.problem, reading.digest) == (None, "permission denied", "")


def test_a_bad_file_does_not_stop_reading(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\x00\x01")
    (tmp_path / "b.md").write_text("文", encoding="utf-8")
    failed, article = read_articles(tmp_path)
    assert isinstance(failed, ArticleError)
    assert (failed.path, failed.reason) == ("a.md", "binary")
    assert isinstance(article, Article)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArticlesNotFoundError):
        next(read_articles(tmp_path / "missing"))


def test_the_default_zone_is_that_of_china(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: x\ndate: 2021-10-01\n---\n", encoding="utf-8")
    dates = [next(read_articles(tmp_path, zone=zone)) for zone in (None, ZoneInfo("UTC"))]
    assert [article.date.isoformat() for article in dates if isinstance(article, Article) and article.date] == [
        "2021-10-01T00:00:00+08:00",
        "2021-10-01T00:00:00+00:00",
    ]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(["a.md", "a.html", "a.txt"]),
    head=st.sampled_from(
        [b"", b"---\n", b"+++\n", b";;;\n", b"---\ntitle: x\n", b'{"', b"<div>", b"\xff\xfe", b"#+a:"]
    ),
    noise=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    tail=st.sampled_from([b"", b"\n---\n", b"\n+++\n", b"\n;;;\n", b"</div>"]),
)
def test_reading_never_raises(tmp_path: Path, name: str, head: bytes, noise: bytes, tail: bytes) -> None:
    (tmp_path / name).write_bytes(head + noise + tail)
    reading = read_article(tmp_path, name, DEFAULTS)
    if reading.article is None:
        assert reading.problem or reading.skipped
        return
    article = reading.article
    json.dumps(article.to_dict(), allow_nan=False).encode()
    assert article.title == " ".join(article.title.split()) != ""
    assert article.body == article.body.strip()
    assert "" not in article.body.split("\n")[1:]
    assert article.body.splitlines() == (article.body.split("\n") if article.body else [])


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (UnreadableError("the archive has no text"), "the archive has no text"),
        (KeyError("a word of the text"), "it cannot be read: KeyError in test_articles.py, line "),
        (RecursionError("too deep"), "it cannot be read: RecursionError in test_articles.py, line "),
    ],
)
def test_an_error_of_a_reader_is_a_problem_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, problem: str
) -> None:
    def read_broken(text: str) -> Content:
        if "坏" in text:
            raise error
        return Content(blocks=[text])

    monkeypatch.setattr(
        "searchlib.sources.articles.find_reader", lambda suffix, extra: Reader(suffixes=(suffix,), read=read_broken)
    )
    for name, text in (("a.txt", "甲"), ("b.txt", "坏"), ("c.txt", "丙")):
        (tmp_path / name).write_text(text, encoding="utf-8")

    first, broken, last = read_articles(tmp_path)
    report = searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)

    assert [each.id for each in (first, last) if isinstance(each, Article)] == ["a.txt", "c.txt"]
    assert isinstance(broken, ArticleError)
    assert broken.path == "b.txt"
    assert broken.reason.rstrip("0123456789") == problem
    assert (report.added, report.failed) == (2, (("b.txt", broken.reason),))


def test_the_seed_is_read_without_failures(corpus: Callable[..., Path]) -> None:
    articles = list(read_articles(corpus("seed")))
    assert len(articles) == 11
    found = {article.id: article for article in articles if isinstance(article, Article)}
    assert len(found) == 11
    founding = found["000_e3c7ae41c0c3d234.md"]
    assert founding.date is not None
    assert founding.date.isoformat() == "2021-11-20T08:00:00+08:00"
    assert not any("赞赏" in article.body for article in found.values())
    assert sum("新媒体" in article.categories for article in found.values()) == 8
    assert sum(article.date is None for article in found.values()) == 3


def test_all_odd_files_but_an_error_page_become_articles(corpus: Callable[..., Path]) -> None:
    folder = corpus("odd")
    readings = {name: read_article(folder, name, DEFAULTS) for name in list_files(folder)}
    assert len(readings) == 10
    titles = {name.rpartition("/")[2]: reading.article.title for name, reading in readings.items() if reading.article}
    assert len(titles) == 9
    assert titles["dot-386.md"] == ".386"
    assert "404.md" not in titles
    assert titles["20150806_swift-2-flatmap.md"].startswith("Swift 2.0")
    authors = {reading.article.author for reading in readings.values() if reading.article}
    assert any(author.startswith("Žiga") for author in authors)
    assert sum(reading.problem is not None for reading in readings.values()) == 2


def test_short_texts_in_gb18030_are_decoded_as_chinese(corpus: Callable[..., Path]) -> None:
    articles = list(read_articles(corpus("gb18030")))
    assert len(articles) == 3507
    for article in articles:
        assert isinstance(article, Article)
        han = sum("\u4e00" <= character <= "\u9fff" for character in article.body)
        foreign = sum(
            "\xa0" < character < "\u2010" or "\uac00" <= character <= "\ud7a3" or character == "\ufffd"
            for character in article.body
        )
        assert han > 5 * foreign, article.id


def read_tags(folder: Path, name: str, tags: str, settings: Settings = DEFAULTS) -> tuple[str, ...]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntitle: x\ntags: {tags}\n---\n文 #内联 `#码`", encoding="utf-8")
    article = read_article(folder, name, settings).article
    assert article is not None
    return article.tags


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("_posts/2021-03-04-x.md", ("甲", "乙")),
        ("blog/_posts/年/2021-03-04-x.md", ("甲", "乙")),
        ("source/_posts/2021-03-04-x.md", ("甲 乙",)),
        ("_posts/x.md", ("甲", "乙")),
        ("2021-03-04-x.md", ("甲", "乙")),
    ],
)
def test_spaces_separate_chinese_tags_outside_of_hexo(tmp_path: Path, name: str, tags: tuple[str, ...]) -> None:
    assert read_tags(tmp_path, name, "甲 乙") == tags


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("_posts/2021-03-04-x.md", ("Python", "教程")),
        ("source/_posts/2021-03-04-x.md", ("Python 教程",)),
        ("2021-03-04-x.md", ("Python 教程",)),
    ],
)
def test_spaces_separate_other_tags_in_posts_of_jekyll(tmp_path: Path, name: str, tags: tuple[str, ...]) -> None:
    assert read_tags(tmp_path, name, "Python 教程") == tags


def test_a_folder_of_posts_is_known_by_its_own_name(tmp_path: Path) -> None:
    assert read_tags(tmp_path / "_posts", "2021-03-04-x.md", "甲 乙") == ("甲", "乙")
    assert read_tags(tmp_path / "source/_posts", "2021-03-04-x.md", "甲 乙") == ("甲 乙",)
    assert read_tags(tmp_path, "_posts/2021-03-05-x.md", "甲 一, 乙") == ("甲 一", "乙")


def test_tags_in_the_text_count_by_setting(tmp_path: Path) -> None:
    assert read_tags(tmp_path, "a.md", "甲") == ("甲",)
    assert read_tags(tmp_path, "a.md", "甲", Settings(inline_tags=True)) == ("甲", "内联")
    assert read_tags(tmp_path, "a.txt", "甲", Settings(inline_tags=True)) == ("甲",)


def test_nested_tags_are_category_paths(tmp_path: Path) -> None:
    article = read(tmp_path, "a.md", '---\ntitle: x\ntags: ["#读书/小说", CI/CD, 甲/]\ncategories: 技术\n---\n文')
    assert article.tags == ("读书/小说", "CI/CD", "甲/")
    assert article.categories == ("技术", "读书", "小说")
    assert article.category_paths == (("技术",), ("读书", "小说"))


def test_the_setting_suffixes_adds_files(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("# 不是标题", encoding="utf-8")
    (tmp_path / "b.mkdn").write_text("# 标题", encoding="utf-8")
    assert list(read_articles(tmp_path, settings=DEFAULTS)) == []
    articles = list(read_articles(tmp_path, settings=Settings(suffixes=(".log", "mkdn=md"))))
    assert [each.body for each in articles if isinstance(each, Article)] == ["# 不是标题", "标题"]


@pytest.mark.parametrize(
    ("front_matter", "problem", "source"),
    [
        ("date: 2020-02-30", "date: '2020-02-30' is no date", ""),
        ("date: 0001-01-01T00:00:00Z", None, ""),
        ("date: 0000-00-00 00:00:00\nupdated: 2021-03-04", None, "updated"),
        ("date: 2020-02-30\nupdated: 2021-03-04", "date: '2020-02-30' is no date", "updated"),
        ("date: 2021-03-04\nupdated: 30.30.2020", None, "date"),
        ("date: 待定", None, ""),
        ("date: ''", None, ""),
        ("发布日期: 2020年13月1日", "发布日期: '2020年13月1日' is no date", ""),
    ],
)
def test_a_date_that_is_none_is_reported(tmp_path: Path, front_matter: str, problem: str | None, source: str) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: 甲\n{front_matter}\n---\n乙\n", encoding="utf-8")
    reading = read_article(tmp_path, "a.md", Settings())
    assert reading.article
    assert (reading.problem, reading.article.date_source) == (problem, source)
    report = searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    assert report.salvaged == ((("a.md", problem),) if problem else ())
