"""Grouping by bands finds the same groups as comparing all pairs."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from searchlib.analysis.signatures import SIGNATURE_BYTES, SIGNATURE_UINT64S, Signatures, similarity
from searchlib.engines.common.near_duplicates import (
    MAX_GROUPS_PER_KEY,
    MIN_SIMILARITY,
    MIN_SIMILARITY_OF_SAME_TITLE,
    group_near_duplicates,
)


def slow_groups(signatures: Signatures) -> list[int]:
    """Return for each the most similar of those before it that are the first of their groups."""
    found: list[int] = []
    for number in range(len(signatures)):
        signed = signatures[number].any()
        firsts = [first for first in range(number) if found[first] == first and signed and signatures[first].any()]
        alike = {}
        for first in firsts:
            same_title = signatures[first, -1] == signatures[number, -1] != 0
            least = MIN_SIMILARITY_OF_SAME_TITLE if same_title else MIN_SIMILARITY
            how_much = float(similarity(signatures[[first]], signatures[[number]])[0])
            if how_much >= least:
                alike[first] = how_much
        found.append(max(alike, key=alike.__getitem__, default=number))
    return found


def with_titles(bodies: Sequence[bytes], titles: Sequence[int] | None = None) -> Signatures:
    """Return the rows of signatures of bodies, and the digests of titles; without titles all 0."""
    rows = np.frombuffer(b"".join(bodies), np.uint64).reshape(len(bodies), -1)
    digests = np.array(titles or [0] * len(bodies), np.uint64)
    return np.column_stack([rows, digests])


def changed(chance: random.Random, signature: bytes, bytes_changed: int) -> bytes:
    found = bytearray(signature)
    for at in chance.sample(range(SIGNATURE_BYTES), bytes_changed):
        found[at] ^= chance.randrange(1, 256)
    return bytes(found)


def random_signatures(seed: int) -> Signatures:
    """Return signatures of which some are unique, some similar to others, some in chains, and some empty."""
    chance = random.Random(seed)
    made: list[bytes] = []
    for _ in range(60):
        kind = chance.random()
        if kind < 0.1:
            made.append(bytes(SIGNATURE_BYTES))
        elif kind < 0.4 or not made:
            made.append(chance.randbytes(SIGNATURE_BYTES))
        else:
            made.append(
                changed(chance, chance.choice(made), chance.choice([chance.randrange(14), chance.randrange(40)]))
            )
    return with_titles(made, [chance.choice([0, 0, 1 << 63, 7, 8]) if any(each) else 0 for each in made])


def test_groups_are_those_of_comparing_all_with_all() -> None:
    for seed in range(40):
        signatures = random_signatures(seed)
        assert group_near_duplicates(signatures).tolist() == slow_groups(signatures), seed


def test_generated_forms_are_grouped_like_other_articles() -> None:
    chance = random.Random(4)
    form = chance.randbytes(SIGNATURE_BYTES)
    # Far more of them share bands than are compared in pairs.
    forms = [changed(chance, form, chance.randrange(4, 12)) for _ in range(300)]
    signatures = with_titles([*forms, *chance.sample(forms, 20)])
    groups = group_near_duplicates(signatures)
    assert len(set(groups.tolist())) > 20
    assert groups.tolist() == slow_groups(signatures)


def test_a_chain_of_small_changes_does_not_lead_away_from_the_first_article() -> None:
    chance = random.Random(1)
    chain = [chance.randbytes(SIGNATURE_BYTES)]
    for at in range(30):
        following = bytearray(chain[-1])
        following[2 * at] ^= 1
        following[2 * at + 1] ^= 1
        chain.append(bytes(following))
    signatures = with_titles(chain)
    found = group_near_duplicates(signatures)
    assert len(set(found.tolist())) > 1
    assert np.all(similarity(signatures, signatures[found]) >= MIN_SIMILARITY)


def test_an_article_without_signature_has_no_near_duplicates() -> None:
    assert group_near_duplicates(np.zeros((3, SIGNATURE_UINT64S), np.uint64)).tolist() == [0, 1, 2]
    assert group_near_duplicates(np.zeros((0, SIGNATURE_UINT64S), np.uint64)).tolist() == []


def test_the_same_signature_is_one_group_however_many_others_share_its_bands() -> None:
    chance = random.Random(2)
    # The same in all bands that are compared, but not similar enough.
    form = chance.randbytes(40)
    made = [form + chance.randbytes(SIGNATURE_BYTES - len(form)) for _ in range(MAX_GROUPS_PER_KEY + 10)]
    signatures = with_titles([*made, made[-1]])
    assert group_near_duplicates(signatures).tolist() == [*range(len(made)), len(made) - 1]
