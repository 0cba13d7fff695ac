"""Exit codes and output that all commands share."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from itertools import groupby
from operator import itemgetter
from shutil import get_terminal_size, which
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width
from urllib.parse import unquote_to_bytes

import searchlib
from searchlib.cli.language import joined, translated
from searchlib.common.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from tqdm import tqdm

_STAGES_OF_FILES = ("sampling", "reading")
"""The stages of a build that count files or articles. The others count parts of the work."""

_INDENT = "   "

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes. ``argparse`` exits with ``WRONG_USAGE``, too."""

_ENCODED = lazy_pattern(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
"""Bytes of characters that are not ASCII, in a URL."""

_PIECE = lazy_pattern(r"\s+|[\u2e80-\uffff][\uff0c\u3002\uff1b\uff1a\u3001\uff09]*|[^\s\u2e80-\uffff]+")
"""A piece of a text: white space, a Chinese character with its punctuation, or another word. Lines end between pieces."""

WIDE = "WF"
"""The East Asian widths of characters that fill two columns of a terminal."""


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    # Other encodings than UTF-8 may lack a character, but they can always write its escape sequence.
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not is_utf8))


def column_count(text: str) -> int:
    """Return the number of columns that a text fills in a terminal."""
    return sum(2 if east_asian_width(character) in WIDE else 1 for character in text)


def padded(text: str, columns: int) -> str:
    """Return a text with spaces after it, so that it fills at least this number of columns of a terminal."""
    return text + " " * (columns - column_count(text))


def wrapped(text: str, columns: int) -> list[str]:
    """Return the lines of a text that each fill at most this number of columns, if no word is longer."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and column_count(f"{lines[-1]}{piece}".rstrip()) > columns:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def print_indented(spans: searchlib.Spans) -> None:
    """Print a text with its matches highlighted. On a terminal, each of its lines is indented."""
    if not sys.stdout.isatty():
        print(f"{_INDENT}{highlight(spans)}")
        return
    room = max(get_terminal_size().columns - len(_INDENT), 2)
    line: list[tuple[str, bool]] = []
    columns = 0
    for character, is_match in ((character, is_match) for text, is_match in spans for character in text):
        width = column_count(character)
        if columns + width > room:
            print(f"{_INDENT}{highlight(tuple(line))}")
            line, columns = [], 0
        line.append((character, is_match))
        columns += width
    print(f"{_INDENT}{highlight(tuple(line))}")


def readable_url(url: str) -> str:
    """Return a URL with its letters of other scripts than ASCII as they are read; browsers encode them again."""

    def decoded(match: re.Match[str]) -> str:
        try:
            text = unquote_to_bytes(match[0]).decode()
        except UnicodeDecodeError:
            return match[0]
        return text if text.isprintable() and " " not in text else match[0]

    return _ENCODED.sub(decoded, url)


@contextmanager
def pager() -> Iterator[None]:
    """If stdout is a terminal, show the output of the block in ``$PAGER`` (default: ``less``).

    ``less`` exits at once if the text fits on the screen.
    """
    command = os.environ.get("PAGER", "less")
    if not sys.stdout.isatty() or not command or which(shlex.split(command)[0]) is None:
        yield
        return
    text = _TerminalText()
    with redirect_stdout(text):
        yield
    # Without LESSCHARSET, less shows the bytes of UTF-8 as codes if the locale is not installed.
    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8", **os.environ}
    try:
        subprocess.run(shlex.split(command), input=text.getvalue().encode(), env=environment, check=False)
    except OSError:
        print(text.getvalue(), end="")


class _TerminalText(StringIO):
    """A text that a pager shows on a terminal."""

    def isatty(self) -> bool:
        return True


def highlight(spans: searchlib.Spans) -> str:
    """Return a text with the matches in bold yellow, or unchanged if stdout is not a terminal or ``NO_COLOR`` is set."""
    on, off = ("\033[1;33m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    return "".join(
        f"{on}{text}{off}" if is_match else text
        for is_match, pieces in groupby(spans, key=itemgetter(1))
        for text in ["".join(text for text, _ in pieces)]
    )


@contextmanager
def progress_bar(name: str, *, unit: str = "files") -> Iterator[searchlib.Progress]:
    """Show a progress bar on stderr if it is a terminal, and yield the callback that updates it, stage by stage."""
    from tqdm import tqdm

    # The monitor thread of tqdm must not be copied into forked workers.
    tqdm.monitor_interval = 0
    with tqdm(
        desc=translated(name),
        unit=f" {translated(unit)}",
        file=sys.stderr,
        disable=None,
        leave=False,
        dynamic_ncols=True,
    ) as bar:
        yield _StageBar(name, unit, bar)


class _StageBar:
    """Updates a progress bar, which restarts with each stage."""

    def __init__(self, name: str, unit: str, bar: tqdm[Any]) -> None:
        self._name = name
        self._unit = unit
        self._bar = bar

    def __call__(self, done: int, total: int) -> None:
        """Show the count."""
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def begin(self, stage: str) -> None:
        """Show the name of a stage."""
        self._bar.unit = f" {translated(self._unit if stage in _STAGES_OF_FILES else 'parts')}"
        # tqdm itself adds a colon, and ``set_description`` adds another while the total is not known.
        self._bar.set_description_str(joined(translated(self._name), translated(stage)), refresh=False)
        self._bar.total = None
        self._bar.reset()


def discard_output() -> None:
    """Redirect stdout to the null device: otherwise unwritten output raises an error again when Python exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
