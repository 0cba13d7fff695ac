"""The parser of the command line."""

from __future__ import annotations

import sys
from argparse import Action, ArgumentParser, HelpFormatter, Namespace
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

import searchlib
from searchlib.cli import build, diagnostics, read, search, serve, transfer
from searchlib.cli.console import WRONG_USAGE, wrapped
from searchlib.cli.language import is_chinese, translated
from searchlib.cli.options import Command

_TEXT_MARK = "\0"
"""Precedes a word that argparse must not treat as an option. No argument contains a NUL."""


class _Formatter(HelpFormatter):
    """Writes help in the language of the terminal, both the texts of the commands and those of argparse."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Add the line of usage."""
        super().add_usage(usage, actions, groups, f"{translated('usage')}: " if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """Start a section with a heading."""
        super().start_section(heading and translated(heading))

    def add_text(self, text: str | None) -> None:
        """Add a description."""
        super().add_text(text and translated(text))

    def _get_help_string(self, action: Action) -> str | None:
        return action.help and translated(action.help)

    # Chinese has no spaces to break lines at, and its characters fill two columns.
    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in wrapped(text, width - len(indent)))


class CommandLineParser(ArgumentParser):
    """A parser that proposes the name of a command or option for a misspelled one."""

    def __init__(self, **options: Any) -> None:
        self.option_names: list[str] = []
        super().__init__(formatter_class=_Formatter, **options)

    def add_argument(self, *names: str, **options: Any) -> Action:
        """Add an argument as argparse does, and record the names of an option."""
        action = super().add_argument(*names, **options)
        self.option_names += action.option_strings
        return action

    def error(self, message: str) -> NoReturn:
        """Exit with 2 and a message in the language of the terminal."""
        hint = translated(f"see {self.prog} --help")
        self.exit(WRONG_USAGE, f"{self.prog}: {translated(message)}\n{hint}\n")

    def refuse_unknown(self, words: Sequence[str]) -> NoReturn:
        """Exit with 2 because of words that are neither options nor arguments."""
        name = words[0].partition("=")[0]
        close = get_close_matches(name, self.option_names, 1) if name.startswith("-") else []
        if close:
            self.error(f"there is no option {name}; did you mean {close[0]}?")
        self.error(f"there is no option {name}" if name.startswith("-") else f"there is no argument {name}")


def make_parser() -> CommandLineParser:
    """Return the parser of all commands. The parsed options hold the command as ``run``."""
    return _make_parsers()[0]


def parse(arguments: Sequence[str]) -> tuple[Namespace, CommandLineParser]:
    """Return the options of a command line, and the parser of its command.

    A word with one hyphen, such as ``-rf``, is text: all options but ``-h`` begin with two. So is everything after ``--``. The
    words of a text may stand between options.
    """
    parser, commands = _make_parsers()
    if arguments and arguments[0] == "help":
        (commands.get(arguments[1], parser) if arguments[1:] else parser).print_help()
        parser.exit()
    name = arguments[0].partition("=")[0] if arguments else ""
    if name.startswith("--") and not any(each.startswith(name) for each in parser.option_names):
        if any(name in command.option_names for command in commands.values()):
            parser.error(f"write the option {name} after the command")
        parser.refuse_unknown(arguments)
    if arguments and not arguments[0].startswith("-") and arguments[0] not in commands:
        close = get_close_matches(arguments[0], commands, 1)
        hint = f"did you mean {close[0]}?" if close else f"the commands are {', '.join(commands)}"
        parser.error(f"there is no command {arguments[0]}; {hint}")
    if not arguments:
        parser.print_help(sys.stderr)
        parser.exit(WRONG_USAGE)
    command = commands[arguments[0]] if arguments and arguments[0] in commands else parser
    end = arguments.index("--") if "--" in arguments else len(arguments)
    words = [_mark_text(word) for word in arguments[:end]] + [_TEXT_MARK + word for word in arguments[end + 1 :]]
    options, rest = parser.parse_known_args(words)
    for name, value in vars(options).items():
        setattr(options, name, _without_marks(value))
    unknown = [word for word in rest if word.startswith("--")]
    if unknown or (rest and not hasattr(options, "words")):
        command.refuse_unknown(_without_marks(unknown or rest))
    if rest:
        options.words += _without_marks(rest)
    return options, command


def _mark_text(word: str) -> str:
    # argparse itself distinguishes negative numbers from options.
    is_number = word.removeprefix("-").isdecimal()
    is_text = word.startswith("-") and not word.startswith("--") and word not in ("-", "-h") and not is_number
    return _TEXT_MARK + word if is_text else word


def _without_marks(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_marks(each) for each in value]
    return value.removeprefix(_TEXT_MARK) if isinstance(value, str) else value


def _make_parsers() -> tuple[CommandLineParser, dict[str, CommandLineParser]]:
    """Return the parser of all commands, and the parsers of each."""
    parser = CommandLineParser(prog="searchlib", description="Full-text search for folders of Chinese articles.")
    parser.add_argument("--version", action="version", version=f"searchlib {searchlib.__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    commands: dict[str, CommandLineParser] = {}

    def add_command(name: str, run: Command, summary: str) -> ArgumentParser:
        text = translated(summary)
        command: CommandLineParser = subparsers.add_parser(
            name, help=text, description=f"{text[0].upper()}{text[1:]}{'。' if is_chinese() else '.'}"
        )
        command.set_defaults(run=run)
        commands[name] = command
        return command

    for group in (build, read, transfer, search, diagnostics, serve):
        group.add_commands(add_command)
    return parser, commands
