"""An article that would take all memory or time is reported as failed, and all others are indexed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib

pytestmark = pytest.mark.slow

MAX_MEGABYTES = 300
MAX_SECONDS = 10

BUILD = """
import json, re, resource, sys
import searchlib
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[3]), int(sys.argv[3])))
if __name__ == "__main__":
    report = searchlib.build_index(sys.argv[1], sys.argv[2], jobs=1)
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())
    print(json.dumps({"failed": report.failed, "salvaged": report.salvaged, "added": report.added,
        "megabytes": int(peak[1]) >> 10}))
"""

Case = tuple[Callable[[], bytes], str, str]


def front_matter(text: str) -> bytes:
    return f"---\ntitle: 坏文章\n{text}\n---\n正文".encode()


def names(count: int) -> str:
    return ", ".join(f"类{number}" for number in range(count))


CASES: dict[str, Case] = {
    "YAML keys that are mappings": (
        lambda: front_matter("k: " + "{" * 32 + '"a"' + "}" * 32),
        "salvaged",
        "front matter: has a key of more than 1000 characters",
    ),
    "63 MB of newlines": (
        lambda: b"\n" * (63 << 20),
        "failed",
        "too many lines: 66,060,288, an article has at most 500,000",
    ),
    "63 MB of carriage returns": (
        lambda: b"\r" * (63 << 20),
        "failed",
        "too many lines: 66,060,288, an article has at most 500,000",
    ),
    "63 MB of newlines in an old encoding": (
        lambda: "中文".encode("gb18030") + b"\n" * (63 << 20),
        "failed",
        "too many lines: 66,060,288, an article has at most 500,000",
    ),
    "a TOML key of 80 KB": (
        lambda: b"+++\ntitle = '\xe6\x96\x87'\n" + b"a" * 80_000 + b"\n+++\n\xe6\x96\x87",
        "salvaged",
        "front matter: line 3: Expected '=' after a key in a key/value pair",
    ),
    "TOML with a dotted key of quoted parts": (
        lambda: b"+++\ntitle = '\xe6\x96\x87'\n" + b'"a".' * 20_000 + b"b = 1\n+++\n\xe6\x96\x87",
        "salvaged",
        "front matter: is nested too deeply",
    ),
    "a path of 19,000 categories": (
        lambda: front_matter(f"categories: [{names(19_000)}]"),
        "salvaged",
        "categories: cut after 1,000 names",
    ),
    "a tag of 60,000 levels": (
        lambda: front_matter("tags: [" + "甲/" * 60_000 + "乙]"),
        "salvaged",
        "tags: names cut after 200 characters",
    ),
    "a title of 200 KB": (
        lambda: front_matter("x: y").replace("坏文章".encode(), "长".encode() * 70_000),
        "salvaged",
        "title: cut after 1,000 characters",
    ),
    "10 MB of tags": (
        lambda: b"<b>" * 3_500_000,
        "failed",
        "too many elements: 3,500,000 tags, an article has at most 500,000",
    ),
}


def build(folder: Path, index: Path) -> dict[str, Any]:
    """Build in another process, which is killed after MAX_SECONDS of processor time."""
    command = [sys.executable, "-c", BUILD, str(folder), str(index), str(MAX_SECONDS)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    values: dict[str, Any] = json.loads(result.stdout)
    return values


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
@pytest.mark.parametrize(("data", "field", "reason"), CASES.values(), ids=CASES)
def test_a_hostile_article_costs_itself(tmp_path: Path, data: Callable[[], bytes], field: str, reason: str) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bad.md").write_bytes(data())
    (folder / "good.md").write_text("---\ntitle: 好文章\n---\n好文章的正文", encoding="utf-8")
    report = build(folder, tmp_path / "index")
    assert report[field] == [["bad.md", reason]]
    assert report["added"] == (1 if field == "failed" else 2)
    assert report["megabytes"] < MAX_MEGABYTES
    with searchlib.open_index(tmp_path / "index") as index:
        assert [hit.id for hit in index.search('"好文章的正文"').hits] == ["good.md"]
