"""Builds and updates: the content of the index afterwards, also if an error occurs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import searchlib
from searchlib.sources import walk
from searchlib.sources.files import digest_file
from searchlib.sources.walk import SETTLED_NS, Listing
from tests.conftest import SAMPLES
from tests.small_indexes import Write, article, generation_names, matching_ids


def test_a_build_reports_every_file_as_added_or_failed(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲"), "b/c.md": article("乙"), "broken.md": "---\ntitle: [\n---\n\n正文"})
    (folder / "empty.md").write_bytes(b"")
    (folder / "bad.ipynb").write_bytes(b"{")

    report = searchlib.build_index(folder, tmp_path / "index")

    assert (report.added, report.updated, report.deleted, report.unchanged) == (3, 0, 0, 0)
    assert [path for path, _ in report.failed] == ["bad.ipynb"]
    assert report.skipped == (("empty.md", "empty"),)
    assert [path for path, _ in report.salvaged] == ["broken.md"]
    assert report.seconds > 0
    assert matching_ids(tmp_path / "index", "") == ["a.md", "b/c.md", "broken.md"]


@pytest.mark.parametrize(("jobs", "build_memory"), [(3, 1000), (1, 10)])
def test_neither_workers_nor_their_memory_change_the_index(
    tmp_path: Path, write: Write, jobs: int, build_memory: int
) -> None:
    write(
        {
            f"{number:03d}.md": article(f"第{number}篇", f"全文检索{number} 元宇宙" * (number % 7 * 40))
            for number in range(200)
        }
    )
    answers = []
    for name, limits in (("simple", (1, 1000)), ("other", (jobs, build_memory))):
        settings = searchlib.Settings(build_memory=limits[1])
        searchlib.build_index(tmp_path / "articles", tmp_path / name, jobs=limits[0], settings=settings)
        with searchlib.open_index(tmp_path / name) as index:
            answers.append(
                [index.search(query, size=100).to_dict() | {"took_ms": 0} for query in ("", "元宇宙", "检索13")]
            )
    assert answers[0] == answers[1]
    assert answers[0][0]["total"] == 200


def test_progress_counts_up_to_the_number_of_files(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = searchlib.build_index(SAMPLES, tmp_path / "index", progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(set(seen))
    assert {total for _, total in seen} == {report.added}
    assert seen[-1] == (report.added, report.added)


class Stages:
    """A callback that records the counts of each stage."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.counts: list[list[tuple[int, int]]] = []

    def begin(self, stage: str) -> None:
        self.names.append(stage)
        self.counts.append([])

    def __call__(self, done: int, total: int) -> None:
        self.counts[-1].append((done, total))


def test_a_callback_with_a_method_begin_gets_every_stage(write: Write, tmp_path: Path) -> None:
    texts = {f"{number}.md": article(f"第{number}篇", f"正文{number}，索引和检索。") for number in range(300)}
    folder = write(texts)
    built, updated, copied, checked = Stages(), Stages(), Stages(), Stages()
    searchlib.build_index(folder, tmp_path / "index", jobs=2, progress=built)
    write({"3.md": article("改了", "新的正文。")})
    searchlib.update_index(folder, tmp_path / "index", progress=updated)
    searchlib.copy_index(tmp_path / "index", tmp_path / "copy", progress=copied)
    with searchlib.open_index(tmp_path / "copy") as index:
        assert index.check(progress=checked).ok
    assert built.names == ["sampling", "reading", "merging", "names"]
    assert updated.names == copied.names == ["reading", "merging", "names"]
    assert checked.names == ["posting lists", "reading"]
    for stages, articles in ((built, 300), (updated, 1), (copied, 300), (checked, 300)):
        assert stages.counts[stages.names.index("reading")][-1] == (articles, articles)
        for counts in stages.counts:
            assert counts == sorted(counts)
            assert all(done <= total for done, total in counts)
    lists, total = checked.counts[0][-1]
    assert lists == total > 300
    assert built.counts[0] == [(100, 300), (200, 300), (300, 300)]
    # The first files are counted early.
    assert built.counts[1][0] == (32, 300)


