"""Two applications with real indexes: one of articles written for these tests, one of the bundled samples."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from webui.http import caching

SAMPLES = Path(searchlib.__file__).parent / "samples" / "articles"

HOSTILE_ID = """怪 目录/a?b#c%25&"d'<e>+f.md"""
HOSTILE_CATEGORY = """"><script>alert('类')</script>"""
HOSTILE_TAG = "C++ & 'x'\"#%/?"

HOSTILE = f"""---
title: '<img src=x onerror=alert(1)>标题里的脚本'
date: 2021-11-20 08:00
author: [甲 & 乙, 丙]
categories: ['{HOSTILE_CATEGORY.replace("'", "''")}', 安全]
tags: ['{HOSTILE_TAG.replace("'", "''")}']
链接: '<b>https://example.com/</b>'
nested: {{列表: [1, 真]}}
---
# 开头的标题

正文提到脚本注入：&lt;script&gt;alert(2)&lt;/script&gt;，后面还有 <b onclick="alert(3)">粗字</b>。

<script>alert(4)</script><svg onload=alert(5)></svg><iframe src="https://evil.example"></iframe>

[坏链接](javascript:alert(6)) [相对](./b.md) [好链接](https://example.com/?a=1&b=2)

![山 <水> "云"](https://pictures.example/a.png) ![](/local.png)
"""

ARTICLES = {
    HOSTILE_ID: HOSTILE,
    "plain.txt": "---\ntitle: 一篇纯文本\n---\n一篇纯文本\n\n第一段说<b>标签</b>。\n\n第二段说别的。",
    "line\nbreak.md": "---\ntitle: 文件名里有换行\n---\n换行也是字符。",
    "two-words.md": "---\ntitle: 风车与磨坊\ndate: 2022-01-01\ncategories: [物件]\n---\n风车和磨坊都靠风。",
    "one-word.md": "---\ntitle: 只有风车\ndate: 2022-02-01\ncategories: [物件]\n---\n这里只说风车。",
} | {
    # 30 articles, one a month from 2019-01 on; the numbers from 0 to 29 are their tags.
    f"series/{number:02}.md": f"---\ntitle: 连载之{number}\ndate: {2019 + number // 12}-{number % 12 + 1:02}-15\n"
    f"author: 连载作者\ncategories: [连载]\ntags: [第{number}回]\n---\n连载小说的第 {number} 回。\n"
    for number in range(30)
}

FAR_FUTURE = 1 << 40
"""A time in seconds since 1970."""

Page = Callable[..., LexborHTMLParser]
Logged = Callable[[], list[dict[str, object]]]


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def index_folder(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    report = searchlib.build_index(articles, folder)
    assert not report.failed
    return folder


@pytest.fixture(scope="session")
def samples_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    searchlib.build_index(SAMPLES, folder)
    return folder


@pytest.fixture(autouse=True)
def one_quarter_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tags of responses the same when a quarter of an hour ends within a test."""
    monkeypatch.setattr(caching, "_QUARTER_HOUR", FAR_FUTURE)


@pytest.fixture
def app(index_folder: Path) -> Flask:
    return webui.create_app(index_folder, settings=searchlib.Settings(site_title="测试 <站>"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def samples(samples_folder: Path) -> FlaskClient:
    return webui.create_app(samples_folder, settings=searchlib.Settings()).test_client()


@pytest.fixture
def page(client: FlaskClient) -> Page:
    """Fetch a page of the test articles and parse it."""

    def fetch(path: str = "/", status: int = 200, **parameters: str | list[str]) -> LexborHTMLParser:
        response = client.get(path, query_string={name.rstrip("_"): value for name, value in parameters.items()})
        assert response.status_code == status
        assert response.content_type == "text/html; charset=utf-8"
        return LexborHTMLParser(response.text)

    return fetch


@pytest.fixture
def query_log(tmp_path: Path) -> Path:
    return tmp_path / "queries.jsonl"


@pytest.fixture
def logging_client(index_folder: Path, query_log: Path) -> FlaskClient:
    """Return a client of an application with a query log and the report page."""
    settings = searchlib.Settings(query_log=str(query_log), report_page=True)
    return webui.create_app(index_folder, settings=settings).test_client()


@pytest.fixture
def logged(query_log: Path) -> Logged:
    """Return a function that reads all lines of the query log."""
    return lambda: [json.loads(line) for line in query_log.read_text(encoding="ascii").splitlines()]
