"""Write what an index holds as JSON Lines, and read it again: no line is taken for more than what it can be.

The first line says what the index was made with, each further one is an article with the hash of its file, and the last one holds
their number, a checksum, and the files that could not be read.
"""

from __future__ import annotations

from searchlib.indexing.dump.contents import Checksum, Origin
from searchlib.indexing.dump.reading import DumpReader
from searchlib.indexing.dump.writing import DumpWriter, writing

__all__ = ["Checksum", "DumpReader", "DumpWriter", "Origin", "writing"]
