"""Payloads of postings are packed without pickles."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from whoosh import formats

from searchlib.engines.whoosh.codec.payloads import pack_payload, unpack_payload
from tests.engines.whoosh.codec.common import Bomb, word_boosts


@pytest.mark.parametrize(
    "format_", [formats.Positions(), formats.Characters(), formats.PositionBoosts(), formats.CharacterBoosts()]
)
def test_a_payload_is_packed_as_numbers(format_: formats.Format) -> None:
    for _, _, _, value in format_.word_values("alfa^2 bravo alfa^0.3 delta", word_boosts, mode="index"):
        packed = pack_payload(format_, value)
        assert packed.endswith(b"]")
        assert packed[:1] == b"\1"
        assert unpack_payload(format_, packed) == value


@pytest.mark.parametrize("format_", [formats.Positions(), formats.Characters(), formats.PositionBoosts()])
@pytest.mark.parametrize("head", [0, 4, 8])
def test_a_payload_runs_no_code(format_: formats.Format, head: int, tmp_path: Path) -> None:
    bomb = bytes(head) + pickle.dumps(Bomb(tmp_path / "ran"), 2)
    with pytest.raises(ValueError, match="does not fit the format"):
        pack_payload(format_, bomb)
    for kind in (b"\0", b"\1"):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
            unpack_payload(format_, kind + bomb)
    assert not (tmp_path / "ran").exists()
