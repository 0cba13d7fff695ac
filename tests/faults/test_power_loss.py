"""A power failure at any instant leaves the old or the new index.

A model of a file system: a crash keeps what was synced; of what was not, it keeps any part. The content of a file is synced by
fsync of the file, and the names in a folder by fsync of the folder. Each state that a crash can leave is written to a folder and
opened as an index.
"""

from __future__ import annotations

import io
import os
import random
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib.cli import main
from tests.small_indexes import Write, article

OLD = {f"{number}.md": article(f"第{number}篇", "旧的正文") for number in range(4)}
NEW = {f"{number}.md": article(f"第{number}篇", "新的正文") for number in range(4)}

STATES_PER_INSTANT = 3

Tree = dict[str, int]
"""The names in a folder, with the inodes of their files and folders."""


@dataclass
class Disk:
    """What is in a folder now, and what of it is synced: contents and names by inode."""

    root: Path
    contents: dict[int, bytes] = field(default_factory=dict)
    trees: dict[int, Tree] = field(default_factory=dict)
    synced_contents: dict[int, bytes] = field(default_factory=dict)
    synced_trees: dict[int, Tree] = field(default_factory=dict)

    def look(self) -> None:
        """Read what is in the folder now."""
        for folder, folders, files in os.walk(self.root):
            inodes = {name: os.lstat(Path(folder, name)).st_ino for name in (*folders, *files)}
            self.trees[os.lstat(folder).st_ino] = inodes
            for name in files:
                self.contents[inodes[name]] = Path(folder, name).read_bytes()

    def sync(self, inode: int) -> None:
        """Record that a file or folder is synced as it is now."""
        if inode in self.trees:
            self.synced_trees[inode] = dict(self.trees[inode])
        elif inode in self.contents:
            self.synced_contents[inode] = self.contents[inode]

    def sync_all(self) -> None:
        self.synced_contents = dict(self.contents)
        self.synced_trees = {inode: dict(tree) for inode, tree in self.trees.items()}

    def crash(self, target: Path, keeps: Callable[[], bool]) -> None:
        """Write a state that a crash can leave now; ``keeps`` says whether it keeps a thing that is not synced."""
        self._write(os.lstat(self.root).st_ino, target, keeps)

    def _write(self, inode: int, target: Path, keeps: Callable[[], bool]) -> None:
        if inode not in self.trees:
            content, synced = self.contents[inode], self.synced_contents.get(inode, b"")
            target.write_bytes(content if content == synced or keeps() else synced)
            return
        target.mkdir()
        now, synced_tree = self.trees[inode], self.synced_trees.get(inode, {})
        for name in {**now, **synced_tree}:
            before, after = synced_tree.get(name), now.get(name)
            kept = after if before == after or keeps() else before
            if kept is not None:
                self._write(kept, target / name, keeps)


def states(
    disk: Disk, run: Callable[[], object], monkeypatch: pytest.MonkeyPatch, check: Callable[[Path], None]
) -> int:
    """Run a command; after each call that changes or syncs the disk, check states that a crash can leave."""
    chooser = random.Random(5)
    count = 0
    is_checking = False

    def instant() -> None:
        nonlocal count, is_checking
        is_checking = True
        disk.look()
        for keeps in (lambda: False, *[lambda: chooser.random() < 0.5] * (STATES_PER_INSTANT - 1)):
            target = disk.root.parent / f"state{count}"
            disk.crash(target, keeps)
            count += 1
            check(target)
        is_checking = False

    def watched(call: str) -> Callable[..., Any]:
        real = getattr(os, call)

        def replacement(*arguments: Any, **keywords: Any) -> Any:
            result = real(*arguments, **keywords)
            # The states themselves are written with these calls.
            if is_checking:
                return result
            if call == "fsync":
                disk.look()
                disk.sync(os.fstat(arguments[0]).st_ino)
            instant()
            return result

        return replacement

    with monkeypatch.context() as patch:
        for call in ("fsync", "replace", "mkdir", "link"):
            patch.setattr(os, call, watched(call))
        run()
    instant()
    return count


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot sync folders")
@pytest.mark.parametrize("command", ["build", "update", "copy", "load"])
def test_every_state_that_a_crash_can_leave_is_the_old_or_the_new_index(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    index, other = tmp_path / "disk" / "index", tmp_path / "other"
    searchlib.build_index(write(OLD), index, jobs=1)
    articles = write(NEW)
    searchlib.build_index(articles, other, jobs=1)
    dumped = io.StringIO()
    searchlib.dump_index(other, dumped)
    dumped.seek(0)
    disk = Disk(index)
    disk.look()
    disk.sync_all()
    run = {
        "build": lambda: searchlib.build_index(articles, index, jobs=1),
        "update": lambda: searchlib.update_index(articles, index),
        "copy": lambda: searchlib.copy_index(other, index, jobs=1),
        "load": lambda: searchlib.load_index(dumped, index, jobs=1),
    }[command]
    found = set()

    def check(state: Path) -> None:
        with searchlib.open_index(state) as opened:
            bodies = {article.body for article in (opened.get(name) for name in OLD)}
            assert opened.check().ok
        assert len(bodies) == 1
        found.update(bodies)

    assert states(disk, run, monkeypatch, check) > 10
    assert found == {"旧的正文", "新的正文"}


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot sync folders")
def test_every_state_that_a_crash_can_leave_is_the_old_or_the_new_dump(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, file = tmp_path / "index", tmp_path / "disk" / "dump.jsonl"
    file.parent.mkdir()
    dumps = []
    for articles in (OLD, NEW):
        searchlib.build_index(write(articles), index, jobs=1)
        expected = io.StringIO()
        searchlib.dump_index(index, expected)
        dumps.append(expected.getvalue())
    file.write_text(dumps[0], encoding="utf-8")
    disk = Disk(file.parent)
    disk.look()
    disk.sync_all()
    found = set()
    is_done = False

    def check(state: Path) -> None:
        text = (state / file.name).read_text(encoding="utf-8")
        assert text == dumps[1] or (not is_done and text == dumps[0])
        found.add(text)

    def run() -> None:
        nonlocal is_done
        assert main(["dump", os.fspath(file), "--index", os.fspath(index)]) == 0
        is_done = True

    assert states(disk, run, monkeypatch, check) >= 3 * STATES_PER_INSTANT
    assert found == {*dumps}


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot sync folders")
def test_a_crash_in_the_first_build_leaves_no_index_or_the_new_one(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = write(NEW)
    disk = Disk(tmp_path / "disk")
    disk.root.mkdir()
    disk.look()
    disk.sync_all()
    is_done = False

    def check(state: Path) -> None:
        try:
            with searchlib.open_index(state / "deep" / "index") as opened:
                assert opened.check().ok
        except searchlib.NoIndexError:
            assert not is_done

    def run() -> None:
        nonlocal is_done
        searchlib.build_index(articles, disk.root / "deep" / "index", jobs=1)
        is_done = True

    assert states(disk, run, monkeypatch, check) > 10
    assert stat.S_ISDIR(os.lstat(disk.root / "deep" / "index").st_mode)
