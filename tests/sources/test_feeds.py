"""Read feeds and exports: each entry is an article of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import searchlib
from searchlib.errors import ArticleError
from searchlib.indexing.watch import watch_index
from searchlib.models import Article
from searchlib.settings import Settings
from searchlib.sources import feeds
from searchlib.sources.feeds import entry_id, split_id
from searchlib.sources.inspection import inspect_file
from searchlib.sources.walk import list_files
from tests.sources.growth import assert_linear

_RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>山间小站</title><link>https://a.example</link>{}</channel></rss>"""

_ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:app="http://purl.org/atom/app#"><title>云上</title>
<author><name>李四</name></author>{}</feed>"""

_RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://c.example/"><title>旧站</title></channel>{}</rdf:RDF>"""


def item(key: object, more: str = "", text: str = "&lt;p&gt;水烧到八十五度。&lt;/p&gt;") -> str:
    return f"<item><title>第{key}篇</title><guid isPermaLink='false'>{key}</guid><description>{text}</description>{more}</item>"


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode(encoding))
    return file


def read(folder: Path, settings: Settings | None = None) -> dict[str, Article]:
    found = [*searchlib.read_articles(folder, settings=settings)]
    assert not [each for each in found if isinstance(each, ArticleError)]
    return {each.id: each for each in found if isinstance(each, Article)}


def test_an_item_of_rss_is_an_article(tmp_path: Path) -> None:
    values = (
        "<link>https://a.example/p/1</link><pubDate>Thu, 04 Mar 2021 10:20:30 +0800</pubDate><dc:creator>甲</dc:creator>"
        "<category>茶</category><content:encoded><![CDATA[<h2>泡茶</h2><p>水<b>八十五</b>度，{{ 不是模板 }}。</p>"
        "<script>alert(1)</script>]]></content:encoded>"
    )
    write(tmp_path, "rss/a.xml", _RSS.format(item("https://a.example/p/1", values)))
    article = read(tmp_path)["rss/a.xml#a.example/p/1"]
    assert article.title == "第https://a.example/p/1篇"
    assert article.body == "泡茶\n水八十五度，{{ 不是模板 }}。"
    assert article.headings == ("泡茶",)
    assert article.date is not None
    assert article.date.isoformat() == "2021-03-04T10:20:30+08:00"
    assert (article.author, article.tags) == ("甲", ("茶",))
    assert article.extra == {"url": "https://a.example/p/1", "feed": "山间小站"}
    assert "script" not in article.html


def test_an_entry_of_atom_is_an_article(tmp_path: Path) -> None:
    entry = (
        "<entry><id>tag:b.example,2023:2</id><title type='html'>&lt;b&gt;读书&lt;/b&gt;记</title>"
        "<published>2023-05-06T07:08:09+08:00</published><updated>2024-01-01T00:00:00Z</updated><category term='书'/>"
        "<link rel='alternate' href='https://b.example/2'/><summary>摘要</summary>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>好书。</p></div></content></entry>"
    )
    write(tmp_path, "b.atom", _ATOM.format(entry))
    article = read(tmp_path)["b.atom#tag:b.example,2023:2"]
    assert (article.title, article.body, article.author, article.tags) == ("读书记", "好书。", "李四", ("书",))
    assert article.date is not None
    assert article.date.isoformat() == "2023-05-06T07:08:09+08:00"
    assert article.extra["url"] == "https://b.example/2"


