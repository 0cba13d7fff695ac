"""All requests share one open index, which follows new generations."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import searchlib
import webui


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the locations from which an index was opened."""
    locations: list[str] = []
    real = searchlib.open_index

    def open_and_record(index: str, *, settings: searchlib.Settings | None = None) -> searchlib.Index:
        locations.append(index)
        return real(index, settings=settings)

    monkeypatch.setattr(searchlib, "open_index", open_and_record)
    return locations


def test_the_index_is_opened_once_on_first_use(index_folder: Path, opened: list[str]) -> None:
    app = webui.create_app(index_folder, settings=searchlib.Settings())
    assert opened == []
    with ThreadPoolExecutor(8) as threads:
        totals = list(threads.map(lambda _: app.test_client().get("/api/search?q=连载").get_json()["total"], range(40)))
    assert totals == [30] * 40
    assert opened == [str(index_folder)]


def test_the_next_request_uses_a_new_generation(tmp_path: Path) -> None:
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


@pytest.mark.parametrize(("variable", "location"), [("elsewhere", "elsewhere"), ("", "index"), (None, "index")])
def test_the_location_defaults_to_the_environment_variable(
    monkeypatch: pytest.MonkeyPatch, opened: list[str], tmp_path: Path, variable: str | None, location: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if variable is None:
        monkeypatch.delenv("SEARCHLIB_INDEX", raising=False)
    else:
        monkeypatch.setenv("SEARCHLIB_INDEX", variable)
    webui.create_app(settings=searchlib.Settings()).test_client().get("/healthz")
    assert opened == [location]


def test_the_settings_are_loaded_by_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, index_folder: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEARCHLIB_SETTINGS", raising=False)
    (tmp_path / "searchlib.toml").write_text('site_title = "我的旧文"', encoding="utf-8")
    assert "我的旧文" in webui.create_app(index_folder).test_client().get("/").text


def test_the_package_exports_the_application() -> None:
    assert webui.__all__ == ["create_app", "warm"]


def test_warming_opens_the_index(index_folder: Path, tmp_path: Path, opened: list[str]) -> None:
    app = webui.create_app(index_folder, settings=searchlib.Settings())
    webui.warm(app)
    assert opened == [str(index_folder)]
    assert app.test_client().get("/api/search?q=连载").get_json()["total"] == 30
    assert opened == [str(index_folder)]


def test_warming_without_an_index_does_nothing(tmp_path: Path) -> None:
    app = webui.create_app(tmp_path / "none", settings=searchlib.Settings())
    webui.warm(app)
    assert app.test_client().get("/healthz").status_code == 503
