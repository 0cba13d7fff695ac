"""Building and updating: what is in the index afterwards, and what is left when something goes wrong."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import searchlib
from searchlib.indexing.worker_pool import map_in_order
from searchlib.sources.files import digest_file
from searchlib.sources.walk import SETTLED_NS
from searchlib.stores.folder import FolderStore
from searchlib.stores.generations import Generations
from tests.conftest import SAMPLES

Write = Callable[[dict[str, str]], Path]


def article(title: str, body: str = "正文。") -> str:
    return f"---\ntitle: {title}\ndate: 2021-11-20\ncategories: [测试]\n---\n\n{body}\n"


def found(index: Path, query: str) -> list[str]:
    with searchlib.open_index(index) as opened:
        return sorted(hit.id for hit in opened.search(query, size=100).hits)


def generations(index: Path) -> list[str]:
    return sorted(each.name for each in (index / "generations").iterdir())


def test_a_build_reports_every_file_as_added_or_failed(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲"), "b/c.md": article("乙"), "broken.md": "---\ntitle: [\n---\n\n正文"})
    (folder / "empty.md").write_bytes(b"")

    report = searchlib.build_index(folder, tmp_path / "index")

    assert (report.added, report.updated, report.deleted, report.unchanged) == (3, 0, 0, 0)
    assert [path for path, _ in report.failed] == ["empty.md"]
    assert [path for path, _ in report.salvaged] == ["broken.md"]
    assert report.seconds > 0
    assert found(tmp_path / "index", "") == ["a.md", "b/c.md", "broken.md"]


def test_workers_build_the_same_index_as_one_process(tmp_path: Path, write: Write) -> None:
    write(
        {
            f"{number:03d}.md": article(f"第{number}篇", f"全文检索{number} 元宇宙" * (number % 7))
            for number in range(200)
        }
    )
    answers = []
    for jobs in (1, 3):
        searchlib.build_index(tmp_path / "articles", tmp_path / f"index{jobs}", jobs=jobs)
        with searchlib.open_index(tmp_path / f"index{jobs}") as index:
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
    assert [path for path, _ in report.failed] == ["spoiled.md"]
    assert found(index, "") == ["changed.md", "new.md", "same.md"]
    assert found(index, '"改前"') == []
    assert found(index, '"改后"') == ["changed.md"]
    with searchlib.open_index(index) as opened:
        assert opened.check().problems == ()
        assert opened.stats().articles == 3


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as written long before it is listed."""
    monkeypatch.setattr("searchlib.sources.walk.time_ns", lambda: time.time_ns() + 2 * SETTLED_NS)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that updates read to see whether they have changed."""
    names: list[str] = []

    def noting(folder: Path, name: str) -> str:
        names.append(name)
        return digest_file(folder, name)

    monkeypatch.setattr("searchlib.indexing.build.digest_file", noting)
    return names


@pytest.mark.usefixtures("settled")
def test_an_update_does_not_read_files_whose_size_and_times_have_stayed(
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
def test_a_file_that_was_touched_is_read_until_the_next_generation_knows_it(
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


def test_files_that_were_written_right_before_a_build_are_read_again_whatever_their_times_say(
    write: Write, tmp_path: Path, read: list[str]
) -> None:
    folder = write({"a.md": article("改前"), "b.md": article("不变")})
    searchlib.build_index(folder, tmp_path / "index")
    write({"a.md": article("改后")})
    assert searchlib.update_index(folder, tmp_path / "index").updated == 1
    assert read == ["a.md", "b.md"]
    assert found(tmp_path / "index", '"改后"') == ["a.md"]


@pytest.mark.usefixtures("settled")
@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time that cannot be set")
def test_a_change_of_the_same_size_with_the_old_time_put_back_is_seen(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("改前")})
    searchlib.build_index(folder, tmp_path / "index")
    times = (folder / "a.md").stat()
    time.sleep(0.02)
    write({"a.md": article("改后")})
    os.utime(folder / "a.md", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert searchlib.update_index(folder, tmp_path / "index").updated == 1


def test_updates_end_where_a_build_would(write: Write, tmp_path: Path) -> None:
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


def test_an_update_without_changes_leaves_the_generation(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲"), "empty.md": ""})
    searchlib.build_index(folder, tmp_path / "index")
    before = generations(tmp_path / "index")

    report = searchlib.update_index(folder, tmp_path / "index")

    assert (report.added, report.updated, report.deleted, report.unchanged) == (0, 0, 0, 1)
    assert [path for path, _ in report.failed] == ["empty.md"]
    assert generations(tmp_path / "index") == before


def test_an_update_without_an_index_builds_one(write: Write, tmp_path: Path) -> None:
    report = searchlib.update_index(write({"a.md": article("甲")}), tmp_path / "index")
    assert report.added == 1
    assert found(tmp_path / "index", "甲") == ["a.md"]


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


def test_old_generations_go(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    for _ in range(4):
        searchlib.build_index(folder, tmp_path / "index")
    assert len(generations(tmp_path / "index")) == 2
    assert Generations(tmp_path / "index").current().name == generations(tmp_path / "index")[-1]


def test_a_second_builder_is_refused_at_once(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    searchlib.build_index(folder, tmp_path / "index")
    with Generations(tmp_path / "index").locked():
        for build in (searchlib.build_index, searchlib.update_index):
            with pytest.raises(searchlib.IndexBusyError, match="another build or update is under way"):
                build(folder, tmp_path / "index")
    searchlib.build_index(folder, tmp_path / "index")


def test_a_failing_build_leaves_the_old_index_and_no_rubbish(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write({"a.md": article("甲")})
    searchlib.build_index(folder, tmp_path / "index")
    before = generations(tmp_path / "index")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        searchlib.build_index(write({"b.md": article("乙")}), tmp_path / "index", progress=stop)

    assert generations(tmp_path / "index") == before
    assert found(tmp_path / "index", "") == ["a.md"]


def test_a_killed_build_leaves_the_old_index_and_the_next_one_clears_its_rubbish(write: Write, tmp_path: Path) -> None:
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
    assert len(generations(index)) == 2
    assert len(found(index, "")) == 30

    write({"new.md": article("新")})
    report = searchlib.build_index(folder, index)

    assert report.added == 31
    assert len(generations(index)) == 2
    assert len(found(index, "")) == 31


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("text")])
@pytest.mark.parametrize("build", [searchlib.build_index, searchlib.update_index])
def test_a_folder_without_articles_is_refused_and_the_index_stays(
    write: Write, tmp_path: Path, make: Callable[[Path], None], build: Callable[..., object]
) -> None:
    searchlib.build_index(write({"a.md": article("甲")}), tmp_path / "index")
    make(tmp_path / "nothing")
    with pytest.raises(searchlib.ArticlesNotFoundError, match="nothing"):
        build(tmp_path / "nothing", tmp_path / "index")
    assert found(tmp_path / "index", "") == ["a.md"]


@pytest.mark.parametrize("build", [searchlib.build_index, searchlib.update_index])
def test_a_folder_in_which_every_file_fails_is_refused_and_the_index_stays(
    write: Write, tmp_path: Path, build: Callable[..., object]
) -> None:
    folder = write({"a.md": article("甲")})
    searchlib.build_index(folder, tmp_path / "index")
    write({"a.md": "", "b.md": ""})
    with pytest.raises(searchlib.ArticlesNotFoundError, match=r"none of the 2 files.*a\.md: empty"):
        build(folder, tmp_path / "index")
    assert found(tmp_path / "index", "") == ["a.md"]
    assert len(generations(tmp_path / "index")) == 1


def test_a_folder_of_somebody_else_s_is_not_touched(write: Write, tmp_path: Path) -> None:
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


def test_a_place_that_cannot_be_written_is_named(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    (tmp_path / "file").write_text("text")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "generations").write_text("text")
    for place in ("file", "half"):
        with pytest.raises(searchlib.SearchlibError, match=place):
            searchlib.build_index(folder, tmp_path / place)


@pytest.mark.parametrize("build", [searchlib.build_index, searchlib.update_index])
def test_an_empty_name_is_no_folder(
    build: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.md").write_text("note")
    with pytest.raises(searchlib.ArticlesNotFoundError):
        build("", tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_an_update_keeps_what_it_cannot_read_now(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write({"a.md": article("甲"), "b.md": article("乙"), "sub/c.md": article("丙")})
    searchlib.build_index(folder, tmp_path / "index")
    write({"new.md": article("新")})
    listed = dict.fromkeys(["a.md", "b.md", "new.md", "sub"])
    monkeypatch.setattr("searchlib.indexing.build.list_states", lambda _: listed)
    opened = open

    def refusing(file: object, *rest: object, **named: object) -> object:
        if str(file).endswith("b.md"):
            raise PermissionError(13, "Permission denied", str(file))
        return opened(file, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.open", refusing)
    report = searchlib.update_index(folder, tmp_path / "index")
    monkeypatch.undo()

    assert (report.added, report.deleted, report.unchanged) == (1, 0, 3)
    assert [path for path, _ in report.failed] == ["b.md", "sub"]
    assert found(tmp_path / "index", "") == ["a.md", "b.md", "new.md", "sub/c.md"]


def test_a_file_that_is_too_large_costs_only_itself(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲")})
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(6 << 30)
    report = searchlib.build_index(folder, tmp_path / "index")
    assert report.added == 1
    assert report.failed == (("huge.txt", "too large: 6144 MB, an article has at most 64 MB"),)
    assert searchlib.update_index(folder, tmp_path / "index").unchanged == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("signal_sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_a_build_that_is_ended(write: Write, tmp_path: Path, signal_sent: signal.Signals) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇", "正文" * 200) for number in range(600)})
    # A shell lets what it runs in the background ignore Ctrl-C, and the tests may run there.
    program = (
        "import signal, sys; from searchlib.cli import main; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(main())"
    )
    command = [sys.executable, "-c", program, "build", str(folder), "--index", str(tmp_path / "index"), "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        while len(children := children_of(process.pid)) < 2:
            assert process.poll() is None, "the build ended before it could be killed"
            time.sleep(0.01)
        # Python loses a Ctrl-C that comes while it forks: what follows a fork may not fail.
        time.sleep(0.05)
        process.send_signal(signal_sent)
    assert process.returncode == (130 if signal_sent == signal.SIGINT else -signal_sent)
    for _ in range(1000):
        if not any(Path(f"/proc/{child}").exists() for child in children):
            break
        time.sleep(0.01)
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    searchlib.build_index(folder, tmp_path / "index")
    assert len(generations(tmp_path / "index")) == 1


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_the_index_keeps_what_else_lies_in_its_folder(write: Write, tmp_path: Path) -> None:
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


def test_a_time_zone_from_the_settings_moves_articles_to_other_days(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": "---\ntitle: 甲\ndate: Sat, 20 Nov 2021 20:00:00 GMT\n---\n正文"})
    months = {}
    for zone in ("Asia/Shanghai", "America/New_York"):
        searchlib.build_index(folder, tmp_path / "index", settings=searchlib.Settings(zone=zone))
        with searchlib.open_index(tmp_path / "index") as index:
            months[zone] = index.get("a.md").date
            assert index.search("", date_from="2021-11-20", date_to="2021-11-20").total == (zone != "Asia/Shanghai")
    assert [str(moment) for moment in months.values()] == ["2021-11-21 04:00:00+08:00", "2021-11-20 15:00:00-05:00"]


def test_an_update_keeps_the_hashes_of_the_files_that_it_links(
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


def test_an_update_does_not_merge_damaged_files(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert generations(tmp_path / "index") == [generation.name]


def check_early(monkeypatch: pytest.MonkeyPatch, max_bytes: int) -> None:
    """Let updates check no larger files than this before they start, as in a real index."""
    monkeypatch.setattr(
        "searchlib.indexing.build.store_at", lambda location: FolderStore(location, max_early_check_bytes=max_bytes)
    )


def spoil(file: Path) -> None:
    """Change one byte in the middle, by way of another file: links to it keep what they have."""
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.with_suffix(".spoiled").write_bytes(whole)
    os.replace(file.with_suffix(".spoiled"), file)


def test_an_index_that_takes_the_place_of_another_at_once_has_nothing_of_it(write: Write, tmp_path: Path) -> None:
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


def test_a_build_that_fails_leaves_the_workers_of_another_alone(write: Write, tmp_path: Path) -> None:
    folder = write({f"{number}.md": article(f"第{number}篇", "正文" * 200) for number in range(300)})
    one_goes_on, other_goes_on = threading.Event(), threading.Event()
    reports: list[searchlib.BuildReport] = []

    def fail(_: int, __: int) -> None:
        one_goes_on.set()
        assert other_goes_on.wait(60)
        raise KeyError("given up")

    def build() -> None:
        assert one_goes_on.wait(60)
        reports.append(
            searchlib.build_index(folder, tmp_path / "other", jobs=2, progress=lambda *_: other_goes_on.set())
        )

    thread = threading.Thread(target=build)
    thread.start()
    with pytest.raises(KeyError, match="given up"):
        searchlib.build_index(folder, tmp_path / "one", jobs=2, progress=fail)
    thread.join(60)
    assert [report.added for report in reports] == [300]


def out_of_memory(_: int) -> int:
    raise MemoryError


@pytest.mark.parametrize("jobs", [1, 2])
def test_too_little_memory_is_said_in_words(jobs: int) -> None:
    with pytest.raises(searchlib.SearchlibError, match="not enough memory"):
        list(map_in_order(out_of_memory, range(5), jobs=jobs))
