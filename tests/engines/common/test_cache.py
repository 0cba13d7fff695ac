"""A cache returns cached values, and drops the least recently used ones."""

from __future__ import annotations

from searchlib.engines.common.cache import LruCache


def test_a_value_is_made_once() -> None:
    cache = LruCache(10_000)
    made: list[str] = []

    def get(name: str) -> str:
        return cache.get(name, lambda: made.append(name) or name, lambda _: 1000)

    assert [get("a"), get("b"), get("a")] == ["a", "b", "a"]
    assert made == ["a", "b"]


def test_the_least_recently_used_value_is_dropped_first() -> None:
    cache = LruCache(3000)
    made: list[str] = []
    for name in ["a", "b", "a", "c", "a", "b"]:
        cache.get(name, lambda name=name: made.append(name), lambda _: 800)
    # There is room for two: "c" displaces "b", which was used before "a".
    assert made == ["a", "b", "c", "b"]


def test_a_value_larger_than_the_cache_is_made_each_time() -> None:
    cache = LruCache(100)
    assert [cache.get("a", lambda: 7, lambda _: 1000) for _ in range(2)] == [7, 7]


def test_many_values_are_read_at_once() -> None:
    cache = LruCache(10_000)
    cache.put("a", 1, 8)
    cache.put("a", 2, 8)
    cache.put("b", None, 8)
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": None}
