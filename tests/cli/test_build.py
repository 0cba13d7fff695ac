"""The commands build and update: what they print, where the index goes, and how they fail."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from searchlib.settings import INDEX_VARIABLE
from tests.cli.commands import Run, check_error, command_line, environment, run_process
from tests.conftest import SAMPLES


def test_build_makes_an_index_and_prints_a_report(run: Run, tmp_path: Path) -> None:
    result = run("build", SAMPLES, "--index", tmp_path / "index")
    articles = len([file for file in SAMPLES.rglob("*") if file.is_file()])
    assert result.code == 0
    assert result.out.startswith(f"indexed{articles:>18}\n")
    assert result.out.endswith(" s\n")
    assert result.err == ""
    assert run("search", "元宇宙", "--index", tmp_path / "index").code == 0


def test_the_index_is_built_in_the_folder_named_index_by_default(run: Run, write: Callable[..., Path]) -> None:
    assert run("build", write({"a.md": "学习"})).code == 0
    assert Path("index").is_dir()
    assert "a.md" in run("search", "学习").out


def test_the_environment_variable_names_the_index(
    run: Run, write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INDEX_VARIABLE, str(tmp_path / "elsewhere"))
    assert run("build", write({"a.md": "学习"}), "--jobs", "1").code == 0
    assert (tmp_path / "elsewhere").is_dir()
    assert not Path("index").exists()
    assert "a.md" in run("search", "学习").out
    assert run("search", "学习", "--index", "index").code == 1
    assert str(tmp_path / "elsewhere") not in run("stats", "--index", "index").err


def test_an_empty_environment_variable_is_ignored(
    run: Run, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INDEX_VARIABLE, "")
    assert run("build", write({"a.md": "学习"})).code == 0
    assert Path("index").is_dir()


def test_failed_files_are_listed_and_the_others_are_indexed(
    run: Run, write: Callable[..., Path], tmp_path: Path
) -> None:
    articles = write({"good.md": "学习", "bad.ipynb": "{", "odd.md": "---\ntitle: [\n---\n机器"})
    result = run("build", articles)
    assert result.code == 0
    assert "failed                  1\n" in result.out
    assert "1 could not be indexed:\n  bad.ipynb: " in result.err
    assert "1 indexed, but part of the front matter was unreadable:\n  odd.md: " in result.err


def test_with_strict_a_failed_file_makes_the_exit_code_1(run: Run, write: Callable[..., Path]) -> None:
    articles = write({"good.md": "学习", "empty.md": "", "bad.ipynb": "{"})
    result = run("build", articles, "--strict")
    assert result.code == 1
    assert "bad.ipynb" in result.err
    assert run("search", "学习").out.startswith("1. ")
    (articles / "bad.ipynb").unlink()
    assert run("build", articles, "--strict").code == 0


def test_with_strict_unreadable_front_matter_is_no_failure(run: Run, write: Callable[..., Path]) -> None:
    assert run("build", write({"odd.md": "---\ntitle: [\n---\n机器"}), "--strict").code == 0


def test_update_indexes_only_what_has_changed(run: Run, write: Callable[..., Path]) -> None:
    articles = write({"a.md": "学习", "b.md": "机器", "c.md": "产业"})
    run("build", articles)
    (articles / "c.md").unlink()
    write({"b.md": "营销", "d.md": "元宇宙"})
    result = run("update", articles)
    assert result.code == 0
    assert result.out.startswith("1 added, 1 updated, 1 deleted, 1 unchanged, 0 failed, ")
    assert "d.md" in run("search", "元宇宙").out
    assert run("search", "产业").out == ""


def test_an_update_of_another_folder_is_refused(run: Run, write: Callable[..., Path]) -> None:
    top = write(
        {"blog/a.md": "学习", "blog/b.md": "机器", "blog/c.md": "产业", "other/a.md": "营销", "other/d.md": "茶"}
    )
    assert run("build", top / "blog").code == 0
    words = (f"index: this index was built from {top / 'blog'}; 2 of its 3 articles are not in {top / 'other'}: ",)
    check_error(run("update", top / "other"), *words, "searchlib build blog=… other=…")
    assert run("search", "产业").out.startswith("1. ")
    assert run("build", top / "other").code == 0
    check_error(run("update", f"blog={top / 'blog'}"), "2 of its 2 articles are not in")


def test_an_update_follows_a_folder_that_has_moved(run: Run, write: Callable[..., Path]) -> None:
    articles = write({"blog/a.md": "学习", "blog/b.md": "机器", "blog/c.md": "产业"})
    assert run("build", articles / "blog").code == 0
    moved = (articles / "blog").rename(articles / "moved")
    (moved / "c.md").unlink()
    assert run("update", moved).out.startswith("0 added, 0 updated, 1 deleted, 2 unchanged, ")
    # Files that only get other paths are not lost.
    assert run("update", f"blog={moved}").out.startswith("2 added, 0 updated, 2 deleted, ")
    # Of the same folder, anything may be deleted.
    (moved / "a.md").write_text("产业", encoding="utf-8")
    (moved / "a.md").rename(moved / "d.md")
    (moved / "b.md").unlink()
    assert run("update", f"blog={moved}").out.startswith("1 added, 0 updated, 2 deleted, 0 unchanged, ")


@pytest.mark.parametrize("command", ["build", "update"])
def test_the_folder_of_articles_must_be_a_folder_with_articles(
    run: Run, write: Callable[..., Path], command: str
) -> None:
    articles = write({"a.md": "学习", "none/x.png": "x"})
    assert run("build", articles).code == 0
    check_error(run(command, "no/such"), "no/such")
    check_error(run(command, articles / "a.md"), "a.md", "not a folder")
    check_error(run(command, articles / "none"), "none")
    check_error(run(command, ""))
    # What was there is still there.
    assert run("search", "学习").out.startswith("1. ")


def test_an_update_without_an_index_builds_one(run: Run, write: Callable[..., Path]) -> None:
    assert run("update", write({"a.md": "学习"})).out.startswith("1 added, ")
    assert run("search", "学习").out.startswith("1. ")


@pytest.mark.parametrize("jobs", ["0", "-3"])
def test_jobs_must_be_at_least_one(run: Run, jobs: str) -> None:
    check_error(run("build", SAMPLES, "--jobs", jobs), "--jobs", jobs, code=2)


@pytest.mark.parametrize("place", ["file", "file/below", "/dev/null/index"])
def test_an_error_names_an_index_that_cannot_be_written(run: Run, write: Callable[..., Path], place: str) -> None:
    Path("file").write_text("x")
    check_error(run("build", write({"a.md": "学习"}), "--index", place), place, "cannot be written")


def test_an_error_names_a_wrong_settings_file(run: Run) -> None:
    Path("searchlib.toml").write_text('zone = "Mars"')
    check_error(run("build", SAMPLES), "searchlib.toml", "Mars")


def test_a_build_prints_no_progress_without_a_terminal(write: Callable[..., Path], tmp_path: Path) -> None:
    result = run_process("build", write({"a.md": "学习"}), "--index", tmp_path / "index")
    assert (result.code, result.err) == (0, "")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize("columns", [80, 120])
def test_the_progress_bar_names_each_stage_and_fits_the_terminal(
    write: Callable[..., Path], tmp_path: Path, columns: int
) -> None:
    import fcntl
    import pty
    import termios

    folder = write({f"{number}.md": f"# 第{number}篇\n\n学习与检索。" for number in range(300)})
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        command_line("build", folder, "--index", tmp_path / "index"),
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment(),
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # Linux says so when the last process has closed its end.
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out.startswith(b"indexed               300\n")
    lines = [line for line in shown.decode().split("\r") if line.strip()]
    assert all(len(line) <= columns for line in lines)
    stages = [stage for stage in ("sampling", "reading", "merging", "names") if f"build, {stage}" in "".join(lines)]
    assert stages == ["sampling", "reading", "merging", "names"]
    assert any("/300 " in line and "files/s" in line for line in lines)


def test_several_folders_have_names(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder, title in (("blog", "甲"), ("docs", "乙")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.md").write_text(f"---\ntitle: {title}\n---\n正文。\n", encoding="utf-8")
    folders = ("blog=~/blog", f"docs={tmp_path}/docs")
    assert run("build", *folders).out.startswith("indexed                 2\n")
    assert run("update", *folders).out.startswith("0 added, 0 updated, 0 deleted, 2 unchanged")
    assert run("search", "--filter", "source=docs", "--json").json["hits"][0]["id"] == "docs/a.md"
    assert "facets\tsource\n" in run("stats").out
    assert run("check").code == 0
    check_error(run("build", *folders, str(tmp_path)), f"needs a name, like blog={tmp_path}", code=2)
    check_error(run("build", "blog", "-j", "2"), "there is no option -j", code=2)
    check_error(run("build", "a=x", "a=y"), "two folders have the name 'a'", code=2)
    Path("a=b").mkdir()
    Path("a=b/c.md").write_text("# 丙\n", encoding="utf-8")
    assert run("build", "a=b").out.startswith("indexed                 1\n")


def test_a_new_folder_of_an_index_stays_out_of_git(run: Run, write: Callable[..., Path]) -> None:
    articles = write({"a.md": "学习"})
    run("build", articles)
    assert Path("index/.gitignore").read_text() == "*\n"
    assert run("check").code == 0
    # A folder that was there is the user's own.
    Path("mine").mkdir()
    run("build", articles, "--index", "mine")
    assert not Path("mine/.gitignore").exists()


def test_a_first_build_that_fails_leaves_no_folder(run: Run, write: Callable[..., Path]) -> None:
    check_error(run("build", write({"empty.md": ""}), "--index", "new/index"), "none of the 1 files")
    assert not Path("new").exists()
