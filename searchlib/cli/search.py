"""The commands that search an index and show what is in it."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace as Options

import searchlib
from searchlib.cli.ends import DONE
from searchlib.cli.explain_text import advice_lines, hit_lines, query_lines
from searchlib.cli.printing import marked, print_json

_SHOWN_REPEATS = 10


def search(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        results = index.search(
            options.query,
            category=options.category,
            author=options.author,
            tag=options.tag,
            date_from=options.date_from,
            date_to=options.date_to,
            sort=options.sort,
            page=options.page,
            size=options.size,
            facets=options.json,
            verbatim=options.verbatim,
            repeats=options.repeats,
            explain=options.explain,
        )
    return _print_results(results, options)


def similar(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        return _print_results(index.similar(options.id, size=options.size), options)


def _print_results(results: searchlib.Results, options: Options) -> int:
    if options.json:
        print_json(results.to_dict())
        return DONE
    for note in results.notes:
        print(note, file=sys.stderr)
    if results.searched != results.query:
        print(
            f"nothing holds {results.query!r}: these are for {results.searched!r} (--verbatim searches as typed)",
            file=sys.stderr,
        )
    elif results.correction:
        print(f"did you mean {results.correction!r}?", file=sys.stderr)
    if results.relaxed:
        print("few articles hold all of the words: some of these hold only most of them", file=sys.stderr)
    for line in query_lines(results.explanation) if results.explanation else ():
        print(line, file=sys.stderr)
    for line in advice_lines(results.advice):
        print(line, file=sys.stderr)
    if results.date_offer:
        print(_offer(results.date_offer), file=sys.stderr)
    folded = f", {results.folded} of them folded into others" if results.folded else ""
    print(f"{results.total} articles{folded}, {results.took_ms} ms", file=sys.stderr)
    first = (results.page - 1) * results.size + 1
    for number, hit in enumerate(results.hits, first):
        about = "  ".join(
            filter(None, (hit.date.date().isoformat() if hit.date else "", hit.author, " / ".join(hit.categories)))
        )
        print(f"{number}. {marked(hit.title_spans)}\n   {hit.id}  {about}".rstrip())
        for snippet in hit.snippets:
            print(f"   {marked(snippet)}")
        if hit.repeats:
            shown = [each.id for each in hit.repeats[:_SHOWN_REPEATS]] + ["…"] * (hit.repeats_total > _SHOWN_REPEATS)
            print(f"   {hit.repeats_total:,} more like this: {', '.join(shown)}")
        for line in hit_lines(hit.explanation) if hit.explanation else ():
            print(f"   {line}")
    return DONE


def _offer(offer: searchlib.DateOffer) -> str:
    """How to search for the rest of a query in the days of its date."""
    days = (("--from", offer.date_from), ("--to", offer.date_to))
    options = " ".join(f"{name} {day}" for name, day in days if day)
    return f"{offer.text} can be a filter, {offer.label}: searchlib search {shlex.quote(offer.query)} {options}"


def show(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        article = index.get(options.id)
    if options.json:
        print_json(article.to_dict())
        return DONE
    print(article.title)
    about = {
        "date": article.date.isoformat() if article.date else "",
        "author": article.author,
        "categories": " / ".join(article.categories),
        "tags": ", ".join(article.tags),
    }
    for name, value in about.items():
        if value:
            print(f"{name}: {value}")
    print(f"\n{article.body}")
    return DONE


def suggest(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        suggestions = index.suggest(options.text, size=options.size)
    if options.json:
        print_json([suggestion.to_dict() for suggestion in suggestions])
    else:
        for suggestion in suggestions:
            print(f"{suggestion.text}\t{suggestion.kind}\t{suggestion.count}")
    return DONE


def tokens(options: Options) -> int:
    tokens = searchlib.tokenize(options.text)
    if options.json:
        print_json([token.to_dict() for token in tokens])
    else:
        for token in tokens:
            print(f"{token.position}\t{token.start}-{token.end}\t{token.text}")
    return DONE
