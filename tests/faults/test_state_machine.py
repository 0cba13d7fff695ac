"""Random sequences of builds, updates, killed ones, searches and copies answer like a scan of the articles.

``SEARCHLIB_MACHINE_EXAMPLES`` is the number of sequences.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import searchlib
from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.stores.generations import Generations
from tests.small_indexes import article, generation_names

EXAMPLES = int(os.environ.get("SEARCHLIB_MACHINE_EXAMPLES", "8"))
STEPS = 12

NAMES = st.sampled_from(("a.md", "b.md", "c/a.md", "c/b.md", "d.md"))
TEXTS = st.text(st.sampled_from("茶叶绿红学習习C+ \n"), min_size=1, max_size=12)
PHRASES = st.text(st.sampled_from("茶叶绿红学習习C+"), min_size=1, max_size=4)
COMMANDS = st.sampled_from((searchlib.build_index, searchlib.update_index))
FIRST_CALL, LAST_CALL = 1, 120

Articles = dict[str, searchlib.Article]
Command = Callable[[Path, Path], object]


def killed_at(call: int, command: Command, articles: Path, index: Path) -> bool:
    """Run a command in a child that is killed at one of its calls that change files. Return whether the child came so far."""
    child = os.fork()
    if child == 0:
        try:
            _kill_at(call)
            command(articles, index)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _kill_at(call: int) -> None:
    calls = 0

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def run(*args: object, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **options)

        return run

    for name in ("open", "fsync", "replace", "rename", "link", "unlink", "mkdir", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))


def matching(articles: Articles, phrase: str) -> set[str]:
    """Return the ids of the articles in which the phrase is a run of units of the title or of a line."""
    wanted = units(fold(phrase))

    def contains(line: str) -> bool:
        found = units(fold(line))
        return any(found[at : at + len(wanted)] == wanted for at in range(len(found) - len(wanted) + 1))

    return {
        each.id for each in articles.values() if wanted and any(map(contains, (each.title, *each.body.split("\n"))))
    }


class IndexMachine(RuleBasedStateMachine):
    """Articles in a folder, an index of them that processes may leave at any call, and indexes that stay open meanwhile."""

    opened = Bundle("opened")

    @initialize()
    def start(self) -> None:
        self.stack = ExitStack()
        top = Path(tempfile.mkdtemp())
        self.stack.callback(shutil.rmtree, top)
        self.folder, self.index, self.copied = top / "articles", top / "index", top / "copy"
        self.folder.mkdir()
        self.indexed: Articles = {}
        self.write("a.md", "绿茶")
        self.run_command(searchlib.build_index)

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    def read(self) -> Articles:
        return {each.id: each for each in searchlib.read_articles(self.folder) if isinstance(each, searchlib.Article)}

    @rule(name=NAMES, text=TEXTS)
    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(article(f"篇 {text.split()[0] if text.split() else '空'}", text), encoding="utf-8")

    @precondition(lambda self: len(self.read()) > 1)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        (self.folder / data.draw(st.sampled_from(sorted(self.read())))).unlink()

    @rule(one=NAMES, other=NAMES)
    def exchange(self, one: str, other: str) -> None:
        first, second = self.folder / one, self.folder / other
        if one != other and first.exists() and second.exists():
            aside = self.folder / "aside"
            first.rename(aside)
            second.rename(first)
            aside.rename(second)

    @rule(command=COMMANDS)
    def run_command(self, command: Command) -> None:
        command(self.folder, self.index)
        self.indexed = self.read()

    @rule(command=COMMANDS, call=st.integers(FIRST_CALL, LAST_CALL))
    def kill_command(self, command: Command, call: int) -> None:
        before, after = self.indexed, self.read()
        was_killed = killed_at(call, command, self.folder, self.index)
        with searchlib.open_index(self.index) as index:
            found = {each.id: each for each in index}
        assert found in ((before, after) if was_killed else (after,))
        self.indexed = found

    @rule(phrase=PHRASES)
    def search(self, phrase: str) -> None:
        with searchlib.open_index(self.index) as index:
            found = {hit.id for hit in index.search(f'"{phrase}"', size=100, repeats="show").hits}
        assert found == matching(self.indexed, phrase)

    @rule(phrase=PHRASES)
    def copy(self, phrase: str) -> None:
        searchlib.copy_index(self.index, self.copied, jobs=1)
        with searchlib.open_index(self.copied) as index:
            assert {each.id: each for each in index} == self.indexed
            assert index.search(f'"{phrase}"', size=100).total == len(matching(self.indexed, phrase))

    @rule(target=opened)
    def keep_open(self) -> tuple[searchlib.Index, str]:
        index = self.stack.enter_context(searchlib.open_index(self.index))
        return index, index.stats().generation

    @rule(kept=consumes(opened))
    def close(self, kept: tuple[searchlib.Index, str]) -> None:
        index, generation = kept
        assert generation in generation_names(self.index)
        index.close()

    @invariant()
    def is_whole(self) -> None:
        if not hasattr(self, "index"):
            return
        with searchlib.open_index(self.index) as index:
            assert index.check().problems == ()
            assert {each.id: each for each in index} == self.indexed
        assert Generations(self.index).current().is_dir()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a command is killed in a forked child")
def test_an_index_follows_its_articles_through_all_that_happens_to_it() -> None:
    run_state_machine_as_test(
        IndexMachine, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
    )
