/* What the author's log counts: a query that was sent off, led to an article, or stood for a while. What is on its way to another
   query, and filters, sorting and steps back with the same one, are asked for as not to be counted. */

const STANDING = 3000; // milliseconds after which a query that was typed counts as asked

export class QueryLog {
  #counted; // the query that was counted last
  #standing = 0; // a timer

  /* The page was loaded with that query, and the query counted. */
  constructor(query) {
    this.#counted = query;
  }

  /* Where to ask for the results at a URL, so that their query counts once, and not while it is typed. */
  asked(url, query, { typed = false } = {}) {
    clearTimeout(this.#standing);
    if (typed || query === this.#counted) return `${url}${url.includes("?") ? "&" : "?"}log=0`;
    this.#counted = query;
    return url;
  }

  /* Count the query of the results at a URL when it has stood for a while, and nothing else was asked for. */
  wait(url, query) {
    this.#standing = setTimeout(() => this.count(url, query), STANDING);
  }

  /* Count it now, unless it was. */
  count(url, query) {
    clearTimeout(this.#standing);
    if (query !== this.#counted) fetch(this.asked(url, query), { keepalive: true });
  }

  /* The reader stepped back to a query, which was counted in its time. */
  returned(query) {
    this.#counted = query;
  }
}
