"""The command read."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import Any

import searchlib
from searchlib.cli.console import DONE, FAILED, print_json
from searchlib.cli.language import say, translated
from searchlib.cli.options import AddCommand, add_json
from searchlib.models import count_of


def add_commands(add_command: AddCommand) -> None:
    """Add the command and its options."""
    parser = add_command("read", read, "print what is read of one file, and what is left out")
    parser.add_argument("file", metavar="FILE", help="an article file, or an entry of a feed (rss.xml#key)")
    parser.add_argument(
        "--articles", metavar="DIR", help="folder of the articles (default: the current folder, or that of the file)"
    )
    add_json(parser)


def read(options: Namespace) -> int:
    # Imported here: other commands do not read articles.
    from searchlib.sources.feeds import entry_id, split_id
    from searchlib.sources.inspection import inspect_file

    file, entry = (options.file, "") if os.path.exists(options.file) else split_id(options.file)
    folder, article_id = _locate(file, options.articles)
    if entry:
        article_id = entry_id(article_id, entry)
    values = inspect_file(folder, article_id, searchlib.load_settings())
    if options.json:
        print_json(values)
    else:
        _print(values)
    return FAILED if values["state"].startswith("failed") else DONE


def _locate(file: str, articles: str | None) -> tuple[Path, str]:
    """Return the folder of the articles, and the path of a file in it.

    Raises:
        ArticlesNotFoundError: there is no such file, or it is not in the folder.
    """
    if os.path.isdir(file):
        raise searchlib.ArticlesNotFoundError(f"{file!r} is a folder: give one article file")
    if not os.path.isfile(file):
        raise searchlib.ArticlesNotFoundError(f"there is no file {file!r}: give one article file")
    path = os.path.abspath(file)
    folder = os.path.abspath(articles or ".")
    if not path.startswith(os.path.join(folder, "")):
        if articles:
            raise searchlib.ArticlesNotFoundError(
                f"the file {file!r} is not in the folder {articles!r}: give the folder of the articles"
            )
        folder = os.path.dirname(path)
    return Path(folder), Path(path).relative_to(folder).as_posix()


def _print(values: dict[str, Any]) -> None:
    """Print what was read, as lines."""
    print(f"{values['path']}: {translated(values['state'])}")
    if "title" not in values:
        return
    if values["problem"]:
        print(f"{translated('problem:')} {translated(values['problem'])}")
    print(f"{translated('title:')} {values['title']}  ({translated(values['title_source'])})")
    day = f"{values['date']}  ({values['date_source']})" if values["date"] else translated("none")
    print(f"{translated('date:')} {day}")
    for name in ("author", "categories", "tags"):
        value = values[name]
        print(f"{translated(f'{name}:')} {', '.join(value) if isinstance(value, list) else value}".rstrip())
    for key, value in values["extra"].items():
        print(f"{translated('extra:')} {key}: {value}")
    say(f"text: {count_of(len(values['blocks']), 'block')}", is_data=True)
    for number, block in enumerate(values["blocks"], 1):
        print(f"{number:>6}  {block}")
    say(f"left out: {count_of(len(values['left_out']), 'line')}", is_data=True)
    for line in values["left_out"]:
        print(f"        {line}")
