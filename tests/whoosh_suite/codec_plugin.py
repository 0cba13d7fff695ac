"""A plugin for pytest that runs Whoosh's tests with a chosen codec."""

from __future__ import annotations

import multiprocessing
import random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--codec", choices=["stock", "ours"], default="stock")
    parser.addoption(
        "--exact-lengths", action="store_true", help="let tests expect exact lengths of fields, not rounded ones"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--codec") == "ours":
        import whoosh.codec

        from searchlib.engines.whoosh.codec import Codec

        # Whoosh and its tests look this name up whenever they need a codec.
        whoosh.codec.default_codec = Codec
        # From Python 3.14 on, new processes would otherwise import Whoosh again, with its own codec.
        multiprocessing.set_start_method("fork")


def pytest_runtest_setup(item: pytest.Item) -> None:
    # Many tests use random data: give each the same data with either codec.
    random.seed(item.nodeid)
    if item.config.getoption("--exact-lengths"):
        for name in ("length_to_byte", "byte_to_length"):
            if hasattr(item.module, name):  # type: ignore[attr-defined]
                setattr(item.module, name, lambda length: length)  # type: ignore[attr-defined]
