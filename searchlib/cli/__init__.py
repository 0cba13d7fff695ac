# PYTHON_ARGCOMPLETE_OK
"""The command line: parse the arguments, call the library, print the result."""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

import searchlib
from searchlib.cli.console import DONE, FAILED, INTERRUPTED, WRONG_USAGE, discard_output

_REPEAT_SECONDS = 0.01
"""The time after which the lost exception of a signal handler is raised again."""


def run() -> int:
    """Run the command line as a program, and return its exit code."""
    interrupts: list[int] = []

    def interrupt(number: int, _: object) -> None:
        interrupts.append(number)
        raise KeyboardInterrupt

    def repeat_lost(unraisable: sys.UnraisableHookArgs) -> None:
        lost = unraisable.exc_value
        if not isinstance(lost, KeyboardInterrupt | SystemExit) or not hasattr(signal, "setitimer"):
            sys.__unraisablehook__(unraisable)
            return
        # A signal handler raised it in a destructor or callback, whose exceptions Python ignores.
        repeated = type(lost)(*lost.args)

        def repeat(*_: object) -> None:
            raise repeated

        signal.signal(signal.SIGALRM, repeat)
        signal.setitimer(signal.ITIMER_REAL, _REPEAT_SECONDS)

    try:
        # Before a command starts there is nothing to clean up, so Ctrl-C ends the process at once, without a traceback from an
        # import.
        is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if is_usual:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        _prepare()
        if is_usual:
            sys.unraisablehook = repeat_lost
            signal.signal(signal.SIGINT, interrupt)
        return main()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:
        # Some libraries turn an interrupt during their import into another error.
        if interrupts:
            return INTERRUPTED
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _prepare() -> None:
    """Import what every command needs."""
    # No command multiplies matrices, and starting BLAS threads takes a tenth of the time of a search.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imported after the line above, because it imports numpy.
    import searchlib.cli.parser  # noqa: F401


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Wrong usage exits with 2."""
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal cannot show must not end the command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    _prepare()
    from searchlib.cli.parser import make_parser, parse

    if "_ARGCOMPLETE" in os.environ:
        return _complete(make_parser())
    options, command = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except searchlib.ParameterError as error:
        _print_error(_with_option_name(error, command.option_names))
        return WRONG_USAGE
    except searchlib.SettingsError as error:
        _print_error(_with_settings_file(error))
        return FAILED
    except searchlib.SearchlibError as error:
        _print_error(str(error))
        return FAILED
    except MemoryError:
        _print_error("there is not enough memory for this")
        return FAILED
    except BrokenPipeError:
        # The reader of the output, for example ``head``, has closed it.
        discard_output()
        return DONE
    except KeyboardInterrupt:
        _print_error("interrupted")
        return INTERRUPTED


def _print_error(message: str) -> None:
    # Imported here: most commands end without an error.
    from searchlib.cli.language import translated

    print(f"searchlib: {translated(message)}", file=sys.stderr)


def _with_option_name(error: searchlib.ParameterError, option_names: Sequence[str]) -> str:
    """Return the message of the error, with the name of the option in place of the parameter."""
    message = str(error)
    option = f"--{error.parameter.removeprefix('date_').replace('_', '-')}"
    if option in option_names and message.startswith(error.parameter):
        return option + message.removeprefix(error.parameter)
    return message


def _with_settings_file(error: searchlib.SettingsError) -> str:
    """Return the message of the error. If it begins with the name of a setting, prepend the name of the settings file."""
    from dataclasses import fields

    from searchlib.settings import settings_file

    message = str(error)
    file = settings_file()
    is_setting = message.partition(":")[0] in {each.name for each in fields(searchlib.Settings)}
    return f"{file}: {message}" if file and is_setting else message


def _complete(parser: ArgumentParser) -> int:
    """Print the completions of the command line that the shell passes in the environment."""
    try:
        import argcomplete
    except ImportError:
        return FAILED
    argcomplete.autocomplete(parser)
    return DONE
