"""Read saved web pages."""

from __future__ import annotations

from typing import Any

import pytest

from searchlib.sources.readers.page.reader import read_mhtml, read_page
from tests.corpora.saved_pages import PAGES, page, score


@pytest.mark.parametrize(("number", "name"), list(enumerate(PAGES)), ids=list(PAGES))
def test_the_main_content_of_a_page_is_read_without_furniture(number: int, name: str) -> None:
    source, expected = page(number, name)
    content = read_page(source)
    precision, recall = score(expected, "\n".join(content.blocks))
    assert recall == 1
    assert precision > 0.85  # some themes have the title in the content, too
    assert content.page_title == f"第{number}号文章的标题"


HEAD = "<html><head>{}</head><body><article><h1>茶</h1><p>水烧到八十五度再冲泡，第一泡不要太久。</p></article></body></html>"


@pytest.mark.parametrize(
    ("head", "metadata"),
    [
        ("", {}),
        (
            '<meta name="author" content="张三"><meta name="keywords" content="茶, 水，火">',
            {"author": "张三", "tags": ["茶", "水", "火"]},
        ),
        (
            '<meta property="article:published_time" content="2021-03-04T10:00:00+08:00">'
            '<meta property="article:tag" content="茶"><meta property="article:section" content="生活">'
            '<meta property="article:author" content="https://a.cn/me">',
            {"date": "2021-03-04T10:00:00+08:00", "tags": ["茶"], "categories": ["生活"]},
        ),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": "BlogPosting", "headline": "茶",'
            '"author": [{"name": "张三"}, {"name": "李四"}], "datePublished": "2021-03-04", "keywords": "茶,水"}]}</script>',
            {"author": "张三、李四", "date": "2021-03-04", "tags": ["茶", "水"]},
        ),
        (
            '<script type="application/ld+json">{broken</script><meta name="date" content="2021-03-04">',
            {"date": "2021-03-04"},
        ),
        ("<script>var createTime = '2021-03-04 10:00';</script>", {"date": "2021-03-04 10:00"}),
    ],
)
def test_the_metadata_of_the_head_is_read(head: str, metadata: dict[str, Any]) -> None:
    assert read_page(HEAD.format(head)).metadata == metadata


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ("<title>茶 - 山间小站</title>", "", "茶"),
        ("<title>山间小站 | 茶</title><meta property='og:site_name' content='山间小站'>", "", "茶"),
        ("<title>C - 指针 - 山间小站</title>", "", "C - 指针"),
        ("<title>茶_某某网</title>", "", "茶"),
        ("<title>茶</title>", "<h1>山间小站</h1>", "茶"),
        ("<title>A - B</title><meta property='og:title' content='A - B'>", "<h1>A - B</h1>", "A - B"),
        ("", "<h1>茶</h1>", "茶"),
    ],
)
def test_the_title_of_a_page_is_without_the_name_of_its_site(head: str, heading: str, title: str) -> None:
    source = f"<html><head>{head}</head><body>{heading}<p>水烧到八十五度再冲泡。</p></body></html>"
    assert read_page(source).page_title == title


@pytest.mark.parametrize(
    ("body", "page_title", "lead_heading"),
    [
        ("<p>水烧到八十五度再冲泡。</p><h1>器具</h1><p>盖碗。</p>", "", ""),
        ("<h3>器具</h3><p>盖碗。</p>", "", "器具"),
        ("<header><h1>茶</h1></header><article><h2>器具</h2><p>水烧到八十五度再冲泡。</p></article>", "茶", ""),
    ],
)
def test_a_page_without_a_title_has_that_of_a_heading_before_its_text(
    body: str, page_title: str, lead_heading: str
) -> None:
    content = read_page(f"<html><body>{body}</body></html>")
    assert (content.page_title, content.lead_heading) == (page_title, lead_heading)


_TEXT = "水烧到八十五度再冲泡，第三泡以后再慢慢加长。" * 9
_LINKS = "<a class='post-title-link' href='b'>二</a> " * 3
_LISTED = "<article><h2 class='entry-title'><a href='{0}.html'>第{0}篇</a></h2><p>摘要。</p></article>"


