"""The command line: what each command prints where, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib.cli import main
from searchlib.settings import FILE_VARIABLE, INDEX_VARIABLE
from tests.search.response_json import as_the_library_says

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "searchlib" / "samples" / "articles"
COMMANDS = "build update watch copy dump load search show suggest similar stats check report tokens serve demo".split()
ARTICLE = "internet/metaverse-word.md"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The current folder is empty, and no environment variable counts."""
    for name in (INDEX_VARIABLE, FILE_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    # Help is wrapped to the width of the terminal.
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # wrong usage, --help and --version
            code = ended.code if isinstance(ended.code, int) else 1
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


@pytest.fixture
def ask(run: Run, sample_index: Path) -> Run:
    """Run a command on the index of the bundled samples."""
    return lambda command, *arguments: run(command, *arguments, "--index", sample_index)


def command_line(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", "import sys; from searchlib.cli import main; sys.exit(main())", *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **changes}


def run_outside(*arguments: str | Path, **changes: str) -> Ran:
    """Run a command as a process of its own."""
    done = subprocess.run(
        command_line(*arguments), env=environment(**changes), capture_output=True, check=False, timeout=20
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


# ---- build and update


def test_build_makes_an_index_and_prints_what_it_did(run: Run, tmp_path: Path) -> None:
    built = run("build", SAMPLES, "--index", tmp_path / "index")
    articles = len([file for file in SAMPLES.rglob("*") if file.is_file()])
    assert built.code == 0
    assert built.out.startswith(f"{articles} added, 0 updated, 0 deleted, 0 unchanged, 0 failed, ")
    assert built.out.endswith(" s\n")
    assert built.err == ""
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


def test_an_empty_environment_variable_counts_as_none(
    run: Run, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INDEX_VARIABLE, "")
    assert run("build", write({"a.md": "学习"})).code == 0
    assert Path("index").is_dir()


def test_files_that_failed_are_listed_and_the_rest_is_done(
    run: Run, write: Callable[..., Path], tmp_path: Path
) -> None:
    articles = write({"good.md": "学习", "empty.md": "", "odd.md": "---\ntitle: [\n---\n机器"})
    built = run("build", articles)
    assert built.code == 0
    assert built.out.startswith("2 added, 0 updated, 0 deleted, 0 unchanged, 1 failed, ")
    assert "1 could not be indexed:\n  empty.md: " in built.err
    assert "1 indexed, but part of the front matter was unreadable:\n  odd.md: " in built.err


def test_with_strict_files_that_failed_make_the_exit_code_1(run: Run, write: Callable[..., Path]) -> None:
    articles = write({"good.md": "学习", "empty.md": ""})
    built = run("build", articles, "--strict")
    assert built.code == 1
    assert "empty.md" in built.err
    assert run("search", "学习").out.startswith("1. ")
    (articles / "empty.md").unlink()
    assert run("build", articles, "--strict").code == 0


def test_strict_forgives_front_matter(run: Run, write: Callable[..., Path]) -> None:
    assert run("build", write({"odd.md": "---\ntitle: [\n---\n机器"}), "--strict").code == 0


def test_update_does_only_what_changed(run: Run, write: Callable[..., Path]) -> None:
    articles = write({"a.md": "学习", "b.md": "机器", "c.md": "产业"})
    run("build", articles)
    (articles / "c.md").unlink()
    write({"b.md": "营销", "d.md": "元宇宙"})
    updated = run("update", articles)
    assert updated.code == 0
    assert updated.out.startswith("1 added, 1 updated, 1 deleted, 1 unchanged, 0 failed, ")
    assert "d.md" in run("search", "元宇宙").out
    assert run("search", "产业").out == ""


# ---- search


def test_search_prints_hits_on_stdout_and_the_rest_on_stderr(ask: Run) -> None:
    found = ask("search", "元宇宙")
    assert found.code == 0
    assert found.out.startswith(f"1. 元宇宙这个词的来历\n   {ARTICLE}  2021-10-01  半页灯  科技 / 互联网 / 概念\n")
    assert "\033" not in found.out
    assert "articles, " in found.err
    assert " ms" in found.err


def test_search_without_a_query_lists_the_newest(ask: Run) -> None:
    hits = ask("search", "--json", "--size", "100").json["hits"]
    dates = [hit["date"] for hit in hits if hit["date"]]
    assert len(dates) > 50
    assert dates == sorted(dates, reverse=True)


def test_a_search_without_hits_is_done_too(ask: Run) -> None:
    found = ask("search", '"没有这样的话"')
    assert (found.code, found.out) == (0, "")
    assert found.err.startswith("0 articles")


def test_a_query_without_units_says_so(ask: Run) -> None:
    found = ask("search", "，。！")
    assert (found.code, found.out) == (0, "")
    assert "没有可以查找的文字" in found.err


def test_relaxed_results_say_so(ask: Run) -> None:
    found = ask("search", "元宇宙 泡菜 正则")
    assert found.code == 0
    assert found.out
    assert "only most of them" in found.err


SEARCHES: list[tuple[list[str], dict[str, Any]]] = [
    ([], {}),
    (["元宇宙"], {}),
    (["元宇宙 产业"], {}),
    (["什么是元宇宙？", "--size", "3"], {"size": 3}),
    (["的", "--page", "2", "--size", "5"], {"page": 2, "size": 5}),
    (["--category", "科技", "--category", "编程"], {"category": ["科技", "编程"]}),
    (["--author", "半页灯", "--tag", "C++"], {"author": ["半页灯"], "tag": ["C++"]}),
    (["--from", "2021", "--to", "2021-11"], {"date_from": "2021", "date_to": "2021-11"}),
    (["--sort", "oldest"], {"sort": "oldest"}),
    (["的", "--sort", "newest"], {"sort": "newest"}),
    (["，"], {}),
]


@pytest.mark.parametrize(("arguments", "expected"), SEARCHES)
def test_search_prints_the_json_of_the_library(
    ask: Run, sample_index: Path, arguments: list[str], expected: dict[str, Any]
) -> None:
    printed = ask("search", *arguments, "--json")
    query = arguments[0] if arguments and not arguments[0].startswith("-") else ""
    with searchlib.open_index(sample_index) as index:
        results = index.search(query, **expected).to_dict()
    found = printed.json
    assert printed.code == 0
    assert printed.err == ""
    assert isinstance(found.pop("took_ms"), float)
    del results["took_ms"]
    assert found == results
    assert found["total"] or query == "，"


def test_search_says_on_stderr_what_was_searched_for_and_what_may_be_meant(ask: Run) -> None:
    spelled = ask("search", "yuanyuzhou")
    assert "nothing matches 'yuanyuzhou': these are the hits for '元宇宙'" in spelled.err
    assert "元宇宙" in spelled.out
    verbatim = ask("search", "yuanyuzhou", "--verbatim")
    assert (verbatim.code, verbatim.out) == (0, "")
    assert verbatim.err.startswith("0 articles")
    offered = ask("search", "圆宇宙 OR 元宇宙")
    assert "did you mean '元宇宙 OR 元宇宙'?" in offered.err


def test_json_is_one_line_of_readable_chinese(ask: Run) -> None:
    printed = ask("search", "元宇宙", "--json")
    assert printed.out.count("\n") == 1
    assert '"query": "元宇宙"' in printed.out


# ---- the other commands


def test_show_prints_an_article(ask: Run) -> None:
    shown = ask("show", ARTICLE)
    lines = shown.out.splitlines()
    assert shown.code == 0
    assert lines[0] == "元宇宙这个词的来历"
    assert {"date: 2021-10-01T00:00:00+08:00", "author: 半页灯", "categories: 科技 / 互联网 / 概念"} & set(lines)
    assert "元宇宙" in lines[-1] + "".join(lines[5:])
    assert shown.err == ""


def test_show_prints_the_json_of_the_library(ask: Run, sample_index: Path) -> None:
    with searchlib.open_index(sample_index) as index:
        assert ask("show", ARTICLE, "--json").json == index.get(ARTICLE).to_dict()


def test_suggest_prints_text_kind_and_count(ask: Run, sample_index: Path) -> None:
    with searchlib.open_index(sample_index) as index:
        expected = index.suggest("科", size=3)
    assert expected
    suggested = ask("suggest", "科", "--size", "3")
    assert suggested.code == 0
    assert suggested.out.splitlines() == [f"{each.text}\t{each.kind}\t{each.count}" for each in expected]
    assert ask("suggest", "科", "--size", "3", "--json").json == [each.to_dict() for each in expected]
    assert ask("suggest", "没有这样的话").out == ""


def test_similar_lists_other_articles(ask: Run, sample_index: Path) -> None:
    listed = ask("similar", ARTICLE, "--size", "3")
    assert listed.code == 0
    assert listed.out.startswith("1. ")
    assert ARTICLE not in listed.out
    with searchlib.open_index(sample_index) as index:
        expected = index.similar(ARTICLE, size=3).to_dict()
    found = ask("similar", ARTICLE, "--size", "3", "--json").json
    assert {**found, "took_ms": 0} == {**expected, "took_ms": 0}


def test_stats_print_the_index_in_numbers(ask: Run, sample_index: Path) -> None:
    with searchlib.open_index(sample_index) as index:
        expected = index.stats().to_dict()
    assert ask("stats", "--json").json == expected
    printed = ask("stats")
    lines = dict(line.split("\t") for line in printed.out.splitlines())
    assert printed.code == 0
    assert lines["articles"] == str(expected["articles"])
    assert lines["zone"] == "Asia/Shanghai"
    assert lines["analysis.fold"] == "nfkc, casefold, simplify"


def test_check_prints_nothing_on_stdout_if_there_are_no_problems(ask: Run) -> None:
    checked = ask("check")
    assert (checked.code, checked.out) == (0, "")
    assert "no problems" in checked.err
    assert ask("check", "--json").json["ok"] is True


def test_check_lists_what_is_wrong_and_ends_with_1(run: Run, write: Callable[..., Path]) -> None:
    run("build", write({"a.md": "学习"}))
    (generation,) = Path("index", "generations").iterdir()
    (generation / "stray.txt").write_text("x")
    checked = run("check")
    assert checked.code == 1
    assert checked.out.startswith("stray.txt: ")
    assert "build the index again" in checked.err
    printed = run("check", "--json")
    assert printed.code == 1
    assert printed.json["problems"] == checked.out.splitlines()


def test_tokens_print_position_place_and_text(run: Run) -> None:
    shown = run("tokens", "學習C++")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines() == ["0\t0-2\t学习", "2\t2-3\tc", "2\t2-5\tc++"]
    assert run("tokens", "學習", "--json").json == [{"text": "学习", "start": 0, "end": 2, "position": 0}]
    assert run("tokens", "，") == Ran(0, "", "")


def test_tokens_are_cut_with_the_dictionary_of_the_settings(run: Run) -> None:
    Path("words.txt").write_text("元宇宙\n", encoding="utf-8")
    assert "元宇宙" not in run("tokens", "元宇宙").out
    Path("searchlib.toml").write_text('dictionary = "words.txt"', encoding="utf-8")
    assert "元宇宙" in run("tokens", "元宇宙").out
    Path("words.txt").write_text("元宇宙 0\n", encoding="utf-8")
    wrong = run("tokens", "元宇宙")
    assert (wrong.code, wrong.out) == (1, "")
    assert "words.txt, line 1: the frequency of '元宇宙'" in wrong.err


# ---- help and wrong usage


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    shown = run(command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"usage: searchlib {command}")
    assert len(shown.out.splitlines()) > 4


def test_the_help_names_every_command_and_no_other(run: Run) -> None:
    lines = run("--help").out.partition("commands:")[2].splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("    ") and line.split()[0] != "COMMAND"]
    assert listed == COMMANDS


def test_the_version_is_that_of_the_library(run: Run) -> None:
    assert run("--version") == Ran(0, f"searchlib {searchlib.__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["build"],
        ["build", "a", "--jobs", "many"],
        ["show"],
        ["suggest"],
        ["tokens"],
        ["search", "a", "b"],
        ["search", "--sort", "best"],
        ["search", "--page", "x"],
        ["search", "--nonsense"],
        ["serve", "--port", "http"],
    ],
)
def test_wrong_usage_ends_with_2_and_says_how(run: Run, arguments: list[str]) -> None:
    ended = run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("usage: searchlib")
    assert "error: " in ended.err


# ---- what users get wrong


def check_message(ended: Ran, *named: str) -> None:
    """One line on stderr that names these, and no traceback."""
    assert ended.code == 1
    assert ended.out == ""
    assert ended.err.startswith("searchlib: ")
    assert ended.err.count("\n") == 1
    for each in named:
        assert each in ended.err


@pytest.mark.parametrize(
    "arguments", [["search", "学习"], ["show", "a.md"], ["suggest", "学"], ["similar", "a.md"], ["stats"], ["check"]]
)
@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
def test_without_an_index_the_message_says_how_to_build_one(run: Run, arguments: list[str], kind: str) -> None:
    place = Path("place")
    if kind == "empty":
        place.mkdir()
    elif kind == "file":
        place.write_text("x")
    check_message(run(*arguments, "--index", place), "searchlib build ARTICLES --index place")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["search", "--page", "0"], ["page", "0"]),
        (["search", "--page", "-1"], ["page", "-1"]),
        (["search", "--page", "100000"], ["10000"]),
        (["search", "--size", "1000"], ["size", "100", "1000"]),
        (["search", "--size", "0"], ["size", "0"]),
        (["search", "--from", "2021-13"], ["date_from", "2021-13"]),
        (["search", "--to", "yesterday"], ["date_to", "yesterday"]),
        (["search", "--from", "2021-02-30"], ["2021-02-30"]),
        (["suggest", "学", "--size", "0"], ["size"]),
        (["similar", ARTICLE, "--size", "101"], ["size"]),
        (["similar", "no/such.md"], ["no/such.md"]),
        (["show", "no/such.md"], ["no/such.md"]),
        (["show", ""], ["''"]),
        (["show", "../../etc/passwd"], ["passwd"]),
    ],
)
def test_a_wrong_value_is_named(ask: Run, arguments: list[str], named: list[str]) -> None:
    check_message(ask(*arguments), *named)


