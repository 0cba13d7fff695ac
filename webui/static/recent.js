/* Store recent searches in the browser. */

const MAX_SEARCHES = 8;

export class RecentSearches {
  #key; // in localStorage

  /* The key contains the path, because one host may serve several archives. */
  constructor(path) {
    this.#key = `searchlib.recent:${path}`;
  }

  /* Return the searches, newest first. */
  get texts() {
    try {
      const texts = JSON.parse(localStorage.getItem(this.#key) ?? "[]");
      return Array.isArray(texts) ? texts.filter((text) => typeof text === "string") : [];
    } catch {
      return []; // invalid JSON, or the browser denies access to the storage
    }
  }

  remember(text) {
    const query = text.trim();
    if (query) this.#store([query, ...this.texts.filter((each) => each !== query)].slice(0, MAX_SEARCHES));
  }

  clear() {
    this.#store([]);
  }

  #store(texts) {
    try {
      localStorage.setItem(this.#key, JSON.stringify(texts));
    } catch {
      // The storage is full, or the browser denies access to it.
    }
  }
}
