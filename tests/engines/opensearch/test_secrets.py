"""No secret and no encrypted text is in an index in a cluster: in no document, no blob, and no term."""

from __future__ import annotations

import base64
import json
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

import searchlib
from tests.contracts import secrets
from tests.engines.opensearch.cluster import Cluster


@pytest.fixture(scope="module")
def location(cluster: Cluster) -> str:
    location = cluster.address("secrets", "?replicas=0")
    with tempfile.TemporaryDirectory() as folder:
        report = secrets.build(Path(folder, "articles"), location)
    assert (report.failed, report.encrypted) == ((), len(secrets.ENCRYPTED))
    return location


def test_no_secret_is_said_by_an_index_or_its_dump(location: str) -> None:
    secrets.assert_index_is_silent(location)


def test_no_secret_is_in_a_document_or_a_blob(location: str, cluster: Cluster) -> None:
    hits = cluster.ask("secrets*,*secrets*/_search", "POST", {"size": 10_000, "query": {"match_all": {}}})["hits"][
        "hits"
    ]
    assert len(hits) > secrets.MANY
    for hit in hits:
        where = f"{hit['_index']}/{hit['_id']}"
        secrets.assert_no_secret(json.dumps(hit, ensure_ascii=False), where)
        for value in hit["_source"].values():
            if isinstance(value, str):
                try:
                    data = base64.b64decode(value, validate=True)
                except ValueError:
                    continue
                secrets.assert_no_secret_bytes(data, where)


def test_no_secret_is_in_the_files_of_a_node(location: str, cluster: Cluster) -> None:
    cluster.ask("_flush?force=true", "POST")
    # The logs can contain the queries of other tests.
    files = [file for node in cluster.nodes for file in Path(node.folder, "data").rglob("*") if file.is_file()]
    assert any(file.suffix == ".cfs" or file.suffix == ".tim" for file in files)
    for file in files:
        # A merge in the index of another test can remove a file meanwhile.
        with suppress(FileNotFoundError):
            secrets.assert_no_secret_bytes(file.read_bytes(), str(file))


def test_the_public_part_of_an_encrypted_article_is_found(location: str) -> None:
    with searchlib.open_index(location) as opened:
        assert [hit.id for hit in opened.search(f'"{secrets.PUBLIC}"').hits] == ["hexo.md"]
        assert opened.get("hexo.md").body == f"{secrets.PUBLIC}\n请输入口令"