@pytest.mark.parametrize("command", ["build", "update"])
def test_a_folder_of_articles_must_be_one(run: Run, write: Callable[..., Path], command: str) -> None:
    articles = write({"a.md": "学习", "none/x.png": "x"})
    assert run("build", articles).code == 0
    check_message(run(command, "no/such"), "no/such")
    check_message(run(command, articles / "a.md"), "a.md", "not a folder")
    check_message(run(command, articles / "none"), "none")
    check_message(run(command, ""))
    # What was there is still there.
    assert run("search", "学习").out.startswith("1. ")


def test_an_update_without_an_index_builds_one(run: Run, write: Callable[..., Path]) -> None:
    assert run("update", write({"a.md": "学习"})).out.startswith("1 added, ")
    assert run("search", "学习").out.startswith("1. ")


@pytest.mark.parametrize("jobs", ["0", "-3"])
def test_jobs_must_be_at_least_one(run: Run, jobs: str) -> None:
    check_message(run("build", SAMPLES, "--jobs", jobs), "--jobs", jobs)


@pytest.mark.parametrize("place", ["file", "file/below", "/dev/null/index"])
def test_an_index_that_cannot_be_written_is_named(run: Run, write: Callable[..., Path], place: str) -> None:
    Path("file").write_text("x")
    check_message(run("build", write({"a.md": "学习"}), "--index", place), place, "cannot be written")


