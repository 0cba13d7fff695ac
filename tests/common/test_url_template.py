"""The URL of the original is built from the setting ``url_template``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest

import searchlib
from searchlib.common.url_template import check_templates, original_url
from searchlib.errors import SettingsError

ARTICLE = searchlib.Article(
    id="posts/2021-03-04-你好 世界.md",
    path="posts/2021-03-04-你好 世界.md",
    title="标题",
    body="",
    date=datetime(2021, 3, 4, tzinfo=UTC),
    extra={
        "link": "https://example.net/文?id=1&b=2#c",
        "permalink": "/2021/a%20b/",
        "abbrlink": 4217,
        "bad": "javascript:alert(1)",
        "quote": 'https://example.net/"onclick=x',
        "draft": True,
        "list": ["a"],
        "blank": " ",
    },
)
NAME = "%E4%BD%A0%E5%A5%BD%20%E4%B8%96%E7%95%8C"


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("", ""),
        ("https://example.org/{id}", f"https://example.org/posts/2021-03-04-{NAME}.md"),
        ("https://example.org/{stem}/", f"https://example.org/posts/2021-03-04-{NAME}/"),
        ("https://example.org/{year}/{month}/{day}/{slug}.html", f"https://example.org/2021/03/04/{NAME}.html"),
        ("https://example.org/p/{abbrlink}.html", "https://example.org/p/4217.html"),
        ("https://example.org{permalink}", "https://example.org/2021/a%20b/"),
        ("{link}", "https://example.net/%E6%96%87?id=1&b=2#c"),
        ("{quote}", "https://example.net/%22onclick=x"),
        ("{bad}", ""),
        ("{abbrlink}", ""),
        ("https://example.org/{missing}", ""),
        ("https://example.org/{draft}", ""),
        ("https://example.org/{list}", ""),
        ("https://example.org/{blank}", ""),
    ],
)
def test_a_url_is_built_from_values_of_the_article(template: str, url: str) -> None:
    check_templates(template)
    assert original_url(template, ARTICLE.id, ARTICLE.date, ARTICLE.extra) == url


@pytest.mark.parametrize(
    "template",
    [
        "https://example.org{link}",
        "https://example.org{link}{id}",
        "https://{link}.example.org/{id}",
        "https://example.org:80{link}/a",
    ],
)
@pytest.mark.parametrize(
    "link",
    [
        *"@evil.example/ .evil.example/ :80@evil.example -x.evil.example evil.example/ evil.example# a@b 8080".split(),
        "a?b",
    ],
)
def test_no_value_changes_the_host_that_the_template_writes(template: str, link: str) -> None:
    url = original_url(template, "a.md", None, {"link": link})
    assert url == "" or f".{urlsplit(url).hostname}".endswith(".example.org")
    assert "@" not in url


@pytest.mark.parametrize(
    ("template", "link", "url"),
    [
        ("https://example.org{link}", "/a@b:c", "https://example.org/a@b:c"),
        ("https://example.org{link}", "?id=1", "https://example.org?id=1"),
        ("https://example.org{link}", "//evil.example/", "https://example.org//evil.example/"),
        ("https://{link}.example.org/{id}", "blog", "https://blog.example.org/a.md"),
        ("https://{link}/{id}", "other.example", "https://other.example/a.md"),
        ("HTTPS://Example.org/{link}", "@evil.example/", "HTTPS://Example.org/@evil.example/"),
        ("{link}", "https://other.example/a", "https://other.example/a"),
    ],
)
def test_a_value_stays_in_its_part_of_the_url(template: str, link: str, url: str) -> None:
    assert original_url(template, "a.md", None, {"link": link}) == url


@pytest.mark.parametrize(
    ("file", "extra", "stem", "slug"),
    [
        ("posts/a/index.md", {}, "posts/a", "a"),
        ("posts/a/_index.zh.md", {}, "posts/a/_index.zh", "_index.zh"),
        ("a.b/c", {}, "a.b/c", "c"),
        ("a/b.html", {"slug": "名 字"}, "a/b", "%E5%90%8D%20%E5%AD%97"),
        ("2021-03-04-.md", {}, "2021-03-04-", "2021-03-04-"),
        ("a?b#c%25/\ud800.md", {}, "a%3Fb%23c%2525/%3F", "%3F"),
    ],
)
def test_stem_and_slug_come_from_the_file_name(file: str, extra: dict[str, str], stem: str, slug: str) -> None:
    assert original_url("https://example.org/{stem}", file, None, extra) == f"https://example.org/{stem}"
    assert original_url("https://example.org/{slug}", file, None, extra) == f"https://example.org/{slug}"
    assert original_url("https://example.org/{year}", file, None, extra) == ""


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("https://example.org/", "contains no placeholder"),
        ("https://example.org/{}", "contains no placeholder"),
        ("https://example.org/{id", "contains no placeholder"),
        ("https://example.org/{id}}", "a placeholder may contain"),
        ("https://example.org/{id}/{a.b}", "a placeholder may contain"),
        ("example.org/{id}", "must begin with http"),
        ("javascript:{id}", "must begin with http"),
        (
            "https://example.org/{stm}/",
            r"there is no \{stm\}; did you mean \{stem\}\? The names are id, stem, slug, year",
        ),
        ("https://example.org/{Stem}/", r"did you mean \{stem\}"),
        ("https://example.org/{yaer}/{slug}", r"did you mean \{year\}"),
        ("https://example.org/{slugs}", r"did you mean \{slug\}"),
        ("https://example.org/ {id}", "must begin with http"),
    ],
)
def test_an_invalid_template_is_rejected(template: str, message: str) -> None:
    with pytest.raises(searchlib.SettingsError, match=message):
        searchlib.Settings(url_template=template)


@pytest.mark.parametrize("key", "link permalink abbrlink uid date path lang site page name url".split())
def test_a_key_of_the_front_matter_is_no_typing_error(key: str) -> None:
    check_templates(f"https://example.org/{{{key}}}")
    assert original_url(f"https://example.org/{{{key}}}", "a.md", None, {key: "x"}) == "https://example.org/x"


def test_each_of_several_folders_has_a_template_of_its_own() -> None:
    templates = {"blog": "https://blog.example/{year}/{stem}/", "docs": "https://docs.example/{id}", "none": ""}
    day = date(2021, 3, 4)
    assert original_url(templates, "blog/tea/index.md", day, {}) == "https://blog.example/2021/tea/"
    assert original_url(templates, "docs/a/b.md", day, {}) == "https://docs.example/a/b.md"
    assert original_url(templates, "none/a.md", day, {}) == original_url(templates, "other/a.md", day, {}) == ""
    with pytest.raises(searchlib.SettingsError, match="contains no placeholder"):
        searchlib.Settings(url_template={"blog": "https://blog.example/"})


def test_a_key_of_the_front_matter_can_look_like_another_name() -> None:
    with pytest.raises(SettingsError, match="add it to the setting stored"):
        searchlib.Settings(url_template="https://example.org/{days}/")
    settings = searchlib.Settings(url_template="https://example.org/{days}/", stored=("days",))
    assert original_url(settings.url_template, "a.md", None, {"days": 3}) == "https://example.org/3/"
