"""The command line: parse, call the library, print."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import searchlib
from searchlib.cli.ends import DONE, FAILED, INTERRUPTED


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 an error of the library, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # Nothing here multiplies matrices, and to start threads for that takes a tenth of the time of a search.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Only now: it imports numpy.
    from searchlib.cli.options import Command, make_parser

    options = make_parser().parse_args(arguments)
    run: Command = options.run
    try:
        code = run(options)
        sys.stdout.flush()
        return code
    except searchlib.SearchlibError as error:
        print(f"searchlib: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is left must not fail again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("searchlib: interrupted", file=sys.stderr)
        return INTERRUPTED
