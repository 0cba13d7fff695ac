"""A plugin for pytest: runs Whoosh's tests with the codec that is asked for."""

from __future__ import annotations

import random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--codec", choices=["stock", "ours"], default="stock")
    parser.addoption("--exact-lengths", action="store_true", help="let tests want lengths as they are, not rounded")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--codec") == "ours":
        import whoosh.codec

        from searchlib.engines.whoosh.codec import Codec

        # Whoosh, and its tests, look the name up when they need a codec.
        whoosh.codec.default_codec = Codec


def pytest_runtest_setup(item: pytest.Item) -> None:
    # Many of the tests draw at random; so each draws the same with either codec.
    random.seed(item.nodeid)
    if item.config.getoption("--exact-lengths"):
        for name in ("length_to_byte", "byte_to_length"):
            if hasattr(item.module, name):  # type: ignore[attr-defined]
                setattr(item.module, name, lambda length: length)  # type: ignore[attr-defined]
