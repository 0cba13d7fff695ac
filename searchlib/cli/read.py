"""The command read: what becomes of one file."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import searchlib
from searchlib.cli.console import DONE, FAILED, print_json
from searchlib.cli.options import AddCommand, add_json
from searchlib.sources.articles import Reading, read_article
from searchlib.sources.decode import UndecodableError, decode
from searchlib.sources.exclusion import exclusion_of_file
from searchlib.sources.files import FileTooLargeError, read_bytes
from searchlib.sources.front_matter.secrets import is_secret
from searchlib.sources.front_matter.split import split_front_matter

TITLE_SOURCES = {
    "title": "front matter",
    "heading": "first heading",
    "page": "title of the page",
    "folder": "name of the folder",
    "file": "name of the file",
    "sentence": "first sentence",
    "id": "path",
}

_WORDS = re.compile(r"\w+")


def add_commands(add_command: AddCommand) -> None:
    """Add the command and its options."""
    parser = add_command("read", read, "print what a build reads of one file, and what it leaves out")
    parser.add_argument("file", metavar="FILE", help="a file of articles")
    parser.add_argument(
        "--articles", metavar="DIR", help="folder of the articles (default: the current folder, or that of the file)"
    )
    add_json(parser)


def read(options: Namespace) -> int:
    folder, name = _locate(options.file, options.articles)
    settings = searchlib.load_settings()
    reason = exclusion_of_file(folder, name, settings)
    reading = read_article(folder, name, settings)
    reason = reason or reading.skipped or ""
    if reading.skipped:
        # Show what the article would be.
        reading = read_article(folder, name, replace(settings, unpublished="index", future="index"))
    values = _values(reading, name, reason)
    if reading.article is not None:
        values["left_out"] = list(_left_out(folder, name, reading))
    if options.json:
        print_json(values)
    else:
        _print(values)
    return DONE if reading.article is not None or reason else FAILED


def _locate(file: str, articles: str | None) -> tuple[Path, str]:
    """Return the folder of the articles, and the path of a file in it.

    Raises:
        ArticlesNotFoundError: there is no such file, or it is not in the folder.
    """
    if not os.path.isfile(file):
        raise searchlib.ArticlesNotFoundError(f"there is no file {file!r}: give one file of articles")
    path = os.path.abspath(file)
    folder = os.path.abspath(articles or ".")
    if not path.startswith(os.path.join(folder, "")):
        if articles:
            raise searchlib.ArticlesNotFoundError(f"{file!r} is not in the folder {articles!r}")
        folder = os.path.dirname(path)
    return Path(folder), Path(path).relative_to(folder).as_posix()


def _values(reading: Reading, name: str, reason: str) -> dict[str, Any]:
    """Return what was read, by name."""
    article = reading.article
    state = f"skipped: {reason}" if reason else "indexed"
    if article is None:
        return {"path": name, "state": state if reason else f"failed: {reading.problem}"}
    if reading.is_encrypted and not reason:
        state = "indexed without its text, which is encrypted"
    return {
        "path": name,
        "state": state,
        "problem": reading.problem or "",
        "title": article.title,
        "title_source": TITLE_SOURCES[reading.title_source],
        "date": article.date.isoformat() if article.date else "",
        "date_source": article.date_source,
        "author": article.author,
        "categories": [" > ".join(path) for path in article.category_paths],
        "tags": list(article.tags),
        "extra": dict(article.extra),
        "blocks": article.body.split("\n") if article.body else [],
    }


def _left_out(folder: Path, name: str, reading: Reading) -> Iterator[str]:
    """Yield what of the file is not in the article: the names of secrets, and the lines with words that are nowhere in it."""
    try:
        text = decode(read_bytes(folder, name))
    except (OSError, FileTooLargeError, UndecodableError):
        return
    front_matter = split_front_matter(text)
    for key in front_matter.metadata:
        if is_secret(key):
            yield f"{key}: a secret"
    if reading.is_encrypted:
        yield f"{len(front_matter.body.split())} words or lines of encrypted text"
        return
    article = reading.article
    assert article is not None
    kept = {word for part in (article.title, article.body, article.author) for word in _WORDS.findall(part)}
    whole = "".join(kept)
    for line in front_matter.body.split("\n"):
        if any(word not in kept and word not in whole for word in _WORDS.findall(line)):
            yield line.strip()


def _print(values: dict[str, Any]) -> None:
    """Print what was read, as lines."""
    print(f"{values['path']}: {values['state']}")
    if "title" not in values:
        return
    if values["problem"]:
        print(f"problem: {values['problem']}")
    print(f"title: {values['title']}  ({values['title_source']})")
    print(f"date: {values['date']}  ({values['date_source']})" if values["date"] else "date: none")
    for name in ("author", "categories", "tags"):
        value = values[name]
        print(f"{name}: {', '.join(value) if isinstance(value, list) else value}".rstrip())
    for key, value in values["extra"].items():
        print(f"extra: {key}: {value}")
    print(f"text: {len(values['blocks'])} blocks")
    for number, block in enumerate(values["blocks"], 1):
        print(f"{number:>6}  {block}")
    print(f"left out: {len(values['left_out'])} lines")
    for line in values["left_out"]:
        print(f"        {line}")
