"""An index in a folder passes the tests of all indexes."""

from __future__ import annotations

import pytest

from tests.contracts.index import IndexContract, Locate
from tests.contracts.typed import TypedContract


class TestFolder(IndexContract, TypedContract):
    @pytest.fixture(scope="class")
    @classmethod
    def location(cls, tmp_path_factory: pytest.TempPathFactory) -> Locate:
        folder = tmp_path_factory.mktemp("indexes")
        return lambda name: str(folder / name)