def test_a_wrong_settings_file_is_named(run: Run) -> None:
    Path("searchlib.toml").write_text('zone = "Mars"')
    check_message(run("build", SAMPLES), "searchlib.toml", "Mars")


def test_a_search_that_takes_too_long_is_an_error_in_words(ask: Run) -> None:
    Path("searchlib.toml").write_text("deadline = 0")
    check_message(ask("search", "元宇宙"), "given up", "searchlib.toml")


# ---- processes of their own


def test_a_command_prints_utf_8_and_ends_with_its_code(sample_index: Path) -> None:
    found = run_outside("search", "元宇宙", "--index", sample_index, PYTHONIOENCODING="utf-8")
    assert found.code == 0
    assert found.out.startswith("1. 元宇宙这个词的来历\n")
    assert run_outside("search", "--size", "0", "--index", sample_index).code == 1
    assert run_outside("search", "--nonsense").code == 2


def test_a_terminal_that_cannot_show_a_character_gets_an_escape(sample_index: Path) -> None:
    found = run_outside("search", "元宇宙", "--index", sample_index, PYTHONIOENCODING="ascii")
    assert found.code == 0
    assert found.out.startswith(r"1. \u5143\u5b87\u5b99")
    assert "Traceback" not in found.err


def test_an_argument_that_is_no_utf_8_is_no_trouble(sample_index: Path) -> None:
    line = [*map(os.fsencode, command_line("search", "--json", "--index", sample_index)), b"\xff\xd6"]
    done = subprocess.run(line, env=environment(), capture_output=True, check=False, timeout=20)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["query"] == "\udcff\udcd6"


