"""The Chinese texts of the shell: collect the English ones from the code, and compare.

``python -m tests.cli.chinese`` removes unused texts from the table, adds new ones without a translation, and prints these.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from typing import get_args

from searchlib.cli.explain_text import LABELS
from searchlib.cli.language import TABLE
from searchlib.models import count_of
from searchlib.search.explain import ScoreKind
from searchlib.sources import inspection
from tests.conftest import ROOT

_ERRORS = {
    node.name for node in ast.parse((ROOT / "searchlib/errors.py").read_text("utf-8")).body if hasattr(node, "name")
}
_REASONS = {
    "RowError",
    "EmptyRowError",
    "UnreadableError",
    "BrokenFeedError",
    "OutOfBoundsError",
    "FileTooLargeError",
    "UndecodableError",
    "ArgumentTypeError",
}
_PRINTED = {
    *("say", "translated", "error", "_print_error", "Reading", "FrontMatter", "reject_line", "_wrong"),
    *("add_argument", "add_command", "add_words", "add_size", "CommandLineParser"),
}
"""The calls whose arguments are texts."""

_CLUSTER = "searchlib/engines"
"""Damage inside an index is told by its technical details, which stay English."""

_OTHERS = (
    *("{0} added", "{0} updated", "{0} deleted", "{0} unchanged", "{0} failed", "{0} skipped ({1})", "{0} skipped:"),
    *("{0} could not be indexed:", "{0} indexed, but part of the front matter was unreadable:"),
    *("failed", "indexed", "salvaged", "encrypted", "undated", "category:", "tag:", "category", "author", "tag"),
    *(
        "without title",
        "skipped",
        "time",
    ),
    *("part of the front matter could not be read", "indexed without the encrypted text"),
    "named after the file or the first sentence",
    *(
        "build",
        "update",
        "copy",
        "dump",
        "load",
        "files",
        "articles",
        "parts",
        "sampling",
        "reading",
        "merging",
        "names",
        "posting lists",
        "check",
    ),
    *(
        "most frequent",
        "without hits",
        "slowest",
        "times",
        "hits",
        "title",
        "headings",
        "body",
        "category",
        "tag",
        "author",
        "date",
    ),
    *("date:", "author:", "categories:", "tags:", "url:", "title:", "synonyms", "query", "filters", "without"),
    "only in boilerplate or inside other words:",
    *("skipped: {0}", "failed: {0}", "indexed without its text, which is encrypted", "score", "none"),
    *(
        "draft (folder {0})",
        "program (folder {0})",
        "template (folder {0})",
        "built pages (folder {0})",
        "unpublished (name {0}…)",
        "excluded ({0})",
        "empty",
        "template",
        "unknown format ({0})",
        "unknown format (no suffix)",
        "unknown format",
    ),
    *("list page ({0})", "error page", "redirect ({0})", "no text ({0})", "no note ({0})"),
    *(
        "feed of the site in its folder",
        "a feed of {0} entries: read one, such as {1}",
        "skipped: the feed has no entries",
    ),
    *("not well-formed (invalid token)", "unclosed token", "mismatched tag", "no element found", "syntax error"),
    *("folder", "setting", "resource", "tag of a note", "revision", "encrypted note"),
    *("extra:", "problem:", "without any filter"),
    *("excluded", "interrupted", "after {0} s"),
    "the index has no facet {0}; its facets are {1}: name others in the setting facets, then update the index",
    *("the encrypted text", "front matter: {0}"),
    *("suggestions", "the commands are {0}", "did you mean {0}?", "did you mean {0}? The", "the"),
    *("; write a text in quotes: {0}", "(and {0} more)"),
    *(
        "list page",
        "no text",
        "no note",
        "redirect",
        "no such file or directory",
        "none of them is there",
        "{0} are there",
    ),
    *("line {0}: {1}", "is longer than {0} characters", "nested too deeply", "cut after {0} characters"),
    *("{0} is no date", "cut after {0} names", "names cut after {0} characters", "{0}; {1}"),
    # What the system says most often.
    *("No such file or directory", "Permission denied", "Is a directory", "Not a directory", "File exists"),
    *("No space left on device", "Read-only file system", "Too many open files"),
    # What the parsers of front matter say most often.
    *("mapping values are not allowed in this context", "did not find expected {0}", "',' or ']'", "',' or '}'", "key"),
    *("found character that cannot start any token", "found unexpected end of stream", "found undefined alias"),
    *("Expecting property name enclosed in double quotes", "Expecting value", "Expecting {0} delimiter"),
    *(
        "Invalid control character at",
        "Unterminated string starting at",
        "Unterminated string",
        "Illegal character {0}",
    ),
    *("Invalid value", "Unclosed array", "Cannot overwrite a value", "Expected '=' after a key in a key/value pair"),
    "Expected newline or end of document after a statement",
    # What argparse says.
    *("usage", "int", "argument {0}", "options", "positional arguments", "commands"),
    *("show this help message and exit", "show program's version number and exit"),
    *("the following arguments are required: {0}", "argument {0}: {1}", "invalid choice: {0} (choose from {1})"),
    *("expected one argument", "expected at least one argument", "invalid {0} value: {1}"),
    *("ambiguous option: {0} could match {1}", "ignored explicit argument {0}", "not allowed with argument {0}"),
)
"""Texts that the code keeps in tables, or gets from elsewhere."""

_STATES = [*"draft unpublished hidden private unlisted headless expired future".split(), "not searchable"]
"""Why articles are skipped; the key that says so may follow in brackets."""


def english_texts() -> Iterator[str]:
    """Yield the English texts that the shell can print, with numbers in braces for their values."""
    yield from (*_OTHERS, *_STATES, *(f"{state} ({{0}})" for state in _STATES))
    yield from (*LABELS.values(), *get_args(ScoreKind), *inspection.TITLE_SOURCES.values())
    for file in sorted((ROOT / "searchlib").rglob("*.py")):
        path = file.relative_to(ROOT).as_posix()
        if "/codec/" in path or path.endswith("mcp_server.py"):
            continue
        rules = {"searchlib/settings.py": {"_Rule", "_list_of"}, "searchlib/errors.py": {"__init__"}}.get(path, set())
        names = _ERRORS if path.startswith(_CLUSTER) else _ERRORS | _REASONS | _PRINTED | rules
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == count_of.__name__ and isinstance(node.args[1], ast.Constant):
                    yield from (f"{{0}} {node.args[1].value}", f"{{0}} {node.args[1].value}s")
                elif name in names and not (name == "index_damaged" and path.startswith(_CLUSTER)):
                    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                        yield from filter(_is_sentence, _texts(argument))


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        template = ""
        for number, part in enumerate(each for each in node.values):
            template += str(part.value) if isinstance(part, ast.Constant) else f"\0{number}"
        numbers = [number for number, part in enumerate(node.values) if not isinstance(part, ast.Constant)]
        for at, number in enumerate(numbers):
            template = template.replace(f"\0{number}", f"{{{at}}}", 1)
        yield template.strip()
        for part in node.values:
            if not isinstance(part, ast.Constant):
                yield from _texts(part)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value.strip()
    else:
        for child in ast.iter_child_nodes(node):
            yield from _texts(child)


def _is_sentence(text: str) -> bool:
    """Return whether a text has words, and so is no name of a parameter and no mere combination of values."""
    return " " in text.strip() and sum(character.isalpha() for character in text) > 2


def update() -> list[str]:
    """Write the table anew, and return the texts without a translation."""
    old = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    table = {text: old.get(text, "") for text in sorted(set(english_texts()))}
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return [text for text, chinese in table.items() if not chinese]


if __name__ == "__main__":
    missing = update()
    print("\n".join(missing), file=sys.stderr)
    sys.exit(bool(missing))