def test_an_update_adds_replaces_and_deletes_by_content(write: Write, tmp_path: Path) -> None:
    index = tmp_path / "index"
    folder = write(
        {
            "same.md": article("不变"),
            "old.md": article("旧文"),
            "changed.md": article("改前"),
            "spoiled.md": article("将坏"),
        }
    )
    searchlib.build_index(folder, index)

    write({"changed.md": article("改后"), "new.md": article("新文"), "spoiled.md": ""})
    (folder / "old.md").unlink()
    os.utime(folder / "same.md", (0, 0))
    report = searchlib.update_index(folder, index)

    assert (report.added, report.updated, report.deleted, report.unchanged) == (1, 1, 2, 1)
    assert report.skipped == (("spoiled.md", "empty"),)
    assert matching_ids(index, "") == ["changed.md", "new.md", "same.md"]
    assert matching_ids(index, '"改前"') == []
    assert matching_ids(index, '"改后"') == ["changed.md"]
    with searchlib.open_index(index) as opened:
        assert opened.check().problems == ()
        assert opened.stats().articles == 3


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file look as if it was written long before it is listed."""
    monkeypatch.setattr("searchlib.sources.walk.time_ns", lambda: time.time_ns() + 2 * SETTLED_NS)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of the files that updates read to find changes; it grows with each update."""
    names: list[str] = []

    def noting(folder: Path, name: str) -> str:
        names.append(name)
        return digest_file(folder, name)

    monkeypatch.setattr("searchlib.sources.articles.digest_file", noting)
    return names


@pytest.mark.usefixtures("settled")
def test_an_update_does_not_read_files_with_the_same_size_and_times(
    write: Write, tmp_path: Path, read: list[str]
) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇") for number in range(5)} | {"empty.md": ""})
    searchlib.build_index(folder, tmp_path / "index")
    assert searchlib.update_index(folder, tmp_path / "index").unchanged == 5
    assert read == []

    write({"3.md": article("别的")})
    assert searchlib.update_index(folder, tmp_path / "index").updated == 1
    assert read == ["3.md"]
    assert searchlib.update_index(folder, tmp_path / "index").updated == 0
    assert read == ["3.md"]


@pytest.mark.usefixtures("settled")
def test_a_touched_file_is_read_until_the_next_generation_records_its_times(
    write: Write, tmp_path: Path, read: list[str]
) -> None:
    folder = write({"a.md": article("甲"), "b.md": article("乙")})
    searchlib.build_index(folder, tmp_path / "index")
    os.utime(folder / "a.md", (0, 0))
    for times in (1, 2):
        report = searchlib.update_index(folder, tmp_path / "index")
        assert (report.updated, report.unchanged) == (0, 2)
        assert read == ["a.md"] * times
    write({"new.md": article("新")})
    assert searchlib.update_index(folder, tmp_path / "index").added == 1
    read.clear()
    assert searchlib.update_index(folder, tmp_path / "index").unchanged == 3
    assert read == []


def test_files_written_just_before_a_build_are_read_again_even_with_the_same_times(
    write: Write, tmp_path: Path, read: list[str]
) -> None:
    folder = write({"a.md": article("改前"), "b.md": article("不变")})
    searchlib.build_index(folder, tmp_path / "index")
    write({"a.md": article("改后")})
    assert searchlib.update_index(folder, tmp_path / "index").updated == 1
    assert read == ["a.md", "b.md"]
    assert matching_ids(tmp_path / "index", '"改后"') == ["a.md"]


