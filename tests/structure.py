"""Print figures of the structure of the code: ``python -m tests.structure [ROOT]``.

The figures are the modules at the top of each package, small modules, lines, layers, import circles, and stretches of six or more
lines that stand in two places. ROOT is the checkout to measure and defaults to this one.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import grimp

PACKAGES = ("searchlib", "webui")
SMALL = 50
"""Lines: a module below this size may be a fragment of another one."""
SHARED_LINES = 6
"""Equal lines in a row that count as a duplicate."""


def modules(root: Path) -> list[Path]:
    """Return the modules of the product, ``__init__.py`` files without code left out."""
    found = [module for package in PACKAGES for module in sorted((root / package).rglob("*.py"))]
    return [module for module in found if module.name != "__init__.py" or module.stat().st_size]


def duplicates(files: list[Path]) -> list[tuple[str, str]]:
    """Return each pair of places that share ``SHARED_LINES`` lines.

    Blank lines, comments, imports and closing brackets do not count.
    """
    windows: dict[tuple[str, ...], list[tuple[Path, int]]] = defaultdict(list)
    for file in files:
        text = file.read_text(encoding="utf-8")
        imports = _import_lines(text)
        lines = [
            (number, line.strip())
            for number, line in enumerate(text.splitlines(), 1)
            if number not in imports and not re.fullmatch(r"\s*(?:#.*|[\])}]*,?:?|\"\"\".*)?", line)
        ]
        for at in range(len(lines) - SHARED_LINES + 1):
            window = lines[at : at + SHARED_LINES]
            windows[tuple(text for _, text in window)].append((file, window[0][0]))
    pairs = {
        (first[0], second[0], first[1] - second[1]): (f"{first[0]}:{first[1]}", f"{second[0]}:{second[1]}")
        for places in windows.values()
        for first, second in combinations(places, 2)
        if first[0] != second[0] or abs(first[1] - second[1]) >= SHARED_LINES
    }
    return sorted(pairs.values())


def _import_lines(text: str) -> set[int]:
    """Return the numbers of the lines of import statements, which may take several lines."""
    statements = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {line for node in statements for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def circles(root: Path) -> list[list[str]]:
    """Return the groups of modules that import one another in a circle."""
    sys.path.insert(0, str(root))
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=False, cache_dir=None)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in graph.find_modules_directly_imported_by(module):
            # A package is imported with each of its modules; that is no circle.
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            group = []
            while not group or group[-1] != module:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(graph.modules):
        if module not in index:
            visit(module)
    return found


def layers(root: Path) -> int:
    """Return the number of layers in the longest contract of import-linter."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    return max(len(each["layers"]) for each in contracts if each["type"] == "layers")


def figures(root: Path) -> dict[str, int]:
    """Return the figures by name."""
    files = modules(root)
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    return {
        **{f"modules at the top of {package}/": len([*(root / package).glob("*.py")]) for package in PACKAGES},
        "modules": len(files),
        f"modules below {SMALL} lines": sum(count < SMALL for count in lines.values()),
        "modules above 400 lines": sum(count > 400 for count in lines.values()),
        "lines": sum(lines.values()),
        "lines of docstrings": sum(map(_docstring_lines, files)),
        "layers": layers(root),
        "circles": len(circles(root)),
        f"pairs of places that share {SHARED_LINES} lines": len(duplicates(files)),
    }


def _docstring_lines(file: Path) -> int:
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return sum(
        node.value.value.count("\n") + 1
        for node in nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).parent.parent)
    root = parser.parse_args().root.resolve()
    for name, figure in figures(root).items():
        print(f"{figure:8,}  {name}")
    for group in circles(root):
        print("circle:", " ".join(group))
    for first, second in duplicates(modules(root)):
        print("twice:", Path(first).relative_to(root), Path(second).relative_to(root))


if __name__ == "__main__":
    main()
