"""The command line: parse, call the library, print."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import searchlib
from searchlib.results.explain_text import hit_lines, query_lines
from searchlib.settings import INDEX_VARIABLE

DEFAULT_INDEX = "index"
SAMPLES = Path(__file__).parent / "samples" / "articles"

HIGHEST_PORT = 65535
_SHOWN_REPEATS = 10

DONE, FAILED, INTERRUPTED = 0, 1, 130

Options = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 an error of the library, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    run: Callable[[Options], int] = options.run
    try:
        code = run(options)
        sys.stdout.flush()
        return code
    except searchlib.SearchlibError as error:
        print(f"searchlib: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is left must not fail again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("searchlib: interrupted", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="searchlib", description="Full-text search for folders of Chinese articles.")
    parser.add_argument("--version", action="version", version=f"searchlib {searchlib.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[Options], int], help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
        added.set_defaults(run=run)
        return added

    build = command("build", _build, "build a new index of a folder of articles")
    build.add_argument("articles", metavar="ARTICLES", help="the folder of articles")
    build.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: one for each core)")
    build.add_argument("--strict", action="store_true", help="exit with 1 if any file could not be indexed")
    update = command("update", _update, "bring an index up to date: only what changed is read again")
    update.add_argument("articles", metavar="ARTICLES", help="the folder of articles")
    copy = command("copy", _copy, "copy an index to another place, from what it holds: a folder or an address")
    copy.add_argument("source", metavar="FROM", help="the index that is copied")
    copy.add_argument("target", metavar="TO", help="where it goes; an index that is there is replaced")
    dump = command("dump", _dump, "write all that the index holds into a file of JSON Lines, one article a line")
    dump.add_argument("file", metavar="FILE", help="the file, or - for stdout")
    load = command("load", _load, "build an index of a file that dump has written")
    load.add_argument("file", metavar="FILE", help="the file, or - for stdin")

    search = command("search", _search, "search the index; without QUERY list the newest articles")
    search.add_argument(
        "query",
        metavar="QUERY",
        nargs="?",
        default="",
        help='words, "phrases", -without, title:word …; put -- before one that begins with a hyphen',
    )
    for name in ("category", "author", "tag"):
        search.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar=name[0].upper(),
            help=f"only this {name}; repeat for alternatives",
        )
    search.add_argument("--from", dest="date_from", metavar="D", help="first day: 2021, 2021-11 or 2021-11-20")
    search.add_argument("--to", dest="date_to", metavar="D", help="last day, inclusive")
    search.add_argument(
        "--sort", choices=searchlib.SORTS, default=searchlib.SORTS[0], help="order of the hits (default: relevance)"
    )
    search.add_argument(
        "--repeats",
        choices=searchlib.REPEATS,
        help="whether articles that are nearly the same are one hit (default: the setting fold_repeats)",
    )
    search.add_argument(
        "--explain", action="store_true", help="say how the query was cut, and what gave each hit its score"
    )
    search.add_argument("--page", type=int, default=1, metavar="N", help="page of hits, from 1")

    search.add_argument(
        "--verbatim", action="store_true", help="search for just what was typed, even if nothing is found"
    )

    show = command("show", _show, "print one article")
    show.add_argument("id", metavar="ID", help="its path relative to the folder of articles")
    suggest = command(
        "suggest", _suggest, "complete what was typed, or its pinyin, from titles, categories, tags, authors and words"
    )
    suggest.add_argument("text", metavar="TEXT")
    similar = command("similar", _similar, "list the articles most like one article")
    similar.add_argument("id", metavar="ID")
    for each, size in ((search, 10), (suggest, 8), (similar, 10)):
        each.add_argument("--size", type=int, default=size, metavar="N", help=f"how many (default: {size})")
    stats = command("stats", _stats, "print the index in numbers")
    check = command("check", _check, "verify every file and article of the index")
    tokens = command("tokens", _tokens, "show how a text is cut into words")
    tokens.add_argument("text", metavar="TEXT")
    for each in (search, show, suggest, similar, stats, check, tokens):
        each.add_argument("--json", action="store_true", help="print JSON")

    serve = command("serve", _serve, "serve the search page and the API")
    demo = command("demo", _demo, "build an index of the bundled sample articles and serve it")
    for each in (serve, demo):
        each.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default: 127.0.0.1)")
        each.add_argument("--port", type=int, default=8000, metavar="P", help="port to listen on (default: 8000)")
    for each in (build, update, dump, load, search, show, suggest, similar, stats, check, serve):
        each.add_argument(
            "--index",
            default=os.environ.get(INDEX_VARIABLE) or DEFAULT_INDEX,
            metavar="DIR",
            help=f"the folder of the index, or opensearch://host:9200/name (default: ${INDEX_VARIABLE}, then {DEFAULT_INDEX})",
        )
    return parser


def _build(options: Options) -> int:
    if options.jobs is not None and options.jobs < 1:
        raise searchlib.ParameterError("jobs", f"--jobs must be at least 1, not {options.jobs}")
    with _progress("build") as progress:
        report = searchlib.build_index(options.articles, options.index, jobs=options.jobs, progress=progress)
    _print_report(report)
    return FAILED if options.strict and report.failed else DONE


def _update(options: Options) -> int:
    with _progress("update") as progress:
        _print_report(searchlib.update_index(options.articles, options.index, progress=progress))
    return DONE


def _copy(options: Options) -> int:
    with _progress("copy", unit="articles") as progress:
        report = searchlib.copy_index(options.source, options.target, progress=progress)
    print(f"{report.added} articles copied, the same in both places, {report.seconds:.1f} s")
    return DONE


def _dump(options: Options) -> int:
    with _progress("dump", unit="articles") as progress, _opened(options.file, "w") as file:
        written = searchlib.dump_index(options.index, file, progress=progress)
    print(f"{written} articles written", file=sys.stderr)
    return DONE


def _load(options: Options) -> int:
    with _progress("load", unit="articles") as progress, _opened(options.file, "r") as file:
        report = searchlib.load_index(file, options.index, progress=progress)
    print(f"{report.added} articles, {report.seconds:.1f} s")
    return DONE


@contextmanager
def _opened(name: str, mode: Literal["r", "w"]) -> Iterator[IO[str]]:
    """A file of text, or with - what is piped."""
    if name == "-":
        yield sys.stdin if mode == "r" else sys.stdout
        return
    try:
        file = open(name, mode, encoding="utf-8")  # noqa: SIM115  # what is done with it has errors of its own
    except OSError as error:
        raise searchlib.SearchlibError(f"{name}: this file cannot be opened: {error.strerror or error}") from error
    with file:
        yield file


@contextmanager
def _progress(what: str, *, unit: str = "files") -> Iterator[searchlib.Progress]:
    """A progress bar on a terminal; elsewhere nothing is shown."""
    from tqdm import tqdm

    # Its monitor thread would be copied into the workers.
    tqdm.monitor_interval = 0
    with tqdm(desc=what, unit=f" {unit}", file=sys.stderr, disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def _print_report(report: searchlib.BuildReport) -> None:
    for heading, files in (
        ("could not be indexed", report.failed),
        ("indexed, but part of the front matter was unreadable", report.salvaged),
    ):
        if files:
            print(f"{len(files)} {heading}:", file=sys.stderr)
        for path, reason in files:
            print(f"  {path}: {reason}", file=sys.stderr)
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in ("added", "updated", "deleted", "unchanged"))
    print(f"{counts}, {len(report.failed)} failed, {report.seconds:.1f} s")


def _search(options: Options) -> int:
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


def _similar(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        return _print_results(index.similar(options.id, size=options.size), options)


def _print_results(results: searchlib.Results, options: Options) -> int:
    if options.json:
        _print_json(results.to_dict())
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
    if results.date_offer:
        print(_offer(results.date_offer), file=sys.stderr)
    folded = f", {results.folded} of them folded into others" if results.folded else ""
    print(f"{results.total} articles{folded}, {results.took_ms} ms", file=sys.stderr)
    first = (results.page - 1) * results.size + 1
    for number, hit in enumerate(results.hits, first):
        about = "  ".join(
            filter(None, (hit.date.date().isoformat() if hit.date else "", hit.author, " / ".join(hit.categories)))
        )
        print(f"{number}. {_marked(hit.title_spans)}\n   {hit.id}  {about}".rstrip())
        for snippet in hit.snippets:
            print(f"   {_marked(snippet)}")
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


def _marked(spans: searchlib.Spans) -> str:
    on, off = ("\033[1;33m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    return "".join(f"{on}{text}{off}" if matched else text for text, matched in spans)


def _show(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        article = index.get(options.id)
    if options.json:
        _print_json(article.to_dict())
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


def _suggest(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        suggestions = index.suggest(options.text, size=options.size)
    if options.json:
        _print_json([suggestion.to_dict() for suggestion in suggestions])
    else:
        for suggestion in suggestions:
            print(f"{suggestion.text}\t{suggestion.kind}\t{suggestion.count}")
    return DONE


def _stats(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        stats = index.stats().to_dict()
    if options.json:
        _print_json(stats)
        return DONE
    for name, value in stats.items():
        for key, each in _flat(name, value):
            print(f"{key}\t{', '.join(each) if isinstance(each, list) else each}")
    return DONE


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value with its name; the values in a table with the table's name before theirs."""
    if not isinstance(value, dict):
        yield name, value
        return
    for inner, each in value.items():
        yield from _flat(f"{name}.{inner}", each)


