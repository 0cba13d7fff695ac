"""A generation of an index that is open for searches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.analysis.record import check_stored_dictionary
from searchlib.common.progress import StageProgress
from searchlib.engines.base import Engine
from searchlib.engines.common.deadline import Deadline
from searchlib.errors import SearchlibError
from searchlib.models import CheckReport, IndexStats
from searchlib.search.executor import SearchExecutor
from searchlib.search.results import ShownFrontMatter
from searchlib.settings import Settings
from searchlib.stores import Generation


@dataclass(frozen=True)
class OpenGeneration:
    """A generation, the engine that searches it, the analyzer of its queries, and the settings of searches."""

    built: Generation
    engine: Engine
    analyzer: QueryAnalyzer
    settings: Settings

    @classmethod
    def open(cls, built: Generation, settings: Settings, analyzer: QueryAnalyzer, deadline: Deadline) -> OpenGeneration:
        """Open a generation. The analyzer gets the dictionary of the generation.

        Raises:
            IndexMismatchError, IndexDamagedError: the generation cannot be used.
        """
        dictionary = built.dictionary(deadline)
        check_stored_dictionary(built.location, built.manifest.analysis, dictionary)
        analyzer = replace(analyzer, dictionary=dictionary, facets=built.manifest.facets)
        return cls(built, built.open(settings), analyzer, settings)

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets of the front matter."""
        return self.built.manifest.facets

    def today(self) -> date:
        """Return the current day in the zone of the index."""
        return datetime.now(ZoneInfo(self.built.manifest.zone)).date()

    @cached_property
    def executor(self) -> SearchExecutor:
        """The executor of searches of the generation."""
        manifest = self.built.manifest
        return SearchExecutor(
            self.engine,
            articles=manifest.articles,
            analyzer=self.analyzer,
            front_matter=ShownFrontMatter(self.settings.stored, self.settings.url_template),
        )

    def stats(self) -> IndexStats:
        """Return statistics of the index."""
        manifest = self.built.manifest
        return IndexStats(
            engine=manifest.engine,
            generation=self.built.name,
            built=manifest.built_at,
            articles=manifest.articles,
            undated=manifest.traits["undated"],
            categories=len(self.engine.values("category")),
            authors=len(self.engine.values("author")),
            tags=len(self.engine.values("tag")),
            facets=manifest.facets,
            size_bytes=self.built.size_bytes(),
            zone=manifest.zone,
            analysis=manifest.analysis,
            synonyms=self.analyzer.synonyms.record(),
            stop_words=self.analyzer.stop_words.record(),
            skipped=manifest.skipped,
            encrypted=manifest.traits["encrypted"],
            untitled=manifest.traits["untitled"],
        )

    def check(self, progress: StageProgress) -> CheckReport:
        """Read every file, posting list and article, and report what is damaged."""
        manifest = self.built.manifest
        problems: list[str] = []
        stored: Counter[str] = Counter()
        built: Counter[str] = Counter()

        def read_articles() -> None:
            progress.begin("reading")
            for done, article in enumerate(self.engine.articles(), start=1):
                stored[article.id] += 1
                progress.count(done, manifest.articles)

        reads = (
            lambda: problems.extend(self.built.damage()),
            lambda: built.update(self.built.sources().articles),
            lambda: problems.extend(self.engine.damage(progress)),
            read_articles,
        )
        # If a part cannot be read, the others are checked anyway.
        readable = [_is_readable(read, problems) for read in reads]
        if all(readable):
            problems += [f"{name}: the article is missing" for name in sorted((built - stored).keys())]
            problems += [
                f"{name}: the article does not belong to the index" for name in sorted((stored - built).keys())
            ]
        return CheckReport(
            ok=not problems,
            generation=self.built.name,
            files=len(manifest.files),
            articles=stored.total(),
            problems=tuple(problems),
        )


def _is_readable(read: Callable[[], None], problems: list[str]) -> bool:
    """Return whether a part of an index can be read; if not, add a line to the problems."""
    try:
        read()
    except SearchlibError as error:
        problems.append(str(error))
    except MemoryError:
        problems.append("there is not enough memory to read the whole index")
    else:
        return True
    return False