def test_an_item_of_rdf_is_an_article(tmp_path: Path) -> None:
    rdf = "<item rdf:about='https://c.example/3'><title>旧文</title><link>https://c.example/3</link><description>一段旧文。</description>"
    write(tmp_path, "c.rdf", _RDF.format(f"{rdf}<dc:date>2004-05-06</dc:date></item>"))
    article = read(tmp_path)["c.rdf#c.example/3"]
    assert (article.title, article.body) == ("旧文", "一段旧文。")
    assert article.date is not None
    assert article.date.date().isoformat() == "2004-05-06"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024年12月3日", "2024-12-03"),
        ("2024-12-03 10:00:00", "2024-12-03"),
        ("Tue, 3 Dec 2024 10:00:00 GMT", "2024-12-03"),
        ("Tue, 03 Dec 24 10:00 EST", "2024-12-03"),
    ],
)
def test_dates_are_read_as_feeds_write_them(tmp_path: Path, written: str, day: str) -> None:
    write(tmp_path, "a.rss", _RSS.format(item(1, f"<pubDate>{written}</pubDate>")))
    date = read(tmp_path)["a.rss#1"].date
    assert date is not None
    assert date.date().isoformat() == day


def test_an_entry_without_title_is_named_after_its_first_sentence(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", _RSS.format("<item><guid>1</guid><description>今天下雨。没有出门。</description></item>"))
    assert read(tmp_path)["a.xml#1"].title == "今天下雨"


def test_an_entry_without_title_and_text_is_skipped_with_a_reason(tmp_path: Path) -> None:
    items = "<item><guid>1</guid><title> </title></item><item><guid>2</guid><title>二</title></item>"
    write(tmp_path / "feeds", "a.xml", _RSS.format(items))
    report = searchlib.build_index(tmp_path / "feeds", tmp_path / "index")
    assert (report.added, report.skipped, report.failed) == (1, (("a.xml#1", "empty"),), ())


def test_an_export_of_wordpress_has_posts_pages_and_custom_types_only(tmp_path: Path) -> None:
    kinds = ["post", "page", "book", "attachment", "nav_menu_item", "wp_template", "revision"]
    posts = [item(kind, f"<wp:post_type>{kind}</wp:post_type>") for kind in kinds]
    names = (
        '<category domain="category" nicename="a">游记</category><category domain="post_tag" nicename="b">山</category>'
    )
    write(tmp_path, "wordpress.xml", _RSS.format("".join(posts) + item("named", names)))
    articles = read(tmp_path)
    assert [*articles] == [f"wordpress.xml#{kind}" for kind in ("book", "named", "page", "post")]
    assert articles["wordpress.xml#named"].categories == ("游记",)
    assert articles["wordpress.xml#named"].tags == ("山",)


@pytest.mark.parametrize(
    ("written", "blocks"),
    [
        ("第一行\n第二行\n\n<b>第三</b>行", ["第一行 第二行", "第三行"]),
        ("前<pre>a\n  b</pre>后\n尾", ["前", "a", "  b", "后 尾"]),
        ('[note]提示[/note]\n数组 a[i] 和 [1]。[gallery ids="1,2"]', ["提示 数组 a[i] 和 [1]。"]),
        ("[code lang='c']if (a<b) {\n  c;\n}[/code]\n完", ["if (a<b) {", "  c;", "}", "完"]),
        ("[code]a &lt; b[/code]", ["a < b"]),
        ("[code]没有结尾\n[说明]", ["[code]没有结尾 [说明]"]),
        ("<!-- wp:paragraph -->\n<p>一句\n两行</p>\n<!-- /wp:paragraph -->", ["一句两行"]),
    ],
)
def test_a_post_of_wordpress_is_read_as_it_is_shown(tmp_path: Path, written: str, blocks: list[str]) -> None:
    content = f"<wp:post_type>post</wp:post_type><content:encoded><![CDATA[{written}]]></content:encoded>"
    write(tmp_path, "a.xml", _RSS.format(item(1, content)))
    assert read(tmp_path)["a.xml#1"].body.split("\n") == blocks


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["[code]a", "[code x='y']\n", "<pre>\n", "[/a][b", "[a b=", "<pre><script>", "&#1;", "&nbsp;"]
)
def test_a_post_of_wordpress_is_read_in_linear_time(piece: str) -> None:
    post = item(1, "<wp:post_type>post</wp:post_type><content:encoded><![CDATA[{}]]></content:encoded>")
    assert_linear(lambda size: ("a.xml", _RSS.format(post.format(piece * (size // len(piece))))))


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["<item>", "<item><title>a</title></item>", "<a>", "<!--", "&", "<category>a</category>"]
)
def test_a_feed_is_split_in_linear_time(piece: str) -> None:
    assert_linear(lambda size: ("a.xml", _RSS.format(piece * (size // len(piece)))))


def test_an_export_of_wordpress_names_its_author(tmp_path: Path) -> None:
    author = "<wp:author><wp:author_login>root</wp:author_login><wp:author_display_name>王小明</wp:author_display_name></wp:author>"
    items = item(1, "<dc:creator>root</dc:creator>") + item(2, "<dc:creator>guest</dc:creator>")
    write(tmp_path, "a.xml", _RSS.format(author + items))
    assert [each.author for each in read(tmp_path).values()] == ["王小明", "guest"]


def test_an_export_of_blogger_has_no_comments(tmp_path: Path) -> None:
    kind = "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
    entries = "".join(
        f"<entry><id>tag:blogger.com,1999:{each}</id><title>标题</title><content>正文</content>{kind.format(each)}</entry>"
        for each in ("post", "comment", "settings", "template")
    )
    write(tmp_path, "blog.xml", _ATOM.format(entries))
    articles = read(tmp_path)
    assert [*articles] == ["blog.xml#tag:blogger.com,1999:post"]
    assert articles["blog.xml#tag:blogger.com,1999:post"].tags == ()


def test_drafts_are_left_out_and_locked_posts_have_no_text(tmp_path: Path) -> None:
    draft = "<entry><id>5</id><title>稿</title><content>草稿</content><app:control><app:draft>yes</app:draft></app:control></entry>"
    write(tmp_path, "articles/b.xml", _ATOM.format(draft))
    items = [
        item(1),
        item(2, "<wp:status>draft</wp:status>"),
        item(3, "<wp:post_password>开门</wp:post_password>"),
        item(4, "<wp:status>private</wp:status>"),
        item(6, "<wp:status>publish</wp:status>"),
    ]
    write(tmp_path, "articles/a.xml", _RSS.format("".join(items)))
    report = searchlib.build_index(tmp_path / "articles", tmp_path / "index", jobs=1)
    assert report.skipped == (
        ("a.xml#2", "draft (status)"),
        ("a.xml#4", "private (status)"),
        ("b.xml#5", "draft"),
    )
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.ids() == ["a.xml#1", "a.xml#3", "a.xml#6"]
        locked = index.get("a.xml#3")
        assert locked.body == ""
        assert "开门" not in repr(locked)
        assert index.search("八十五度").total == 2
    unpublished = read(tmp_path / "articles", Settings(unpublished="index"))
    assert unpublished["a.xml#2"].body == "水烧到八十五度。"


def test_an_entry_in_several_feeds_belongs_to_the_first(tmp_path: Path) -> None:
    write(tmp_path, "2024-01-01.xml", _RSS.format(item(1) + item("https://a.example/2")))
    write(tmp_path, "2024-01-02.xml", _RSS.format(item("https://a.example/2") + item(3) + item(1)))
    # The number 1 of another site is another entry.
    write(tmp_path, "other.xml", _RSS.replace("a.example", "b.example").format(item(1)))
    assert [*read(tmp_path)] == ["2024-01-01.xml#1", "2024-01-01.xml#a.example/2", "2024-01-02.xml#3", "other.xml#1"]


def test_feeds_that_have_not_changed_are_not_parsed_again_for_a_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []

    def counting(data: bytes) -> Mapping[str, feeds.Entry]:
        parsed.append(data)
        return parse(data)

    parse = feeds.parse_feed
    monkeypatch.setattr(feeds, "parse_feed", counting)
    for number in range(20):
        write(tmp_path, f"{number:02}.xml", _RSS.format(item(number)))
    assert len(list_files(tmp_path)) == len(parsed) == 20
    write(tmp_path, "07.xml", _RSS.format(item(7) + item(70)))
    assert len(list_files(tmp_path)) == len(parsed) == 21


def test_feeds_in_a_folder_of_a_published_site_are_left_out(tmp_path: Path) -> None:
    feed = _ATOM.format("<entry><id>{}</id><title>标题</title><content>正文</content></entry>")
    write(tmp_path, "site/index.html", "<p>正文很短。</p>")
    write(tmp_path, "site/archives.html", "<p>所有文章。</p>")
    write(tmp_path, "saved/index.html", "<p>我的订阅。</p>")
    write(tmp_path, "saved/rss/a.atom.xml", feed.format(3))
    write(tmp_path, "site/feeds/all.atom.xml", feed.format(1))
    write(tmp_path, "read/feeds/a.atom.xml", feed.format(2))
    write(tmp_path, "read/index.md", "别人的文章。")
    assert not [name for name in list_files(tmp_path) if name.startswith("site/feeds/")]
    assert inspect_file(tmp_path, "site/feeds/all.atom.xml", Settings())["state"].startswith(
        "skipped: feed of the site"
    )
    assert len([name for name in list_files(tmp_path) if name.startswith("read/feeds/")]) == 1
    assert len([name for name in list_files(tmp_path) if name.startswith("saved/rss/")]) == 1
    assert len(list_files(tmp_path / "site" / "feeds")) == 1


@pytest.mark.parametrize("mark", ["index.html", "_posts/2024-01-01-a.md", "_index.md", "_config.yml", "hugo.toml"])
def test_the_feed_of_a_site_repeats_its_articles_and_is_left_out(tmp_path: Path, mark: str) -> None:
    write(tmp_path, f"site/{mark}", "正文很短。")
    write(
        tmp_path, "site/atom.xml", _ATOM.format("<entry><id>1</id><title>标题</title><content>正文</content></entry>")
    )
    write(tmp_path, "site/sitemap.xml", "<urlset><url/></urlset>")
    write(tmp_path, "more/a.md", "另一篇文章。")
    report = searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    assert ("site/atom.xml", "feed of the site in its folder") in report.skipped
    assert not [name for name, _ in report.skipped if "sitemap" in name]
    assert inspect_file(tmp_path, "site/atom.xml", Settings())["state"] == "skipped: feed of the site in its folder"


@pytest.mark.parametrize(
    "text",
    [
        "<project><a/></project>",
        "{% feed %}<rss>",
        "<!-- a -->" * 500,
        "<!-- rss --><html><rss></rss></html>",
        "",
        "<rssx/>",
        "<urlset/>",
    ],
)
def test_other_xml_is_ignored(tmp_path: Path, text: str) -> None:
    write(tmp_path, "a.xml", text)
    write(tmp_path, "b.md", "正文")
    assert [*read(tmp_path)] == ["b.md"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_feed_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    write(tmp_path, "a.xml", _RSS.replace("UTF-8", declared).format(item(1)), encoding)
    assert read(tmp_path)["a.xml#1"].title == "第1篇"


def test_characters_that_are_not_allowed_in_xml_do_not_break_a_feed(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", _RSS.format(item(1, text="A & B&nbsp;茶\x08叶 <br> 好") + item(2)))
    assert [*read(tmp_path)] == ["a.xml#1", "a.xml#2"]


@pytest.mark.parametrize(
    ("encoding", "declared"), [("gb18030", "utf-8"), ("utf-8", "gbk"), ("big5", "big5"), ("gb18030", "gb2312")]
)
def test_a_feed_may_declare_another_encoding(tmp_path: Path, encoding: str, declared: str) -> None:
    text = "山中的茶葉要用泉水慢慢地泡，水燒到八十五度為止。"
    write(
        tmp_path,
        "a.xml",
        _RSS.replace("UTF-8", declared).replace("山间小站", "茶").format(item(1, text=text)),
        encoding,
    )
    assert read(tmp_path)["a.xml#1"].body == text


def test_a_cut_character_does_not_garble_a_feed(tmp_path: Path) -> None:
    file = write(tmp_path, "a.xml", _RSS.format(item(1, text="泡茶的水X") + item(2)))
    file.write_bytes(file.read_bytes().replace(b"X", "茶".encode()[:2]))
    assert [each.body for each in read(tmp_path).values()] == ["泡茶的水\ufffd", "水烧到八十五度。"]


@pytest.mark.parametrize("reference", ["&#xD83D;&#xDE00;", "&#0;", "&#x1F;", "&#99999999999;", "&#x110000;"])
def test_references_of_characters_that_are_not_allowed_are_removed(tmp_path: Path, reference: str) -> None:
    write(tmp_path, "a.xml", _RSS.format(item(f"一{reference}", text=f"茶{reference}叶&#33590;")))
    assert {each: article.body for each, article in read(tmp_path).items()} == {"a.xml#一": "茶叶茶"}


@pytest.mark.parametrize(
    "start",
    ['<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>', "<!-- 一 > 二 -->" * 30, '<?xml-stylesheet href="a.xsl?b>c"?>'],
)
def test_a_feed_may_begin_with_comments_instructions_and_its_type(tmp_path: Path, start: str) -> None:
    write(tmp_path, "a.xml", _RSS.replace("?>\n<rss", f"?>{start}<rss").format(item(1)))
    assert [*read(tmp_path)] == ["a.xml#1"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_feed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xml")
    write(tmp_path, "b.xml", _RSS.format(item(1)))
    assert [*read(tmp_path)] == ["b.xml#1"]


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_feed_that_cannot_be_opened_fails(tmp_path: Path) -> None:
    (tmp_path / "a.xml").symlink_to("a.xml")
    write(tmp_path, "b.xml", _RSS.format(item(1)))
    report = searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    assert [name for name, _ in report.failed] == ["a.xml"]


@pytest.mark.skipif(os.name != "posix", reason="needs such names")
def test_names_like_ids_of_entries_are_files(tmp_path: Path) -> None:
    write(tmp_path, "a.xml#1/b.md", "一")
    write(tmp_path, "c.rss#d.md", "二")
    write(tmp_path, "e.ATOM#f.xml", _RSS.format(item(1)))
    write(tmp_path, r"g\x23.md", "四")
    write(tmp_path, "h#.md", "五")
    bodies = {each: article.body for each, article in read(tmp_path).items()}
    assert bodies == {
        r"a.xml\x231/b.md": "一",
        r"c.rss\x23d.md": "二",
        r"e.ATOM\x23f.xml#1": "水烧到八十五度。",
        r"g\x5cx23.md": "四",
        "h#.md": "五",
    }


def test_entries_without_an_identifier_of_their_own_are_kept(tmp_path: Path) -> None:
    plain = "<item><description>{}</description></item>"
    same = "<item><guid>https://a.example/</guid><link>https://a.example/{0}</link><title>{0}</title></item>"
    items = plain.format("一") + plain.format("二") + same.format(3) + same.format(4)
    write(tmp_path, "a.xml", _RSS.format(items))
    write(tmp_path, "b.xml", _RSS.format(plain.format("零") + items))
    articles = read(tmp_path)
    assert [
        articles[each].body for each in sorted(articles, key=lambda each: articles[each].body) if articles[each].body
    ] == [
        "一",
        "二",
        "零",
    ]
    assert {"a.xml#a.example/3", "a.xml#a.example/4"} < articles.keys()


def test_a_draft_in_one_feed_does_not_hide_the_post_in_another(tmp_path: Path) -> None:
    write(tmp_path, "1.xml", _RSS.format(item(1, "<wp:status>draft</wp:status>")))
    write(tmp_path, "2.xml", _RSS.format(item(1, "<wp:status>publish</wp:status>")))
    write(tmp_path, "3.xml", _RSS.format(item(1, "<wp:status>publish</wp:status>")))
    report = searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    assert report.skipped == (("1.xml#1", "draft (status)"),)
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.ids() == ["2.xml#1"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("List&lt;String&gt; 的用法", "List<String> 的用法"),
        ("a &lt; b", "a < b"),
        ("<![CDATA[茶 &amp; <b>水</b>]]>", "茶 & 水"),
        ("<![CDATA[茶 &amp; 水]]>", "茶 & 水"),
    ],
)
def test_a_title_of_rss_is_html_if_it_looks_like_html(tmp_path: Path, written: str, title: str) -> None:
    write(tmp_path, "a.xml", _RSS.format(f"<item><guid>1</guid><title>{written}</title></item>"))
    assert read(tmp_path)["a.xml#1"].title == title


@pytest.mark.parametrize("written", ["Vec&lt;T&gt;", "<![CDATA[Vec<T>]]>", " \n Vec&lt;T&gt;"])
def test_a_title_of_atom_is_plain_text(tmp_path: Path, written: str) -> None:
    write(tmp_path, "a.xml", _ATOM.format(f"<entry><id>1</id><title>{written}</title></entry>"))
    assert read(tmp_path)["a.xml#1"].title == "Vec<T>"


def test_a_title_of_atom_may_be_html(tmp_path: Path) -> None:
    title = "<title type='html'>Vec&amp;lt;T&amp;gt; &lt;b&gt;茶&lt;/b&gt;</title>"
    write(tmp_path, "a.xml", _ATOM.format(f"<entry><id>1</id>{title}</entry>"))
    assert read(tmp_path)["a.xml#1"].title == "Vec<T> 茶"


@pytest.mark.parametrize("written", ["Mon, 01 Jan 0001 00:00:00 GMT", "0000-00-00", "Mon, 30 Nov -0001 00:00:00 +0000"])
def test_an_unknown_date_does_not_fail_an_entry(tmp_path: Path, written: str) -> None:
    write(tmp_path, "a.xml", _RSS.format(item(1, f"<pubDate>{written}</pubDate>")))
    assert read(tmp_path)["a.xml#1"].date is None


@pytest.mark.parametrize("status", ["DRAFT", "SOFT_TRASHED"])
def test_posts_of_blogger_that_are_no_longer_published_are_left_out(tmp_path: Path, status: str) -> None:
    entry = "<entry><id>{}</id><title>茶</title><b:status xmlns:b='http://schemas.google.com/blogger/2018'>{}</b:status></entry>"
    text = _ATOM.replace("xmlns:app", "xmlns:blogger='http://schemas.google.com/blogger/2018' xmlns:app")
    write(tmp_path, "a.atom", text.format(entry.format(1, status).replace("b:", "blogger:") + entry.format(2, "LIVE")))
    assert [*read(tmp_path)] == ["a.atom#2"]


def test_a_feed_that_cannot_be_read_fails(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", "<rss>\n<channel><title>坏")
    write(tmp_path, "b.md", "正文")
    report = searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    assert report.failed == (("a.xml", "the feed cannot be read, check that it is valid XML: no element found"),)
    assert inspect_file(tmp_path, "a.xml", Settings())["state"].startswith("failed: the feed cannot be read")


def test_the_setting_exclude_applies_to_feeds(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", _RSS.format(item(1)))
    write(tmp_path, "b.xml", _RSS.format(item(2)))
    assert [*read(tmp_path, Settings(exclude=("a.xml",)))] == ["b.xml#2"]


def test_an_update_adds_changes_and_deletes_entries(tmp_path: Path) -> None:
    feed = write(tmp_path, "articles/a.xml", _RSS.format(item(1) + item(2) + item(3)))
    searchlib.build_index(tmp_path / "articles", tmp_path / "index", jobs=1)
    report = searchlib.update_index(tmp_path / "articles", tmp_path / "index")
    assert (report.added, report.updated, report.deleted, report.unchanged) == (0, 0, 0, 3)
    feed.write_text(_RSS.format(item(1) + item(2, text="改过的正文。") + item(4)), encoding="utf-8")
    report = searchlib.update_index(tmp_path / "articles", tmp_path / "index")
    assert (report.added, report.updated, report.deleted, report.unchanged) == (1, 1, 1, 1)
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.ids() == ["a.xml#1", "a.xml#2", "a.xml#4"]
        assert index.get("a.xml#2").body == "改过的正文。"


def test_named_folders_can_hold_feeds(tmp_path: Path) -> None:
    write(tmp_path, "rss/a.xml", _RSS.format(item("https://a.example/1")))
    write(tmp_path, "blog/b.md", "正文")
    searchlib.build_index({"feeds": tmp_path / "rss", "blog": tmp_path / "blog"}, tmp_path / "index", jobs=1)
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.ids() == ["blog/b.md", "feeds/a.xml#a.example/1"]
        assert index.get("feeds/a.xml#a.example/1").path == "feeds/a.xml#a.example/1"


@pytest.mark.slow
def test_watch_notices_a_new_entry(tmp_path: Path) -> None:
    feed = write(tmp_path, "articles/a.xml", _RSS.format(item(1)))
    updates: Iterator[object] = watch_index(tmp_path / "articles", tmp_path / "index")
    assert getattr(next(updates), "added", None) == 1
    feed.write_text(_RSS.format(item(1) + item(2)), encoding="utf-8")
    assert getattr(next(updates), "added", None) == 1


def test_what_is_read_of_an_entry_can_be_inspected(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", _RSS.format(item(1) + item(2, "<wp:post_password>开门</wp:post_password>")))
    assert inspect_file(tmp_path, "a.xml", Settings()) == {
        "path": "a.xml",
        "state": "a feed of 2 entries: read one, such as a.xml#1",
    }
    assert inspect_file(tmp_path, "a.xml#1", Settings())["blocks"] == ["水烧到八十五度。"]
    locked = inspect_file(tmp_path, "a.xml#2", Settings())
    assert locked["left_out"] == ["password: a secret", "the encrypted text"]
    assert "开门" not in repr(locked)
    assert inspect_file(tmp_path, "a.xml#9", Settings())["state"] == "failed: the feed no longer has this entry"


@pytest.mark.parametrize(
    ("article_id", "parts"),
    [
        ("a.xml#1", ("a.xml", "1")),
        ("a/b.RSS#c.example/x.md#d", ("a/b.RSS", "c.example/x.md#d")),
        ("c#.md", ("c#.md", "")),
        ("a.xml", ("a.xml", "")),
        ("a.md#1", ("a.md#1", "")),
    ],
)
def test_the_id_of_an_entry_names_its_feed(article_id: str, parts: tuple[str, str]) -> None:
    assert split_id(article_id) == parts
    assert entry_id(*parts) == article_id or not parts[1]


def test_keys_are_printable_and_short(tmp_path: Path) -> None:
    names = ["a b\n c<>", "x" * 500, "x" * 499 + "y", "https://a.example//b/./c/../d/.."]
    write(tmp_path, "a.xml", _RSS.format("".join(item(each.replace("<>", "&lt;&gt;")) for each in names)))
    keys = [split_id(each)[1] for each in read(tmp_path)]
    assert len(keys) == 4
    # Browsers and proxies would change the addresses of articles with empty names of folders.
    assert {"a-b-c-", "a.example/b/c/d/"} < {*keys}
    assert all(len(key) <= 210 and key.isprintable() for key in keys)


def test_a_feed_that_expands_entities_without_end_is_refused(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    text = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "哈哈哈哈哈哈">{entities}]><rss version="2.0"><channel>'
    write(tmp_path, "a.xml", f"{text}<item><guid>1</guid><title>&e9;</title></item></channel></rss>")
    secret = write(tmp_path.parent, f"{tmp_path.name}-secret.txt", "机密")
    outside = f'<!DOCTYPE rss [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    write(tmp_path, "b.xml", f"{outside}<rss version='2.0'><channel><item><title>题&s;</title></item></channel></rss>")
    found = [*searchlib.read_articles(tmp_path)]
    os.unlink(secret)
    texts = [f"{each.title}{each.body}" for each in found if isinstance(each, Article)]
    assert all(len(text) < 1000 and "机密" not in text for text in texts)
