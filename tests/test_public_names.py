"""The names that users import do not change by accident."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import searchlib

NAMES = """
MAX_BUDGET MAX_DEPTH MAX_QUERY MAX_SIZE REPEATS SORTS Advice Article ArticleError ArticlesNotFoundError BuildReport
CategoryNode CheckReport DateOffer FacetValue Hit HitExplanation Index IndexBusyError IndexDamagedError IndexMismatchError
IndexStats IndexUnavailableError Model NoIndexError Note ParameterError Passage Progress QueryExplanation QueryLog
QueryOperator QueryReport Repeat ReportedQuery Results SearchTimeoutError SearchlibError Settings SettingsError Spans
Suggestion TermScore Token UnknownArticleError build_index copy_index dump_index index_settings load_index load_settings
open_index query_report read_articles repair_index tokenize update_index watch_index
""".split()


def test_these_names_are_public() -> None:
    assert searchlib.__all__ == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(searchlib, name) is not None


@pytest.mark.parametrize("name", [name for name in NAMES if inspect.isclass(getattr(searchlib, name, None))])
def test_every_public_class_has_a_docstring(name: str) -> None:
    assert getattr(searchlib, name).__doc__


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("Error")])
def test_every_error_has_one_root(name: str) -> None:
    assert issubclass(getattr(searchlib, name), searchlib.SearchlibError)


SIGNATURES = [
    (searchlib.build_index, "articles index", "jobs progress settings"),
    (searchlib.update_index, "articles index", "progress settings"),
    (searchlib.watch_index, "articles index", "settings stop"),
    (searchlib.query_report, "log", "days size"),
    (searchlib.open_index, "index", "settings"),
    (
        searchlib.Index.search,
        "self query",
        "category author tag date_from date_to sort page size facets snippets literal today explain",
    ),
    (
        searchlib.Index.facet_values,
        "self facet query",
        "holding category author tag date_from date_to verbatim corrected literal",
    ),
    (searchlib.Index.get, "self article_id", ""),
    (searchlib.Index.read_dates, "self text", "today"),
    (searchlib.Index.suggest, "self text", "size"),
    (searchlib.Index.similar, "self article_id", "size"),
    (searchlib.Index.stats, "self", ""),
    (searchlib.Index.check, "self", ""),
    (searchlib.tokenize, "text", "settings"),
]


@pytest.mark.parametrize(("function", "plain", "named"), SIGNATURES)
def test_every_public_function_takes_at_least_these_arguments(function, plain: str, named: str) -> None:  # type: ignore[no-untyped-def]
    parameters = inspect.signature(function).parameters.values()
    assert [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD] == plain.split()
    assert {each.name for each in parameters if each.kind is each.KEYWORD_ONLY} >= set(named.split())


def test_articles_are_read_from_a_folder() -> None:
    assert next(iter(inspect.signature(searchlib.read_articles).parameters)) == "articles"


def test_the_version_is_numeric() -> None:
    assert all(part.isdecimal() for part in searchlib.__version__.split(".")[:2])


def test_an_unknown_name_is_an_error_and_every_name_is_listed() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        searchlib.nothing  # noqa: B018  # the look-up is what is tested
    assert set(NAMES) <= set(dir(searchlib))


def test_a_search_imports_nothing_that_only_builds_or_servers_need() -> None:
    program = """
        import sys, searchlib.cli.parser, searchlib.stores.folder
        searchlib.cli.parser.make_parser()
        searchlib.open_index
        print(*sys.modules)
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)
    needless = """
        searchlib.indexing.build searchlib.indexing.file_analysis searchlib.sources
        multiprocessing concurrent.futures frontmatter yaml
        searchlib.indexing.dump searchlib.engines.whoosh.write.writer searchlib.engines.whoosh.write.batch
        searchlib.engines.opensearch.client.address
        charset_normalizer selectolax pyromark filelock tqdm flask waitress watchfiles nh3 jieba opencc rjieba tomllib
    """.split()
    assert not set(needless) & set(done.stdout.split())


def test_the_first_search_does_not_import_masked_arrays(tmp_path: Path) -> None:
    articles = [
        searchlib.Article(id=f"{n}.md", title="同一篇", body="学习检索与索引的第一步。\n" * 9) for n in range(20)
    ]
    searchlib.build_index(articles, tmp_path, jobs=1)
    program = """
        import sys, searchlib
        results = searchlib.open_index(sys.argv[1]).search("索引 学习")
        print(results.total, *sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(program), str(tmp_path)], capture_output=True, text=True, check=True
    )
    total, *modules = done.stdout.split()
    assert total == "20"
    # numpy imports them in ``np.unique``, which takes 20 to 50 ms.
    assert not {"numpy.ma", "concurrent.futures"} & set(modules)


def test_importing_the_package_imports_few_modules() -> None:
    program = "import sys, searchlib; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)
    assert {each for each in done.stdout.split() if each.startswith("searchlib")} == {"searchlib", "searchlib.errors"}
    assert "numpy" not in done.stdout.split()
