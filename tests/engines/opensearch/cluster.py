"""Fetch OpenSearch, and run a cluster of it on this machine: one process a node, on loopback.

``python -m tests.engines.opensearch.cluster [--nodes N] [--port P]`` runs one to try things with, until Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

VERSION = "3.4.0"
COORDINATES = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
LEAST_JAVA = 21

CACHE_VARIABLE = "SEARCHLIB_TEST_CACHE"
CACHE = Path(os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "searchlib-tests")
"""Where what was fetched stays, outside of the repository."""

HEAP = "512m"
_NOBODY = 65534
_STARTS_WITHIN = 180
_ENDS_WITHIN = 30
_FETCHED_WITHIN = 600
_WRITES = re.compile(r"logs/|HeapDumpPath")


class NoClusterError(Exception):
    """This machine cannot run a cluster: the message says what it lacks."""


def java_home() -> Path:
    """The newest Java on this machine that OpenSearch runs on.

    Raises:
        NoClusterError: there is none.
    """
    named = [os.environ.get(name) for name in ("OPENSEARCH_JAVA_HOME", "JAVA_HOME")]
    folders = [Path(each) for each in named if each] + sorted(Path("/usr/lib/jvm").glob("*"))
    versions = {folder: _java_version(folder) for folder in folders}
    best = max(versions, key=lambda folder: versions[folder], default=None)
    if best is None or versions[best] < LEAST_JAVA:
        raise NoClusterError(
            f"OpenSearch {VERSION} needs Java {LEAST_JAVA} or later: install it, or name its folder in $JAVA_HOME"
        )
    return best


def _java_version(folder: Path) -> int:
    try:
        found = re.search(r'JAVA_VERSION="(\d+)', (folder / "release").read_text())
    except OSError:
        return 0
    return int(found[1]) if found and (folder / "bin" / "java").exists() else 0


def fetch() -> Path:
    """The archive with OpenSearch, from Maven Central if it is not in the cache yet.

    Raises:
        NoClusterError: Maven is not installed, or could not fetch it.
    """
    archive = CACHE / f"opensearch-{VERSION}.zip"
    if archive.exists():
        return archive
    maven = shutil.which("mvn")
    if maven is None:
        raise NoClusterError(f"Maven fetches OpenSearch, and is not installed here ({archive} does not exist either)")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={COORDINATES}", f"-DoutputDirectory={folder}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_FETCHED_WITHIN)
        if done.returncode:
            raise NoClusterError(f"Maven could not fetch {COORDINATES}: {(done.stdout + done.stderr).strip()[-500:]}")
        os.replace(Path(folder, archive.name), archive)
    return archive


@dataclass
class Node:
    """One node of a cluster: a process of its own."""

    name: str
    http_port: int
    transport_port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Where it answers."""
        return f"127.0.0.1:{self.http_port}"

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process, by its own id."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def pause(self) -> None:
        """Let the node stand still; its connections stay open."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it run again."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)


@dataclass
class Cluster:
    """Some nodes that know each other."""

    home: Path
    java: Path
    nodes: Sequence[Node]
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def hosts(self) -> str:
        """All of them, as an address lists them."""
        return ",".join(node.host for node in self.nodes)

    def address(self, name: str, options: str = "") -> str:
        """The address of an index in this cluster."""
        return f"opensearch://{self.hosts}/{name}{options}"

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """What the first node answers, whatever it is asked."""
        request = urllib.request.Request(
            f"http://{self.nodes[0].host}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def start(self, node: Node) -> None:
        """Start the process of a node, as a user that is not root: OpenSearch refuses root."""
        names = [each.name for each in self.nodes]
        seeds = [f"127.0.0.1:{each.transport_port}" for each in self.nodes]
        lines = {
            "cluster.name": "searchlib-test",
            "node.name": node.name,
            "network.host": "127.0.0.1",
            "http.port": str(node.http_port),
            "transport.port": str(node.transport_port),
            "discovery.seed_hosts": json.dumps(seeds),
            "cluster.initial_cluster_manager_nodes": json.dumps(names),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "path.data": str(node.folder / "data"),
            "path.logs": str(node.folder / "logs"),
            **self.settings,
        }
        config = node.folder / "config"
        if not config.exists():
            shutil.copytree(self.home / "config", config)
            options = (config / "jvm.options").read_text().splitlines(keepends=True)
            # Logs and dumps would go into the folder of the program, which is not the node's own.
            (config / "jvm.options").write_text("".join(line for line in options if not _WRITES.search(line)))
        (config / "opensearch.yml").write_text("".join(f"{name}: {value}\n" for name, value in lines.items()))
        (node.folder / "tmp").mkdir(exist_ok=True)
        if os.getuid() == 0:
            for path in (node.folder, *node.folder.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(node.folder),
            "OPENSEARCH_JAVA_HOME": str(self.java),
            "OPENSEARCH_PATH_CONF": str(config),
            "OPENSEARCH_TMPDIR": str(node.folder / "tmp"),
            "OPENSEARCH_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
        }
        identity = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        with (node.folder / "output").open("ab") as output:
            node.process = subprocess.Popen(
                [str(self.home / "bin" / "opensearch")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=node.folder,
                start_new_session=True,
                **identity,  # type: ignore[arg-type]
            )

    def wait(self, *, nodes: int | None = None, status: str = "green") -> None:
        """Wait until so many nodes, by default all, are together and the indexes are in order."""
        wanted = len(self.nodes) if nodes is None else nodes
        query = f"_cluster/health?wait_for_status={status}&wait_for_nodes={wanted}&timeout=2s"
        ends = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < ends:
            for node in self.nodes:
                if node.process is None:
                    continue
                if node.process.poll() is not None:
                    raise NoClusterError(f"node {node.name} ended by itself: {self._last_words(node)}")
                try:
                    with urllib.request.urlopen(f"http://{node.host}/{query}", timeout=5) as answer:
                        if not json.load(answer)["timed_out"]:
                            return
                except (URLError, OSError):
                    time.sleep(0.5)
        raise NoClusterError(f"the cluster was not {status} in time: {self._last_words(self.nodes[0])}")

    @staticmethod
    def _last_words(node: Node) -> str:
        return (node.folder / "output").read_text(errors="replace")[-1500:]


@contextmanager
def running_cluster(
    nodes: int = 1, settings: dict[str, str] | None = None, *, port: int | None = None
) -> Iterator[Cluster]:
    """A cluster of so many nodes, green; its processes and files are gone afterwards.

    The nodes answer at ``port`` and those behind it, or wherever there is room.

    Raises:
        NoClusterError: this machine cannot run one.
    """
    java, archive = java_home(), fetch()
    with tempfile.TemporaryDirectory(prefix="searchlib-opensearch-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        home = _unpacked(archive, folder)
        ports = _free_ports(2 * nodes)
        members = [
            Node(
                f"n{number + 1}",
                port + number if port else ports[2 * number],
                ports[2 * number + 1],
                folder / f"n{number + 1}",
            )
            for number in range(nodes)
        ]
        cluster = Cluster(home, java, members, settings or {})
        try:
            for node in members:
                node.folder.mkdir()
                cluster.start(node)
            cluster.wait()
            yield cluster
        finally:
            for node in members:
                node.end(signal.SIGKILL)


def _unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            path = Path(opened.extract(member, folder))
            # The scripts are there to be run, and whoever runs the nodes reads all of it.
            path.chmod(0o755 if path.is_dir() or (member.external_attr >> 16) & 0o111 else 0o644)
    return folder / f"opensearch-{VERSION}"


def _free_ports(wanted: int) -> list[int]:
    opened = [socket.socket() for _ in range(wanted)]
    try:
        for each in opened:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in opened]
    finally:
        for each in opened:
            each.close()


def main() -> int:
    """Run a cluster until a signal ends it."""
    parser = argparse.ArgumentParser(description="Run an OpenSearch cluster on this machine, until Ctrl-C.")
    parser.add_argument("--nodes", type=int, default=1, metavar="N", help="how many nodes (default: 1)")
    parser.add_argument("--port", type=int, default=9200, metavar="P", help="where the first answers (default: 9200)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with running_cluster(options.nodes, port=options.port) as cluster:
            print(f"an index: {cluster.address('articles')}  (Ctrl-C ends the cluster, and all in it goes)", flush=True)
            signal.pause()
    except NoClusterError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
