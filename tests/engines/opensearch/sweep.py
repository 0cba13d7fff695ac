"""Make every request of every command fail once: ``python -m tests.engines.opensearch.sweep [--all] [--tries N]``.

A proxy in front of a node counts the requests of one command, which a forked child runs. One request is refused, answered with
429 or 503, cut in the middle, or carried out with its response lost, cut or late; or the child gets a signal there. With "from
then on" all later requests fail, too. A single failed request must not change the result of the command. Otherwise the command
must end with one error, the index must hold the old or the new articles, the next update must work, and nothing may be left over.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import random
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from searchlib.engines.opensearch.client.retries import DEFAULT_POLICY, Retry

# Before the commands are imported: they take their waits from this policy.
for _name, _value in {
    "attempt": 1.5,
    "read": Retry(busy=5.0, unreachable=1.0),
    "write": Retry(busy=8.0, unreachable=1.0, shares_outage=True),
}.items():
    object.__setattr__(DEFAULT_POLICY, _name, _value)

import searchlib  # noqa: E402
import searchlib.cli.parser  # noqa: E402  # before the children are forked
from searchlib.cli import main as run_command  # noqa: E402
from tests.engines.opensearch.cluster import running_cluster  # noqa: E402
from tests.faults.tries import option_parser, print_tries, printed_results  # noqa: E402

ARTICLES = 12
LATE_SECONDS = 2.5
MAX_SECONDS = 120.0
"""The lock of a build is tried for 60 seconds."""
COMMANDS = ("build", "update", "copy", "load", "dump", "search", "check")
WRITING = ("build", "update", "copy", "load")


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request, and whether it happens to all later ones, too."""

    kind: str
    lasts: bool = False

    @property
    def name(self) -> str:
        """Return the name in the output."""
        return f"{self.kind}{' from then on' if self.lasts else ''}"

    @property
    def ends(self) -> bool:
        """Whether the command cannot succeed."""
        return self.lasts or self.kind in SIGNALS


