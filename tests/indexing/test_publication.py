"""Builds, updates and watches leave out unpublished articles, and notice a changed state."""

from __future__ import annotations

import io
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import searchlib
from searchlib.sources.files import digest_file
from searchlib.sources.walk import SETTLED_NS
from tests.small_indexes import Write, matching_ids


def article(title: str, **values: object) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in values.items())
    return f"---\ntitle: {title}\n{lines}---\n{title}的正文。\n"


def reasons(report: searchlib.BuildReport) -> dict[str, str]:
    return {path: reason.partition(" (")[0] for path, reason in report.skipped}


def test_what_is_not_published_is_left_out_and_named(write: Write, tmp_path: Path) -> None:
    folder = write(
        {
            "a.md": article("甲"),
            "b.md": article("乙", draft="true"),
            "c.md": article("丙", published="false"),
            "d.md": "---\ntitle: {{ title }}\n---\n",
            "_drafts/e.md": article("戊"),
            "old.md": article("己"),
        }
    )
    settings = searchlib.Settings(exclude=("old.md",))
    report = searchlib.build_index(folder, tmp_path / "index", settings=settings)
    assert (report.added, report.failed) == (1, ())
    assert reasons(report) == {
        "_drafts/e.md": "draft",
        "b.md": "draft",
        "c.md": "unpublished",
        "d.md": "template",
        "old.md": "excluded",
    }
    assert matching_ids(tmp_path / "index", "") == ["a.md"]
    with searchlib.open_index(tmp_path / "index") as index:
        assert dict(index.stats().skipped) == {"draft": 2, "excluded": 1, "unpublished": 1, "template": 1}
        assert index.check().ok
    update = searchlib.update_index(folder, tmp_path / "index", settings=settings)
    assert (update.unchanged, update.skipped) == (1, report.skipped)


