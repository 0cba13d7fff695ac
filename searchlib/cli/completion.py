"""Complete ids, names and facets of an index in the shell."""

from __future__ import annotations

from argparse import Action, Namespace
from collections.abc import Callable, Iterable
from typing import TypeAlias

import searchlib
from searchlib.cli.options import DEFAULT_INDEX

Values: TypeAlias = "Callable[[searchlib.Index, str], Iterable[str]]"
"""Returns the values of an index that complete a typed text; those that do not begin with it are ignored."""


def complete_with(action: Action, values: Values) -> None:
    """Let argcomplete complete an argument with values of the index that the command line names."""

    def completer(prefix: str, parsed_args: Namespace, **_: object) -> Iterable[str]:
        try:
            with searchlib.open_index(getattr(parsed_args, "index", DEFAULT_INDEX)) as index:
                return [*values(index, prefix)]
        except searchlib.SearchlibError:
            return ()

    action.completer = completer  # type: ignore[attr-defined]  # argcomplete looks for it


def ids(index: searchlib.Index, _: str) -> Iterable[str]:
    """Return the ids of all articles."""
    return index.ids()


def names(facet: str) -> Values:
    """Return a function that returns the categories, authors or tags of an index."""
    return lambda index, _: frequent_values(index, facet)


def filters(index: searchlib.Index, prefix: str) -> Iterable[str]:
    """Return the facets of the front matter as ``series=``, or the values of one as ``series=西游`` if it is typed."""
    facet, sign, _ = prefix.partition("=")
    if not sign:
        return [f"{name}=" for name in index.facets]
    return [f"{facet}={value}" for value in frequent_values(index, facet)]


def frequent_values(index: searchlib.Index, facet: str) -> list[str]:
    """Return the most frequent values of a facet."""
    return [each.value for each in index.search(size=1, facets=[facet], snippets=False).facets[facet] if each.value]
