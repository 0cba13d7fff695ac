/* <searchlib-box>: a search box for the pages of any site. It opens a dialog and searches the server that this file comes from.
   No text of the server becomes HTML, and there are no inline styles, so that it works under a strict Content-Security-Policy. */

const DELAY = 150; // milliseconds between the last key and the request
const RESULTS = 8; // for the attribute size
const MAX_QUERY = 1000;
const SLASH_OFF = "searchlib.slash-off"; // in localStorage
const SCROLLING = ["wheel", "touchmove"];

const TEXTS = {
  zh: {
    search: "搜索",
    placeholder: "搜索文章",
    close: "关闭",
    results: "搜索结果",
    hint: "输入文字即可搜索；加引号可以精确查找短语。",
    waiting: "正在搜索…",
    none: "没有找到文章",
    some: "没有文章与输入完全相符，以下是最接近的文章。",
    total: (count) => `${count} 篇`,
    correction: (query) => `您是不是要找：${query}`,
    all: "在搜索页查看全部结果",
    advice: "在搜索页查看建议",
    failed: "搜索暂时不可用，请稍后再试。",
    slashOff: "关闭 / 快捷键",
    slashOn: "启用 / 快捷键",
    keys: [["↑↓", "选择"], ["Enter", "打开"], ["Esc", "关闭"]],
  },
  en: {
    search: "Search",
    placeholder: "Search articles",
    close: "Close",
    results: "Search results",
    hint: "Type to search. Quotation marks find an exact phrase.",
    waiting: "Searching…",
    none: "No articles found",
    some: "No article matches exactly. These are the closest.",
    total: (count) => (count === "1" ? "1 article" : `${count} articles`),
    correction: (query) => `Did you mean ${query}?`,
    all: "See all results on the search page",
    advice: "See suggestions on the search page",
    failed: "The search is unavailable. Please try again later.",
    slashOff: "Turn off the / key",
    slashOn: "Turn on the / key",
    keys: [["↑↓", "select"], ["Enter", "open"], ["Esc", "close"]],
  },
};