@pytest.mark.usefixtures("settled")
@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time that cannot be set")
def test_a_change_of_the_same_size_with_the_old_mtime_is_found(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("改前")})
    searchlib.build_index(folder, tmp_path / "index")
    times = (folder / "a.md").stat()
    time.sleep(0.02)
    write({"a.md": article("改后")})
    os.utime(folder / "a.md", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert searchlib.update_index(folder, tmp_path / "index").updated == 1


@pytest.mark.usefixtures("settled")
@pytest.mark.skipif(os.name == "nt", reason="Windows does not list inodes")
def test_folders_that_exchange_their_names_are_found(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({"a/1.md": article("甲"), "b/1.md": article("乙")})
    for name in ("a", "b"):
        os.utime(folder / name / "1.md", ns=(0, 0))
    state = walk._state
    # Files that are written in one tick of the clock of the file system have the same time of their last change.
    monkeypatch.setattr(walk, "_state", lambda *args: (each := state(*args)) and (*each[:2], 0, each[3]))
    searchlib.build_index(folder, tmp_path / "index")
    (folder / "a").rename(folder / "c")
    (folder / "b").rename(folder / "a")
    (folder / "c").rename(folder / "b")
    assert searchlib.update_index(folder, tmp_path / "index").updated == 2
    assert matching_ids(tmp_path / "index", '"甲"') == ["b/1.md"]


def test_updates_give_the_same_index_as_a_build(write: Write, tmp_path: Path) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇", "元宇宙 " * number) for number in range(12)})
    searchlib.build_index(folder, tmp_path / "updated")
    for step in range(4):
        write({f"{step}.md": article(f"改{step}", "产业 " * step), f"new{step}.md": article("新", "元宇宙")})
        (folder / f"{step + 6}.md").unlink()
        searchlib.update_index(folder, tmp_path / "updated")
    searchlib.build_index(folder, tmp_path / "built")

    for query in ("", "元宇宙", '"产业"', "改 产业"):
        with searchlib.open_index(tmp_path / "updated") as updated, searchlib.open_index(tmp_path / "built") as built:
            assert updated.search(query).to_dict() | {"took_ms": 0} == built.search(query).to_dict() | {"took_ms": 0}


def test_an_update_without_changes_keeps_the_generation(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲"), "empty.md": ""})
    searchlib.build_index(folder, tmp_path / "index")
    before = generation_names(tmp_path / "index")

    report = searchlib.update_index(folder, tmp_path / "index")

    assert (report.added, report.updated, report.deleted, report.unchanged) == (0, 0, 0, 1)
    assert report.skipped == (("empty.md", "empty"),)
    assert generation_names(tmp_path / "index") == before


def test_an_update_without_an_index_builds_one(write: Write, tmp_path: Path) -> None:
    report = searchlib.update_index(write({"a.md": article("甲")}), tmp_path / "index")
    assert report.added == 1
    assert matching_ids(tmp_path / "index", "甲") == ["a.md"]


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("text")])
@pytest.mark.parametrize("build", [searchlib.build_index, searchlib.update_index])
def test_a_folder_without_articles_is_refused_and_the_index_stays(
    write: Write, tmp_path: Path, make: Callable[[Path], None], build: Callable[..., object]
) -> None:
    searchlib.build_index(write({"a.md": article("甲")}), tmp_path / "index")
    make(tmp_path / "nothing")
    with pytest.raises(searchlib.ArticlesNotFoundError, match="nothing"):
        build(tmp_path / "nothing", tmp_path / "index")
    assert matching_ids(tmp_path / "index", "") == ["a.md"]


@pytest.mark.parametrize("build", [searchlib.build_index, searchlib.update_index])
def test_a_folder_in_which_every_file_fails_is_refused_and_the_index_stays(
    write: Write, tmp_path: Path, build: Callable[..., object]
) -> None:
    folder = write({"a.md": article("甲")})
    searchlib.build_index(folder, tmp_path / "index")
    write({"a.md": "", "b.md": ""})
    with pytest.raises(searchlib.ArticlesNotFoundError, match=r"none of the 2 files.*a\.md: empty"):
        build(folder, tmp_path / "index")
    assert matching_ids(tmp_path / "index", "") == ["a.md"]
    assert len(generation_names(tmp_path / "index")) == 1


@pytest.mark.parametrize("build", [searchlib.build_index, searchlib.update_index])
def test_an_empty_name_is_not_the_current_folder(
    build: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.md").write_text("note")
    with pytest.raises(searchlib.ArticlesNotFoundError):
        build("", tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_an_update_keeps_articles_of_unreadable_files(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({"a.md": article("甲"), "b.md": article("乙"), "sub/c.md": article("丙")})
    searchlib.build_index(folder, tmp_path / "index")
    write({"new.md": article("新")})
    listed = dict.fromkeys(["a.md", "b.md", "new.md", "sub"])
    monkeypatch.setattr("searchlib.sources.folders.list_states", lambda *_: Listing(listed, {}))
    opened = open

    def refusing(file: object, *rest: object, **named: object) -> object:
        if str(file).endswith("b.md"):
            raise PermissionError(13, "Permission denied", str(file))
        return opened(file, *rest, **named)

    monkeypatch.setattr("builtins.open", refusing)
    report = searchlib.update_index(folder, tmp_path / "index")
    monkeypatch.undo()

    assert (report.added, report.deleted, report.unchanged) == (1, 0, 3)
    assert [path for path, _ in report.failed] == ["b.md", "sub"]
    assert matching_ids(tmp_path / "index", "") == ["a.md", "b.md", "new.md", "sub/c.md"]


def test_a_file_that_is_too_large_does_not_stop_a_build(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(6 << 30)
    report = searchlib.build_index(folder, tmp_path / "index")
    assert report.added == 1
    assert report.failed == (("huge.txt", "too large: 6144 MB, an article has at most 64 MB"),)
    assert searchlib.update_index(folder, tmp_path / "index").unchanged == 1


def test_the_time_zone_of_the_settings_decides_the_day_of_an_article(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": "---\ntitle: 甲\ndate: Sat, 20 Nov 2021 20:00:00 GMT\n---\n正文"})
    months = {}
    for zone in ("Asia/Shanghai", "America/New_York"):
        searchlib.build_index(folder, tmp_path / "index", settings=searchlib.Settings(zone=zone))
        with searchlib.open_index(tmp_path / "index") as index:
            months[zone] = index.get("a.md").date
            assert index.search("", date_from="2021-11-20", date_to="2021-11-20").total == (zone != "Asia/Shanghai")
    assert [str(moment) for moment in months.values()] == ["2021-11-21 04:00:00+08:00", "2021-11-20 15:00:00-05:00"]
