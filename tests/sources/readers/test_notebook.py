"""Notebooks of Jupyter become Markdown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from searchlib.sources.readers.base import UnreadableError
from searchlib.sources.readers.notebook import notebook_to_markdown


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ([{"cell_type": "markdown", "source": ["甲\n", "乙"]}], "甲\n乙"),
        ([{"cell_type": "code", "source": "x = 1"}, {"cell_type": "code", "source": " \n"}], "```\nx = 1\n```"),
        ([{"cell_type": "code", "source": "'```'"}], "````\n'```'\n````"),
        (
            [{"cell_type": "heading", "level": 9, "source": "题"}, {"cell_type": "heading", "source": "题"}],
            "###### 题\n\n# 题",
        ),
        (
            [{"cell_type": "markdown", "source": None}, "没有", {"source": 1}, {"metadata": [], "source": ["甲", 1]}],
            "甲",
        ),
        (
            [{"cell_type": "code", "source": "x = 1"}, {"cell_type": "raw", "source": "---\ndraft: true\n---"}],
            "---\ndraft: true\n---\n\n```\nx = 1\n```",
        ),
        ([], ""),
    ],
)
def test_cells_become_markdown(cells: list[Any], text: str) -> None:
    assert notebook_to_markdown(json.dumps({"cells": cells})) == text


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"cells": 1}', '{"worksheets": [1]}', "[" * 100_000])
def test_other_files_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="this is no notebook"):
        notebook_to_markdown(text)
