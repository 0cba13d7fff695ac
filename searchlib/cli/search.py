"""The commands search, passages, show, suggest and similar."""

from __future__ import annotations

import re
import shlex
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import PurePosixPath
from typing import TypeVar

import searchlib
from searchlib.cli.completion import complete_with, filters, frequent_values, ids, names
from searchlib.cli.console import DONE, highlight, pager, print_indented, print_json, readable_url
from searchlib.cli.explain_text import advice_lines, hit_lines, query_lines
from searchlib.cli.language import joined, note_text, say, translated
from searchlib.cli.options import AddCommand, add_index, add_json, add_size, add_words, typed_text
from searchlib.models import count_of, plain_text

FILTERS = ("category", "author", "tag")
"""The facets that have an option of their own."""

MAX_OFFERED = 5
"""Maximum number of ids that are proposed for an unknown id."""

MAX_REPEATS = 10
"""Maximum number of near duplicates that are listed below a hit."""

Answer = TypeVar("Answer", bound=Sized)


def add_commands(add_command: AddCommand) -> None:
    """Add the commands and their options."""
    parser = add_command("search", search, "search the index; without QUERY list the newest articles")
    add_words(parser, "QUERY", 'words, "phrases", -without, title:word …', required=False)
    _add_filters(parser)
    parser.add_argument(
        "--sort", choices=searchlib.SORTS, default=searchlib.SORTS[0], help="order of the hits (default: relevance)"
    )
    parser.add_argument(
        "--repeats",
        choices=searchlib.REPEATS,
        help="collapse near duplicates into one hit, or show each (default: the setting fold_repeats)",
    )
    parser.add_argument(
        "--explain", action="store_true", help="print how the query was tokenized, and how each score was computed"
    )
    parser.add_argument("--page", type=int, default=1, metavar="N", help="page of hits, from 1")
    parser.add_argument("--literal", action="store_true", help="read nothing in QUERY as an operator")
    parser.add_argument("--verbatim", action="store_true", help="search for exactly QUERY, even if nothing matches")
    add_size(parser, 10, "hits per page")
    add_json(parser)
    parser.add_argument("--json-lines", action="store_true", help="print each hit as one line of JSON")
    add_index(parser)

    parser = add_command("passages", passages, "print the passages of all articles that best answer a question")
    add_words(parser, "QUERY", "a question, words or a phrase", required=True)
    _add_filters(parser)
    parser.add_argument(
        "--budget", type=int, default=4000, metavar="N", help="number of characters in all passages (default: 4000)"
    )
    add_json(parser)
    add_index(parser)

    parser = add_command("show", show, "print one article")
    _add_id(parser)
    add_json(parser)
    add_index(parser)

    parser = add_command(
        "suggest", suggest, "complete a text or its pinyin to titles, categories, tags, authors and words"
    )
    add_words(parser, "TEXT", "the beginning of a text", required=True)
    add_size(parser, 8, "suggestions")
    add_json(parser)
    add_index(parser)

    parser = add_command("similar", similar, "list the articles that are most similar to one article")
    _add_id(parser)
    add_size(parser, 10, "articles")
    add_json(parser)
    add_index(parser)


def _add_id(parser: ArgumentParser) -> None:
    article_id = parser.add_argument("id", metavar="ID", help="path of the article relative to the folder of articles")
    complete_with(article_id, ids)


def _add_filters(parser: ArgumentParser) -> None:
    for name in FILTERS:
        by_name = parser.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar=name[0].upper(),
            help=f"only this {name}; repeat the option for alternatives",
        )
        complete_with(by_name, names(name))
    by_facet = parser.add_argument(
        "--filter",
        action="append",
        default=[],
        type=_facet_and_value,
        metavar="KEY=VALUE",
        help="only this value of a facet of the front matter, or a range like year=1990..2000 or rating=>=4; repeat for others",
    )
    complete_with(by_facet, filters)
    parser.add_argument(
        "--from", dest="date_from", metavar="D", help="first day: 2021, 2021-11, 2021-11-20, 2021年11月, 去年 …"
    )
    parser.add_argument("--to", dest="date_to", metavar="D", help="last day, inclusive")


def _facet_and_value(typed: str) -> tuple[str, str]:
    facet, _, value = typed.partition("=")
    if comparison := re.fullmatch(r"([^=<>]+)([<>].+)", typed):
        written = "=".join(comparison.groups())
        raise ArgumentTypeError(f"{typed!r} lacks an equals sign after the facet: {written!r}")
    if not facet or not value:
        raise ArgumentTypeError(f"{typed!r} must be a facet and a value, like series=西游")
    return facet, value