def test_a_closed_pipe_is_a_quiet_end(sample_index: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        line = command_line("search", "的", "--size", "100", "--index", sample_index)
        done = subprocess.run(line, env=environment(), stdout=pipe, stderr=subprocess.PIPE, check=False, timeout=20)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"Broken" not in done.stderr


def test_a_build_is_silent_where_there_is_no_terminal(write: Callable[..., Path], tmp_path: Path) -> None:
    built = run_outside("build", write({"a.md": "学习"}), "--index", tmp_path / "index")
    assert (built.code, built.err) == (0, "")


# ---- serve and demo


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], str]]]:
    """Start a server and give its process and address once it answers; at the end of the test it is ended."""
    started: list[subprocess.Popen[bytes]] = []

    def serve(command: str, *arguments: str | Path) -> tuple[subprocess.Popen[bytes], str]:
        port = free_port()
        with (tmp_path / "stderr").open("wb") as stderr:
            line = command_line(command, *arguments, "--port", str(port))
            process = subprocess.Popen(
                line, env=environment(TMPDIR=str(tmp_path)), stdout=subprocess.PIPE, stderr=stderr
            )
        started.append(process)
        address = f"http://127.0.0.1:{port}/"
        for _ in range(300):
            assert process.poll() is None, (tmp_path / "stderr").read_text(encoding="utf-8")
            if address in (tmp_path / "stderr").read_text(encoding="utf-8"):
                return process, address
            time.sleep(0.1)
        raise AssertionError("the server did not start")

    yield serve
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.status == 200
        text: str = answer.read().decode()
        return text


