"""Word statistics from given counts, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from searchlib.suggest.lexicon import KINDS, WORD, LexiconBuilder
from searchlib.suggest.lookup import Lexicon, LexiconPart


class FakeStatistics:
    """The frequencies of ``words``, of ``phrases`` that are no words, and of words in ``titles``.

    ``values`` are the tags. ``lexicon_reads`` counts the calls of ``lexicon``.
    """

    def __init__(
        self,
        words: Mapping[str, int],
        phrases: Mapping[str, int] | None = None,
        *,
        values: Sequence[str] = (),
        titles: Sequence[str] = (),
    ) -> None:
        builder = LexiconBuilder()
        builder.add(WORD, list(words), words.values())
        for source, value in enumerate(values):
            builder.add_value(KINDS.index("tag"), value, 1, source)
        self._lexicon = Lexicon([LexiconPart(builder.build(), lambda _, source: values[source])], is_exact=True)
        self._words, self._phrases, self._titles = words, {**words, **(phrases or {})}, titles
        self.lexicon_reads = 0

    def lexicon(self) -> Lexicon:
        self.lexicon_reads += 1
        return self._lexicon

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        return {word: self._words.get(word, 0) for word in words}

    def phrase_frequencies(self, phrases: Iterable[str]) -> dict[str, int]:
        return {phrase: self._phrases.get(phrase, self._least(phrase)) for phrase in phrases}

    def _least(self, phrase: str) -> int:
        """Return the number of articles that contain a character, at least."""
        texts = self._phrases.items() if len(phrase) == 1 else ()
        return max((count for text, count in texts if phrase in text), default=0)

    def field_frequencies(self, field: str, words: Iterable[str]) -> dict[str, int]:
        assert field == "title"
        return {word: sum(word in title.split() for title in self._titles) for word in words}
