"""Show the near duplicates of an index: their number, the sizes of groups, and pairs to check by hand.

``python -m tests.benchmarks.repeats --index DIR [--pairs N] [--seed N]``
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from searchlib.analysis.fold import fold
from searchlib.analysis.signatures import SHINGLE, Signatures, similarity
from searchlib.analysis.units import units
from searchlib.engines.whoosh.format.boilerplate_file import read_boilerplate
from searchlib.engines.whoosh.format.fields import SIGNATURE_FIELDS
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.near_duplicates_file import read_near_duplicates
from searchlib.engines.whoosh.format.stored_fields import read_packer
from searchlib.stores.generations import Generations

_SHOWN = 60
"""Characters of a title and of the beginning of a body."""


@dataclass(frozen=True, slots=True)
class Told:
    """The shown part of an article; ``text`` is its body without boilerplate."""

    id: str
    title: str
    text: str

    def runs(self) -> set[tuple[str, ...]]:
        """Return the runs of units from which signatures are computed."""
        body = units(fold(self.text))
        return {tuple(body[at : at + SHINGLE]) for at in range(len(body) - SHINGLE + 1)}


def main() -> None:
    """Print the table, and then the pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="the folder of a built index")
    parser.add_argument("--pairs", type=int, default=50, help="how many random pairs to show (default: 50)")
    parser.add_argument("--seed", type=int, default=1, help="another seed shows other pairs (default: 1)")
    options = parser.parse_args()
    folder = Generations(options.index).current()
    reader = IndexReader(folder)
    groups = read_near_duplicates(folder, reader.size)
    reader.close()
    sizes = np.bincount(groups)
    print(f"{len(groups):,} articles, {np.count_nonzero(sizes > 1):,} groups of repeats, ", end="")
    print(f"{int((sizes - 1)[sizes > 1].sum()):,} articles folded away\n")
    print("| articles in a group | groups |\n|---|---|")
    for size, count in sorted(Counter(sizes[sizes > 1].tolist()).items()):
        print(f"| {size} | {count:,} |")
    _print_pairs(folder, groups, options.pairs, Random(options.seed))


def _print_pairs(folder: Path, groups: np.ndarray, pairs: int, random: Random) -> None:
    reader, packer, boilerplate = IndexReader(folder), read_packer(folder), read_boilerplate(folder)
    columns = [reader.doc_values(name).view(np.uint64) for name in SIGNATURE_FIELDS]
    signatures: Signatures = np.stack(columns, axis=1)

    def told(number: int) -> Told:
        head = packer.unpack_head(reader.stored("head", number))
        body = packer.unpack_body(reader.stored("text", number))
        return Told(head["id"], head["title"], boilerplate.split(body)[0])

    folded = np.flatnonzero(groups != np.arange(len(groups))).tolist()
    for place, number in enumerate(random.sample(folded, min(pairs, len(folded))), 1):
        first = int(groups[number])
        alike = float(similarity(signatures[[first]], signatures[[number]])[0])
        one, other = told(first), told(number)
        common, either = len(one.runs() & other.runs()), len(one.runs() | other.runs())
        print(f"\n{place}. likeness {alike:.2f}, Jaccard {common / max(either, 1):.2f}")
        for each in (one, other):
            beginning = " ".join(each.text[: 2 * _SHOWN].split())[:_SHOWN]
            print(f"   {each.id}  {len(each.text)} characters  {each.title[:_SHOWN]}\n      {beginning}")
    reader.close()


if __name__ == "__main__":
    main()
