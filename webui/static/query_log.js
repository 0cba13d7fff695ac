/* Decide which requests count as queries in the log of the server: a query that was submitted, led to an article, or stayed
   unchanged for a while. Requests for a query that is still being typed, and for other filters, orders or steps back with the
   same query, carry log=0. */

const SETTLED = 3000; // milliseconds after which a typed query counts

export class QueryLog {
  #counted; // the last query that was counted
  #timer = 0;

  /* The server has already counted the query of the page that it sent. */
  constructor(query) {
    this.#counted = query;
  }

  /* Return the URL to request the results from, so that each query counts once, and not while it is typed. */
  urlFor(url, query, { typed = false } = {}) {
    clearTimeout(this.#timer);
    if (typed || query === this.#counted) return `${url}${url.includes("?") ? "&" : "?"}log=0`;
    this.#counted = query;
    return url;
  }

  /* Count the query of a URL unless another request follows soon. */
  countLater(url, query) {
    this.#timer = setTimeout(() => this.count(url, query), SETTLED);
  }

  /* Count the query of a URL now, unless it was counted. */
  count(url, query) {
    clearTimeout(this.#timer);
    if (query !== this.#counted) fetch(this.urlFor(url, query), { keepalive: true });
  }

  /* The reader stepped back to a query, which was counted when it was searched. */
  returned(query) {
    this.#counted = query;
  }
}