const STYLE = `
  :host { all: initial; color-scheme: inherit; display: inline-block; font-family: inherit; }
  :host([hidden]) { display: none; }
  /* Rules of the page for all elements apply to the host, and its children would inherit them. */
  .root { all: initial; color-scheme: inherit; display: contents; font-family: var(--searchlib-font, inherit); visibility: inherit; }
  *, ::backdrop { box-sizing: border-box; }
  [hidden] { display: none !important; }
  .trigger, dialog {
    --paper: var(--searchlib-background, light-dark(#fff, #1f2123));
    --ink: var(--searchlib-text, light-dark(#23241f, #e3e1db));
    --soft: var(--searchlib-soft, light-dark(#64645c, #a8a69e));
    --line: var(--searchlib-line, light-dark(#dedad1, #3b3d42));
    --accent: var(--searchlib-accent, light-dark(#1d5478, #8dbbdd));
    --wash: var(--searchlib-selected, light-dark(#f1eee6, #2c2f33));
    --mark: var(--searchlib-mark, light-dark(#ffe9a8, #5c4a12));
    --mark-ink: var(--searchlib-mark-text, light-dark(#23241f, #fdeec0));
    color: var(--ink);
    font-size: max(16px, 1rem);
    line-height: 1.6;
    overflow-wrap: anywhere;
  }
  @supports not (color: light-dark(#000, #fff)) {
    .trigger, dialog {
      --paper: var(--searchlib-background, #fff);
      --ink: var(--searchlib-text, #23241f);
      --soft: var(--searchlib-soft, #64645c);
      --line: var(--searchlib-line, #dedad1);
      --accent: var(--searchlib-accent, #1d5478);
      --wash: var(--searchlib-selected, #f1eee6);
      --mark: var(--searchlib-mark, #ffe9a8);
      --mark-ink: var(--searchlib-mark-text, #23241f);
    }
  }
  button, input { background: none; border: 0; color: inherit; font: inherit; margin: 0; padding: 0; }
  button, a { cursor: pointer; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  kbd { border: 1px solid var(--line); border-radius: 4px; color: var(--soft); font: 12px/1.5 ui-monospace, monospace; padding: 0 5px; }
  svg { flex: none; fill: none; height: 1em; stroke: currentColor; stroke-linecap: round; stroke-width: 2; width: 1em; }
  .trigger {
    align-items: center; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; color: var(--soft);
    display: inline-flex; gap: 8px; min-height: 40px; padding: 4px 12px; width: 100%;
  }
  .trigger:hover { border-color: var(--accent); }
  .trigger kbd { margin-inline-start: auto; }
  dialog {
    background: var(--paper); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 16px 48px #0005;
    flex-direction: column; margin: 10vh auto auto; max-height: 80vh; max-height: 80dvh; max-width: none; overflow: hidden;
    padding: 0; width: min(640px, 100vw - 32px);
  }
  dialog[open] { display: flex; }
  ::backdrop { background: #0006; }
  .box { align-items: center; border-bottom: 1px solid var(--line); display: flex; flex: none; gap: 12px; padding: 8px 8px 8px 16px; }
  .box svg { color: var(--soft); }
  input { appearance: none; flex: 1; min-height: 40px; min-width: 0; }
  input:focus-visible { outline: none; }
  input::placeholder { color: var(--soft); opacity: 1; }
  .box:has(input:focus) { box-shadow: inset 0 -2px var(--accent); }
  .close { border-radius: 8px; color: var(--soft); font-size: 14px; min-height: 40px; padding: 0 10px; }
  .status, .note { color: var(--soft); flex: none; font-size: 14px; margin: 0; padding: 8px 16px 0; }
  .note button { color: var(--accent); min-height: 24px; text-decoration: underline; text-underline-offset: 0.25em; }
  .list { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 4px 8px 8px; }
  .list[aria-busy="true"] { opacity: 0.5; }
  .list a { border-radius: 8px; color: inherit; display: block; padding: 8px; scroll-margin: 8px; text-decoration: none; }
  .list a:hover { background: var(--wash); }
  .list a[aria-selected="true"] { background: var(--wash); outline: 2px solid var(--accent); outline-offset: -2px; }
  .title { color: var(--accent); display: block; font-weight: 600; }
  .about, .snippet { color: var(--soft); font-size: 14px; }
  .about { display: block; }
  .snippet { -webkit-box-orient: vertical; -webkit-line-clamp: 2; color: var(--ink); display: -webkit-box; overflow: hidden; }
  mark { background: var(--mark); border-radius: 2px; color: var(--mark-ink); }
  .bottom { align-items: center; border-top: 1px solid var(--line); display: flex; flex: none; flex-wrap: wrap; gap: 4px 16px;
    color: var(--soft); font-size: 14px; min-height: 40px; padding: 4px 16px; }
  .list[hidden] + .bottom { margin-top: 8px; }
  .bottom button { color: var(--soft); min-height: 24px; text-decoration: underline; text-underline-offset: 0.25em; }
  .bottom a { color: var(--accent); margin-inline-end: auto; padding: 3px 0; text-underline-offset: 0.25em; }
  @media (max-width: 600px) {
    dialog { border: 0; border-radius: 0; height: 100vh; height: 100dvh; margin: 0; max-height: none; width: 100vw; }
    .keys { display: none; }
  }
  @media (hover: none) { kbd { display: none; } }
`;

const sheet = new CSSStyleSheet(); // a policy for styles does not restrict such sheets
sheet.replaceSync(STYLE);

let isSlashOn = true;
try {
  isSlashOn = !localStorage.getItem(SLASH_OFF);
} catch {
  // The browser denies access to the storage.
}

/* Return an element with properties, attributes (names with a dash, and role) and children. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "part") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

function magnifier() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M11 11l4 4M7 12.5a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11z");
  svg.append(path);
  return svg;
}

/* Return a text with its matches marked. */
const marked = (spans) => spans.map(([text, isMatch]) => (isMatch ? element("mark", {}, text) : text));

/* Return the language that the script of a text suggests. */
const languageOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh-Hans" : "en");

class SearchlibBox extends HTMLElement {
  #parts = null; // the elements, once they are made
  #texts;
  #hits = []; // the options of the list
  #active = -1; // the number of the selected one
  #timer = 0;
  #request = null; // a newer request aborts the older one, so that results never arrive out of order

