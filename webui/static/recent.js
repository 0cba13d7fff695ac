/* Recent searches: they stay in this browser. */

const MOST = 8;

export class RecentSearches {
  #name;

  /* The searches of the archive that is served at that path: the same host may have another archive at another. */
  constructor(path) {
    this.#name = `searchlib.recent:${path}`;
  }

  /* The newest first. */
  get texts() {
    try {
      const texts = JSON.parse(localStorage.getItem(this.#name) ?? "[]");
      return Array.isArray(texts) ? texts.filter((text) => typeof text === "string") : [];
    } catch {
      return []; // something else wrote there, or the browser keeps nothing
    }
  }

  remember(text) {
    const query = text.trim();
    if (query) this.#keep([query, ...this.texts.filter((each) => each !== query)].slice(0, MOST));
  }

  clear() {
    this.#keep([]);
  }

  #keep(texts) {
    try {
      localStorage.setItem(this.#name, JSON.stringify(texts));
    } catch {
      // A browser that keeps nothing has no recent searches.
    }
  }
}
