"""A transfer is complete or has no effect: a wrong dump is refused, and the target stays as it was."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

import searchlib
from searchlib.cli import main
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.indexing import json_lines
from tests.small_indexes import Write

Values = dict[str, Any]

ARTICLES = {
    "a.md": "---\ntitle: 机器学习\ndate: 2021-11-20\ntags: [科技]\nmood: calm\n---\n# 起步\n\n用数据训练模型。\n",
    "b.md": "---\ntitle: 面条\ncategory: 美食\n---\n水开下面。\n",
    "empty.md": "---\n---\n",
}


@pytest.fixture
def index(write: Write, tmp_path: Path) -> Path:
    """Return the folder of an index."""
    searchlib.build_index(write(ARTICLES), tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def lines(index: Path) -> list[str]:
    """Return the lines of its dump: the header, two articles, and the footer."""
    file = io.StringIO()
    searchlib.dump_index(index, file)
    return file.getvalue().splitlines(keepends=True)


@pytest.fixture
def target(tmp_path: Path, write: Write) -> Iterator[Path]:
    """Yield the folder of another index, and check at the end that it has stayed as it was."""
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "old.md").write_text("旧的文章。", encoding="utf-8")
    searchlib.build_index(tmp_path / "others", tmp_path / "target")
    yield tmp_path / "target"
    with searchlib.open_index(tmp_path / "target") as opened:
        assert [hit.id for hit in opened.search("旧的").hits] == ["old.md"]
        assert opened.check().ok


def changed(line: str, **values: Any) -> str:
    return f"{json.dumps({**json.loads(line), **values})}\n"


def without(line: str, *names: str) -> str:
    return f"{json.dumps({name: value for name, value in json.loads(line).items() if name not in names})}\n"


def test_a_dump_in_an_encoding_without_chinese_is_escaped(index: Path, tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    with path.open("w", encoding="cp1252") as file:
        assert searchlib.dump_index(index, file) == 2
    assert path.read_bytes().isascii()
    with path.open(encoding="cp1252") as file:
        assert searchlib.load_index(file, tmp_path / "loaded").added == 2
    with searchlib.open_index(tmp_path / "loaded") as loaded:
        assert loaded.get("a.md").title == "机器学习"


def test_a_loaded_index_has_the_same_dump(index: Path, lines: list[str], tmp_path: Path) -> None:
    loaded = tmp_path / "loaded"
    assert searchlib.load_index(io.StringIO("".join(lines)), loaded).added == 2
    again = io.StringIO()
    searchlib.dump_index(loaded, again)
    assert again.getvalue().splitlines(keepends=True)[1:] == lines[1:]
    assert "empty.md" in json.loads(lines[-1])["skipped"]


def test_a_loaded_index_keeps_the_settings_of_the_dumped_one(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    articles = write({"a.md": "---\ntitle: 甲\nseries: 西游\n---\n正文。\n", "private/b.md": "秘密。\n"})
    settings = searchlib.Settings(exclude=("/private/",), facets=("series",))
    searchlib.build_index(articles, "index", settings=settings)
    dump = io.StringIO()
    searchlib.dump_index("index", dump)
    dump.seek(0)
    searchlib.load_index(dump, "loaded")
    assert searchlib.index_settings("loaded") == settings
    # With the defaults, an update would add what the settings exclude, and drop the facet.
    report = searchlib.update_index(articles, "loaded")
    assert (report.added, report.unchanged) == (0, 1)
    with searchlib.open_index("loaded") as index:
        assert index.facets == ("series",)


def test_a_dump_with_an_unknown_setting_is_refused(lines: list[str], target: Path) -> None:
    newer = io.StringIO("".join([changed(lines[0], settings={"nonsense": 1}), *lines[1:]]))
    with pytest.raises(searchlib.SettingsError, match="the dump: there is no setting nonsense"):
        searchlib.load_index(newer, target)


def test_a_dump_of_an_older_version_has_no_settings(lines: list[str], tmp_path: Path) -> None:
    older = io.StringIO("".join([without(lines[0], "settings"), *lines[1:]]))
    assert searchlib.load_index(older, tmp_path / "loaded").added == 2


ANALYSIS: Values = {"dictionary": {"file": "words.txt", "digest": "00"}}
WRONG_HEADERS: dict[str, Callable[[str], str]] = {
    "'analysis' must be an object that names the dictionary": lambda line: changed(line, analysis={}),
    "there is no time zone 'No/where'": lambda line: changed(line, zone="No/where"),
    "there is no time zone '../../etc/passwd'": lambda line: changed(line, zone="../../etc/passwd"),
    "'zone' must be a string": lambda line: changed(line, zone=None),
    "'articles' must be a whole number": lambda line: changed(line, articles="2"),
    "'facets' must be a list of names of facets": lambda line: changed(line, facets=["a b"]),
    "'settings' must be an object": lambda line: changed(line, settings=[]),
    "'boilerplate' must be a list of digests": lambda line: changed(line, boilerplate=[-1]),
    "'dictionary' is missing": lambda line: without(line, "dictionary"),
    "its dictionary is not the one": lambda line: changed(line, analysis=ANALYSIS),
    "its dictionary cannot be read": lambda line: changed(line, dictionary=["00", [["abc", 1]], 0]),
    "the dump has format 2, this program reads format 3": lambda line: changed(line, format=2),
    "it is not the header of a dump": lambda line: changed(line, format="1"),
    "the key 'more' is unknown": lambda line: changed(line, more=1),
    "it is nested too deeply": lambda line: "[" * 100_000 + "\n",
    "it is not valid JSON": lambda line: line.replace('"format": 3', f'"format": {"1" * 5000}'),
    "it is not a JSON object": lambda line: "[1]\n",
}


@pytest.mark.parametrize("message", WRONG_HEADERS)
def test_a_wrong_header_is_refused(message: str, lines: list[str], target: Path) -> None:
    with pytest.raises(searchlib.SearchlibError) as refused:
        searchlib.load_index(io.StringIO("".join([WRONG_HEADERS[message](lines[0]), *lines[1:]])), target)
    assert str(refused.value).startswith("the dump, line 1: ")
    assert message in str(refused.value)


WRONG_ARTICLES: dict[str, Values] = {
    "'title' must be a string": {"title": 5},
    "'body' must be a string": {"body": None},
    "'id' must be a string that is not empty": {"id": ""},
    "'date' must be": {"date": "2021-01-01T00:00:00"},
    "'date' must": {"date": "gestern"},
    "'tags' must be a list of strings": {"tags": "科技"},
    "'category_paths' must be": {"category_paths": [["a"], "b"]},
    "'extra' must be an object": {"extra": []},
    "'digest' must be a string": {"digest": 1},
    "the key 'color' is unknown": {"color": "red"},
    "the article 'a.md' is there twice": {"id": "a.md"},
}


@pytest.mark.parametrize("message", WRONG_ARTICLES)
def test_an_error_names_the_line_of_a_wrong_article(message: str, lines: list[str], target: Path) -> None:
    wrong = "".join([*lines[:2], changed(lines[2], **WRONG_ARTICLES[message]), lines[3]])
    with pytest.raises(searchlib.SearchlibError) as refused:
        searchlib.load_index(io.StringIO(wrong), target)
    assert str(refused.value).startswith("the dump, line 3: ")
    assert message in str(refused.value)


def test_no_more_of_a_line_is_read_than_a_dump_can_have(
    lines: list[str], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = max(map(len, lines))
    monkeypatch.setattr(json_lines, "MAX_LINE_LENGTH", longest)
    file = io.StringIO(f"{lines[0]}{' ' * (2 * longest)}\n{lines[1]}")
    with pytest.raises(searchlib.SearchlibError, match=f"line 2: it has more than {longest:,} characters"):
        searchlib.load_index(file, target)
    assert file.tell() == len(lines[0]) + longest + 1
    assert searchlib.load_index(io.StringIO("".join(lines)), target.parent / "other").added == 2


def test_an_article_that_is_nested_too_deeply_is_refused(lines: list[str], target: Path) -> None:
    deep = changed(lines[2], extra={"a": 0}).replace('{"a": 0}', '{"a": ' + "[" * 600 + "]" * 600 + "}")
    with pytest.raises(searchlib.SearchlibError, match="line 3: it is nested too deeply"):
        searchlib.load_index(io.StringIO("".join([*lines[:2], deep, lines[3]])), target)


WRONG_FOOTERS: dict[str, Callable[[str], str]] = {
    "line 4: 'failed' is missing": lambda line: without(line, "failed"),
    "line 4: 'articles' is missing": lambda line: without(line, "articles"),
    "line 4: 'failed' must be": lambda line: changed(line, failed={"x": "why"}),
    "line 4: 'salvaged' must be": lambda line: changed(line, salvaged={"a.md": 1}),
    "line 4: 'a.md' is an article, and listed as failed": lambda line: changed(line, failed={"a.md": ["", "why"]}),
    "line 4: 'x' is listed as salvaged, but is not an article": lambda line: changed(line, salvaged={"x": "why"}),
    "the checksum of the articles is wrong": lambda line: changed(line, checksum="0"),
    "the end is missing": lambda line: "",
    "line 5: there is a line after the footer": lambda line: f'{line}{{"x": 1}}\n',
}


@pytest.mark.parametrize("message", WRONG_FOOTERS)
def test_a_wrong_footer_is_refused(message: str, lines: list[str], target: Path) -> None:
    with pytest.raises(searchlib.SearchlibError) as refused:
        searchlib.load_index(io.StringIO("".join([*lines[:-1], WRONG_FOOTERS[message](lines[-1])])), target)
    assert message in str(refused.value)


def test_the_header_must_have_the_number_of_articles(lines: list[str], target: Path) -> None:
    with pytest.raises(searchlib.SearchlibError, match="the dump holds 2 articles, its header says 3"):
        searchlib.load_index(io.StringIO("".join([changed(lines[0], articles=3), *lines[1:]])), target)


def test_settings_with_another_dictionary_are_refused(lines: list[str], target: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("深度学习框架\n", encoding="utf-8")
    settings = searchlib.Settings(dictionary=str(tmp_path / "words.txt"))
    with pytest.raises(searchlib.IndexMismatchError, match="without a dictionary"):
        searchlib.load_index(io.StringIO("".join(lines)), target, settings=settings)


def test_a_copy_that_differs_from_the_dump_is_not_published(
    index: Path, lines: list[str], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = WhooshEngine.articles

    def lose_one(engine: WhooshEngine) -> Iterator[searchlib.Article]:
        found = read(engine)
        next(found)
        yield from found

    monkeypatch.setattr(WhooshEngine, "articles", lose_one)
    with pytest.raises(searchlib.SearchlibError, match=r"holds 1 articles .* expected 2"):
        searchlib.load_index(io.StringIO("".join(lines)), target)
    monkeypatch.setattr(WhooshEngine, "articles", read)


# ---- files


def test_a_file_that_is_not_utf_8_is_refused(target: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert main(["load", str(tmp_path / "binary"), "--index", str(target)]) == 1
    assert "this is not UTF-8" in capsys.readouterr().err
    assert main(["load", str(tmp_path), "--index", str(target)]) == 1
    assert "cannot be opened" in capsys.readouterr().err


def test_a_failed_dump_keeps_the_old_file(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "dump.jsonl"
    file.write_text("precious\n", encoding="utf-8")
    file.chmod(0o600)
    assert main(["dump", str(file), "--index", str(tmp_path / "nowhere")]) == 1
    assert file.read_text(encoding="utf-8") == "precious\n"

    def stop(engine: WhooshEngine) -> Iterator[searchlib.Article]:
        raise searchlib.IndexDamagedError("halfway")
        yield

    with monkeypatch.context() as broken:
        broken.setattr(WhooshEngine, "articles", stop)
        assert main(["dump", str(file), "--index", str(index)]) == 1
    assert file.read_text(encoding="utf-8") == "precious\n"
    assert not list(tmp_path.glob("*.part"))
    assert main(["dump", str(file), "--index", str(index)]) == 0
    assert len(file.read_text(encoding="utf-8").splitlines()) == 4
    assert file.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.part"))
    assert "Traceback" not in capsys.readouterr().err


def test_an_interrupt_as_a_dump_is_opened_leaves_no_part(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, mode: str, *, encoding: str) -> None:
        open(path, mode, encoding=encoding).close()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", interrupted)
        assert main(["dump", str(tmp_path / "dump.jsonl"), "--index", str(index)]) == 130
    assert not list(tmp_path.glob("dump.jsonl*"))


def test_a_part_that_cannot_be_opened_is_left_alone(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    part = tmp_path / "dump.jsonl.part"
    part.symlink_to("elsewhere")
    assert main(["dump", str(tmp_path / "dump.jsonl"), "--index", str(index)]) == 1
    assert "dump.jsonl.part: this cannot be written (Is a directory)" in capsys.readouterr().err
    assert part.is_symlink()


def test_a_dump_that_may_not_be_on_the_disk_is_named(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fsync = os.fsync

    def failing(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(5, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    assert main(["dump", str(tmp_path / "dump.jsonl"), "--index", str(index)]) == 1
    assert "dump.jsonl: the file is written, but the system does not confirm" in capsys.readouterr().err
    assert [file.name for file in tmp_path.glob("dump.jsonl*")] == ["dump.jsonl"]
    assert len((tmp_path / "dump.jsonl").read_text(encoding="utf-8").splitlines()) == 4


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_is_one_error_message(index: Path) -> None:
    for command in ("dump /dev/full", "dump - >/dev/full"):
        done = shell(command, index)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "cannot be written (No space left on device)" in done.stderr


def test_a_missing_folder_is_one_error_message(index: Path, tmp_path: Path) -> None:
    done = shell(f"dump {tmp_path}/none/dump.jsonl", index)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "none/dump.jsonl.part: this cannot be written (No such file or directory)" in done.stderr


def test_the_reader_of_a_piped_dump_may_close_the_pipe(index: Path) -> None:
    reading, written = os.pipe()
    os.close(reading)
    with open(written, "wb") as pipe:
        done = shell("dump -", index, stdout=pipe)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_piped_dump_is_loaded(index: Path, tmp_path: Path) -> None:
    done = shell(f"dump - | {program()} load - --index {tmp_path}/piped", index)
    assert done.stdout.startswith("2 articles, ")


def program() -> str:
    return f"{sys.executable} -m searchlib"


def shell(command: str, index: Path, stdout: IO[bytes] | int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """Run a command of the program in a shell. ``--index`` is added to the first command."""
    first, rest = command.split(" ", 1)
    root = str(Path(__file__).parent.parent.parent)
    return subprocess.run(
        ["sh", "-c", f"{program()} {first} --index {index} {rest}"],
        env={**os.environ, "PYTHONPATH": root},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
