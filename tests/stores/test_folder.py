"""An update does not turn damage of the old generation into valid data."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

import searchlib
from searchlib.stores.folder import FolderStore
from searchlib.stores.generations import Generations
from tests.small_indexes import Write, article, generation_names


def test_an_update_keeps_the_recorded_hashes_of_linked_files(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇", "元宇宙 " * number) for number in range(20)})
    searchlib.build_index(folder, tmp_path / "index")
    generation = Generations(tmp_path / "index").current()
    largest = max(generation.iterdir(), key=lambda file: file.stat().st_size)
    spoil(largest)
    check_early(monkeypatch, largest.stat().st_size - 1)
    write({"new.md": article("新")})
    with suppress(searchlib.IndexDamagedError):
        searchlib.update_index(folder, tmp_path / "index")
        with searchlib.open_index(tmp_path / "index") as index:
            assert any(largest.name in problem for problem in index.check().problems)


def test_an_update_refuses_to_merge_damaged_files(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇") for number in range(20)})
    searchlib.build_index(folder, tmp_path / "index")
    generation = Generations(tmp_path / "index").current()
    largest = max(generation.iterdir(), key=lambda file: file.stat().st_size)
    check_early(monkeypatch, largest.stat().st_size - 1)
    monkeypatch.setattr("searchlib.stores.folder.linked_files", lambda *_: {})
    spoil(largest)
    write({"new.md": article("新")})
    with pytest.raises(searchlib.IndexDamagedError, match=largest.name):
        searchlib.update_index(folder, tmp_path / "index")
    assert generation_names(tmp_path / "index") == [generation.name]


def check_early(monkeypatch: pytest.MonkeyPatch, max_bytes: int) -> None:
    """Let updates check only files up to this size before they start, as in an index with large files."""
    monkeypatch.setattr(
        "searchlib.indexing.build.store_at", lambda location: FolderStore(location, max_early_check_bytes=max_bytes)
    )


def spoil(file: Path) -> None:
    """Change one byte in the middle of a file, but not of its hard links."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.with_suffix(".spoiled").write_bytes(data)
    os.replace(file.with_suffix(".spoiled"), file)