  connectedCallback() {
    if (!this.#parts) this.#build();
    boxes.add(this);
  }

  disconnectedCallback() {
    boxes.delete(this);
    this.#cancel();
    for (const name of SCROLLING) removeEventListener(name, this.#hold);
  }

  /* Whether the keys of the page open this box: it is visible, and has no attribute no-hotkeys. */
  get takesKeys() {
    return !this.hasAttribute("no-hotkeys") && this.getClientRects().length > 0;
  }

  /* Show which keys open the box. */
  showKeys() {
    if (this.hasAttribute("no-hotkeys")) return;
    const { trigger, slash, slashSwitch } = this.#parts;
    trigger.setAttribute("aria-keyshortcuts", `${isSlashOn ? "/ " : ""}Control+K Meta+K`);
    slash.hidden = !isSlashOn;
    slashSwitch.textContent = isSlashOn ? this.#texts.slashOff : this.#texts.slashOn;
  }

  open() {
    const { dialog, input, status } = this.#parts;
    if (!dialog.open) dialog.showModal();
    for (const name of SCROLLING) addEventListener(name, this.#hold, { passive: false });
    if (status.textContent === this.#texts.waiting) this.#typed(); // closing the box canceled this search
    input.focus();
    input.select();
  }

  close() {
    this.#parts.dialog.close();
  }

  /* Hold the page behind the dialog in its place: only the list scrolls. A pinch, or Ctrl with the wheel, still zooms. */
  #hold = (event) => {
    const { list } = this.#parts;
    const isZoom = event.ctrlKey || event.touches?.length > 1;
    const scrollsList = event.composedPath().includes(list) && list.scrollHeight > list.clientHeight;
    if (!isZoom && !scrollsList) event.preventDefault();
  };

  /* The URL of the search page, which ends in a slash. */
  get #server() {
    const server = new URL(this.getAttribute("server") ?? new URL(".", import.meta.url), document.baseURI);
    if (!server.pathname.endsWith("/")) server.pathname += "/";
    return server;
  }

  #build() {
    const language = (this.closest("[lang]")?.lang || document.documentElement.lang || navigator.language).toLowerCase();
    const texts = (this.#texts = language.startsWith("zh") ? TEXTS.zh : TEXTS.en);
    const lang = texts === TEXTS.zh ? "zh-Hans" : "en";
    const placeholder = this.getAttribute("placeholder") ?? texts.placeholder;
    const trigger = element(
      "button",
      { type: "button", className: "trigger", part: "button", lang, "aria-haspopup": "dialog" },
      magnifier(), element("span", {}, texts.search),
    );
    const slash = element("kbd", { "aria-hidden": "true" }, "/");
    const slashSwitch = element("button", { type: "button" });
    if (!this.hasAttribute("no-hotkeys")) trigger.append(slash);
    const input = element("input", {
      type: "text", placeholder, maxLength: MAX_QUERY, autocomplete: "off", spellcheck: false, enterKeyHint: "search",
      role: "combobox", "aria-label": placeholder, "aria-autocomplete": "list", "aria-controls": "list",
      "aria-expanded": "false", "aria-haspopup": "listbox",
    });
    const close = element("button", { type: "button", className: "close" }, texts.close);
    const status = element("p", { className: "status", role: "status" }, texts.hint);
    const note = element("p", { className: "note", hidden: true });
    const list = element("div", { className: "list", id: "list", role: "listbox", "aria-label": texts.results, hidden: true });
    const all = element("a", { href: this.#server.href, part: "all" }, texts.all);
    const keys = texts.keys.map(([key, text]) => element("span", { className: "keys" }, element("kbd", {}, key), ` ${text}`));
    if (!this.hasAttribute("no-hotkeys")) keys.push(slashSwitch);
    const dialog = element(
      "dialog",
      { lang, part: "dialog", "aria-label": placeholder },
      element("div", { className: "box", role: "search" }, magnifier(), input, close),
      status, note, list, element("div", { className: "bottom" }, all, ...keys),
    );
    this.#parts = { dialog, input, status, note, list, all, trigger, slash, slashSwitch };
    this.showKeys();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(element("div", { className: "root" }, trigger, dialog));

    trigger.addEventListener("click", () => this.open());
    close.addEventListener("click", () => this.close());
    slashSwitch.addEventListener("click", switchSlash);
    dialog.addEventListener("click", (event) => event.target === dialog && this.close()); // on the backdrop
    dialog.addEventListener("close", () => {
      this.#cancel();
      for (const name of SCROLLING) removeEventListener(name, this.#hold);
    });
    list.addEventListener("click", (event) => {
      // The link may lead to a place in this page.
      if (event.target.closest("a") && !event.ctrlKey && !event.metaKey && !event.shiftKey) this.close();
    });
    // While an input method composes text, send nothing and handle no keys.
    input.addEventListener("input", (event) => event.isComposing || this.#typed());
    input.addEventListener("compositionstart", () => clearTimeout(this.#timer));
    input.addEventListener("compositionend", () => this.#typed());
    input.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    // Safari reports key code 229 for the Enter that confirms a candidate, after the composition has ended.
    if (event.isComposing || event.keyCode === 229) {
      if (event.key === "Enter" || event.key === "Escape") event.preventDefault();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = this.#hits.length + 1; // the input is a stop, too
    if (step) this.#select(((this.#active + 1 + step + count) % count) - 1);
    else if (event.key !== "Enter") return;
    else if (this.#active >= 0) this.#hits[this.#active].click();
    else if (this.#parts.input.value.trim()) location.assign(this.#pageUrl());
    event.preventDefault();
  }

  #select(number) {
    const { input } = this.#parts;
    this.#hits[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = number;
    const hit = this.#hits[number];
    hit?.setAttribute("aria-selected", "true");
    hit?.scrollIntoView({ block: "nearest" });
    if (hit) input.setAttribute("aria-activedescendant", hit.id);
    else input.removeAttribute("aria-activedescendant");
  }

  #cancel() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#parts.list.removeAttribute("aria-busy");
  }

  #pageUrl() {
    const query = this.#parts.input.value.trim();
    return new URL(query && `?${new URLSearchParams({ q: query })}`, this.#server).href;
  }

  #typed() {
    const { input, status, note, list, all } = this.#parts;
    this.#cancel();
    this.#select(-1);
    note.hidden = true;
    all.href = this.#pageUrl();
    if (!input.value.trim()) return this.#list([], this.#texts.hint);
    list.setAttribute("aria-busy", "true");
    status.textContent = this.#texts.waiting;
    this.#timer = setTimeout(() => this.#search(input.value.trim()), DELAY);
  }

  async #search(query) {
    const request = (this.#request = new AbortController());
    const parameters = { q: query, size: this.getAttribute("size") ?? RESULTS, facets: 0, log: 0 };
    try {
      const url = new URL(`api/search?${new URLSearchParams(parameters)}`, this.#server);
      const response = await fetch(url, { signal: request.signal });
      if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
      this.#show(await response.json());
    } catch (error) {
      if (error.name === "AbortError") return;
      console.error("searchlib-box:", error);
      this.#list([], this.#texts.failed);
    }
  }

  #show(results) {
    const { note, all } = this.#parts;
    const hits = results.hits.map((hit, number) => this.#hit(hit, number));
    const isPartial = hits.length > 0 && results.full === 0;
    if (results.correction) {
      const button = element("button", { type: "button" }, this.#texts.correction(results.correction));
      button.addEventListener("click", () => this.#replace(results.correction));
      note.replaceChildren(button);
    } else {
      note.textContent = isPartial ? this.#texts.some : "";
    }
    note.hidden = !note.textContent;
    all.textContent = hits.length ? this.#texts.all : this.#texts.advice;
    this.#list(hits, hits.length ? this.#texts.total(results.total.toLocaleString("en")) : this.#texts.none);
  }

  #replace(query) {
    const { input } = this.#parts;
    input.value = query;
    input.focus();
    this.#typed();
  }

  #hit(hit, number) {
    const isPage = this.getAttribute("links") === "article";
    const href = new URL((!isPage && hit.original_url) || hit.page_url, this.#server).href;
    const snippet = hit.snippets[0] ?? [];
    const passage = snippet.map(([piece]) => piece).join("");
    const section = hit.heading && !passage.includes(hit.heading) && `§ ${hit.heading}`;
    const about = [hit.date?.slice(0, 10), section, hit.category_paths[0]?.join(" › ") ?? hit.categories[0]].filter(Boolean).join(" · ");
    const text = (hit.title || hit.id) + passage;
    const title = hit.title ? marked(hit.title_spans) : [hit.id];
    return element(
      "a",
      { id: `hit-${number}`, href, role: "option", tabIndex: -1, lang: languageOf(text), "aria-selected": "false", part: "hit" },
      element("span", { className: "title" }, ...title), " ",
      ...(about ? [element("span", { className: "about" }, about), " "] : []),
      ...(snippet.length ? [element("span", { className: "snippet" }, ...marked(snippet))] : []),
    );
  }

  #list(hits, text) {
    const { input, list, status } = this.#parts;
    this.#hits = hits;
    this.#select(-1);
    list.removeAttribute("aria-busy");
    list.replaceChildren(...hits);
    list.scrollTop = 0;
    list.hidden = !hits.length;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    status.textContent = text;
  }
}

const boxes = new Set(); // those on the page, in the order in which they were added

/* Readers can switch off the key /, because speech input and other tools may press it by accident. */
function switchSlash() {
  isSlashOn = !isSlashOn;
  try {
    if (isSlashOn) localStorage.removeItem(SLASH_OFF);
    else localStorage.setItem(SLASH_OFF, "1");
  } catch {
    // The key stays so on this page only.
  }
  for (const box of boxes) box.showKeys();
}

const isEditing = (target) => target.isContentEditable || target.matches?.("input, textarea, select");

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const hasControl = event.ctrlKey || event.metaKey;
  const isCommand = hasControl && !event.shiftKey && event.key?.toLowerCase() === "k";
  const isSlash = isSlashOn && !hasControl && event.key === "/" && !isEditing(event.composedPath()[0]);
  const box = (isCommand || isSlash) && [...boxes].find((each) => each.takesKeys);
  if (!box) return;
  event.preventDefault();
  box.open();
});

if (!customElements.get("searchlib-box")) customElements.define("searchlib-box", SearchlibBox);
