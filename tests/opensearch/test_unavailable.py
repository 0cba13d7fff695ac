"""A cluster that is not there gives one clear error, and the page says so."""

from __future__ import annotations

import socket

import pytest

import searchlib
from searchlib.cli import main
from tests.conftest import SAMPLES
from webui import create_app


@pytest.fixture
def nowhere() -> str:
    """An address where nothing answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"opensearch://127.0.0.1:{free.getsockname()[1]}/articles"


def test_to_open_an_index_there_is_an_error(nowhere: str) -> None:
    with pytest.raises(searchlib.IndexUnavailableError, match="see whether it runs"):
        searchlib.open_index(nowhere)


def test_the_shell_says_so_in_one_line(nowhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "元宇宙", "--index", nowhere]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert nowhere in said


def test_the_page_answers_503_and_says_what_to_do(nowhere: str) -> None:
    client = create_app(nowhere).test_client()
    answer = client.get("/api/search?q=元宇宙")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["error"]["code"] == "unavailable"
    page = client.get("/?q=元宇宙")
    assert page.status_code == 503
    assert "OpenSearch" in page.text


def test_a_build_gives_up_with_the_same_error(nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchlib.engines.opensearch.cluster.WRITE_PATIENCE", 1.0)
    with pytest.raises(searchlib.IndexUnavailableError):
        searchlib.build_index(SAMPLES, nowhere)
