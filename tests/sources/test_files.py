"""Read the bytes of article files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import read_article
from searchlib.sources.files import digest_file, prefetch_files


def test_the_digest_depends_on_the_bytes_only(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"one")
    first = read_article(tmp_path, "a.md", DEFAULTS).digest
    assert len(first) == 32
    assert digest_file(tmp_path, "a.md") == first
    (tmp_path / "a.md").write_bytes(b"two")
    assert digest_file(tmp_path, "a.md") != first
    assert digest_file(tmp_path, "missing.md") == ""


def test_prefetching_opens_regular_files_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "long.md").write_bytes(b"a" * (3 << 20))
    names = ["folder.md", "long.md", "missing.md"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.md")
        names.append("pipe.md")
    opened: list[str] = []
    closed: list[int] = []
    really_open, really_close = os.open, os.close
    monkeypatch.setattr(os, "open", lambda path, flags: opened.append(Path(path).name) or really_open(path, flags))
    monkeypatch.setattr(os, "close", lambda number: closed.append(number) or really_close(number))
    prefetch_files(tmp_path, names * 3)
    monkeypatch.undo()
    # Opening a pipe would unblock its writer.
    assert opened == ["long.md"] * 3 * (sys.platform == "linux")
    assert len(closed) == len(opened)
    readings = {name: read_article(tmp_path, name, DEFAULTS) for name in names}
    assert [name for name, reading in readings.items() if reading.article] == ["long.md"]
