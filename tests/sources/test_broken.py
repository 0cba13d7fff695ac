"""Leave out the body of an article whose broken front matter says anywhere that it is not public."""

from __future__ import annotations

import pytest

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import Reading, parse_article

BODY = "这段正文不公开。"


def read(front_matter: str, name: str = "a.md") -> Reading:
    return parse_article(name, f"{front_matter}\n{BODY}\n".encode(), DEFAULTS, 0.0)


@pytest.mark.parametrize(
    ("front_matter", "state"),
    [
        ("---\ntags:\n  - 茶\n title: 春茶\n  draft: true\n---", "draft"),
        ("---\ntitle: 春茶\n- draft: true\n---", "draft"),
        ("---\ntitle: [待续] 春茶\n  - draft: yes\n---", "draft"),
        ("---\ntitle: 春茶 draft: true\n---", "draft"),
        ("---\ntitle: 春茶 draft: true author: 李\n---", "draft"),
        ("---\ntitle: `春茶`\n草稿: 是\n---", "draft"),
        ("---\ntitle: 春茶\n\tpublished:false\n---", "unpublished"),
        ("---\ntitle: '春茶\n  published: false'\nx: [\n---", "unpublished"),
        ("---\ntitle: 春茶: 记\nseries:\n  - 茶\n  status: 未发布\n---", "unpublished"),
        ("---\ntitle: 春茶: 记\ntags:\n - 茶\n private: true\n---", "private"),
        ("---\n{title: 春茶, private: true\n---", "private"),
        ("---\ntitle: 春茶: 记\nextra:\n - 茶\n unlisted: on\n---", "unlisted"),
        ("---\ntitle: 春茶: 记\nbuild: x\n  render: never\n---", "unlisted"),
        ("---\ntitle: 春茶\n还没有写完\ndraft: true\n", "draft"),
        ("+++\ntitle = 春茶\ntags = [\n draft = true\n+++", "draft"),
        ('{\n"title": "春茶",\n"draft": true,\n}\n', "draft"),
        ('---json\n{"title": "春茶", "draft": true,}\n---', "draft"),
        ("<!--\ntitle: 春茶: 记\ndraft: true\n-->", "draft"),
    ],
)
def test_a_state_in_broken_front_matter_counts_wherever_it_stands(front_matter: str, state: str) -> None:
    reading = read(front_matter)
    assert reading.skipped is not None
    assert reading.skipped.startswith(f"{state} (front matter: ")


@pytest.mark.parametrize(
    "front_matter",
    [
        "---\ntags:\n  - 茶\n password: hunter2\ntitle: 春茶\n---",
        "---\ntitle: %春茶\nmeta:\n - x\n  passwd: hunter2\n---",
        "---\ntitle: 春茶: 记\nnote: '茶\n  密码：hunter2'\n---",
        "---\ntitle: 春茶: 记\nkeys:\n  - e10adc3949ba59abbe56e057f20f883e\n---",
        "---\ntitle: 春茶\n(密码在下面)\npassword: hunter2\n",
        '{"title": "春茶",\n"password": "hunter2",\n}',
    ],
)
def test_a_password_in_broken_front_matter_encrypts_the_text(front_matter: str) -> None:
    reading = read(front_matter)
    assert reading.article is not None
    assert reading.is_encrypted
    assert (reading.problem or "").startswith("front matter: ")
    assert "春茶" in reading.article.title
    assert BODY not in repr(reading)
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    ("text", "has_text"),
    [
        ("---\ntitle: 春茶\n\n密码：见下文，这篇讲密码。\n\n后文。", True),
        ("---\ntitle: 春茶\n\n状态：草稿\n后文，没有写完。\n", True),
        ("---\ntitle: 春茶\n\npassword: hunter2\n\n后文。", False),
        ("---\ntitle: 春茶\n这一行不是\npassword: hunter2\n\n后文。", False),
    ],
)
def test_a_sentence_below_front_matter_without_an_end_is_no_state(text: str, has_text: bool) -> None:
    reading = parse_article("a.md", text.encode(), DEFAULTS, 0.0)
    assert ("后文" in repr(reading)) == has_text
    assert "hunter2" not in repr(reading)


@pytest.mark.parametrize(
    "front_matter",
    [
        "---\ntitle: 春茶: 记\n# draft: true\n---",
        "---\ntitle: 春茶: 记\ndraft: false\nkeywords: 茶\n---",
        "---\ntitle: 春茶: 记\npin: true\nsecretary: 李\n---",
        "---\ntitle: 春茶: 记\nseries: 怎样用 draft: true 隐藏文章\n---",
        "---\ntitle: 春茶: 记\nseries: 改 root 的 password: 两种方法\n---",
        "---\ntitle: 春茶: 记\nseries: 每篇 visibility: private 的文章\n---",
        "---\ntitle: 春茶: 记\nlist:\n  - 茶\n---",
    ],
)
def test_other_articles_with_broken_front_matter_are_indexed(front_matter: str) -> None:
    reading = read(front_matter)
    assert reading.article is not None
    assert reading.article.title == "春茶: 记"
    assert reading.article.body == BODY
    assert reading.problem is not None