def test_the_setting_takes_unpublished_articles_in(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲"), "b.md": article("乙", draft="true"), "_drafts/c.md": article("丙")})
    everything = searchlib.Settings(unpublished="index")
    assert searchlib.build_index(folder, tmp_path / "index", settings=everything).added == 3
    # Without the setting, an update reads all files again: no draft stays in the index.
    update = searchlib.update_index(folder, tmp_path / "index", settings=searchlib.Settings())
    assert (update.updated, update.deleted, update.unchanged) == (1, 2, 0)
    assert matching_ids(tmp_path / "index", "") == ["a.md"]
    assert searchlib.update_index(folder, tmp_path / "index", settings=everything).added == 2


def test_an_update_sees_a_state_that_changes(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲"), "b.md": article("乙", draft="true")})
    searchlib.build_index(folder, tmp_path / "index")
    write({"a.md": article("甲", draft="true"), "b.md": article("乙")})
    update = searchlib.update_index(folder, tmp_path / "index")
    assert (update.added, update.updated, update.deleted) == (1, 0, 1)
    assert reasons(update) == {"a.md": "draft"}
    assert matching_ids(tmp_path / "index", "") == ["b.md"]


def test_an_update_does_not_read_unchanged_skipped_files_again(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchlib.sources.walk.time_ns", lambda: time.time_ns() + 2 * SETTLED_NS)
    folder = write({"a.md": article("甲"), "b.md": article("乙", draft="true"), "_drafts/c.md": article("丙")})
    searchlib.build_index(folder, tmp_path / "index")
    read: list[str] = []

    def digest(source: Path, name: str) -> str:
        read.append(name)
        return digest_file(source, name)

    monkeypatch.setattr("searchlib.sources.articles.digest_file", digest)
    assert reasons(searchlib.update_index(folder, tmp_path / "index")) == {"_drafts/c.md": "draft", "b.md": "draft"}
    assert read == []


def test_an_ignore_file_that_changes_is_followed(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲"), "b/c.md": article("乙")})
    searchlib.build_index(folder, tmp_path / "index")
    write({".searchignore": "b/\n"})
    update = searchlib.update_index(folder, tmp_path / "index")
    assert (update.deleted, update.skipped) == (1, (("b/c.md", "excluded (.searchignore)"),))
    (folder / ".searchignore").unlink()
    assert searchlib.update_index(folder, tmp_path / "index").added == 1


def test_a_folder_without_a_published_article_is_an_error_that_says_why(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲", draft="true")})
    with pytest.raises(searchlib.ArticlesNotFoundError, match=r"none of the 1 files .*a\.md: draft\); "):
        searchlib.build_index(folder, tmp_path / "index")
    (folder / "a.md").rename(folder / "_a")
    write({"_drafts/b.md": article("乙")})
    with pytest.raises(searchlib.ArticlesNotFoundError, match=r"_drafts/b\.md: draft \(folder _drafts\)"):
        searchlib.build_index(folder, tmp_path / "index")


def test_articles_appear_and_expire_when_their_time_comes(write: Write, tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=3)
    folder = write(
        {
            "a.md": article("甲"),
            "b.md": article("乙", date=soon.isoformat()),
            "c.md": article("丙", expiryDate=soon.isoformat()),
        }
    )
    settings = searchlib.Settings(future="skip")
    report = searchlib.build_index(folder, tmp_path / "index", settings=settings)
    assert (report.added, reasons(report)) == (2, {"b.md": "future"})
    time.sleep(max(0.0, (soon - datetime.now(UTC)).total_seconds()) + 0.1)
    update = searchlib.update_index(folder, tmp_path / "index", settings=settings)
    assert (update.added, update.deleted, reasons(update)) == (1, 1, {"c.md": "expired"})
    assert sorted(matching_ids(tmp_path / "index", "")) == ["a.md", "b.md"]
    assert searchlib.update_index(folder, tmp_path / "index", settings=settings).unchanged == 2


def test_a_watch_updates_when_a_time_comes_or_an_ignore_file_changes(write: Write, tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=3)
    folder = write({"a.md": article("甲"), "b.md": article("乙", date=soon.isoformat()), "c.md": article("丙")})
    stop = threading.Event()
    threading.Timer(60, stop.set).start()
    reports = searchlib.watch_index(folder, tmp_path / "index", settings=searchlib.Settings(future="skip"), stop=stop)
    first = next(reports)
    assert isinstance(first, searchlib.BuildReport)
    assert (first.added, reasons(first)) == (2, {"b.md": "future"})
    second = next(reports)
    assert isinstance(second, searchlib.BuildReport)
    assert (second.added, second.skipped) == (1, ())
    write({".searchignore": "c.md\n"})
    third = next(reports)
    assert isinstance(third, searchlib.BuildReport)
    assert (third.deleted, reasons(third)) == (1, {"c.md": "excluded"})
    stop.set()


def test_a_dump_and_a_copy_keep_what_was_left_out(write: Write, tmp_path: Path) -> None:
    folder = write({"a.md": article("甲"), "b.md": article("乙", draft="true"), "_drafts/c.md": article("丙")})
    searchlib.build_index(folder, tmp_path / "index")
    dump = io.StringIO()
    searchlib.dump_index(tmp_path / "index", dump)
    dump.seek(0)
    searchlib.load_index(dump, tmp_path / "loaded")
    searchlib.copy_index(tmp_path / "index", tmp_path / "copy")
    for copied in ("loaded", "copy"):
        with searchlib.open_index(tmp_path / copied) as index:
            assert dict(index.stats().skipped) == {"draft": 2}
            assert index.check().ok
        update = searchlib.update_index(folder, tmp_path / copied)
        assert (update.unchanged, len(update.skipped), update.added) == (1, 2, 0)


def test_the_report_counts_articles_without_date_title_and_text(write: Write, tmp_path: Path) -> None:
    folder = write(
        {
            "a.md": article("甲", date="2021-03-04"),
            "b.md": article("乙", password="mima"),
            "2021-03-04-春天.md": "没有标题。",
            "d.md": "# 标题\n\n文。",
        }
    )
    report = searchlib.build_index(folder, tmp_path / "index")
    assert (report.undated, report.untitled, report.encrypted) == (2, 1, 1)
    write({"e.md": "又一篇"})
    report = searchlib.update_index(folder, tmp_path / "index")
    assert (report.undated, report.untitled, report.encrypted) == (3, 2, 1)
    with searchlib.open_index(tmp_path / "index") as index:
        stats = index.stats()
        assert (stats.undated, stats.untitled, stats.encrypted) == (3, 2, 1)


def test_reading_articles_leaves_out_what_a_build_does(write: Write) -> None:
    folder = write({"a.md": article("甲"), "b.md": article("乙", draft="true"), "empty.md": "", "bad.ipynb": "{"})
    kinds = [type(each).__name__ for each in searchlib.read_articles(folder)]
    assert kinds == ["Article", "ArticleError"]  # of bad.ipynb
    taking = searchlib.Settings(unpublished="index", exclude=("a.md",))
    (draft, _) = searchlib.read_articles(folder, settings=taking)
    assert isinstance(draft, searchlib.Article)
    assert draft.title == "乙"