def end(process: subprocess.Popen[bytes], how: signal.Signals) -> int:
    process.send_signal(how)
    return process.wait(timeout=20)


def test_serve_answers_until_it_is_told_to_end(
    serving: Callable[..., tuple[subprocess.Popen[bytes], str]], sample_index: Path, tmp_path: Path
) -> None:
    process, address = serving("serve", "--index", sample_index)
    assert json.loads(fetch(f"{address}healthz"))
    assert ARTICLE in fetch(f"{address}?q=%E5%85%83%E5%AE%87%E5%AE%99")
    found = json.loads(fetch(f"{address}api/search?q=%E5%85%83%E5%AE%87%E5%AE%99"))
    with searchlib.open_index(sample_index) as index:
        expected = index.search("元宇宙").to_dict()
    assert as_the_library_says(found) == as_the_library_says(expected)
    assert end(process, signal.SIGTERM) == 0
    assert process.stdout is not None
    assert process.stdout.read() == b""
    assert "Traceback" not in (tmp_path / "stderr").read_text(encoding="utf-8")


def test_demo_serves_the_samples_and_leaves_nothing_behind(
    serving: Callable[..., tuple[subprocess.Popen[bytes], str]], tmp_path: Path
) -> None:
    process, address = serving("demo")
    assert list(tmp_path.glob("searchlib-demo-*"))
    assert ARTICLE in fetch(f"{address}?q=%E5%85%83%E5%AE%87%E5%AE%99")
    assert end(process, signal.SIGTERM) == 0
    assert not list(tmp_path.glob("searchlib-demo-*"))


