"""Test a server with random requests from its OpenAPI document: `python -m tests.webui.api.api_fuzz --cases 5000`.

Schemathesis generates valid and invalid requests. Each response must be one that the document describes, and no server error.
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

CASES_PER_EXAMPLE = 16
"""The approximate number of cases for each example, because schemathesis generates examples per endpoint and phase."""

QUERIES = (
    *("元宇宙 产业", "yuanyuzhou", "学习", "“敌意正文”", "-脚本", "NOT a OR (b", "标题："),
    *("date:2021-13", "date:9999..0001", "日期：去年", "近三个月"),
    *("((((" * 500, '"' * 99, " OR ".join("abcdefgh"), "a*" * 300, "*", "元" * 5000, "e\u0301" * 700),
    *("\x00", "a\x00b", "\u202e反", "\ufeff", "\r\n", "\U00020bb7\U0001f600"),
    *("{{7*7}}", "%00", "../../etc/passwd", "<script>", "' OR 1=1 --"),
)
"""Queries that are difficult for parsers, templates, file systems or databases."""
IDS = ("everyday/pencil.md", "food/tea/gaiwan.md", "正文.html", *NAMES, "../conftest.py", "\x00", "a" * 5000)

EXCLUDED = (
    # JSON Schema cannot express that page times size is at most 10,000, or that February has no 30th day. Requests that
    # violate such a rule fit the schema, but get a 400.
    "positive_data_acceptance",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzResult:
    """The number of cases, the number of failures, and the output of schemathesis."""

    cases: int
    failures: int
    output: str


def fuzz(address: str, folder: Path, *, examples: int, seed: int) -> FuzzResult:
    """Fuzz the server at ``address`` with random examples for each endpoint, besides edge cases. Reports go to the folder."""
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
    result = subprocess.run(
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
    output = result.stdout + result.stderr
    if not report.is_file():
        raise RuntimeError(f"schemathesis did not finish:\n{output}")
    results = json.loads(report.read_text(encoding="utf-8"))
    errors = len(results["errors"]) + results["test_cases"]["errored"] + (not results["complete"])
    return FuzzResult(
        cases=results["test_cases"]["generated"],
        failures=results["test_cases"]["with_failures"] + errors,
        output=output,
    )


def build_hostile_index(folder: Path) -> Path:
    """Build an index of the sample articles and of hostile ones in a folder."""
    articles = folder / "articles"
    shutil.copytree(SAMPLES, articles)
    write_hostile(articles)
    searchlib.build_index(articles, folder / "index", jobs=1)
    return folder / "index"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz a server of hostile articles. Return 0 if there were enough cases and no failures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000, help="the minimum number of cases")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(build_hostile_index(folder), folder) as address:
            result = fuzz(address, folder, examples=-(-options.cases // CASES_PER_EXAMPLE), seed=options.seed)
    print(result.output)
    print(f"{result.cases} cases, {result.failures} failures")
    return int(result.failures > 0 or result.cases < options.cases)


if __name__ == "__main__":
    sys.exit(main())
