"""Make every file call of every command fail once: ``python -m tests.faults.sweep [--all] [--tries N] [--command C]``.

A process that has everything imported forks one child a try. A small library, loaded with LD_PRELOAD, counts the calls of the
child below one folder. At one of them it kills the child, sends it Ctrl-C after the call, lets the call fail, lets it write
half, or pretends from there on that the disk is full. Then the index must hold the old or the new articles and be undamaged,
the next update must work, nothing may be left over, and the child must have ended with a result or an error with a message.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Event

import searchlib
from searchlib.cli import main as run_command
from searchlib.indexing import watch
from searchlib.stores.generations import Generations
from tests.faults.tries import option_parser, print_tries, printed_results

LIBRARY_VARIABLE = "SEARCHLIB_TEST_INJECT"

ARTICLES = 12

OLD, NEW = [ARTICLES, 0], [0, ARTICLES]
"""How many articles of an index are old and new."""

DUMP = "out.jsonl"


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at one call. ``mode`` is the number that the library knows, ``value`` an error or a signal."""

    name: str
    mode: int
    value: int = 0


KILL, SIGNAL, ERROR, SHORT, FULL = 1, 2, 3, 4, 5
FAULTS = (
    Fault("kill", KILL),
    Fault("Ctrl-C", SIGNAL, signal.SIGINT),
    Fault("EIO", ERROR, errno.EIO),
    Fault("EACCES", ERROR, errno.EACCES),
    Fault("ENOMEM", ERROR, errno.ENOMEM),
    Fault("short write", SHORT),
    Fault("disk full", FULL),
)

COMMANDS = ("build", "update", "watch", "copy", "load", "dump", "search", "check")

