"""Options that several commands share."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from searchlib.errors import ParameterError
from searchlib.settings import INDEX_VARIABLE

DEFAULT_INDEX = "index"

Command = Callable[[Namespace], int]
"""A command takes the parsed options and returns its exit code."""

AddCommand = Callable[[str, Command, str], ArgumentParser]
"""Add a command by its name and help text to the command line, and return the parser of its options."""


def add_articles(parser: ArgumentParser) -> None:
    """Add the argument ARTICLES. ``chosen_folders`` returns the folders."""
    parser.add_argument(
        "articles",
        metavar="ARTICLES",
        nargs="+",
        help="folder of the articles, or several like blog=~/blog docs=~/docs",
    )


def chosen_folders(options: Namespace) -> str | dict[str, str]:
    """Return the folder of the articles, or several by their names.

    Raises:
        ParameterError: one of several has no name, two have the same, or a word looks like an option.
    """
    typed: list[str] = options.articles
    if option := next((each for each in typed if each.startswith("-") and not os.path.exists(each)), None):
        raise ParameterError("articles", f"there is no option {option}, and no folder of that name")
    if len(typed) == 1 and (os.path.exists(typed[0]) or "=" not in typed[0]):
        return typed[0]
    folders: dict[str, str] = {}
    for each in typed:
        name, sign, folder = each.partition("=")
        if not sign or not folder:
            raise ParameterError("articles", f"each of several folders needs a name, like blog={each}")
        if name in folders:
            raise ParameterError("articles", f"two folders have the name {name!r}")
        # A shell expands ~ only at the beginning of a word.
        folders[name] = os.path.expanduser(folder)
    return folders


def add_words(parser: ArgumentParser, metavar: str, help_text: str, *, required: bool) -> None:
    """Add a text that may consist of several words without quotes. ``typed_text`` joins them."""
    parser.add_argument("words", metavar=metavar, nargs="+" if required else "*", help=help_text)


def typed_text(options: Namespace) -> str:
    """Return the text whose words ``add_words`` has added."""
    words: list[str] = options.words
    return " ".join(words)


def add_index(parser: ArgumentParser) -> None:
    """Add the option ``--index``."""
    parser.add_argument(
        "--index",
        default=os.environ.get(INDEX_VARIABLE) or DEFAULT_INDEX,
        metavar="DIR",
        help=f"folder of the index, or opensearch://host:9200/name (default: ${INDEX_VARIABLE}, then {DEFAULT_INDEX})",
    )


def add_size(parser: ArgumentParser, default: int, items: str) -> None:
    """Add the option ``--size``."""
    parser.add_argument(
        "--size", type=int, default=default, metavar="N", help=f"number of {items} (default: {default})"
    )


def add_json(parser: ArgumentParser) -> None:
    """Add the option ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON")
