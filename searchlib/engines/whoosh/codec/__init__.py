"""Let Whoosh itself read and write the segments of an index: a codec, as Whoosh calls it."""

from __future__ import annotations

from searchlib.engines.whoosh.codec.codec import Codec

__all__ = ["Codec"]
