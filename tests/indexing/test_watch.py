"""``searchlib watch`` updates an index when files change in the ways that editors, users and git change them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import filelock
import pytest

import searchlib
from tests.small_indexes import Write
from tests.webui.servers import PATIENCE, SHELL, environment, free_port, running

pytestmark = pytest.mark.slow

FIRST = {"kept.md": "一直都在的苹果。", "notes/moved.md": "会搬走的香蕉。", "notes/deep/gone.md": "会消失的樱桃。"}


COMMAND = """import signal, sys
from searchlib.cli import main
from tests.small_indexes import Write
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())"""
"""The command with the default handler of Ctrl-C: a shell makes its background processes ignore Ctrl-C."""


def _read(lines: list[str], stream: IO[str]) -> None:
    with stream:
        lines.extend(stream)


class Watching:
    """A running ``searchlib watch``: the lines that it has printed, and the content of its index."""

    def __init__(self, articles: Path, index: Path) -> None:
        self.articles, self.index = articles, index
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "watch", str(articles), "--index", str(index)],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.reports: list[str] = []
        self.errors: list[str] = []
        self._readers = [
            threading.Thread(target=_read, args=(lines, stream))
            for lines, stream in ((self.reports, self.process.stdout), (self.errors, self.process.stderr))
            if stream
        ]
        for reader in self._readers:
            reader.start()

    def ids_with(self, word: str) -> set[str]:
        """Return the ids of the articles that contain a word, or none if there is no index."""
        with suppress(searchlib.NoIndexError), searchlib.open_index(self.index) as index:
            return {hit.id for hit in index.search(f'"{word}"').hits}
        return set()

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a condition is true."""
        until = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, self.errors
            assert time.monotonic() < until, f"{what}: {self.reports} {self.errors}"
            time.sleep(0.05)

    def wait_for(self, word: str, *ids: str) -> None:
        """Wait until exactly these articles contain the word."""
        self.wait(lambda: self.ids_with(word) == set(ids), f"{word} in {ids}")

    def end(self, sent: signal.Signals) -> int:
        """Send a signal to the command and return its exit code."""
        self.process.send_signal(sent)
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    """Start watches, and end them after the test."""
    started: list[Watching] = []

    def watch(articles: Path, index: Path | None = None) -> Watching:
        started.append(Watching(articles, index or tmp_path / "index"))
        return started[-1]

    yield watch
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
        each.end(signal.SIGKILL)


@pytest.fixture
def watching(write: Write, watch: Callable[..., Watching]) -> Watching:
    """Return a watch after its first update."""
    started = watch(write(FIRST))
    started.wait_for("一直", "kept.md")
    return started


def save_through_a_temporary_file(folder: Path) -> None:
    temporary = folder / ".kept.md.swp"
    temporary.write_text("换过内容的葡萄。", encoding="utf-8")
    os.replace(temporary, folder / "kept.md")


def move_a_folder_in(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "came.md").write_text("搬进来的葡萄。", encoding="utf-8")
    outside.rename(folder / "inside")


def write_into_a_new_folder(folder: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "new.md").write_text("新写的葡萄。", encoding="utf-8")


CHANGES: list[tuple[str, Callable[[Path], object], str, set[str]]] = [
    # description, change, word, ids of the articles that contain it afterwards
    ("a new article", lambda at: (at / "new.md").write_text("葡萄", encoding="utf-8"), "葡萄", {"new.md"}),
    ("a new article in new folders", write_into_a_new_folder, "葡萄", {"a/b/new.md"}),
    ("a change", lambda at: (at / "kept.md").write_text("葡萄", encoding="utf-8"), "葡萄", {"kept.md"}),
    ("an editor's save", save_through_a_temporary_file, "葡萄", {"kept.md"}),
    ("a deleted article", lambda at: (at / "notes/deep/gone.md").unlink(), "樱桃", set()),
    ("another name", lambda at: (at / "notes/moved.md").rename(at / "here.md"), "香蕉", {"here.md"}),
    ("a deleted folder", lambda at: shutil.rmtree(at / "notes"), "樱桃", set()),
    ("a folder moved out", lambda at: (at / "notes").rename(at.parent / "elsewhere"), "香蕉", set()),
    ("a folder moved in", move_a_folder_in, "葡萄", {"inside/came.md"}),
    ("another folder's name", lambda at: (at / "notes").rename(at / "texts"), "樱桃", {"texts/deep/gone.md"}),
]


