"""What may be typed: the commands, and the options of each."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

import searchlib
from searchlib.cli import build as building
from searchlib.cli import search as finding
from searchlib.cli import serve as serving
from searchlib.cli import status as upkeep
from searchlib.cli import transfer as moving
from searchlib.settings import INDEX_VARIABLE

DEFAULT_INDEX = "index"

Command = Callable[[Namespace], int]


def make_parser() -> ArgumentParser:
    """The parser of a command line: what it gives has ``run``, the command."""
    parser = ArgumentParser(prog="searchlib", description="Full-text search for folders of Chinese articles.")
    parser.add_argument("--version", action="version", version=f"searchlib {searchlib.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Command, help: str) -> ArgumentParser:
        added = commands.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
        added.set_defaults(run=run)
        return added

    build = command("build", building.build, "build a new index of a folder of articles")
    build.add_argument("articles", metavar="ARTICLES", help="the folder of articles")
    build.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: one for each core)")
    build.add_argument("--strict", action="store_true", help="exit with 1 if any file could not be indexed")
    update = command("update", building.update, "bring an index up to date: only what changed is read again")
    watch = command("watch", building.watch, "keep an index up to date while articles change, until it is ended")
    for each in (update, watch):
        each.add_argument("articles", metavar="ARTICLES", help="the folder of articles")

    copy = command("copy", moving.copy, "copy an index to another place, from what it holds: a folder or an address")
    copy.add_argument("source", metavar="FROM", help="the index that is copied")
    copy.add_argument("target", metavar="TO", help="where it goes; an index that is there is replaced")
    dump = command("dump", moving.dump, "write all that the index holds into a file of JSON Lines, one article a line")
    dump.add_argument("file", metavar="FILE", help="the file, or - for stdout")
    load = command("load", moving.load, "build an index of a file that dump has written")
    load.add_argument("file", metavar="FILE", help="the file, or - for stdin")

    search = command("search", finding.search, "search the index; without QUERY list the newest articles")
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

    show = command("show", finding.show, "print one article")
    show.add_argument("id", metavar="ID", help="its path relative to the folder of articles")
    suggest = command(
        "suggest",
        finding.suggest,
        "complete what was typed, or its pinyin, from titles, categories, tags, authors and words",
    )
    suggest.add_argument("text", metavar="TEXT")
    similar = command("similar", finding.similar, "list the articles most like one article")
    similar.add_argument("id", metavar="ID")
    stats = command("stats", upkeep.stats, "print the index in numbers")
    check = command("check", upkeep.check, "verify every file and article of the index")
    report = command("report", upkeep.report, "print what readers search for, what finds nothing, and what takes long")
    report.add_argument("--days", type=int, default=30, metavar="N", help="of how many days (default: 30)")
    tokens = command("tokens", finding.tokens, "show how a text is cut into words")
    tokens.add_argument("text", metavar="TEXT")
    for each, size in ((search, 10), (suggest, 8), (similar, 10), (report, 20)):
        each.add_argument("--size", type=int, default=size, metavar="N", help=f"how many (default: {size})")
    for each in (search, show, suggest, similar, stats, check, report, tokens):
        each.add_argument("--json", action="store_true", help="print JSON")

    serve = command("serve", serving.serve, "serve the search page and the API")
    demo = command("demo", serving.demo, "build an index of the bundled sample articles and serve it")
    for each in (serve, demo):
        each.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default: 127.0.0.1)")
        each.add_argument("--port", type=int, default=8000, metavar="P", help="port to listen on (default: 8000)")
        each.add_argument("--prefix", default="", metavar="PATH", help="path below which the page lies, like /search")
    for each in (build, update, watch, dump, load, search, show, suggest, similar, stats, check, serve):
        each.add_argument(
            "--index",
            default=os.environ.get(INDEX_VARIABLE) or DEFAULT_INDEX,
            metavar="DIR",
            help=f"the folder of the index, or opensearch://host:9200/name (default: ${INDEX_VARIABLE}, then {DEFAULT_INDEX})",
        )
    return parser
