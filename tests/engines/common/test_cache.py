"""What was asked for last is kept, within the room there is."""

from __future__ import annotations

from searchlib.engines.common.cache import SizedLru


def test_what_is_kept_is_made_once() -> None:
    kept = SizedLru(10_000)
    made: list[str] = []

    def make(name: str) -> str:
        return kept.get(name, lambda: made.append(name) or name, lambda _: 1000)

    assert [make("a"), make("b"), make("a")] == ["a", "b", "a"]
    assert made == ["a", "b"]


def test_where_room_is_short_the_oldest_goes_first() -> None:
    kept = SizedLru(3000)
    made: list[str] = []
    for name in ["a", "b", "a", "c", "a", "b"]:
        kept.get(name, lambda name=name: made.append(name), lambda _: 800)  # type: ignore[misc]
    # There is room for two: "c" drives out "b", which was asked for before "a".
    assert made == ["a", "b", "c", "b"]


def test_what_is_larger_than_all_room_is_made_each_time() -> None:
    kept = SizedLru(100)
    assert [kept.get("a", lambda: 7, lambda _: 1000) for _ in range(2)] == [7, 7]