@pytest.mark.parametrize(("change", "word", "ids"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_a_change_updates_the_index(
    watching: Watching, change: Callable[[Path], object], word: str, ids: set[str]
) -> None:
    change(watching.articles)
    watching.wait_for(word, *ids)
    assert watching.ids_with("一直") <= {"kept.md"}
    assert watching.errors == [f"watching {watching.articles}  (Ctrl-C ends it)\n"]


def test_many_changes_are_one_update(watching: Watching) -> None:
    for number in range(200):
        (watching.articles / f"{number}.md").write_text(f"第{number}篇说葡萄。", encoding="utf-8")
    watching.wait(lambda: len(watching.reports) > 1, "an update")
    assert watching.reports[1].startswith("200 added, 0 updated, 0 deleted, 3 unchanged, 0 failed")


def test_a_file_that_is_not_an_article_starts_no_update(watching: Watching) -> None:
    for name in ("picture.png", ".hidden.md", ".git/HEAD.md", "node_modules/read.md"):
        (watching.articles / name).parent.mkdir(exist_ok=True)
        (watching.articles / name).write_text("葡萄", encoding="utf-8")
    (watching.articles / "last.md").write_text("最后的桃子", encoding="utf-8")
    watching.wait_for("桃子", "last.md")
    # The report is printed a moment after the index is updated.
    watching.wait(lambda: len(watching.reports) > 1, "its report")
    assert len(watching.reports) == 2
    assert watching.ids_with("葡萄") == set()


def test_an_index_inside_the_folder_of_its_articles_starts_no_update(
    write: Write, watch: Callable[..., Watching]
) -> None:
    articles = write(FIRST)
    watching = watch(articles, articles / "index")
    watching.wait_for("一直", "kept.md")
    generations = articles / "index" / "generations"
    first = set(os.listdir(generations))
    (articles / "new.md").write_text("葡萄", encoding="utf-8")
    watching.wait_for("葡萄", "new.md")
    # Longer than QUIET_MS and CHECK_MS.
    time.sleep(6)
    assert len(watching.reports) == 2
    assert len(set(os.listdir(generations)) - first) == 1


def test_a_failed_update_is_reported_once_and_tried_again(watching: Watching) -> None:
    with filelock.FileLock(watching.index / "lock"):
        (watching.articles / "new.md").write_text("葡萄", encoding="utf-8")
        watching.wait(lambda: len(watching.errors) > 1, "a message")
        time.sleep(6)
        assert len(watching.errors) == 2
        assert watching.errors[1].startswith(f"searchlib: {watching.index}: another build or update is running")
        assert watching.ids_with("葡萄") == set()
    watching.wait_for("葡萄", "new.md")
    assert len(watching.errors) == 2


def test_an_unreadable_file_is_reported_once(watching: Watching) -> None:
    (watching.articles / "broken.md").write_bytes(b"\x00\x01\x02 binary \xff\x00")
    watching.wait(lambda: len(watching.errors) > 1, "a message")
    (watching.articles / "new.md").write_text("葡萄", encoding="utf-8")
    watching.wait_for("葡萄", "new.md")
    assert len([line for line in watching.errors if "broken.md" in line]) == 1
    watching.wait(lambda: ", 1 failed, " in watching.reports[-1], "a report that counts it")


def test_a_folder_that_comes_back_is_watched_again(watching: Watching) -> None:
    away = watching.articles.parent / "away"
    watching.articles.rename(away)
    watching.wait(lambda: len(watching.errors) > 1, "a message")
    assert "there is no folder" in watching.errors[1]
    assert watching.ids_with("一直") == {"kept.md"}
    shutil.copytree(away, watching.articles)
    (watching.articles / "new.md").write_text("葡萄", encoding="utf-8")
    watching.wait_for("葡萄", "new.md")
    (watching.articles / "newer.md").write_text("桃子", encoding="utf-8")
    watching.wait_for("桃子", "newer.md")


def test_a_watch_waits_for_the_first_article_of_a_folder(tmp_path: Path, watch: Callable[..., Watching]) -> None:
    (tmp_path / "empty").mkdir()
    watching = watch(tmp_path / "empty")
    watching.wait(lambda: len(watching.errors) > 1, "a message")
    assert "no article files" in watching.errors[1]
    (tmp_path / "empty" / "new.md").write_text("葡萄", encoding="utf-8")
    watching.wait_for("葡萄", "new.md")


@pytest.mark.parametrize(("sent", "code", "messages"), [(signal.SIGTERM, 0, 0), (signal.SIGINT, 130, 1)])
def test_a_signal_ends_a_watch_without_an_error(
    watching: Watching, sent: signal.Signals, code: int, messages: int
) -> None:
    assert watching.end(sent) == code
    assert watching.errors[1:] == ["searchlib: interrupted\n"] * messages


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_a_watch_during_an_update(
    write: Write, watch: Callable[..., Watching], sent: signal.Signals, code: int
) -> None:
    watching = watch(write({f"{number}.md": f"第{number}篇说葡萄。" * 200 for number in range(3000)}))
    generations = watching.index / "generations"
    watching.wait(lambda: generations.is_dir() and any(generations.iterdir()), "a build that has started")
    # Python loses a Ctrl-C that comes while it forks: what follows a fork may not fail.
    time.sleep(0.2)
    assert watching.end(sent) == code
    assert watching.reports == []
    assert not watching.index.exists()
    assert not [line for line in watching.errors if "Traceback" in line]


def test_a_running_page_finds_new_articles(watching: Watching, tmp_path: Path) -> None:
    def total(port: int) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/search?q={urllib.parse.quote('葡萄')}") as answer:
            return int(json.load(answer)["total"])

    port = free_port()
    with running([*SHELL, "serve", "--index", watching.index, "--port", str(port)], port, tmp_path):
        assert total(port) == 0
        (watching.articles / "new.md").write_text("葡萄", encoding="utf-8")
        watching.wait(lambda: total(port) == 1, "the page finds it")


@pytest.mark.parametrize("articles", ["no/such", "file.md", ""])
def test_only_a_folder_can_be_watched(tmp_path: Path, articles: str) -> None:
    (tmp_path / "file.md").write_text("x")
    command = [*SHELL, "watch", articles, "--index", "index"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("searchlib: ")
    assert "folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "index").exists()


def test_the_library_watches_until_the_event_is_set(write: Write, tmp_path: Path) -> None:
    articles = write(FIRST)
    stop = threading.Event()
    news = searchlib.watch_index(articles, tmp_path / "index", stop=stop)
    first = next(news)
    assert isinstance(first, searchlib.BuildReport)
    assert first.added == 3
    (articles / "new.md").write_text("葡萄", encoding="utf-8")
    second = next(news)
    assert isinstance(second, searchlib.BuildReport)
    assert (second.added, second.unchanged) == (1, 3)
    stop.set()
    assert list(news) == []


@pytest.mark.parametrize("config", ["site/hugo.yaml", "site/config/_default/hugo.yaml"])
def test_a_change_of_the_configuration_above_the_articles_updates_the_index(tmp_path: Path, config: str) -> None:
    articles, file = tmp_path / "site" / "content", tmp_path / config
    articles.mkdir(parents=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    for name in ("a.md", "b.md"):
        (articles / name).write_text("# 苹果\n", encoding="utf-8")
    stop = threading.Event()
    reports = searchlib.watch_index(articles, tmp_path / "index", stop=stop)
    first = next(reports)
    assert isinstance(first, searchlib.BuildReport)
    assert first.added == 2
    file.write_text("ignoreFiles: [b]\n", encoding="utf-8")
    second = next(reports)
    assert isinstance(second, searchlib.BuildReport)
    assert second.deleted == 1
    file.unlink()
    third = next(reports)
    assert isinstance(third, searchlib.BuildReport)
    assert third.added == 1
    stop.set()
    assert list(reports) == []


def test_several_folders_are_watched(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("blog", "docs")}
    for folder in folders.values():
        folder.mkdir()
        (folder / "a.md").write_text("# 苹果\n", encoding="utf-8")
    stop = threading.Event()
    reports = searchlib.watch_index(folders, tmp_path / "index", stop=stop)
    first = next(reports)
    assert isinstance(first, searchlib.BuildReport)
    assert first.added == 2
    # The watch begins after the first report; the file is another one whenever it is read.
    changed = threading.Thread(
        target=(folders["docs"] / "a.md").write_text, args=("# 香蕉\n",), kwargs={"encoding": "utf-8"}
    )
    changed.start()
    second = next(reports)
    changed.join()
    stop.set()
    assert isinstance(second, searchlib.BuildReport)
    assert (second.updated, second.unchanged) == (1, 1)
    with searchlib.open_index(tmp_path / "index") as index:
        assert [hit.id for hit in index.search("香蕉")] == ["docs/a.md"]
