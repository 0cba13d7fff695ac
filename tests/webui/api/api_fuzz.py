"""Ask a server what its OpenAPI document allows and forbids: `python -m tests.webui.api.api_fuzz --cases 5000`.

Schemathesis makes the cases; every answer must be one that the document describes, none an error of the server's.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import searchlib
from tests.browser.hostile import NAMES, write_hostile
from tests.conftest import SAMPLES
from tests.serving import serving

CASES_OF_AN_EXAMPLE = 16
"""Of each example that schemathesis is asked for, come about so many cases: it is asked for them for each address and sequence."""

QUERIES = (
    *("元宇宙 产业", "yuanyuzhou", "学习", "“敌意正文”", "-脚本", "NOT a OR (b", "标题："),
    *("date:2021-13", "date:9999..0001", "日期：去年", "近三个月"),
    *("((((" * 500, '"' * 99, " OR ".join("abcdefgh"), "a*" * 300, "*", "元" * 5000, "e\u0301" * 700),
    *("\x00", "a\x00b", "\u202e反", "\ufeff", "\r\n", "\U00020bb7\U0001f600"),
    *("{{7*7}}", "%00", "../../etc/passwd", "<script>", "' OR 1=1 --"),
)
"""Texts that have something in them for a parser, or for what it hands them to."""
IDS = ("everyday/pencil.md", "food/tea/gaiwan.md", "正文.html", *NAMES, "../conftest.py", "\x00", "a" * 5000)

EXCLUDED = (
    # No schema can say that page times size is at most 10,000, nor that February has no 30th day: what breaks such
    # a rule fits the schema, and is refused with a 400 that says why.
    "positive_data_acceptance",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzed:
    """What came of it: how many cases there were, how many found something, and what schemathesis says."""

    cases: int
    failures: int
    said: str


def fuzz(address: str, folder: Path, *, examples: int, seed: int) -> Fuzzed:
    """Fuzz the server at an address with so many random cases an operation, besides those of the edges; write into the folder."""
    config, report = folder / "schemathesis.toml", folder / "report.json"
    config.write_text(
        f"""\
[dictionaries.queries]
values = {json.dumps(QUERIES, ensure_ascii=False)}
[dictionaries.ids]
values = {json.dumps(IDS, ensure_ascii=False)}
[parameters]
"query.q" = {{ dictionary = "queries", probability = 0.3 }}
"path.article_id" = {{ dictionary = "ids", probability = 0.5 }}
""",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("--config-file", str(config), "run", f"{address}/api/openapi.json"),
            *("--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure", "--request-timeout", "30"),
            *("--exclude-checks", ",".join(EXCLUDED), "--report", "json", "--report-json-path", str(report)),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
    )
    said = done.stdout + done.stderr
    if not report.is_file():
        raise RuntimeError(f"schemathesis did not come to its end:\n{said}")
    found = json.loads(report.read_text(encoding="utf-8"))
    errors = len(found["errors"]) + found["test_cases"]["errored"] + (not found["complete"])
    return Fuzzed(
        cases=found["test_cases"]["generated"], failures=found["test_cases"]["with_failures"] + errors, said=said
    )


def build_hostile_index(folder: Path) -> Path:
    """An index, in that folder, of the sample articles and of some that try to do harm."""
    articles = folder / "articles"
    shutil.copytree(SAMPLES, articles)
    write_hostile(articles)
    searchlib.build_index(articles, folder / "index", jobs=1)
    return folder / "index"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz a server of hostile articles; 0 if there were enough cases, and nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000, help="how many cases there must be at least")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(build_hostile_index(folder), folder) as address:
            done = fuzz(address, folder, examples=-(-options.cases // CASES_OF_AN_EXAMPLE), seed=options.seed)
    print(done.said)
    print(f"{done.cases} cases, {done.failures} of them with failures")
    return int(done.failures > 0 or done.cases < options.cases)


if __name__ == "__main__":
    sys.exit(main())
