"""Fetch the tests of Whoosh from its source distribution on the registry."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

REQUIREMENT = "whoosh==2.7.4"
DIGEST = "e0857375f63e9041e03fedd5b7541f97cf78917ac1b6b06c1fcc9b45375dda69"
"""The SHA-256 of the distribution, so that only code that was reviewed is run."""


class UnreachableError(Exception):
    """The registry could not be reached, or does not have the distribution."""


def fetch_tests(folder: Path) -> Path:
    """Download Whoosh's source distribution with pip, unpack its tests into ``folder``, and return their folder.

    Raises:
        UnreachableError: the download failed. The message says why.
    """
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{REQUIREMENT} --hash=sha256:{DIGEST}\n", encoding="ascii")
    # pip also downloads setuptools, to read the metadata of the distribution.
    options = ["--no-deps", "--no-binary=whoosh", "--require-hashes", "--retries=1", "--timeout=30", "--no-input"]
    command = [sys.executable, "-m", "pip", "download", *options, "-d", str(folder), "-r", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [path for path in folder.glob("*.zip") if hashlib.sha256(path.read_bytes()).hexdigest() == DIGEST]
    if not found:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise UnreachableError(f"pip cannot download {REQUIREMENT}: {lines[-1] if lines else 'no reason given'}")
    with zipfile.ZipFile(found[0]) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if "/tests/" in name])
    return next(folder.glob("*/tests"))
