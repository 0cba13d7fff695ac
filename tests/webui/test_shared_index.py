"""All requests share one open index, which follows new generations; where it lies comes from outside."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import searchlib
import webui


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places at which an index was opened."""
    places: list[str] = []
    real = searchlib.open_index

    def counting(index: str, *, settings: searchlib.Settings | None = None) -> searchlib.Index:
        places.append(index)
        return real(index, settings=settings)

    monkeypatch.setattr(searchlib, "open_index", counting)
    return places


def test_the_index_is_opened_once_when_first_needed(index_folder: Path, opened: list[str]) -> None:
    app = webui.create_app(index_folder, settings=searchlib.Settings())
    assert opened == []
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda _: app.test_client().get("/api/search?q=连载").get_json()["total"], range(40))
        )
    assert answers == [30] * 40
    assert opened == [str(index_folder)]


def test_a_new_generation_is_seen_at_the_next_request(tmp_path: Path) -> None:
    articles, index = tmp_path / "articles", tmp_path / "index"
    articles.mkdir()
    (articles / "a.md").write_text("第一篇", encoding="utf-8")
    searchlib.build_index(articles, index)
    client = webui.create_app(index, settings=searchlib.Settings()).test_client()
    before = client.get("/healthz").get_json()
    (articles / "b.md").write_text("第二篇", encoding="utf-8")
    searchlib.build_index(articles, index)
    after = client.get("/healthz").get_json()
    assert (before["articles"], after["articles"]) == (1, 2)
    assert before["generation"] != after["generation"]
    assert client.get("/article/b.md").status_code == 200


@pytest.mark.parametrize(("variable", "place"), [("elsewhere", "elsewhere"), ("", "index"), (None, "index")])
def test_the_place_comes_from_the_environment_where_none_is_given(
    monkeypatch: pytest.MonkeyPatch, opened: list[str], tmp_path: Path, variable: str | None, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if variable is None:
        monkeypatch.delenv("SEARCHLIB_INDEX", raising=False)
    else:
        monkeypatch.setenv("SEARCHLIB_INDEX", variable)
    webui.create_app(settings=searchlib.Settings()).test_client().get("/healthz")
    assert opened == [place]


def test_the_settings_are_read_where_none_are_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, index_folder: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEARCHLIB_SETTINGS", raising=False)
    (tmp_path / "searchlib.toml").write_text('site_title = "我的旧文"', encoding="utf-8")
    assert "我的旧文" in webui.create_app(index_folder).test_client().get("/").text


def test_only_the_application_is_public() -> None:
    assert webui.__all__ == ["create_app", "warm"]


def test_a_warm_application_has_its_index_open(index_folder: Path, tmp_path: Path, opened: list[str]) -> None:
    app = webui.create_app(index_folder, settings=searchlib.Settings())
    webui.warm(app)
    assert opened == [str(index_folder)]
    assert app.test_client().get("/api/search?q=连载").get_json()["total"] == 30
    assert opened == [str(index_folder)]


def test_without_an_index_there_is_nothing_to_warm(tmp_path: Path) -> None:
    app = webui.create_app(tmp_path / "none", settings=searchlib.Settings())
    webui.warm(app)
    assert app.test_client().get("/healthz").status_code == 503