NO_FAULT = Fault("none", ERROR)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended: its exit code, what it printed, the number of calls, and the error that escaped, or ""."""

    code: int
    printed: str
    calls: int
    escaped: str


def write_articles(folder: Path, word: str) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(ARTICLES):
        (folder / f"{number}.md").write_text(
            f"---\ntitle: 第{number}篇\ntags: [茶]\n---\n\n{word}茶叶\n", encoding="utf-8"
        )


def prepare(folder: Path) -> None:
    """Write both versions of the articles, an index of the old one, and a dump of one of the new."""
    write_articles(folder / "articles", "旧")
    searchlib.build_index(folder / "articles", folder / "index", jobs=1)
    write_articles(folder / "articles", "新")
    searchlib.build_index(folder / "articles", folder / "source", jobs=1)
    with (folder / "dump.jsonl").open("w", encoding="utf-8") as file:
        searchlib.dump_index(folder / "source", file)


def arguments_of(command: str, folder: Path) -> list[str]:
    """Return the arguments of a command that works on the index in a folder, or replaces it."""
    index, source, articles = (str(folder / name) for name in ("index", "source", "articles"))
    return {
        "build": ["build", articles, "--index", index, "--jobs", "1"],
        "update": ["update", articles, "--index", index],
        "watch": ["watch", articles, "--index", index],
        "copy": ["copy", source, index],
        "load": ["load", str(folder / "dump.jsonl"), "--index", index],
        "dump": ["dump", str(folder / "index" / DUMP), "--index", index],
        "search": ["search", "茶叶", "--json", "--index", index],
        "check": ["check", "--index", index],
    }[command]


def _change_once(_articles: str, _index: str, _suffixes: frozenset[str], stop: Event) -> Iterator[bool]:
    """Report one change, as the system does to a watch, and end the watch."""
    yield True
    stop.set()


def warm_up(prepared: Path) -> None:
    """Run each command in this process, so that the children find everything imported and in the caches."""
    watch._watch_changes = _change_once  # the call is the same
    for command in COMMANDS:
        with (
            _copy(prepared) as folder,
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            code = run_command(arguments_of(command, folder))
        assert code == 0, command
    # A garbage collection in a child would copy the pages of all objects.
    gc.collect()
    gc.freeze()


def run_child(command: str, folder: Path, at: int, fault: Fault) -> Outcome:
    """Run a command in a forked child, with one fault."""
    report = folder / "outcome.json"
    pid = os.fork()
    if pid == 0:
        _child(command, folder, at, fault, report)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return Outcome(-os.WTERMSIG(status), "", 0, "")
    values = json.loads(report.read_text(encoding="utf-8"))
    report.unlink()
    return Outcome(**values)


def _child(command: str, folder: Path, at: int, fault: Fault, report: Path) -> None:
    code, escaped = 1, ""
    library = ctypes.CDLL(None)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with (
        (folder / "printed").open("w", encoding="utf-8") as printed,
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(nowhere),
    ):
        library.fault_arm(os.fsencode(folder / "index"), ctypes.c_long(at), fault.mode, fault.value)
        try:
            code = run_command(arguments_of(command, folder))
        except BaseException as error:
            escaped = "".join(traceback.format_exception(error)[-6:])
        calls = library.fault_calls()
        library.fault_arm(b"", ctypes.c_long(0), 0, 0)
    outcome = Outcome(code, (folder / "printed").read_text(encoding="utf-8"), calls, escaped)
    report.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
    os._exit(0)


@dataclass(frozen=True, slots=True)
class State:
    """What an index is worth after a try: how many of its articles are old and new, and what is wrong with it."""

    counts: list[int]
    problems: list[str]


def problems(
    command: str, folder: Path, fault: Fault, outcome: Outcome, expected: Outcome, states: dict[str, State]
) -> Iterator[str]:
    """Yield what is wrong after a try. ``states`` remembers the states of the index: most tries leave the same one."""
    allowed = {0, 1} | {KILL: {-9}, SIGNAL: {130}}.get(fault.mode, set())
    if outcome.escaped:
        yield f"an error escaped: {outcome.escaped}"
    elif outcome.code not in allowed:
        yield f"exit code {outcome.code}"
    if (
        outcome.code == 0
        and command == "search"
        and printed_results(outcome.printed) != printed_results(expected.printed)
    ):
        yield "another answer"
    index = folder / "index"
    try:
        if outcome.code != -9 and (left := _left(index)):
            yield f"left over: {left}"
        if command == "dump" and (found := _dump_problem(index, outcome)):
            yield found
        key = _digest(index)
        if key not in states:
            states[key] = _state(folder)
        yield from states[key].problems
        if outcome.code == 0 and command in ("build", "update", "copy", "load") and states[key].counts != NEW:
            yield "success was reported, and the index is old"
    except searchlib.SearchlibError as error:
        yield f"afterwards: {error}"


def _left(index: Path) -> list[str]:
    """Return the names of files and folders that no index has."""
    complete = {each.name for each in Generations(index).complete()}
    return sorted(
        ({*os.listdir(index)} - {"current", "lock", "generations", ".gitignore", DUMP})
        | ({*os.listdir(index / "generations")} - complete)
    )


def _state(folder: Path) -> State:
    """Read an index, update it, and read it again."""
    index = folder / "index"
    found: list[str] = []
    with searchlib.open_index(index) as opened:
        report = opened.check()
        counts = [opened.search(word, size=1).total for word in ("旧", "新")]
    found += [f"damaged: {each}" for each in report.problems[:1]]
    if counts not in (OLD, NEW):
        found.append(f"{counts} articles are old and new")
    searchlib.update_index(folder / "articles", index)
    with searchlib.open_index(index) as opened:
        if opened.search("新", size=1).total != ARTICLES or not opened.check().ok:
            found.append("the next update did not make the new index")
    # An update without changes writes nothing. A killed dump leaves its part, which the next dump replaces.
    if counts == OLD and (left := [each for each in _left(index) if each != f"{DUMP}.part"]):
        found.append(f"left over after the next update: {left}")
    return State(counts, found)


def _digest(index: Path) -> str:
    """Return a hash of the names and contents of all files."""
    digest = blake2b()
    for file in sorted(index.rglob("*")):
        digest.update(f"{file.relative_to(index)}\0".encode())
        digest.update(blake2b(file.read_bytes()).digest() if file.is_file() else b"")
    return digest.hexdigest()


def _dump_problem(index: Path, outcome: Outcome) -> str:
    """Return what is wrong with the dump of a try, or "". A try that failed may leave a complete dump, but no other."""
    if not (index / DUMP).exists():
        return "success was reported, and there is no dump" if outcome.code == 0 else ""
    expected = io.StringIO()
    searchlib.dump_index(index, expected)
    return "" if (index / DUMP).read_text(encoding="utf-8") == expected.getvalue() else "the dump is incomplete"


def sweep(
    prepared: Path, commands: Sequence[str], tries: int | None, seed: int
) -> tuple[Counter[str], Counter[str], list[str]]:
    """Run tries of some commands, chosen at random or all. Return the number for each command, that of the failed ones, and the
    problems."""
    chooser = random.Random(seed)
    done: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    lines: list[str] = []
    plans: list[tuple[str, int, Fault]] = []
    expected: dict[str, Outcome] = {}
    states: dict[str, State] = {}
    warm_up(prepared)
    for command in commands:
        with _copy(prepared) as folder:
            expected[command] = run_child(command, folder, 0, NO_FAULT)
        assert expected[command].code == 0, expected[command]
        plans += [(command, at, fault) for at in range(1, expected[command].calls + 1) for fault in FAULTS]
    if tries is not None:
        plans = chooser.sample(plans, min(tries, len(plans)))
    for command, at, fault in plans:
        with _copy(prepared) as folder:
            outcome = run_child(command, folder, at, fault)
            found = list(problems(command, folder, fault, outcome, expected[command], states))
        done[command] += 1
        if found:
            failed[command] += 1
            lines.append(f"{command}, {fault.name} at call {at}: {'; '.join(found)}")
    return done, failed, lines


@contextlib.contextmanager
def _copy(prepared: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "copy"
        shutil.copytree(prepared, folder)
        yield folder


def build_library(folder: Path) -> Path:
    """Compile the library."""
    library = folder / "inject.so"
    source = Path(__file__).with_name("inject.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


def start(*options: str) -> subprocess.CompletedProcess[str]:
    """Run this program with the library, and return what it printed."""
    with tempfile.TemporaryDirectory() as name:
        library = build_library(Path(name))
        environment = {**os.environ, "LD_PRELOAD": str(library), LIBRARY_VARIABLE: "1"}
        command = [sys.executable, "-m", "tests.faults.sweep", *options]
        return subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE, check=False)


def main() -> int:
    """Run the tries, and print the table."""
    parser = option_parser(__doc__, "try every fault at every call")
    parser.add_argument("--command", action="append", choices=COMMANDS, help="try only this command; may be repeated")
    options = parser.parse_args()
    if LIBRARY_VARIABLE not in os.environ:
        done = start(*sys.argv[1:])
        print(done.stdout, end="")
        return done.returncode
    commands = options.command or COMMANDS
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        counts, failed, lines = sweep(Path(name), commands, None if options.all else options.tries, options.seed)
    return print_tries(commands, counts, failed, lines)


if __name__ == "__main__":
    sys.exit(main())
