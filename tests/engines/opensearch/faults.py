"""Cause faults in a cluster of three nodes, and count how searches and builds end.

``python -m tests.engines.opensearch.faults [search] [build] [interrupt] [queue] [slow] [gone]`` runs these faults, by default all:

- ``search``: the node with the primary shard is killed while four threads search. No search fails.
- ``build``: the same during a build, and the node is started again later. The index has every article.
- ``interrupt``: the builder is killed. The next build resumes, and the index has every article.
- ``queue``: nodes with short queues respond 429. The index has every article.
- ``slow``: a node is suspended. Every search ends before its deadline, with results or with an error.
- ``gone``: all nodes are killed. Searches end with one clear error, on the page with 503.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import searchlib
from tests.conftest import SAMPLES
from tests.engines.opensearch.cluster import Cluster, Node, running_cluster
from webui import create_app

QUERIES = ["元宇宙", "产业 互联网", '"机器学习"', "面条 怎么煮", "", "tag:科技", "yuanyuzhou"]
THREADS = 4
SEARCHING_SECONDS = 30.0
PATIENT_DEADLINE = 30.0
"""Three nodes on two processors elect a new manager slowly: with a short deadline, searches would time out meanwhile."""

SLOW_DEADLINE = 4.0
SLOW_SEARCHES = 20


def main() -> int:
    """Run the faults, and return 0 if all of them passed."""
    parser = argparse.ArgumentParser(description="Cause faults in a cluster, and count how searches and builds end.")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=", ".join(FAULTS))
    parser.add_argument("--copies", type=int, default=20, metavar="N", help="copies of each sample article")
    options = parser.parse_args()
    if unknown := set(options.faults) - FAULTS.keys():
        parser.error(f"unknown fault {min(unknown)!r}")
    passed = True
    with tempfile.TemporaryDirectory() as folder:
        articles = copy_samples(Path(folder), options.copies)
        for name in options.faults or FAULTS:
            settings = {"thread_pool.write.size": "1", "thread_pool.write.queue_size": "1"} if name == "queue" else {}
            with running_cluster(3, settings) as cluster:
                is_passed = FAULTS[name](cluster, articles)
            print(f"{name}: {'passed' if is_passed else 'FAILED'}", flush=True)
            passed = passed and is_passed
    return int(not passed)


def copy_samples(folder: Path, copies: int) -> Path:
    """Copy the sample articles a number of times, each copy with a different last line."""
    for number in range(copies):
        target = folder / str(number)
        shutil.copytree(SAMPLES, target)
        for file in target.rglob("*.*"):
            with file.open("a", encoding="utf-8") as opened:
                opened.write(f"\n\n第 {number} 份抄本，{'、'.join(str(number * at % 97) for at in range(60))}。\n")
    return folder


def kill_while_searching(cluster: Cluster, articles: Path) -> bool:
    """Kill the node with the primary shard while threads search."""
    address = cluster.address("faults", "?replicas=1")
    searchlib.build_index(articles, address)
    cluster.wait()
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    ends = time.monotonic() + SEARCHING_SECONDS
    lock = threading.Lock()

    def search(index: searchlib.Index, number: int) -> None:
        nonlocal slowest
        while time.monotonic() < ends:
            begun = time.monotonic()
            try:
                index.search(QUERIES[number % len(QUERIES)])
                outcome = "answers"
            except searchlib.SearchlibError as error:
                outcome = f"{type(error).__name__}: {error}"
            with lock:
                outcomes[outcome] += 1
                slowest = max(slowest, time.monotonic() - begun)
            number += 1

    with searchlib.open_index(address, settings=searchlib.Settings(deadline=PATIENT_DEADLINE)) as index:
        threads = [threading.Thread(target=search, args=(index, number)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        time.sleep(SEARCHING_SECONDS / 3)
        node = primary_node(cluster, index.generation.rpartition(".")[0])
        node.end(signal.SIGKILL)
        for thread in threads:
            thread.join()
        articles_left = index.stats().articles
    print(
        f"killed {node.name}; {dict(outcomes)}; the slowest took {slowest:.1f} s; {articles_left} articles", flush=True
    )
    return list(outcomes) == ["answers"] and articles_left == count(articles)


def kill_while_building(cluster: Cluster, articles: Path) -> bool:
    """Kill the node with the primary shard of an index during its build, and start the node again."""
    address = cluster.address("faults", "?replicas=1")
    searchlib.build_index(SAMPLES, address)
    killed: list[Node] = []

    def restart() -> None:
        time.sleep(10)
        cluster.start(killed[0])

    def progress(done: int, total: int) -> None:
        if done > total / 3 and not killed:
            killed.append(primary_node(cluster, newest_index(cluster, "faults.")))
            killed[0].end(signal.SIGKILL)
            threading.Thread(target=restart).start()

    with searchlib.open_index(address) as index:
        before = index.search("元宇宙").total
        report = searchlib.build_index(articles, address, progress=progress)
        after = index.stats().articles
    print(
        f"killed {killed[0].name}; {report.added} articles sent, {after} in the index; {before} hits before", flush=True
    )
    return bool(killed) and report.added == after == count(articles) and check(address)


def interrupt_the_builder(cluster: Cluster, articles: Path) -> bool:
    """Kill the process that builds, and build again."""
    address = cluster.address("faults", "?replicas=0")
    process = multiprocessing.get_context("spawn").Process(target=_build_and_die, args=(articles, address))
    process.start()
    process.join()
    counted: list[int] = []
    report = searchlib.build_index(articles, address, progress=lambda done, total: counted.append(total))
    left = counted[-1] if counted else 0
    with searchlib.open_index(address) as index:
        there = index.stats().articles
    print(f"the second build had {left} of {count(articles)} articles to send; {there} in the index", flush=True)
    return process.exitcode == -signal.SIGKILL and left < count(articles) == there == report.added and check(address)


def _build_and_die(articles: Path, address: str) -> None:
    def progress(done: int, total: int) -> None:
        if done > total / 3:
            os.kill(os.getpid(), signal.SIGKILL)

    searchlib.build_index(articles, address, progress=progress)


def fill_the_queue(cluster: Cluster, articles: Path) -> bool:
    """Build with more workers than the queues of the nodes have room for."""
    address = cluster.address("faults", "?replicas=0")
    report = searchlib.build_index(articles, address, jobs=8)
    stats = cluster.ask("_nodes/stats/thread_pool")
    rejected = sum(node["thread_pool"]["write"]["rejected"] for node in stats["nodes"].values())
    print(f"{rejected} requests were rejected; {report.added} articles in the index", flush=True)
    return rejected > 0 and report.added == count(articles) and check(address)


def suspend_a_node(cluster: Cluster, articles: Path) -> bool:
    """Suspend the node with the only copy of the articles, and search."""
    address = cluster.address("faults", "?replicas=0")
    searchlib.build_index(SAMPLES, address)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with searchlib.open_index(address, settings=searchlib.Settings(deadline=SLOW_DEADLINE)) as index:
        index.search("元宇宙")
        node = primary_node(cluster, index.generation.rpartition(".")[0])
        node.suspend()
        for number in range(SLOW_SEARCHES):
            begun = time.monotonic()
            try:
                index.search(QUERIES[number % len(QUERIES)])
                outcomes["answers"] += 1
            except searchlib.SearchlibError as error:
                outcomes[type(error).__name__] += 1
            slowest = max(slowest, time.monotonic() - begun)
        node.resume()
        cluster.wait()
        again = index.search("元宇宙").total
    print(
        f"{node.name} suspended: {dict(outcomes)}; the slowest took {slowest:.1f} s; {again} hits afterwards",
        flush=True,
    )
    allowed = {"answers", "SearchTimeoutError", "IndexUnavailableError"}
    return set(outcomes) <= allowed and outcomes["SearchTimeoutError"] > 0 and again > 0


def kill_all_nodes(cluster: Cluster, articles: Path) -> bool:
    """Kill all nodes, and search."""
    address = cluster.address("faults", "?replicas=0")
    searchlib.build_index(SAMPLES, address)
    client = create_app(address).test_client()
    before = client.get("/?q=元宇宙").status_code
    for node in cluster.nodes:
        node.end(signal.SIGKILL)
    time.sleep(2)
    page = client.get("/?q=元宇宙")
    answer = client.get("/api/search?q=元宇宙")
    print(f"the page responded {before}, then {page.status_code}: {answer.get_json()['error']['message']}", flush=True)
    return (before, page.status_code, answer.get_json()["error"]["code"]) == (200, 503, "unavailable")


FAULTS: dict[str, Callable[[Cluster, Path], bool]] = {
    "search": kill_while_searching,
    "build": kill_while_building,
    "interrupt": interrupt_the_builder,
    "queue": fill_the_queue,
    "slow": suspend_a_node,
    "gone": kill_all_nodes,
}


def count(articles: Path) -> int:
    """Return the number of articles in a folder."""
    return sum(isinstance(each, searchlib.Article) for each in searchlib.read_articles(articles))


def check(address: str) -> bool:
    """Check the index, and return whether it is sound."""
    with searchlib.open_index(address) as index:
        report = index.check()
    for problem in report.problems[:5]:
        print(problem, flush=True)
    return report.ok


def primary_node(cluster: Cluster, index: str) -> Node:
    """Return the node with the primary shard of an index."""
    shards = cluster.ask(f"_cat/shards/{index}?format=json")
    name = next(each["node"] for each in shards if each["prirep"] == "p")
    return next(node for node in cluster.nodes if node.name == name)


def newest_index(cluster: Cluster, prefix: str) -> str:
    """Return the newest index of articles whose name starts with a prefix."""
    indexes = cluster.ask(f"_cat/indices/{prefix}0*?format=json")
    return max(each["index"] for each in indexes if not each["index"].endswith(".about"))


if __name__ == "__main__":
    sys.exit(main())
