"""Change bytes of a small index, one at a time: ``python -m tests.faults.flips [--all] [--tries N]``.

Searches, articles and suggestions must be as before or end with an error of the library. With ``--all`` every byte of every file
is changed, with eight values in turn.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import searchlib
from searchlib.stores.generations import Generations
from tests.faults.tries import option_parser, print_tries

QUERIES = ("", "茶叶", '"绿茶的产地"', "红茶 OR 咖啡", "kafei", "coffee*", "tag:饮料", "日期：2021")

ARTICLES = {
    "a.md": "---\ntitle: 绿茶\ndate: 2021-11-20\ntags: [茶, 饮料]\ncategories: [食品, 茶叶]\n---\n\n绿茶的产地很多，茶叶要新。\n",
    "b.md": "---\ntitle: 红茶\ndate: 2020-01-02\nauthor: 陆羽\n---\n\n红茶要发酵。\n\n## 茶叶\n\ncoffee 不是茶。\n",
    "c.md": "---\ntitle: 咖啡 coffee\ndate: 2021-03-04\ntags: [饮料]\n---\n\n咖啡豆要烘焙。\n",
    "d.md": "---\ntitle: 删除\n---\n\n这一篇会被删除，里面有茶叶。\n",
}


def prepare(folder: Path) -> Path:
    """Build an index with one deleted article, and return the folder of its generation."""
    articles = folder / "articles"
    articles.mkdir()
    for name, text in ARTICLES.items():
        (articles / name).write_text(text, encoding="utf-8")
    searchlib.build_index(articles, folder / "index", jobs=1)
    (articles / "d.md").unlink()
    searchlib.update_index(articles, folder / "index")
    return Generations(folder / "index").current()


def _asked(index: searchlib.Index) -> list[Callable[[], object]]:
    def search(query: str) -> Callable[[], object]:
        def run() -> object:
            values = index.search(query, explain=True).to_dict()
            values.pop("took_ms")
            return values

        return run

    return [
        *[search(query) for query in QUERIES],
        *[lambda name=name: index.get(name) for name in ("a.md", "b.md", "c.md")],
        lambda: [each.text for each in index.suggest("hong")],
        lambda: [hit.id for hit in index.similar("a.md").hits],
    ]


def answers(index: Path) -> list[object]:
    """Return the answers of an index, each of which may be the error that it ended with."""
    found: list[object] = []
    try:
        with searchlib.open_index(index) as opened:
            for ask in _asked(opened):
                try:
                    found.append(ask())
                except searchlib.SearchlibError as error:
                    found.append(error)
    except searchlib.SearchlibError as error:
        return [error]
    return found


def problem(index: Path, expected: list[object]) -> str:
    """Return how the answers of a changed index are wrong, or ""."""
    try:
        found = answers(index)
    except Exception as error:
        return f"a traceback: {type(error).__name__}: {error}"
    if isinstance(found[0], searchlib.SearchlibError) and len(found) == 1:
        return ""
    for at, (answer, right) in enumerate(zip(found, expected, strict=True)):
        if isinstance(answer, searchlib.UnknownArticleError) or (
            not isinstance(answer, searchlib.SearchlibError) and answer != right
        ):
            return f"answer {at} is wrong: {answer!r}"[:300]
    return ""


def main() -> int:
    """Change bytes, and print the table."""
    parser = option_parser(__doc__, "change every byte", tries=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        done, failed, lines = flip(Path(name), None if options.all else options.tries, options.seed)
    return print_tries(sorted(done), done, failed, lines)


def flip(folder: Path, tries: int | None, seed: int) -> tuple[Counter[str], Counter[str], list[str]]:
    """Change bytes, all or some at random; return the tries and failures by kind of file, and the problems."""
    generation = prepare(folder)
    index = folder / "index"
    expected = answers(index)
    files = [index / "current", *sorted(each for each in generation.iterdir() if each.stat().st_size)]
    places = [(file, at) for file in files for at in range(file.stat().st_size)]
    if tries is not None:
        places = random.Random(seed).sample(places, tries)
    done: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    lines: list[str] = []
    for number, (file, at) in enumerate(places):
        sound = file.read_bytes()
        # The inode stays: other generations share the file through hard links, and only this one is read.
        file.write_bytes(sound[:at] + bytes([sound[at] ^ 1 << number % 8]) + sound[at + 1 :])
        found = problem(index, expected)
        file.write_bytes(sound)
        kind = file.suffix if file.name.startswith("MAIN_") else file.name
        done[kind] += 1
        if found:
            failed[kind] += 1
            lines.append(f"{file.name}, byte {at}, bit {number % 8}: {found}")
    assert answers(index) == expected
    return done, failed, lines


if __name__ == "__main__":
    sys.exit(main())
