"""The folder of an index: generations replace each other in one step, and other files are left alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import searchlib
from searchlib.stores.generations import Generations
from tests.small_indexes import Write, article, generation_names, matching_ids


def test_an_open_index_sees_the_new_generation_at_the_next_search(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    searchlib.build_index(folder, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.search("").total == 1
        write({"b.md": article("乙")})
        searchlib.build_index(folder, tmp_path / "index")
        assert index.search("").total == 2
        write({"c.md": article("丙")})
        searchlib.update_index(folder, tmp_path / "index")
        assert index.search("丙").total == 1


def test_an_open_generation_outlives_two_builds(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲", "第一代正文")})
    searchlib.build_index(folder, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        old = index._current()
        for number in range(3):
            write({f"{number}.md": article("乙")})
            searchlib.build_index(folder, tmp_path / "index")
        assert [each.id for each in map(old.engine.article, ["a.md"]) if each] == ["a.md"]
        assert [article.id for article in old.engine.articles()] == ["a.md"]


def test_old_generations_are_removed_except_for_the_last(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    for _ in range(4):
        searchlib.build_index(folder, tmp_path / "index")
    assert len(generation_names(tmp_path / "index")) == 2
    assert Generations(tmp_path / "index").current().name == generation_names(tmp_path / "index")[-1]


def test_a_second_build_is_refused_at_once(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    searchlib.build_index(folder, tmp_path / "index")
    with Generations(tmp_path / "index").locked():
        for build in (searchlib.build_index, searchlib.update_index):
            with pytest.raises(searchlib.IndexBusyError, match="another build or update is running"):
                build(folder, tmp_path / "index")
    searchlib.build_index(folder, tmp_path / "index")


def test_a_failed_build_keeps_the_old_index_and_removes_its_files(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({"a.md": article("甲")})
    searchlib.build_index(folder, tmp_path / "index")
    before = generation_names(tmp_path / "index")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        searchlib.build_index(write({"b.md": article("乙")}), tmp_path / "index", progress=stop)

    assert generation_names(tmp_path / "index") == before
    assert matching_ids(tmp_path / "index", "") == ["a.md"]


def test_a_killed_build_keeps_the_old_index_and_the_next_build_removes_its_files(write: Write, tmp_path: Path) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇") for number in range(30)})
    index = tmp_path / "index"
    searchlib.build_index(folder, index)
    program = (
        "import sys, time, searchlib\n"
        "def wait(done, total):\n"
        "    print('building', flush=True)\n"
        "    time.sleep(60)\n"
        f"searchlib.build_index({os.fspath(folder)!r}, {os.fspath(index)!r}, jobs=1, progress=wait)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "building\n"
        with pytest.raises(searchlib.IndexBusyError):
            searchlib.build_index(folder, index)
        process.send_signal(signal.SIGKILL)
    assert len(generation_names(index)) == 2
    assert len(matching_ids(index, "")) == 30

    write({"new.md": article("新")})
    report = searchlib.build_index(folder, index)

    assert report.added == 31
    assert len(generation_names(index)) == 2
    assert len(matching_ids(index, "")) == 31


def test_a_folder_with_files_of_another_program_is_refused(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    theirs = tmp_path / "theirs"
    (theirs / "generations" / "grandpa").mkdir(parents=True)
    (theirs / "generations" / "grandpa" / "diary.txt").write_text("dear diary")
    with pytest.raises(searchlib.SearchlibError, match="generations/grandpa"):
        searchlib.build_index(folder, theirs)
    assert (theirs / "generations" / "grandpa" / "diary.txt").read_text() == "dear diary"
    pointer = tmp_path / "pointer"
    pointer.mkdir()
    (pointer / "current").write_text("my notes")
    with pytest.raises(searchlib.SearchlibError, match="current"):
        searchlib.build_index(folder, pointer)
    assert (pointer / "current").read_text() == "my notes"


@pytest.mark.skipif(os.name == "nt", reason="Windows makes no links without rights")
@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_link_in_place_of_the_next_pointer_is_not_followed(
    write: Write, tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    index, precious = tmp_path / "index", tmp_path / "precious"
    index.mkdir()
    precious.write_text("precious")
    link(precious, index / "current.new")
    searchlib.build_index(write({"a.md": article("甲")}), index, jobs=1)
    assert precious.read_text() == "precious"
    assert matching_ids(index, "") == ["a.md"]


def test_an_error_names_a_folder_that_cannot_be_written(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    (tmp_path / "file").write_text("text")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "generations").write_text("text")
    for place in ("file", "half"):
        with pytest.raises(searchlib.SearchlibError, match=place):
            searchlib.build_index(folder, tmp_path / place)


def test_a_build_keeps_other_files_in_the_folder_of_the_index(write: Write, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "README.md").write_text("mine")
    for _ in range(3):
        searchlib.build_index(write({"a.md": article("甲")}), tmp_path / "index")
    assert (tmp_path / "index" / "README.md").read_text() == "mine"


def test_files_of_a_current_generation_never_change(write: Write, tmp_path: Path) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇", "正文" * number) for number in range(20)})
    searchlib.build_index(folder, tmp_path / "index")
    old = Generations(tmp_path / "index").current()
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in old.iterdir()}
    time.sleep(0.01)
    write({"3.md": article("改了")})
    searchlib.update_index(folder, tmp_path / "index")
    assert Generations(tmp_path / "index").current() != old
    assert {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in old.iterdir()} == before


def test_an_index_built_in_place_of_a_deleted_one_shares_no_cache_with_it(write: Write, tmp_path: Path) -> None:
    def text(number: int) -> str:
        return article(
            f"第{number}篇", f"讲述了{number * 7919}件各不相同的事情并且有足够的内容\n\n本文转载自宇宙科技网请注明出处"
        )

    many = write({f"{number}.md": text(number) for number in range(20)})
    few = tmp_path / "few"
    few.mkdir()
    for number in range(5):
        (few / f"{number}.md").write_text(text(number), encoding="utf-8")
    for _ in range(5):
        # What recurs in many articles is boilerplate, and ranks none; in few it is not.
        searchlib.build_index(many, tmp_path / "index", jobs=1)
        shutil.rmtree(tmp_path / "index")
        searchlib.build_index(few, tmp_path / "index", jobs=1)
        with searchlib.open_index(tmp_path / "index") as index:
            assert all(hit.score > 0 for hit in index.search("宇宙科技").hits)
        shutil.rmtree(tmp_path / "index")
