"""A codec for Whoosh: the readers and writers of Whoosh's codec API, for the files of an index.

``codec`` is the entry point. ``per_document`` handles the stored data of each article, ``field_writer`` and ``terms_reader`` the
terms and postings. ``whoosh_index`` opens an index of this project with Whoosh.
"""

from __future__ import annotations

from searchlib.engines.whoosh.codec.codec import Codec

__all__ = ["Codec"]