SIGNALS = {"kill": signal.SIGKILL, "Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM}
STATUSES = {"429": 429, "503": 503}
FAULTS = (
    *(
        Fault(kind, lasts)
        for kind in ("refused", "half request", "half response", *STATUSES)
        for lasts in (False, True)
    ),
    *(Fault(kind) for kind in ("lost response", "late response", *SIGNALS)),
)


@dataclass
class Proxy:
    """A proxy to one node. ``fault`` happens to request number ``at``, counted from 1; ``hit`` is that request."""

    host: str
    port: int = 0
    at: int = 0
    fault: Fault | None = None
    child: int = 0
    requests: int = 0
    hit: str = ""
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, at: int, fault: Fault | None) -> None:
        """Count from 0 again, and let this fault happen."""
        self.requests, self.at, self.fault, self.hit = 0, at, fault, ""

    def next_fault(self, request: str) -> Fault | None:
        """Count a request, and return what happens to it."""
        with self._guard:
            self.requests += 1
            if self.requests == self.at:
                self.hit = request
            fault = self.fault
            happens = fault and (self.requests == self.at or (fault.lasts and self.requests > self.at))
            return fault if happens else None

    def forward(self, command: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Send a request to the node, and return the response."""
        connection = http.client.HTTPConnection(self.host, timeout=MAX_SECONDS)
        with contextlib.closing(connection):
            connection.request(command, path, body or None, headers)
            response = connection.getresponse()
            return response.status, response.read()

    def send_half(self, command: str, path: str, body: bytes) -> None:
        """Send the node a request with half of its body, and close the connection."""
        host, _, port = self.host.partition(":")
        head = f"{command} {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
        with socket.create_connection((host, int(port))) as node:
            node.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])


@contextlib.contextmanager
def running_proxy(host: str) -> Iterator[Proxy]:
    """Run a proxy to a node on a free port of loopback."""
    proxy = Proxy(host)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            # The client may close its connection at any time: that is what a fault does to it.
            with contextlib.suppress(ConnectionError):
                super().handle_one_request()

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: self.headers[name] for name in ("Content-Type",) if self.headers[name]}
            fault = proxy.next_fault(f"{self.command} {self.path}")
            kind = fault.kind if fault else ""
            if kind == "refused":
                self.close_connection = True
                return
            if kind == "half request":
                proxy.send_half(self.command, self.path, body)
                self.close_connection = True
                return
            if kind in STATUSES:
                error = {"type": "circuit_breaking_exception", "reason": "busy", "durability": "TRANSIENT"}
                self.respond(STATUSES[kind], json.dumps({"error": error, "status": STATUSES[kind]}).encode())
                return
            status, data = proxy.forward(self.command, self.path, headers, body)
            if kind in SIGNALS:
                os.kill(proxy.child, SIGNALS[kind])
            if kind == "late response":
                time.sleep(LATE_SECONDS)
            if kind == "lost response":
                self.close_connection = True
                return
            self.respond(status, data, cut=kind == "half response")

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve

        def respond(self, status: int, data: bytes, *, cut: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data[: len(data) // 2] if cut else data)
            self.close_connection = self.close_connection or cut

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        proxy.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended: its exit code or -signal, what it printed, and the error that escaped, or ""."""

    code: int
    printed: str = ""
    errors: str = ""
    escaped: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One try: the files in ``folder``, and the name of an index in the cluster with both ways to it."""

    folder: Path
    proxy: Proxy
    name: str

    @property
    def direct(self) -> str:
        """Return the address of the index in the cluster."""
        return f"opensearch://{self.proxy.host}/{self.name}?replicas=0"

    @property
    def proxied(self) -> str:
        """Return its address through the proxy."""
        return f"opensearch://127.0.0.1:{self.proxy.port}/{self.name}?replicas=0"

    def arguments(self, command: str) -> list[str]:
        """Return the arguments of a command on the index."""
        articles, source = str(self.folder / "new"), str(self.folder / "source")
        return {
            "build": ["build", articles, "--index", self.proxied, "--jobs", "1"],
            "update": ["update", articles, "--index", self.proxied],
            "copy": ["copy", source, self.proxied],
            "load": ["load", str(self.folder / "dump.jsonl"), "--index", self.proxied],
            "dump": ["dump", str(self.folder / "out.jsonl"), "--index", self.proxied],
            "search": ["search", "茶叶", "--json", "--index", self.proxied],
            "check": ["check", "--index", self.proxied],
        }[command]


def prepare(folder: Path) -> None:
    """Write both versions of the articles, and an index and a dump of the new one."""
    for name, word in (("old", "旧"), ("new", "新")):
        (folder / name).mkdir()
        for number in range(ARTICLES):
            text = f"---\ntitle: 第{number}篇\ntags: [茶]\n---\n\n{word}茶叶\n"
            (folder / name / f"{number}.md").write_text(text, encoding="utf-8")
    searchlib.build_index(folder / "new", folder / "source", jobs=1)
    with (folder / "dump.jsonl").open("w", encoding="utf-8") as file:
        searchlib.dump_index(folder / "source", file)


def run_child(command: str, place: Place, at: int, fault: Fault | None) -> Outcome:
    """Run a command in a forked child, with one fault."""
    report = place.folder / "outcome.json"
    report.unlink(missing_ok=True)
    place.proxy.arm(at, fault)
    pid = os.fork()
    if pid == 0:
        _child(place.arguments(command), report)
    place.proxy.child = pid
    ends = time.monotonic() + MAX_SECONDS
    while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
        if time.monotonic() > ends:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return Outcome(1, escaped="it did not end")
        time.sleep(0.01)
    if os.WIFSIGNALED(ended[1]):
        return Outcome(-os.WTERMSIG(ended[1]))
    return Outcome(**json.loads(report.read_text(encoding="utf-8")))


def _child(arguments: list[str], report: Path) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    code, escaped = 1, ""
    printed, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
        try:
            code = run_command(arguments)
        except BaseException as error:
            escaped = "".join(traceback.format_exception(error)[-6:])
    values = {"code": code, "printed": printed.getvalue(), "errors": errors.getvalue(), "escaped": escaped}
    report.write_text(json.dumps(values), encoding="utf-8")
    os._exit(0)


def problems(command: str, place: Place, fault: Fault, outcome: Outcome, expected: Outcome) -> Iterator[str]:
    """Yield what is wrong after a try."""
    allowed = {"kill": {-9, 0}, "Ctrl-C": {130, 0}, "SIGTERM": {143, -15, 0}}.get(
        fault.kind, {0, 1} if fault.ends else {0}
    )
    if outcome.escaped:
        yield f"an error escaped: {outcome.escaped}"
    elif outcome.code not in allowed:
        yield f"exit code {outcome.code}: {outcome.errors[-300:]!r}"
    if outcome.code == 1 and not outcome.errors.strip():
        yield "no error was printed"
    if (
        command == "search"
        and outcome.code == 0
        and printed_results(outcome.printed) != printed_results(expected.printed)
    ):
        yield "another answer"
    if command == "check" and outcome.code == 0 and outcome.printed != expected.printed:
        yield f"another report: {outcome.printed!r}"
    try:
        counts = _counts(place)
        if counts not in ([ARTICLES, 0], [0, ARTICLES]):
            yield f"{counts} articles are old and new"
        if command in WRITING and outcome.code == 0 and counts != [0, ARTICLES]:
            yield "success was reported, and the index is old"
        searchlib.update_index(place.folder / "old", place.direct)
        if _counts(place) != [ARTICLES, 0]:
            yield "the next update did not make the old index again"
        with searchlib.open_index(place.direct) as opened:
            if not (report := opened.check()).ok:
                yield f"damaged: {report.problems[0]}"
    except searchlib.SearchlibError as error:
        yield f"afterwards: {error}"


def leftovers(place: Place) -> list[str]:
    """Build twice, which deletes what interrupted builds left, and return the indexes, if they are not those of two builds."""
    for _ in range(2):
        searchlib.build_index(place.folder / "new", place.direct, jobs=1)
    with urllib.request.urlopen(
        f"http://{place.proxy.host}/_cat/indices/{place.name}*?format=json", timeout=60
    ) as answer:
        names = [each["index"] for each in json.load(answer)]
    # Each generation has an index for its blobs, and the lock is one more.
    return sorted(names) if len(names) != 5 else []


def _counts(place: Place) -> list[int]:
    with searchlib.open_index(place.direct) as opened:
        return [opened.search(word, size=1).total for word in ("旧", "新")]


def sweep(folder: Path, proxy: Proxy, tries: int | None, seed: int) -> tuple[Counter[str], Counter[str], list[str]]:
    """Run tries, chosen at random or all; return the number of each command, that of the failed ones, and their problems."""
    plans: list[tuple[str, int, Fault]] = []
    expected: dict[str, Outcome] = {}
    places = {command: Place(folder, proxy, f"sweep-{command}") for command in COMMANDS}
    for command, place in places.items():
        searchlib.build_index(folder / "old", place.direct, jobs=1)
        expected[command] = run_child(command, place, 0, None)
        assert expected[command].code == 0, expected[command]
        plans += [(command, at, fault) for at in range(1, proxy.requests + 1) for fault in FAULTS]
        searchlib.update_index(folder / "old", place.direct)
    if tries is not None:
        plans = random.Random(seed).sample(plans, min(tries, len(plans)))
    done: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    lines: list[str] = []
    for command, at, fault in plans:
        outcome = run_child(command, places[command], at, fault)
        found = list(problems(command, places[command], fault, outcome, expected[command]))
        done[command] += 1
        if found:
            failed[command] += 1
            lines.append(f"{command}, {fault.name} at request {at}, {proxy.hit}: {'; '.join(found)}")
            # The next try starts from a sound index.
            searchlib.build_index(folder / "old", places[command].direct, jobs=1)
    for command, place in places.items():
        if left := leftovers(place):
            failed[command] += 1
            lines.append(f"{command}: left over beside two generations and the lock: {left}")
    return done, failed, lines


def main() -> int:
    """Run the tries, and print the table."""
    parser = option_parser(__doc__, "try every fault at every request")
    parser.add_argument("--node", metavar="HOST:PORT", help="a node of a running cluster (default: run one)")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        node = options.node or stack.enter_context(running_cluster(1)).nodes[0].host
        proxy = stack.enter_context(running_proxy(node))
        prepare(folder)
        counts, failed, lines = sweep(folder, proxy, None if options.all else options.tries, options.seed)
    return print_tries(COMMANDS, counts, failed, lines)


if __name__ == "__main__":
    sys.exit(main())
