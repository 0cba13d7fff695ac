"""Run the command line as ``python -m searchlib``."""

from __future__ import annotations

import sys

from searchlib.cli import run

if __name__ == "__main__":
    sys.exit(run())
