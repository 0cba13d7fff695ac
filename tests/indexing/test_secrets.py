"""No secret and no encrypted text is in any byte of an index folder, as stored and decompressed, nor in a dump or a copy."""

from __future__ import annotations

from pathlib import Path

import pytest
import zstandard

import searchlib
from searchlib.engines.whoosh.codec.whoosh_index import open_whoosh_index
from searchlib.engines.whoosh.format.stored_fields import DICTIONARY
from searchlib.stores import store_at
from tests.contracts import secrets


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    report = secrets.build(folder / "articles", folder / "index")
    assert (report.failed, report.encrypted) == ((), len(secrets.ENCRYPTED))
    assert tuple(path for path, _ in report.skipped) == secrets.SKIPPED
    assert [path for path, _ in report.salvaged] == ["broken.md"]
    return folder / "index"


def assert_no_secret_in_folder(index: Path) -> None:
    generation = index / "generations" / store_at(index).current().name
    trained = (generation / DICTIONARY).read_bytes()
    dictionary = zstandard.ZstdCompressionDict(trained) if trained else None

    def decompress(part: bytes) -> bytes:
        return zstandard.ZstdDecompressor(dict_data=dictionary).decompressobj().decompress(part)

    files = [file for file in index.rglob("*") if file.is_file()]
    assert len(files) > 10
    for file in files:
        secrets.assert_no_secret(file.name, "the name of a file")
        secrets.assert_no_secret_bytes(file.read_bytes(), file.name, decompress)
    terms = 0
    # Neighboring terms share their first bytes: a term is not in the bytes of the file as a whole.
    for field, term in open_whoosh_index(generation).reader().all_terms():
        secrets.assert_no_secret(term if isinstance(term, bytes) else str(term), f"a term of {field}")
        terms += 1
    assert terms > 100


def test_no_secret_is_in_the_bytes_of_an_index(index: Path) -> None:
    assert_no_secret_in_folder(index)


def test_the_check_of_the_bytes_finds_what_is_there(index: Path, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").write_text(f"---\ntitle: 题\nremark: {secrets.SECRET}\n---\n{secrets.HIDDEN}\n", encoding="utf-8")
    searchlib.build_index(folder, tmp_path / "index")
    with pytest.raises(AssertionError):
        assert_no_secret_in_folder(tmp_path / "index")


def test_no_secret_is_said_by_an_index_or_its_dump(index: Path) -> None:
    secrets.assert_index_is_silent(index)


def test_the_public_part_of_an_encrypted_article_is_found(index: Path) -> None:
    with searchlib.open_index(index) as opened:
        assert [hit.id for hit in opened.search(f'"{secrets.PUBLIC}"').hits] == ["hexo.md"]
        article = opened.get("hexo.md")
        assert (article.title, article.categories, article.tags) == ("上锁的日记", ("日记",), ("私事",))
        assert article.body == f"{secrets.PUBLIC}\n请输入口令"
        assert article.extra == {"abstract": secrets.PUBLIC, "message": "请输入口令", "valine": {}}
        assert opened.get("partly.md").body == "开头。\n结尾。"


def test_an_update_that_encrypts_an_article_removes_its_text(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "b.md").write_text("---\ntitle: 甲\n---\n别的文章。", encoding="utf-8")
    (folder / "a.md").write_text(f"---\ntitle: 乙\n---\n{secrets.HIDDEN}", encoding="utf-8")
    searchlib.build_index(folder, tmp_path / "index")
    (folder / "a.md").write_text(f"---\ntitle: 乙\npassword: {secrets.SECRET}\n---\n{secrets.HIDDEN}", encoding="utf-8")
    assert searchlib.update_index(folder, tmp_path / "index").updated == 1
    with searchlib.open_index(tmp_path / "index") as opened:
        secrets.assert_no_secret(str(opened.get("a.md").to_dict()), "the article")
        assert opened.search(secrets.HIDDEN, verbatim=True).total == 0
