"""The commands of docs/opensearch.md work: an index of the bundled articles moves to a cluster and is searched on the page."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.pages import block

PLACE = "127.0.0.1:9200"
COMMANDS = Path(sys.executable).parent


@contextmanager
def started(command: str, shows: str, cwd: Path) -> Iterator[str]:
    """Start a command that does not exit by itself, and yield the first text that it prints and a pattern matches."""
    environment = {**os.environ, "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        shlex.split(command), cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            assert process.stdout
            output = ""
            for line in process.stdout:
                output += line
                if found := re.search(shows, line):
                    yield found[0]
                    break
            else:
                pytest.fail(f"{command} ended: {output}")
        finally:
            # A process in the background may ignore an interrupt.
            process.terminate()


@pytest.mark.usefixtures("can_run_clusters")
def test_an_index_of_the_bundled_articles_is_copied_to_a_cluster_and_searched_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run, *moves, serve = block("docs/opensearch.md", "cluster").replace(PLACE, f"127.0.0.1:{port}").splitlines()
    (tmp_path / "searchlib").symlink_to(ROOT / "searchlib")
    with started(f"{run.replace('python', sys.executable, 1)} --port {port}", "opensearch://.*/articles", tmp_path):
        for command in moves:
            done = subprocess.run(
                [COMMANDS / "searchlib", *shlex.split(command)[1:]], cwd=tmp_path, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
        with started(f"{serve} --port 0", r"http://127\.0\.0\.1:\d+/", tmp_path) as page:
            wanted = urllib.parse.urlencode({"q": "元宇宙"})
            with urllib.request.urlopen(f"{page}?{wanted}", timeout=30) as answer:
                assert "<mark>元宇宙</mark>" in answer.read().decode()
            with urllib.request.urlopen(f"{page}api/search?{wanted}", timeout=30) as answer:
                assert json.load(answer)["total"] > 0


def test_both_languages_show_the_same_commands() -> None:
    assert block("docs/opensearch.md", "cluster") == block("docs/zh/opensearch.md", "cluster")