def test_serve_runs_before_there_is_an_index_and_says_so(
    serving: Callable[..., tuple[subprocess.Popen[bytes], str]], tmp_path: Path
) -> None:
    process, address = serving("serve", "--index", "nothing")
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(f"{address}api/search?q=a")
    with caught.value as answer:
        assert answer.code == 503
        assert "searchlib build" in answer.read().decode()
    for _ in range(100):
        said = (tmp_path / "stderr").read_text(encoding="utf-8").splitlines()
        if len(said) > 1:
            break
        time.sleep(0.1)
    assert said[1:] == [
        "searchlib: nothing: no index is built here yet: run `searchlib build ARTICLES --index nothing`"
    ]
    assert end(process, signal.SIGTERM) == 0


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], ["the search page is not installed", "searchlib.server"]),
        (["webui.server:serve", "other:serve"], ["several packages", "other:serve, webui.server:serve", "uninstall"]),
    ],
)
def test_the_search_page_must_be_installed_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, values: list[str], words: list[str]
) -> None:
    servers = EntryPoints(EntryPoint("page", value, "searchlib.server") for value in values)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: servers.select(group=group))
    check_message(run(command), *words)


def test_a_port_that_is_taken_is_named(sample_index: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        check_message(run_outside("serve", "--port", port, "--index", sample_index), port, "--port")


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--port", "-1"], ["--host", "no such host"]])
def test_an_address_that_cannot_be_listened_on_is_refused(sample_index: Path, arguments: list[str]) -> None:
    ended = run_outside("serve", *arguments, "--index", sample_index)
    assert ended.code in (1, 2)
    assert ended.out == ""
    assert arguments[1] in ended.err
    assert "Traceback" not in ended.err


def test_a_date_in_the_query_is_offered_as_a_filter(ask: Run) -> None:
    found = ask("search", "2021年的元宇宙")
    assert found.code == 0
    assert "2021年 can be a filter, 2021: searchlib search '元宇宙' --from 2021-01-01 --to 2021-12-31" in found.err
    assert ask("search", "2021年的元宇宙", "--json").json["date_offer"]["query"] == "元宇宙"
    assert ask("search", "元宇宙", "--json").json["date_offer"] is None


def test_a_hit_names_the_articles_that_repeat_it(run: Run, tmp_path: Path) -> None:
    story = "钟楼的钟慢了三分钟，镇上没有人去拨快它，因为末班车的司机也按这口钟开车。" * 2
    for number in (1, 2, 3):
        (tmp_path / f"{number}.md").write_text(
            f"---\ntitle: 钟楼\ndate: 2021-01-0{number}\n---\n{story}", encoding="utf-8"
        )
    run("build", str(tmp_path), "--index", str(tmp_path / "index"))
    folded = run("search", "末班车", "--index", str(tmp_path / "index"))
    assert "   2 more like this: 2.md, 1.md\n" in folded.out
    assert "3 articles, 2 of them collapsed into others" in folded.err
    shown = run("search", "末班车", "--repeats", "show", "--index", str(tmp_path / "index"))
    assert "more like this" not in shown.out
    assert [line[0] for line in shown.out.splitlines() if ". 钟楼" in line] == ["1", "2", "3"]


def test_a_search_explains_itself(ask: Run) -> None:
    found = ask("search", "元宇宙的词 -泡菜", "--explain", "--size", "1")
    assert found.code == 0
    cut = dict(line.split("  ", 1) for line in found.err.splitlines() if "  " in line)
    assert "元宇宙" in cut["words"].split()
    assert cut["left out"].strip() == "的"
    assert cut["without"].strip() == "泡菜"
    *parts, total = [float(each) for each in re.findall(r"^ +([0-9]+\.[0-9]{4})  ", found.out, re.MULTILINE)]
    assert parts == sorted(parts, reverse=True)
    assert sum(parts) == pytest.approx(total, abs=1e-3)
    assert ask("search", "元宇宙", "--explain", "--json").json["explanation"]["words"] == ["元宇宙"]


def test_the_report_prints_what_was_searched_for(run: Run, sample_index: Path) -> None:
    assert run("report").code == 1
    Path("searchlib.toml").write_text('query_log = "queries.jsonl"')
    assert run("report").out.startswith("0 searches in 30 days")
    log = searchlib.QueryLog("queries.jsonl")
    with searchlib.open_index(sample_index) as index:
        for query in ("元宇宙", "元宇宙", "没有的词语甲乙丙丁", "\x1b[31m\x9b红"):
            log.add(index.search(query))
    with Path("queries.jsonl").open("a") as file:
        file.write("x\n")
    shown = run("report", "--days", "7", "--size", "1")
    assert shown.code == 0
    assert shown.out.startswith("4 searches in 7 days, for 3 queries; 1 found nothing\n")
    assert re.search(r"most frequent\n.*\n +2 +[0-9]+ +[0-9.]+ ms  元宇宙\n", shown.out)
    assert shown.err == "queries.jsonl: 1 lines cannot be read\n"
    everything = run("report")
    assert not set("\x1b\x9b") & set(everything.out)
    assert run("report", "--json").json["frequent"][0]["count"] == 2
    check_message(run("report", "--days", "0"), "days", "0")


def test_a_report_without_a_log_says_how_to_have_one(run: Run) -> None:
    check_message(run("report"), "query_log", "searchlib.toml")


def test_a_search_that_finds_nothing_says_what_to_leave_out(ask: Run) -> None:
    found = ask("search", "元宇宙", "--category", "美食", "--from", "2021", "--explain")
    assert found.out == ""
    total = ask("search", "元宇宙", "--from", "2021", "--json").json["total"]
    assert f"without category 美食: {total} articles" in found.err
    assert "without date" not in found.err


def test_a_place_in_the_tree_of_categories_is_a_category(ask: Run) -> None:
    assert ask("search", "", "--category", "旅行 > 铁路 > 历史", "--json").json["total"] == 1


# ---- moving an index


def test_an_index_is_copied_dumped_and_loaded(run: Run, write: Callable[[dict[str, str]], Path]) -> None:
    assert run("build", write({"a.md": "机器学习"})).code == 0
    assert run("copy", "index", "other").out.startswith("1 articles copied")
    assert run("search", "学习", "--index", "other").out.startswith("1. a")
    assert run("dump", "dump.jsonl").err == "1 articles written\n"
    assert run("load", "dump.jsonl", "--index", "third").code == 0
    assert run("search", "学习", "--index", "third").out.startswith("1. a")


def test_a_file_that_is_no_dump_is_refused(run: Run) -> None:
    Path("none.jsonl").write_text("{}\n", encoding="utf-8")
    refused = run("load", "none.jsonl")
    assert refused.code == 1
    assert "none.jsonl, line 1" in refused.err
    assert run("load", "missing.jsonl").code == 1
