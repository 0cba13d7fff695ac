"""The page of a long article opens quickly: its optional parts cost little, or are left out."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from webui.pages.article import MAX_MARKED_CHARACTERS

pytestmark = pytest.mark.slow

WORDS = 150_000
MAX_SECONDS = 1.0


def words(count: int) -> list[str]:
    """Return different words."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [f"{letters[n % 26]}{letters[n // 26 % 26]}{letters[n // 676 % 26]}{n // 17576}x" for n in range(count)]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("long")
    (folder / "articles").mkdir()
    all_words = words(WORDS)
    paragraphs = "\n\n".join(" ".join(all_words[start : start + 100]) for start in range(0, WORDS, 100))
    files = {"words.md": paragraphs, "long.md": f"风车{'很长' * (MAX_MARKED_CHARACTERS // 2)}"}
    files |= {f"{number}.md": " ".join(all_words[number * 10 : number * 10 + 40]) for number in range(200)}
    for name, text in files.items():
        (folder / "articles" / name).write_text(f"---\ntitle: 题目\n---\n{text}\n", encoding="utf-8")
    searchlib.build_index(folder / "articles", folder / "index", jobs=1)
    return webui.create_app(folder / "index", settings=searchlib.Settings()).test_client()


def fetch(client: FlaskClient, path: str) -> tuple[LexborHTMLParser, float]:
    """Return a page, and the processor time that it takes at least."""
    times = []
    for _ in range(3):
        start = time.process_time()
        response = client.get(path)
        times.append(time.process_time() - start)
        assert response.status_code == 200
    return LexborHTMLParser(response.text), min(times)


def test_an_article_of_very_many_words_opens_with_similar_articles(client: FlaskClient) -> None:
    html, seconds = fetch(client, "/article/words.md")
    assert seconds < MAX_SECONDS
    assert html.css(".similar a")
    assert client.get("/api/similar/words.md").status_code == 200


def test_matches_are_not_marked_in_a_very_long_article(client: FlaskClient) -> None:
    html, seconds = fetch(client, "/article/long.md?q=风车")
    assert seconds < MAX_SECONDS
    assert not html.css(".body mark")


def test_the_page_does_without_similar_articles_that_take_too_long(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_: object, **__: object) -> searchlib.Results:
        raise searchlib.SearchTimeoutError(1.0)

    monkeypatch.setattr(searchlib.Index, "similar", give_up)
    html, _ = fetch(client, "/article/words.md")
    assert not html.css(".similar")