def _filters(options: Namespace) -> dict[str, list[str]]:
    """Return the values of each facet that the options of ``_add_filters`` name."""
    values = {name: [*typed] for name in FILTERS if (typed := getattr(options, name))}
    for facet, value in options.filter:
        values.setdefault(facet, []).append(value)
    return values


def _as_written(index: searchlib.Index, filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return filters with the values of the index that differ from the typed ones only in the case of letters."""

    def written(facet: str, typed: str) -> list[str]:
        values = [each.value for each in index.facet_values(facet, holding=typed)]
        return [each for each in values if typed not in values and each.casefold() == typed.casefold()] or [typed]

    return {facet: [each for typed in values for each in written(facet, typed)] for facet, values in filters.items()}


def _ask_with_filters(
    index: searchlib.Index, ask: Callable[..., Answer], options: Namespace
) -> tuple[Answer, dict[str, list[str]]]:
    """Return an answer and its filters: the typed ones or, if they find nothing, those with the values of the index."""
    typed = _filters(options)
    answer = ask(filters=typed)
    if not len(answer) and (as_written := _as_written(index, typed)) != typed:
        return ask(filters=as_written), as_written
    return answer, typed


def passages(options: Namespace) -> int:
    with searchlib.open_index(options.index) as index:
        ask = partial(
            index.passages,
            typed_text(options),
            date_from=options.date_from,
            date_to=options.date_to,
            budget=options.budget,
        )
        chosen, _ = _ask_with_filters(index, ask, options)
    if options.json:
        print_json([passage.to_dict() for passage in chosen])
        return DONE
    with pager():
        for number, passage in enumerate(chosen, 1):
            heading = f" › {passage.heading}" if passage.heading else ""
            print(f"{number}. {passage.title}{heading}\n   {translated(f'{passage.id}, line {passage.line}')}")
            for line in passage.text.split("\n"):
                print_indented(((line, False),))
            if passage.original_url:
                print(f"   {readable_url(passage.original_url)}")
    return DONE


def search(options: Namespace) -> int:
    with searchlib.open_index(options.index) as index:
        ask = partial(
            index.search,
            typed_text(options),
            date_from=options.date_from,
            date_to=options.date_to,
            sort=options.sort,
            page=options.page,
            size=options.size,
            facets=options.json,
            verbatim=options.verbatim,
            literal=options.literal,
            repeats=options.repeats,
        )
        results, chosen = _ask_with_filters(index, partial(ask, explain=options.explain), options)
        if not (results.total or options.explain or options.json or options.json_lines):
            results = replace(results, advice=ask(filters=chosen, explain=True).advice)
            _say_close_values(index, chosen)
    if options.json_lines:
        for hit in results:
            print_json(hit.to_dict())
        return DONE
    return _print_results(results, options)


def _say_close_values(index: searchlib.Index, filters: Mapping[str, Sequence[str]]) -> None:
    """Print values that are similar to the value of a filter, if no article has that value."""
    for facet in FILTERS:
        for typed in filters.get(facet, ()):
            values = [each.value for each in index.facet_values(facet, holding=typed)]
            close = get_close_matches(typed, frequent_values(index, facet))
            if close and typed not in values:
                say(f"no article has the {facet} {typed!r}; did you mean {', '.join(close)}?")


def similar(options: Namespace) -> int:
    with searchlib.open_index(options.index) as index, _ids_offered(index, options.id):
        results = index.similar(options.id, size=options.size)
    return _print_results(results, options)


def show(options: Namespace) -> int:
    with searchlib.open_index(options.index) as index, _ids_offered(index, options.id):
        article = index.get(options.id)
        url = index.original_url(article)
    if not options.json:
        with pager():
            _print_article(article, url)
        return DONE
    print_json(article.to_dict())
    return DONE


def _print_article(article: searchlib.Article, url: str) -> None:
    print(article.title)
    metadata = {
        "date": article.date.isoformat() if article.date else "",
        "author": article.author,
        "categories": " / ".join(article.categories),
        "tags": ", ".join(article.tags),
        "url": readable_url(url),
    }
    for name, value in metadata.items():
        if value:
            print(f"{translated(f'{name}:')} {value}")
    print(f"\n{article.body}")


@contextmanager
def _ids_offered(index: searchlib.Index, typed: str) -> Iterator[None]:
    """Add ids to an UnknownArticleError: those that contain the typed text, or else those with a similar name."""
    try:
        yield
    except searchlib.UnknownArticleError as error:
        part = typed.casefold()
        ids = [each for each in index.ids() if part and part in each.casefold()]
        if not ids:
            ids = _with_close_names(typed, index.ids())
        if not ids:
            raise
        more = f" (and {len(ids) - MAX_OFFERED} more)" if len(ids) > MAX_OFFERED else ""
        raise searchlib.SearchlibError(
            f"no article has the id {typed!r}; did you mean {', '.join(ids[:MAX_OFFERED])}{more}?"
        ) from error


def _with_close_names(typed: str, ids: Iterable[str]) -> list[str]:
    """Return the ids whose last part without suffix is close to that of a typed id: folders and suffixes make all ids alike."""
    by_name: dict[str, list[str]] = {}
    for each in ids:
        by_name.setdefault(PurePosixPath(each).stem, []).append(each)
    return [
        each for name in get_close_matches(PurePosixPath(typed).stem, by_name, MAX_OFFERED) for each in by_name[name]
    ]


def suggest(options: Namespace) -> int:
    with searchlib.open_index(options.index) as index:
        suggestions = index.suggest(typed_text(options), size=options.size)
    if options.json:
        print_json([suggestion.to_dict() for suggestion in suggestions])
    else:
        for suggestion in suggestions:
            print(f"{suggestion.text}\t{suggestion.kind}\t{suggestion.count}")
    return DONE


def _print_results(results: searchlib.Results, options: Namespace) -> int:
    if options.json:
        print_json(results.to_dict())
        return DONE
    _print_notes(results)
    first = (results.page - 1) * results.size + 1
    with pager():
        for number, hit in enumerate(results, first):
            _print_hit(number, hit)
    return DONE


def _print_notes(results: searchlib.Results) -> None:
    """Print on stderr the interpretation of the query, and the number of matches."""
    # The last notes are those on operators, one for each.
    plain = len(results.notes) - len(results.operators)
    notes = [f"{note_text(note)}{' (--literal)' * (number >= plain)}" for number, note in enumerate(results.notes)]
    if results.searched != results.query:
        say(
            f"nothing matches {results.query!r}: these are the hits for {results.searched!r} (--verbatim turns this off)"
        )
    elif results.correction:
        say(f"did you mean {results.correction!r}?")
    if results.relaxed:
        say("few articles match as typed: some of these match only in part")
    notes += query_lines(results.explanation) if results.explanation else ()
    notes += advice_lines(results.advice)
    if results.date_offer:
        notes.append(_date_note(results.date_offer))
    for note in notes:
        print(note, file=sys.stderr)
    counts = [translated(count_of(results.total, "article"))]
    if results.folded:
        counts.append(translated(f"{results.folded:,} of them collapsed into others"))
    pages = -(-(results.total - results.folded) // results.size)
    if pages and results.page > pages:
        counts.append(translated(f"page {results.page:,} of {pages:,}: there is no such page"))
    elif pages > 1:
        counts.append(translated(f"page {results.page:,} of {pages:,}"))
    print(joined(*counts, f"{results.took_ms} ms"), file=sys.stderr)


def _print_hit(number: int, hit: searchlib.Hit) -> None:
    date = hit.date.date().isoformat() if hit.date else ""
    metadata = "  ".join(filter(None, (date, hit.author, " / ".join(hit.categories))))
    print(f"{number}. {highlight(hit.title_spans)}\n   {hit.id}  {metadata}".rstrip())
    for name, value in hit.extra.items():
        if value:
            print(f"   {name}: {', '.join(map(str, value)) if isinstance(value, list) else value}")
    for spans in hit.name_spans:
        kind = hit.kind_of(plain_text(spans))
        print(f"   {translated(f'{kind}:')} {highlight(spans)}")
    for snippet in hit.snippets:
        print_indented(snippet)
    if hit.url:
        print(f"   {readable_url(hit.url)}")
    if hit.repeats:
        ids = [repeat.id for repeat in hit.repeats[:MAX_REPEATS]] + ["…"] * (hit.repeats_total > MAX_REPEATS)
        say(f"   {hit.repeats_total:,} more like this: {', '.join(ids)}", is_data=True)
    for line in hit_lines(hit.explanation) if hit.explanation else ():
        print(f"   {line}")


def _date_note(offer: searchlib.DateOffer) -> str:
    """Return the command that filters by the date instead of searching for it."""
    days = (("--from", offer.date_from), ("--to", offer.date_to))
    options = " ".join(f"{name} {day}" for name, day in days if day)
    return translated(
        f"{offer.text} can be a filter, {offer.label}: searchlib search {shlex.quote(offer.query)} {options}"
    )
