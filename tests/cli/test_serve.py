"""The commands serve and demo."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

import searchlib
from tests.cli.commands import ARTICLE, Run, check_error, command_line, environment, run_process
from tests.search.response_json import as_the_library_says
from tests.webui.servers import free_port


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], str]]]:
    """Start a server, and return its process and address when it listens. It is killed at the end of the test."""
    started: list[subprocess.Popen[bytes]] = []

    def serve(command: str, *arguments: str | Path) -> tuple[subprocess.Popen[bytes], str]:
        port = free_port()
        with (tmp_path / "stderr").open("wb") as stderr:
            line = command_line(command, *arguments, "--port", str(port))
            process = subprocess.Popen(
                line, env=environment(TMPDIR=str(tmp_path)), stdout=subprocess.PIPE, stderr=stderr
            )
        started.append(process)
        address = f"http://127.0.0.1:{port}/"
        for _ in range(300):
            assert process.poll() is None, (tmp_path / "stderr").read_text(encoding="utf-8")
            if address in (tmp_path / "stderr").read_text(encoding="utf-8"):
                return process, address
            time.sleep(0.1)
        raise AssertionError("the server did not start")

    yield serve
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.status == 200
        text: str = answer.read().decode()
        return text


def end(process: subprocess.Popen[bytes], how: signal.Signals) -> int:
    process.send_signal(how)
    return process.wait(timeout=20)


def test_serve_answers_until_a_signal_ends_it(
    serving: Callable[..., tuple[subprocess.Popen[bytes], str]], sample_index: Path, tmp_path: Path
) -> None:
    process, address = serving("serve", "--index", sample_index)
    assert json.loads(fetch(f"{address}healthz"))
    assert ARTICLE in fetch(f"{address}?q=%E5%85%83%E5%AE%87%E5%AE%99")
    result = json.loads(fetch(f"{address}api/search?q=%E5%85%83%E5%AE%87%E5%AE%99"))
    with searchlib.open_index(sample_index) as index:
        expected = index.search("元宇宙").to_dict()
    assert as_the_library_says(result) == as_the_library_says(expected)
    assert end(process, signal.SIGTERM) == 0
    assert process.stdout is not None
    assert process.stdout.read() == b""
    assert "Traceback" not in (tmp_path / "stderr").read_text(encoding="utf-8")


@pytest.mark.slow
def test_demo_serves_the_samples_and_deletes_its_index(
    serving: Callable[..., tuple[subprocess.Popen[bytes], str]], tmp_path: Path
) -> None:
    process, address = serving("demo")
    assert list(tmp_path.glob("searchlib-demo-*"))
    assert ARTICLE in fetch(f"{address}?q=%E5%85%83%E5%AE%87%E5%AE%99")
    assert end(process, signal.SIGTERM) == 0
    assert not list(tmp_path.glob("searchlib-demo-*"))


def test_serve_starts_without_an_index_and_prints_an_error(
    serving: Callable[..., tuple[subprocess.Popen[bytes], str]], tmp_path: Path
) -> None:
    process, address = serving("serve", "--index", "nothing")
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(f"{address}api/search?q=a")
    with caught.value as answer:
        assert answer.code == 503
        assert "searchlib build" in answer.read().decode()
    for _ in range(100):
        said = (tmp_path / "stderr").read_text(encoding="utf-8").splitlines()
        if len(said) > 1:
            break
        time.sleep(0.1)
    assert said[1:] == [
        "searchlib: nothing: no index has been built here: run `searchlib build ARTICLES --index nothing`"
    ]
    assert end(process, signal.SIGTERM) == 0


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], ["the search page is not installed", "searchlib.server"]),
        (["webui.server:serve", "other:serve"], ["several packages", "other:serve, webui.server:serve", "uninstall"]),
    ],
)
def test_the_search_page_must_be_installed_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, values: list[str], words: list[str]
) -> None:
    servers = EntryPoints(EntryPoint("page", value, "searchlib.server") for value in values)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: servers.select(group=group))
    check_error(run(command), *words)


def test_an_error_names_a_port_in_use(sample_index: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        check_error(run_process("serve", "--port", port, "--index", sample_index), port, "--port")


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--port", "-1"], ["--host", "no such host"]])
def test_an_address_that_cannot_be_bound_is_refused(sample_index: Path, arguments: list[str]) -> None:
    result = run_process("serve", *arguments, "--index", sample_index)
    assert result.code in (1, 2)
    assert result.out == ""
    assert arguments[1] in result.err
    assert "Traceback" not in result.err
