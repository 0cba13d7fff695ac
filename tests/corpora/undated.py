"""Count the articles of a folder that have no date although their path or a key of their front matter holds one.

python -m tests.corpora.undated FOLDER [--examples N]
"""

from __future__ import annotations

import argparse
import re

import searchlib

DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:[-_./年 ](?:0?[1-9]|1[0-2])[-_./月 ](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
)


def main() -> None:
    """Count, and print examples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--examples", type=int, default=10)
    options = parser.parse_args()
    articles = dated_paths = undated = 0
    missed: list[str] = []
    for article in searchlib.read_articles(options.folder):
        if not isinstance(article, searchlib.Article):
            continue
        articles += 1
        has_date = DATE.search(article.id) is not None
        dated_paths += has_date
        if article.date is None:
            undated += 1
            if has_date or any(isinstance(value, str) and DATE.search(value) for value in article.extra.values()):
                missed.append(article.id)
    print(
        f"{articles} articles, {dated_paths} with a date in their path; {undated} without a date, {len(missed)} of them"
    )
    print("although their path or a key holds one")
    for name in missed[: options.examples]:
        print(f"  {name}")


if __name__ == "__main__":
    main()