def _check(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        report = index.check()
    if options.json:
        _print_json(report.to_dict())
    else:
        for problem in report.problems:
            print(problem)
        verdict = "all is well" if report.ok else f"{len(report.problems)} problems: build the index again"
        print(f"{report.generation}: {report.files} files, {report.articles} articles: {verdict}", file=sys.stderr)
    return DONE if report.ok else FAILED


def _tokens(options: Options) -> int:
    tokens = searchlib.tokenize(options.text)
    if options.json:
        _print_json([token.to_dict() for token in tokens])
    else:
        for token in tokens:
            print(f"{token.position}\t{token.start}-{token.end}\t{token.text}")
    return DONE


def _print_json(value: Any) -> None:
    # In another encoding than UTF-8 a character might be missing; as an escape it never is.
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not is_utf8))


def _serve(options: Options) -> int:
    return _run_server(options, options.index)


def _demo(options: Options) -> int:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="searchlib-demo-") as folder:
        report = searchlib.build_index(SAMPLES, folder)
        print(f"{report.added} sample articles, {report.seconds:.1f} s", file=sys.stderr)
        return _run_server(options, folder)


def _run_server(options: Options, index: str) -> int:
    """Serve until a signal ends it."""
    import waitress

    from webui import create_app, warm

    if not 0 <= options.port <= HIGHEST_PORT:
        raise searchlib.ParameterError("port", f"--port must be from 0 to {HIGHEST_PORT}, not {options.port}")
    app = create_app(index)
    try:
        server = waitress.create_server(app, host=options.host, port=options.port)
    except (OSError, ValueError) as error:
        raise searchlib.ParameterError(
            "port", f"{options.host}:{options.port}: nothing can listen here ({error}): choose another --host or --port"
        ) from error
    print(f"http://{options.host}:{server.effective_port}/  (Ctrl-C ends it)", file=sys.stderr, flush=True)
    # The signal that services are stopped with ends the server in order: temporary folders go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(DONE))
    threading.Thread(target=warm, args=(app,), daemon=True).start()
    server.run()
    return DONE


if __name__ == "__main__":
    sys.exit(main())
