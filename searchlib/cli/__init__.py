"""The command line: parse the arguments, call the library, print the result."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import searchlib
from searchlib.cli.console import DONE, FAILED, INTERRUPTED, discard_output


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Wrong usage exits with 2."""
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal cannot show must not end the command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # No command multiplies matrices, and starting the threads for that takes a tenth of the time of a search.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imported after this, because it imports numpy.
    from searchlib.cli.parser import make_parser

    options = make_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except searchlib.SearchlibError as error:
        print(f"searchlib: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # The reader of the output, for example ``head``, has closed it.
        discard_output()
        return DONE
    except KeyboardInterrupt:
        print("searchlib: interrupted", file=sys.stderr)
        return INTERRUPTED
