"""Download OpenSearch, and run a cluster on this machine, with one process for each node, on loopback.

``python -m tests.engines.opensearch.cluster [--nodes N] [--port P]`` runs a cluster until Ctrl-C.
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
MIN_JAVA = 21

CACHE_VARIABLE = "SEARCHLIB_TEST_CACHE"
CACHE = Path(os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "searchlib-tests")
"""The folder of the downloads, outside of the repository."""

HEAP = "512m"
_NOBODY = 65534
_START_SECONDS = 180
_END_SECONDS = 30
_DOWNLOAD_SECONDS = 600
_WRITING_OPTION = re.compile(r"logs/|HeapDumpPath")


class NoClusterError(Exception):
    """This machine cannot run a cluster. The message says what is missing."""


def java_home() -> Path:
    """Return the folder of the newest Java on this machine.

    Raises:
        NoClusterError: there is none that OpenSearch runs on.
    """
    named = [os.environ.get(name) for name in ("OPENSEARCH_JAVA_HOME", "JAVA_HOME")]
    folders = [Path(each) for each in named if each] + sorted(Path("/usr/lib/jvm").glob("*"))
    versions = {folder: _java_version(folder) for folder in folders}
    best = max(versions, key=lambda folder: versions[folder], default=None)
    if best is None or versions[best] < MIN_JAVA:
        raise NoClusterError(f"OpenSearch {VERSION} needs Java {MIN_JAVA} or later: install it, or set $JAVA_HOME")
    return best


def _java_version(folder: Path) -> int:
    try:
        found = re.search(r'JAVA_VERSION="(\d+)', (folder / "release").read_text())
    except OSError:
        return 0
    return int(found[1]) if found and (folder / "bin" / "java").exists() else 0


def fetch() -> Path:
    """Return the archive with OpenSearch, after downloading it from Maven Central if needed.

    Raises:
        NoClusterError: Maven is not installed, or the download failed.
    """
    archive = CACHE / f"opensearch-{VERSION}.zip"
    if archive.exists():
        return archive
    maven = shutil.which("mvn")
    if maven is None:
        raise NoClusterError(f"Maven downloads OpenSearch, and is not installed ({archive} does not exist either)")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={COORDINATES}", f"-DoutputDirectory={folder}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS)
        if done.returncode:
            raise NoClusterError(
                f"Maven could not download {COORDINATES}: {(done.stdout + done.stderr).strip()[-500:]}"
            )
        os.replace(Path(folder, archive.name), archive)
    return archive


@dataclass
class Node:
    """One node of a cluster, with its process."""

    name: str
    http_port: int
    transport_port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Return the host and port of its HTTP interface."""
        return f"127.0.0.1:{self.http_port}"

    def end(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """Stop the process, if it runs."""
        if self.process is None:
            return
        self.process.send_signal(with_signal)
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def suspend(self) -> None:
        """Suspend the process; its connections stay open."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Resume the suspended process."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)


@dataclass
class Cluster:
    """Nodes that form a cluster."""

    home: Path
    java: Path
    nodes: Sequence[Node]
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def hosts(self) -> str:
        """Return the hosts of all nodes, in the form of an address."""
        return ",".join(node.host for node in self.nodes)

    def address(self, name: str, options: str = "") -> str:
        """Return the address of an index in this cluster."""
        return f"opensearch://{self.hosts}/{name}{options}"

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Send a request to the first node, and return the response."""
        request = urllib.request.Request(
            f"http://{self.nodes[0].host}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def start(self, node: Node) -> None:
        """Start the process of a node, as another user than root, which OpenSearch rejects."""
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
            # These would write logs and dumps into the folder of the program, which all nodes share.
            (config / "jvm.options").write_text("".join(line for line in options if not _WRITING_OPTION.search(line)))
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
                **identity,
            )

    def wait(self, *, nodes: int | None = None, status: str = "green") -> None:
        """Wait until the cluster has a number of nodes, by default all, and a status."""
        wanted = len(self.nodes) if nodes is None else nodes
        query = f"_cluster/health?wait_for_status={status}&wait_for_nodes={wanted}&timeout=2s"
        ends = time.monotonic() + _START_SECONDS
        while time.monotonic() < ends:
            for node in self.nodes:
                if node.process is None:
                    continue
                if node.process.poll() is not None:
                    raise NoClusterError(f"node {node.name} exited: {self._output(node)}")
                try:
                    with urllib.request.urlopen(f"http://{node.host}/{query}", timeout=5) as answer:
                        if not json.load(answer)["timed_out"]:
                            return
                except (URLError, OSError):
                    time.sleep(0.5)
        raise NoClusterError(f"the cluster is not {status} after {_START_SECONDS} s: {self._output(self.nodes[0])}")

    @staticmethod
    def _output(node: Node) -> str:
        return (node.folder / "output").read_text(errors="replace")[-1500:]


@contextmanager
def running_cluster(
    nodes: int = 1, settings: dict[str, str] | None = None, *, port: int | None = None
) -> Iterator[Cluster]:
    """Run a cluster, and yield it when it is green. On exit its processes end, and its files are deleted.

    The nodes listen on ``port`` and the ports after it, or on free ports.

    Raises:
        NoClusterError: this machine cannot run a cluster.
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
            # The user of the nodes must be able to read all files, and to execute the scripts.
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
    """Run a cluster until a signal."""
    parser = argparse.ArgumentParser(description="Run an OpenSearch cluster on this machine, until Ctrl-C.")
    parser.add_argument("--nodes", type=int, default=1, metavar="N", help="number of nodes (default: 1)")
    parser.add_argument("--port", type=int, default=9200, metavar="P", help="port of the first node (default: 9200)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with running_cluster(options.nodes, port=options.port) as cluster:
            print(
                f"an index: {cluster.address('articles')}  (Ctrl-C ends the cluster and deletes its data)", flush=True
            )
            signal.pause()
    except NoClusterError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
