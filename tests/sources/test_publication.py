"""Decide whether an article is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import parse_article
from searchlib.sources.front_matter.metadata import Metadata
from searchlib.sources.publication import PUBLISHED, find_publication

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"draft": True}, "draft"),
        ({"Draft": "true"}, "draft"),
        ({"draft": "1"}, "draft"),
        ({"draft": 1}, "draft"),
        ({"draft": "Yes"}, "draft"),
        ({"draft": "是"}, "draft"),
        ({"draft": "还没写完"}, "draft"),
        ({"is_draft": "on"}, "draft"),
        ({"published": False}, "unpublished"),
        ({"published": "no"}, "unpublished"),
        ({"published": 0}, "unpublished"),
        ({"publish": "false"}, "unpublished"),
        ({"publish": "否"}, "unpublished"),
        ({"dg-publish": "false"}, "unpublished"),
        ({"permalink": False}, "unpublished"),
        ({"hidden": True}, "hidden"),
        ({"hide": "true"}, "hidden"),
        ({"hideInList": True}, "hidden"),
        ({"private": "y"}, "private"),
        ({"public": False}, "private"),
        ({"show": False}, "hidden"),
        ({"unlisted": True}, "unlisted"),
        ({"eleventyExcludeFromCollections": True}, "unlisted"),
        ({"headless": True}, "headless"),
        ({"build": {"list": "never"}}, "unlisted"),
        ({"build": {"list": False}}, "unlisted"),
        ({"_build": {"render": "never"}}, "unlisted"),
        ({"status": "Draft"}, "draft"),
        ({"post_type": "post_draft"}, "draft"),
        ({"privacy": "private"}, "private"),
        ({"status": "草稿"}, "draft"),
        ({"status": "trash"}, "unpublished"),
        ({"visibility": "Private"}, "private"),
        ({"searchHidden": True}, "not searchable"),
        ({"search_exclude": True}, "not searchable"),
        ({"search": False}, "not searchable"),
        ({"search": {"exclude": True}}, "not searchable"),
        ({"expiryDate": "2026-05-31"}, "expired"),
        ({"unpublishdate": "2020-01-01"}, "expired"),
    ],
)
def test_articles_that_are_not_published_are_found(values: dict[str, Any], state: str) -> None:
    assert find_publication(Metadata(values), None, DEFAULTS, NOW.timestamp()).state == state
    indexing = replace(DEFAULTS, unpublished="index")
    assert find_publication(Metadata(values), None, indexing, NOW.timestamp()) == PUBLISHED


@pytest.mark.parametrize(
    "values",
    [
        {"draft": False},
        {"draft": "false"},
        {"draft": "否"},
        {"draft": None},
        {"draft": ""},
        {"published": True},
        {"published": "2021-03-04"},
        {"published": None},
        {"publish": ""},
        {"hide": ["toc", "navigation"]},
        {"hide": "index"},
        {"hidden": "no"},
        {"permalink": "/posts/x/"},
        {"build": {"list": "local", "render": "always"}},
        {"build": 17},
        {"status": "完成"},
        {"status": "published"},
        {"visibility": "public"},
        {"search": True},
        {"search": {"boost": 2}},
        {"sitemap": {"priority": 0.5}},
        {"sitemap": False},
        {"sitemap": {"disable": True}},
        {"show": True},
        {"show": {"toc": False}},
        {"robots": "noindex"},
        {"robots": "noindex, nofollow"},
        {"noindex": True},
        {"expiryDate": "never"},
        {"title": "draft"},
        {"date": "2099-01-01"},
        {"publishDate": "2099-01-01"},
    ],
)
def test_other_articles_are_published(values: dict[str, Any]) -> None:
    assert find_publication(Metadata(values), None, DEFAULTS, NOW.timestamp()).state == ""


def test_a_date_in_the_future_can_leave_an_article_out_until_then() -> None:
    skipping = replace(DEFAULTS, future="skip")
    tomorrow = datetime(2026, 6, 2, tzinfo=UTC)
    before = find_publication(Metadata({}), tomorrow, skipping, NOW.timestamp())
    assert (before.reason, before.changes_at) == ("future", tomorrow.timestamp())
    assert find_publication(Metadata({}), tomorrow, skipping, tomorrow.timestamp()) == PUBLISHED
    published_later = Metadata({"publishDate": "2026-06-03 08:00"})
    assert find_publication(published_later, NOW, skipping, NOW.timestamp()).reason == "future"


def test_an_article_says_when_it_expires() -> None:
    expiry = datetime(2026, 6, 2, tzinfo=UTC).timestamp()
    publication = find_publication(Metadata({"expiryDate": "2026-06-02 08:00"}), None, DEFAULTS, NOW.timestamp())
    assert (publication.reason, publication.changes_at) == ("", expiry)


def test_the_setting_for_unpublished_articles_includes_pages_that_are_none() -> None:
    page = "---\ntitle: 标签\ntype: tags\n---\n".encode()
    assert parse_article("tags/index.md", page, DEFAULTS, NOW.timestamp()).skipped == "list page (type: tags)"
    reading = parse_article("tags/index.md", page, replace(DEFAULTS, unpublished="index"), NOW.timestamp())
    assert (reading.skipped, reading.article and reading.article.title) == (None, "标签")


@pytest.mark.parametrize(
    ("values", "skipped"),
    [
        ("layout: 404", "error page"),
        ("layout: page-404", "error page"),
        ("type: report-2404", None),
        ("template: RFC4042", None),
    ],
)
def test_a_number_that_contains_404_is_no_error(values: str, skipped: str | None) -> None:
    page = f"---\ntitle: 报告\n{values}\n---\n正文。\n".encode()
    assert parse_article("a.md", page, DEFAULTS, NOW.timestamp()).skipped == skipped


@pytest.mark.parametrize(
    ("body", "skipped"),
    [
        ("{% include head.html %}\n<p>一杯茶，半日闲。</p>", None),
        ("<p>一杯茶，半日闲。</p>\n{% for item in site.data.teas %}<li>{{ item.name }}</li>{% endfor %}", None),
        ('<div v-if="open">一杯茶，半日闲。</div>', None),
        ("{% for item in site.data.teas %}<li>{{ item.name }}</li>{% endfor %}", "template"),
        ("<p>一杯茶，半日闲。</p>\n{{ content }}", "template"),
        ("<p>一杯茶，半日闲。</p>\n{% for post in site.posts %}{{ post.title }}{% endfor %}", "list page (site.posts)"),
    ],
)
def test_a_page_of_jekyll_with_prose_is_no_template(body: str, skipped: str | None) -> None:
    page = f"---\nlayout: page\ntitle: 茶\n---\n{body}\n".encode()
    assert parse_article("tea.html", page, DEFAULTS, NOW.timestamp()).skipped == skipped
