"""Of a pasted message that no article contains whole, articles with its longest phrase come first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import searchlib
from tests.small_indexes import index_of, titled

TEXTS = {
    "denied.md": ("授权", "连接时提示 Access denied for user 'admin'@'db'，检查一下授权，还有别的很多事情要做。"),
    "password.md": ("root password", "ERROR 1045 root password，localhost 上 using 的 user 与 access，denied。"),
    "library.md": ("图形", "提示 cannot open shared object file，先装好图形库，还有别的很多事情要做。"),
    "graphics.md": ("libGL.so.1", "libGL 的 object，shared file，no such directory。"),
    "git.md": ("仓库", "提示 not a git repository，先初始化，还有别的很多事情要做。"),
    "react.md": ("parent directories", "or any of the others 都可以，a parent 与 directories，还有 git。"),
    **{f"idiom{number}.md": ("用法", "how to use it 的说明。") for number in range(60)},
}

DENIED = "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)"
GIT = "fatal: not a git repository (or any of the parent directories): .git"
LIBRARY = "ImportError: libGL.so.1: cannot open shared object file: No such file or directory"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(titled(TEXTS), tmp_path_factory.mktemp("pasted")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "first", "phrase"),
    [
        (DENIED, "denied.md", "access denied for user"),
        (LIBRARY, "library.md", "cannot open shared object file"),
        (GIT, "git.md", "not a git repository"),
    ],
)
def test_articles_with_the_longest_phrase_come_first_and_a_note_names_it(
    index: searchlib.Index, query: str, first: str, phrase: str
) -> None:
    results = index.search(query, corrected=True)
    assert (results.hits[0].id, results.full, results.searched, results.correction) == (first, 1, query, None)
    assert f"含有“{phrase}”的文章排在最前。" in map(str, results.notes)
    marked = [text.lower() for snippet in results.hits[0].snippets for text, is_marked in snippet if is_marked]
    assert phrase in marked


@pytest.mark.parametrize(
    ("query", "verbatim"),
    [
        (DENIED, True),
        ("access denied for everybody", False),
        ("how to use something that nobody knows", False),
        ("access denied for user 报错 怎么办 呢", False),
        ("ERROR -access denied for user root", False),
        ("1 2 3 4 5 6 7 8", False),
    ],
)
def test_other_queries_have_no_longest_phrase(index: searchlib.Index, query: str, verbatim: bool) -> None:
    assert not any("排在最前" in str(note) for note in index.search(query, verbatim=verbatim).notes)
