"""Dates with an offset of seconds, from before the introduction of time zones, are written in valid RFC 3339."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

import searchlib
import webui

ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
ARTICLES = {
    "old.md": "---\ntitle: 旧闻\ndate: 1850-06-01\n---\n报上的旧闻。",
    "evening.md": "---\ntitle: 晚报\ndate: 1900-12-31 23:59:50\n---\n晚上的旧闻。",
    "new.md": "---\ntitle: 新闻\ndate: 2021-06-01 08:00\n---\n今天的新闻。",
    "undated.md": "---\ntitle: 无日期\n---\n没有日期的旧闻。",
}


@pytest.fixture(params=["Asia/Shanghai", "America/New_York", "Europe/Amsterdam"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> FlaskClient:
    for name, text in ARTICLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings = searchlib.Settings(zone=request.param)
    searchlib.build_index(tmp_path, tmp_path / "index", settings=settings)
    return webui.create_app(tmp_path / "index", settings=settings).test_client()


def test_all_responses_write_valid_times_of_the_same_day(old: FlaskClient) -> None:
    dates = {hit["id"]: hit["date"] for hit in old.get("/api/search").get_json()["hits"]}
    article = {name: old.get(f"/api/article/{name}").get_json()["date"] for name in ARTICLES}
    assert dates == article
    for name, start in (
        ("old.md", "1850-06-01T00:00:00"),
        ("evening.md", "1900-12-31T23:59:50"),
        ("new.md", "2021-06-01T08:00:00"),
    ):
        assert RFC_3339.fullmatch(dates[name])
        assert dates[name].startswith(start)
        assert f'datetime="{dates[name]}"' in old.get(f"/article/{name}").text
        assert f'datetime="{dates[name]}"' in old.get("/").text
    root = ElementTree.fromstring(old.get("/feed.atom").text)
    times = [each.text or "" for name in ("updated", "published") for each in root.iter(ATOM + name)]
    assert len(times) == 8
    assert [time for time in times if not RFC_3339.fullmatch(time)] == []


def test_a_rebuild_does_not_update_entries_without_a_date(old: FlaskClient, tmp_path: Path) -> None:
    def updated() -> dict[str, str]:
        root = ElementTree.fromstring(old.get("/feed.atom").text)
        return {
            each.findtext(f"{ATOM}id") or "": each.findtext(f"{ATOM}updated") or ""
            for each in root.iter(f"{ATOM}entry")
        }

    before = updated()
    assert before["http://localhost/article/undated.md"] == "1970-01-01T00:00:00+00:00"
    (tmp_path / "another.md").write_text("---\ntitle: 又一篇\ndate: 2022-01-01\n---\n正文。", encoding="utf-8")
    searchlib.build_index(tmp_path, tmp_path / "index", settings=searchlib.Settings())
    after = updated()
    assert len(after) == len(before) + 1
    assert before["http://localhost/article/undated.md"] == after["http://localhost/article/undated.md"]
