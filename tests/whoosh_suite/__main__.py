"""Print which of Whoosh's own tests pass with its codec and with ours: ``python -m tests.whoosh_suite``."""

from __future__ import annotations

import sys

from tests.whoosh_suite.source import UnreachableError
from tests.whoosh_suite.suite import compare


def main() -> int:
    try:
        found = compare()
    except UnreachableError as error:
        print(error, file=sys.stderr)
        return 2
    print(found.table())
    for name in found.unexplained:
        print(f"fails without a valid reason: {name}", file=sys.stderr)
    return 1 if found.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
