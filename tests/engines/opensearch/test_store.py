"""An index in a cluster is built beside the old one, by one builder at a time, and an interrupted build can be resumed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import searchlib
from searchlib.engines.opensearch.client.address import parse_address
from searchlib.engines.opensearch.index.lock import BuildLock, host_identity
from searchlib.stores import store_at
from tests.conftest import SAMPLES
from tests.engines.opensearch.cluster import Cluster


@pytest.fixture(scope="module")
def place(cluster: Cluster) -> Callable[[str], str]:
    """Return a function that returns the address of an index by its name."""
    return lambda name: cluster.address(name, "?replicas=0")


def generations(cluster: Cluster, name: str) -> list[str]:
    indexes = cluster.ask(f"_cat/indices/{name}.0*?format=json")
    return sorted(each["index"] for each in indexes if not each["index"].endswith(".about"))


def samples(tmp_path: Path, copies: int) -> Path:
    for number in range(copies):
        shutil.copytree(SAMPLES, tmp_path / "articles" / str(number))
    return tmp_path / "articles"


class Stopped(Exception):
    """Ends a build in these tests."""


def interrupted(step: str, build: Callable[[], object]) -> None:
    """Build, and end the build where a step of its generation would begin."""

    def stop(*_: object) -> None:
        raise Stopped

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"searchlib.stores.opensearch_generations.ClusterGenerationWriter.{step}", stop)
        with pytest.raises(Stopped):
            build()


def test_searches_continue_during_a_rebuild_and_the_next_build_deletes_the_old_index(
    cluster: Cluster, place: Callable[[str], str]
) -> None:
    searchlib.build_index(SAMPLES, place("again"))
    with searchlib.open_index(place("again")) as index:
        total = index.search("元宇宙").total
        searchlib.build_index(SAMPLES, place("again"))
        assert index.search("元宇宙").total == total
    assert len(generations(cluster, "again")) == 2
    searchlib.build_index(SAMPLES, place("again"))
    assert len(generations(cluster, "again")) == 2
    (aliased,) = cluster.ask("_alias/again")
    assert aliased == generations(cluster, "again")[-1]


def test_an_interrupted_build_is_resumed_and_the_old_index_stays_until_it_is_complete(
    place: Callable[[str], str], tmp_path: Path, cluster: Cluster
) -> None:
    searchlib.build_index(SAMPLES, place("broken"))
    articles = samples(tmp_path, 4)
    files = sum(isinstance(each, searchlib.Article) for each in searchlib.read_articles(articles))

    def stop(done: int, total: int) -> None:
        if done > total / 2:
            raise Stopped

    with pytest.raises(Stopped):
        searchlib.build_index(articles, place("broken"), jobs=1, progress=stop)
    with searchlib.open_index(place("broken")) as index:
        assert index.stats().articles == files / 4
    next(articles.rglob("*.md")).write_text("---\ntitle: 改过的\n---\n断了以后才改的文章。\n", encoding="utf-8")
    sent: list[int] = []
    report = searchlib.build_index(articles, place("broken"), progress=lambda done, total: sent.append(total))
    assert sent[-1] < files * 0.6
    assert report.added == files
    with searchlib.open_index(place("broken")) as index:
        assert index.check().ok
        assert index.search('"断了以后才改"').total == 1
        assert index.search("元宇宙").total > 0


def test_searches_see_nothing_of_a_failed_update_until_the_next_one_is_complete(
    place: Callable[[str], str], tmp_path: Path
) -> None:
    articles = samples(tmp_path, 1)
    searchlib.build_index(articles, place("halfway"))
    changed = next(articles.rglob("metaverse-word.md"))
    name = changed.relative_to(articles).as_posix()
    changed.write_text("---\ntitle: 换了题目\n---\n正文也换了。\n", encoding="utf-8")

    def stop(done: int, total: int) -> None:
        raise Stopped

    with searchlib.open_index(place("halfway")) as index:
        before = index.get(name)
        ids = [hit.id for hit in index.search("元宇宙").hits]
        with pytest.raises(Stopped):
            searchlib.update_index(articles, place("halfway"), progress=stop)
        time.sleep(2)
        assert index.get(name) == before
        assert [hit.id for hit in index.search("元宇宙").hits] == ids
    assert searchlib.update_index(articles, place("halfway")).updated == 1
    with searchlib.open_index(place("halfway")) as index:
        assert index.get(name).title == "换了题目"
        assert index.check().ok


def test_the_files_of_an_interrupted_update_are_read_again(place: Callable[[str], str], tmp_path: Path) -> None:
    articles = samples(tmp_path, 1)
    searchlib.build_index(articles, place("torn"))
    changed = next(articles.rglob("metaverse-word.md"))
    before = changed.read_text(encoding="utf-8")
    changed.write_text("---\ntitle: 换了题目\n---\n正文也换了。\n", encoding="utf-8")
    (articles / "new.md").write_text("---\ntitle: 新来的\n---\n刚写的文章。\n", encoding="utf-8")

    # All articles are written and match, but the files are not recorded yet.
    interrupted("seal", lambda: searchlib.update_index(articles, place("torn")))
    with searchlib.open_index(place("torn")) as index:
        assert any("interrupted" in problem for problem in index.check().problems)
    changed.write_text(before, encoding="utf-8")
    (articles / "new.md").unlink()
    searchlib.update_index(articles, place("torn"))
    with searchlib.open_index(place("torn")) as index:
        assert index.check().ok
        assert index.search("新来的", verbatim=True).total == 0
        assert index.get(changed.relative_to(articles).as_posix()).title != "换了题目"


def test_a_build_does_not_resume_an_interrupted_transfer(place: Callable[[str], str], tmp_path: Path) -> None:
    searchlib.build_index(SAMPLES, tmp_path / "here")
    interrupted("seal", lambda: searchlib.copy_index(tmp_path / "here", place("moved")))
    searchlib.build_index(samples(tmp_path, 1) / "0" / "food", place("moved"))
    with searchlib.open_index(place("moved")) as index:
        assert index.check().ok


def test_a_resumed_build_deletes_articles_without_a_checkpoint(place: Callable[[str], str], tmp_path: Path) -> None:
    articles = samples(tmp_path, 2)
    interrupted("save_checkpoint", lambda: searchlib.build_index(articles, place("unnoted"), jobs=1))
    next((articles / "0").rglob("*.md")).unlink()
    searchlib.build_index(articles, place("unnoted"))
    with searchlib.open_index(place("unnoted")) as index:
        assert index.check().ok


def test_no_write_creates_an_index_by_its_name(cluster: Cluster, place: Callable[[str], str]) -> None:
    def vanish(done: int, total: int) -> None:
        for index in generations(cluster, "vanished"):
            cluster.ask(f"{index},{index}.about", "DELETE")

    with pytest.raises(searchlib.SearchlibError):
        searchlib.build_index(SAMPLES, place("vanished"), progress=vanish)
    assert generations(cluster, "vanished") == []
    assert searchlib.build_index(SAMPLES, place("vanished")).added


def test_a_builder_that_lost_the_lock_publishes_nothing(cluster: Cluster, place: Callable[[str], str]) -> None:
    def rob(done: int, total: int) -> None:
        cluster.ask(
            "robbed.lock/_doc/lock?refresh=true",
            "PUT",
            {"holder": "other", "host": "x", "process": 1, "at": 0},
        )

    with pytest.raises(searchlib.IndexBusyError):
        searchlib.build_index(SAMPLES, place("robbed"), progress=rob)
    with pytest.raises(searchlib.NoIndexError):
        searchlib.open_index(place("robbed"))
    assert searchlib.build_index(SAMPLES, place("robbed")).added


def test_an_article_too_large_for_a_cluster_fails_alone(place: Callable[[str], str], tmp_path: Path) -> None:
    articles = samples(tmp_path, 1)
    (articles / "long.md").write_text("文章" * 1_200_000, encoding="utf-8")
    report = searchlib.build_index(articles, place("large"), jobs=1)
    assert [path for path, reason in report.failed if "MB in the cluster" in reason] == ["long.md"]
    assert report.added


def test_one_builder_at_a_time(place: Callable[[str], str]) -> None:
    with store_at(place("busy")).locked(), pytest.raises(searchlib.IndexBusyError, match="another build or update"):
        searchlib.build_index(SAMPLES, place("busy"))
    assert searchlib.build_index(SAMPLES, place("busy")).added


def test_the_lock_is_renewed(cluster: Cluster, place: Callable[[str], str]) -> None:
    with BuildLock(parse_address(place("alive")), "alive", renewal_seconds=0.05).held():
        before = cluster.ask("alive.lock/_doc/lock")["_source"]["at"]
        ends = time.monotonic() + 30
        while cluster.ask("alive.lock/_doc/lock")["_source"]["at"] == before:
            assert time.monotonic() < ends
            time.sleep(0.05)


def test_the_lock_of_a_dead_builder_on_this_machine_is_taken_at_once(
    cluster: Cluster, place: Callable[[str], str]
) -> None:
    died = subprocess.Popen([sys.executable, "-c", ""])
    died.wait()
    holder = {"holder": "gone", "host": host_identity(), "process": died.pid, "at": time.time()}
    cluster.ask("dead.lock/_doc/lock?refresh=true", "PUT", holder)
    assert searchlib.build_index(SAMPLES, place("dead")).added


def test_the_lock_of_a_builder_on_another_machine_is_taken_after_a_while(
    cluster: Cluster, place: Callable[[str], str]
) -> None:
    holder = {"holder": "other", "host": "elsewhere.example", "process": os.getpid(), "at": time.time()}
    cluster.ask("far.lock/_doc/lock?refresh=true", "PUT", holder)
    with pytest.raises(searchlib.IndexBusyError):
        searchlib.build_index(SAMPLES, place("far"))
    cluster.ask("far.lock/_doc/lock?refresh=true", "PUT", {**holder, "at": time.time() - 3600})
    assert searchlib.build_index(SAMPLES, place("far")).added


def test_an_index_of_another_program_is_left_alone(cluster: Cluster, place: Callable[[str], str]) -> None:
    cluster.ask("theirs/_doc/1?refresh=true", "PUT", {"text": "日记"})
    for use in (searchlib.open_index, lambda each: searchlib.build_index(SAMPLES, each)):
        with pytest.raises(searchlib.SearchlibError, match="in use for something else"):
            use(place("theirs"))
    assert cluster.ask("theirs/_count")["count"] == 1


def test_the_address_sets_shards_and_replicas(cluster: Cluster) -> None:
    searchlib.build_index(SAMPLES, cluster.address("many", "?shards=3&replicas=0"))
    (index,) = generations(cluster, "many")
    settings = cluster.ask(f"{index}/_settings")[index]["settings"]["index"]
    assert (settings["number_of_shards"], settings["number_of_replicas"]) == ("3", "0")
    with searchlib.open_index(cluster.address("many")) as many:
        assert many.check().ok
        assert many.search("元宇宙").hits[0].id == "internet/metaverse-word.md"


def test_the_check_finds_a_damaged_article(cluster: Cluster, place: Callable[[str], str]) -> None:
    searchlib.build_index(SAMPLES, place("hurt"))
    (index,) = generations(cluster, "hurt")
    hit = cluster.ask(f"{index}/_search?size=1")["hits"]["hits"][0]
    cluster.ask(f"{index}/_doc/{hit['_id']}?refresh=true", "PUT", {**hit["_source"], "article": "AAAA"})
    with searchlib.open_index(place("hurt")) as opened:
        report = opened.check()
    assert not report.ok
    assert any("cannot be read" in problem for problem in report.problems)