@pytest.mark.parametrize(
    ("body", "is_listing"),
    [
        ("".join(map(_LISTED.format, "一二三")), True),
        ("".join(map(_LISTED.format, "一二")), None),
        ("<h1 class='entry-title'>茶</h1><p>正文。</p>" + "".join(map(_LISTED.format, "一二三")), False),
        ("<p><b>甲</b>文。<a class='post-title-link' href='b'>二</a></p>" * 3, True),
        (_LISTED.format("一") + "<div><a class='post-title-link' href='b'>二</a></div>" * 2, None),
        (_LISTED.format("一").replace("摘要", _TEXT) + _LISTED.format("二") * 2, True),
        ("<h2 class='entry-title'><a name='a'>一</a></h2><p>正文。</p>" * 3, False),
        ("<h2 class='entry-title' id='a'>一<a href='#a'></a></h2><p>正文。</p>" * 3, False),
        ("<main><h1>茶</h1><p>正文。</p></main>", False),
        (f"<div class='post-content'>{_TEXT}</div><aside>{_LINKS}</aside>", None),
        (f"<div class='post-content'>{_TEXT}</div><div class='more'>{_LINKS}</div>", None),
        (
            _LISTED.format("一") + f"<div class='post-content'>{_TEXT}</div>" + "".join(map(_LISTED.format, "二三四")),
            None,
        ),
        (f"<article><p>{_TEXT}</p></article><div>{_LINKS}</div>", None),
        (
            f"<div class='post-content'>{_TEXT}</div>" + "<div><a class='post-title-link' href='b'>二</a></div>" * 3,
            None,
        ),
        (f"<main><h1>分类：茶</h1>{_TEXT}{_LINKS}</main>", True),
        (f"<main><p>{_TEXT}</p>{_LINKS}</main>", True),
    ],
)
def test_a_page_that_links_the_titles_of_several_articles_lists_them(body: str, is_listing: bool | None) -> None:
    assert read_page(f"<html><title>茶</title><body>{body}</body></html>").is_listing is is_listing


def test_a_page_with_the_time_of_its_publication_lists_no_articles() -> None:
    head = '<meta property="article:published_time" content="2021-03-04">'
    assert read_page(f"<html><head>{head}</head><body>{_LINKS}</body></html>").is_listing is False


@pytest.mark.parametrize(
    ("body", "date"),
    [
        ("<aside><time>2024-05-06</time></aside><p>文。</p><p class='post-meta'>2021-03-04</p>", "2021-03-04"),
        ("<p>文。</p><ol class='comment-list'><li><time>2024-05-06</time></li></ol>", None),
        ("<p>文。</p><footer><time>2024-05-06</time></footer>", None),
        (f"<article><p>事件发生于 <time>1937-07-07</time>，{_TEXT}</p></article>", None),
        ("<article><p>发表于 <time>2021-03-04</time></p><p>文。</p></article>", "2021-03-04"),
        ("<div class='container has-sidebar'><time>2021-03-04</time><p>文。</p></div>", "2021-03-04"),
    ],
)
def test_a_date_beside_the_article_is_not_its_date(body: str, date: str | None) -> None:
    assert read_page(f"<html><title>茶</title><body>{body}</body></html>").metadata.get("date") == date


def test_an_element_that_is_named_after_comments_may_contain_the_article() -> None:
    body = (
        "<div class='comments-open'><article class='no-comments'><p>水烧到八十五度。</p></article></div><p>脚注。</p>"
    )
    assert "水烧到八十五度。" in read_page(f"<html><title>茶</title><body>{body}</body></html>").blocks


def test_a_part_of_a_page_is_read_as_it_is() -> None:
    content = read_page("<header>头</header><h1>题</h1><p>文</p><footer>脚</footer>")
    assert (content.blocks, content.lead_heading) == (["头", "题", "文", "脚"], "")


def test_hidden_content_does_not_replace_the_text_of_a_page() -> None:
    text, hidden = "春天的茶园要早起采摘，露水未干时最好。" * 12, "这一段只给会员看。" * 15
    content = read_page(
        f"<html><body><article><p>{text}</p><div class='entry-content' hidden><p>{hidden}</p></div></article></body></html>"
    )
    assert content.blocks == [text]


def test_the_navigation_of_a_book_is_left_out_although_it_is_longer_than_the_page() -> None:
    chapters = "".join(f"<li><a href='{number}.html'><b>{number}.</b> 关于茶的一章</a></li>" for number in range(300))
    parts = "<li class='header'>第一部分：从采摘到冲泡</li><li><span>没有链接的一章</span></li>"
    page = (
        f"<html><body><div class='book'><div class='book-summary'><nav role='navigation'><ul>{parts}{chapters}</ul></nav></div>"
        "<div class='book-body'><div role='main'><section class='normal markdown-section'><h1>茶</h1><p>水开了。</p></section>"
        "</div></div></div></body></html>"
    )
    assert read_page(page).blocks == ["茶", "水开了。"]
    assert read_page(page.replace("markdown-section", "x")).blocks == ["茶", "水开了。"]
    assert len(read_page(f"<html><body><div class='nav'>{chapters}</div></body></html>").blocks) == 300


def test_a_page_of_furniture_only_keeps_its_text() -> None:
    assert read_page("<html><body><div class='sidebar'>文</div></body></html>").blocks == ["文"]


def test_a_web_archive_is_read_as_its_page() -> None:
    body = HEAD.format("<title>茶 - 小站</title>").encode("gbk").replace(b"=", b"=3D")
    archive = (
        b"From: <Saved by Browser>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="B"; type="text/html"\r\n\r\n'
        b"--B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
        b"--B\r\nContent-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + body
        + b"\r\n--B--\r\n"
    )
    content = read_mhtml(archive)
    assert (content.page_title, content.blocks) == ("茶", ["茶", "水烧到八十五度再冲泡，第一泡不要太久。"])
    assert read_mhtml(b"no archive").blocks == []
