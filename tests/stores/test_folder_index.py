"""An index in a folder passes the tests of all indexes."""

from __future__ import annotations

import pytest

from tests.contracts.index import IndexContract, Place


class TestFolder(IndexContract):
    @pytest.fixture(scope="class")
    @classmethod
    def place(cls, tmp_path_factory: pytest.TempPathFactory) -> Place:
        folder = tmp_path_factory.mktemp("indexes")
        return lambda name: str(folder / name)
