"""List the article files of a folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from searchlib.errors import ArticlesNotFoundError
from searchlib.settings import Settings
from searchlib.sources import walk
from searchlib.sources.walk import SETTLED_NS, file_path, file_stem, list_files, list_states


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("文", encoding="utf-8")


def test_article_files_are_listed_by_suffix_at_every_depth_sorted_by_path(tmp_path: Path) -> None:
    names = ["a.md", "a/b.MD", "a/c/d.html", "a-b.txt", "z.Rmd", "中文/文.org", "x.md/y.rst", "e.markdown", "f.mdx"]
    touch(tmp_path, *names)
    assert list_files(tmp_path) == sorted(names)


def test_hidden_files_node_modules_and_other_suffixes_are_ignored(tmp_path: Path) -> None:
    touch(tmp_path, ".git/a.md", ".a.md", "node_modules/b/c.md", "d.png", "e", "md", "in/node_modules/f.md", "g.md")
    assert list_files(tmp_path) == ["g.md"]


def test_circular_links_are_walked_once(tmp_path: Path) -> None:
    touch(tmp_path, "b/c.md")
    (tmp_path / "b" / "up").symlink_to(tmp_path)
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "loop.md").symlink_to("loop.md")
    assert list_files(tmp_path) == ["b/c.md", "loop.md"]


def test_a_linked_folder_elsewhere_is_walked(tmp_path: Path) -> None:
    touch(tmp_path, "far/c.md")
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "link").symlink_to(tmp_path / "far")
    assert list_files(tmp_path / "near") == ["link/c.md"]


@pytest.mark.parametrize(("name", "message"), [("missing", "there is no folder"), ("file.md", "is not a folder")])
def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path, name: str, message: str) -> None:
    touch(tmp_path, "file.md")
    with pytest.raises(ArticlesNotFoundError, match=message) as error:
        list_files(tmp_path / name)
    assert name in str(error.value)


def test_a_name_in_another_encoding_has_a_readable_id_that_maps_back(tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), "标题".encode("gbk") + b".md")
    try:
        with open(name, "wb") as file:
            file.write(b"x")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    (article_id,) = list_files(tmp_path)
    assert article_id == r"\xb1\xea\xcc\xe2.md"
    assert os.path.exists(file_path(tmp_path, article_id))
    assert file_stem(article_id) == "标题"


def test_a_name_that_looks_escaped_differs_from_the_escaped_name(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"\xd6.md")).write_text("bytes")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    (tmp_path / "\\xd6.md").write_text("letters")
    (tmp_path / "a\\b.md").write_text("plain")
    names = list_files(tmp_path)
    assert names == ["\\x5cxd6.md", "\\xd6.md", "a\\b.md"]
    assert [Path(file_path(tmp_path, name)).read_text() for name in names] == ["letters", "bytes", "plain"]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let some seconds pass after the files are written."""
    monkeypatch.setattr(walk, "time_ns", lambda: time.time_ns() + 2 * SETTLED_NS)


@pytest.mark.usefixtures("later")
def test_the_state_of_a_file_is_its_size_its_times_and_its_inode(tmp_path: Path) -> None:
    touch(tmp_path, "b.md", "a/c.md")
    os.utime(tmp_path / "b.md", ns=(1, 2))
    (tmp_path / "link.md").symlink_to(tmp_path / "b.md")
    (tmp_path / "dead.md").symlink_to("nowhere")
    states = list_states(tmp_path).states
    assert list(states) == list_files(tmp_path) == ["a/c.md", "b.md", "dead.md", "link.md"]
    status = (tmp_path / "b.md").stat()
    assert states["b.md"] == states["link.md"] == (3, 2, status.st_ctime_ns, status.st_ino)
    assert states["dead.md"] is None


def test_a_file_that_was_changed_just_now_has_no_state(tmp_path: Path) -> None:
    touch(tmp_path, "a.md")
    assert list_states(tmp_path).states == {"a.md": None}
    # A modification time in the past does not make the file older: the status change time counts, too.
    os.utime(tmp_path / "a.md", ns=(1, 2))
    assert list_states(tmp_path).states == {"a.md": None}


def test_documents_that_no_reader_reads_are_excluded(tmp_path: Path) -> None:
    for name in ("a.md", "b.AsciiDoc", "c.pdf", "d.png", "e.log", "宋书", "宋书2", "第1.2节", "图.png", "LICENSE"):
        (tmp_path / name).write_text("文", encoding="utf-8")
    listing = list_states(tmp_path)
    assert list(listing.states) == ["a.md"]
    assert listing.excluded == {
        "b.AsciiDoc": "unknown format (.asciidoc)",
        "c.pdf": "unknown format (.pdf)",
        "宋书": "unknown format (no suffix)",
        "宋书2": "unknown format (no suffix)",
        "第1.2节": "unknown format (no suffix)",
    }
    settings = Settings(suffixes=(".asciidoc", ".log"))
    assert list(list_states(tmp_path, settings).states) == ["a.md", "b.AsciiDoc", "e.log"]
