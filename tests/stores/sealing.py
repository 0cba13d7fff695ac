"""Make the manifest of a generation fit files that a test has changed, as an attacker would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from searchlib.stores.manifest import CHECKSUM_FILE, MANIFEST_FILE, _hash, file_digests


def seal_again(generation: Path, change: Callable[[dict[str, Any]], object] = lambda _: None) -> None:
    """Record the sizes and hashes of the files as they are, change the manifest, and write it with the right checksum."""
    manifest = json.loads((generation / MANIFEST_FILE).read_bytes())
    manifest["files"] = file_digests(generation, {})
    change(manifest)
    write_sealed(generation, json.dumps(manifest).encode())


def write_sealed(generation: Path, manifest: bytes) -> None:
    """Write a manifest with the right checksum."""
    (generation / MANIFEST_FILE).write_bytes(manifest)
    (generation / CHECKSUM_FILE).write_text(_hash(manifest))
