/* What the pages do beyond links and forms: results and suggestions while typing, keys, recent searches, steps through matches.
   Every page is complete without it. */

const TYPING = 200; // milliseconds of rest before results are asked for
const SUGGESTING = 80; // and before suggestions are
const RECENT = "searchlib.recent";
const MOST_RECENT = 8;
const FILTERS = ["category", "tag", "author"];

const form = document.querySelector("form.box");
const input = form.elements.q;
const announcer = document.querySelector("#announced");
const wording = JSON.parse(form.dataset.texts); // in the language of the page

/* Results: a page is asked for as any browser would ask for it, and its results take the place of the old ones. */

const columns = () => document.querySelector(".columns");
let asked = null; // the request that is under way; a newer one ends it, so that answers arrive in order or not at all
let shown = withoutHash(location.href);
let typing = false; // whether the last entry of the history is one of this stretch of typing

function withoutHash(url) {
  return url.split("#")[0];
}

async function show(url, { focus = null } = {}) {
  asked?.abort();
  shown = withoutHash(url);
  const request = (asked = new AbortController());
  columns().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { signal: request.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    swap(new DOMParser().parseFromString(await answer.text(), "text/html"), focus);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url); // the browser says better than a script what is wrong
  }
}

function swap(page, focus) {
  const before = columns();
  const after = page.querySelector(".columns");
  const open = [...before.querySelectorAll("details[open]")].map(placeOf);
  for (const details of after.querySelectorAll("details")) details.open ||= open.includes(placeOf(details));
  before.replaceWith(after);
  document.title = page.title;
  form.querySelectorAll("input[type=hidden]").forEach((field) => field.remove());
  form.append(...page.querySelectorAll("form.box input[type=hidden]"));
  announcer.textContent = after.querySelector(".found").textContent;
  if (focus) (find(after, focus) ?? heading(after)).focus({ preventScroll: focus !== "top" });
  if (focus === "top") scrollTo(0, 0);
}

/* Where an element stands, in words that the next page has too. */
function placeOf(element) {
  const group = element.closest("[aria-labelledby], [aria-label]");
  const name = element.matches("a") ? (element.querySelector(".text") ?? element).textContent : element.className;
  return `${group?.getAttribute("aria-labelledby") ?? group?.getAttribute("aria-label")} ${name}`;
}

const find = (root, place) => [...root.querySelectorAll("a")].find((link) => placeOf(link) === place);

function heading(root) {
  const found = root.querySelector("h1");
  found.tabIndex = -1;
  return found;
}

function formUrl(values = new FormData(form)) {
  const kept = [...values].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
  const query = new URLSearchParams(kept).toString();
  return form.action + (query && `?${query}`);
}

function go(url, options) {
  typing = false;
  if (!columns()) return location.assign(url);
  if (url !== shown) history.pushState(null, "", url);
  show(url, options);
}

function searchTyped() {
  const url = formUrl();
  if (!columns() || url === shown) return;
  history[typing ? "replaceState" : "pushState"](null, "", url);
  typing = true;
  show(url);
}

addEventListener("popstate", () => {
  if (!columns() || withoutHash(location.href) === shown) return; // a step to another place of the same page
  typing = false;
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  show(location.href);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".columns a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.closest(".hit h2")) return remember(input.value);
  if (link.origin !== location.origin || link.pathname !== location.pathname) return;
  event.preventDefault();
  input.value = new URLSearchParams(link.search).get("q") ?? "";
  go(link.href, { focus: link.closest(".pager") ? "top" : placeOf(link) });
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  remember(input.value);
  settle();
  go(formUrl(), { focus: "heading" });
});

/* Suggestions: a list under the box, with the keys of an ARIA combobox. */

const list = document.createElement("ul");
list.id = "suggestions";
list.className = "suggestions";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", wording.suggestions);
form.append(list);
for (const [name, value] of Object.entries({
  role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false", "aria-haspopup": "listbox",
})) input.setAttribute(name, value);

let choices = [];
let active = -1;
let suggesting = null;

function open(found) {
  choices = found;
  activate(-1);
  list.replaceChildren(...found.map((choice, number) => {
    const option = document.createElement("li");
    option.id = `suggestion-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    for (const [name, text] of [["text", choice.text], ["kind", choice.kind === "clear" ? "" : wording[choice.kind]]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      option.append(part, " ");
    }
    return option;
  }));
  list.hidden = !found.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
}

function close() {
  clearTimeout(pausing);
  suggesting?.abort();
  open([]);
}

function activate(number) {
  list.children[active]?.setAttribute("aria-selected", "false");
  active = number;
  const option = list.children[active];
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

async function suggest() {
  suggesting?.abort();
  const typed = input.value.trim();
  if (!typed) return open(recent());
  const request = (suggesting = new AbortController());
  try {
    const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: typed })}`, { signal: request.signal });
    const found = answer.ok ? (await answer.json()).suggestions : [];
    if (document.activeElement === input) open(found.filter((choice) => choice.text !== typed));
  } catch (error) {
    if (error.name !== "AbortError") close(); // the server is gone: the search itself will say so
  }
}

function choose(choice) {
  settle();
  if (choice.kind === "clear") return keep([]);
  const values = new FormData(form);
  if (FILTERS.includes(choice.kind)) {
    input.value = "";
    values.delete("q");
    if (!values.getAll(choice.kind).includes(choice.text)) values.append(choice.kind, choice.text);
  } else {
    input.value = choice.text;
    values.set("q", choice.text);
    remember(choice.text);
  }
  go(formUrl(values));
}

list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) choose(choices[[...list.children].indexOf(option)]);
});

/* Typing. While an input method composes nothing is asked for, and its keys are its own. */

let resting = 0; // timers
let pausing = 0;

function settle() {
  clearTimeout(resting);
  close();
}

function typed() {
  clearTimeout(resting);
  clearTimeout(pausing);
  resting = setTimeout(searchTyped, TYPING);
  pausing = setTimeout(suggest, SUGGESTING);
}

input.addEventListener("input", (event) => event.isComposing || typed());
input.addEventListener("compositionend", typed);
input.addEventListener("focus", () => input.value.trim() || open(recent()));
input.addEventListener("blur", close);
input.addEventListener("keydown", (event) => {
  // 229 is what Safari gives for the Enter that confirms a candidate, after the composition has ended.
  if (event.isComposing || event.keyCode === 229) return event.key === "Enter" && event.preventDefault();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && list.hidden) suggest();
  else if (step) activate(((active + 1 + step + choices.length + 1) % (choices.length + 1)) - 1);
  else if (event.key === "Enter" && active >= 0) choose(choices[active]);
  else if (event.key !== "Escape") return;
  else if (list.hidden) input.blur();
  else close();
  event.preventDefault();
});

const editing = (event) => event.target.closest?.("input, textarea, select, [contenteditable]");

addEventListener("keydown", (event) => {
  const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !editing(event);
  if (!command && !slash) return;
  event.preventDefault();
  input.focus();
  input.select();
});

/* Recent searches stay in this browser. */

function stored() {
  try {
    const texts = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
    return Array.isArray(texts) ? texts.filter((text) => typeof text === "string") : [];
  } catch {
    return []; // something else wrote there, or the browser keeps nothing
  }
}

function recent() {
  const texts = stored();
  return texts.length ? [...texts.map((text) => ({ text, kind: "recent" })), { text: wording.clear, kind: "clear" }] : [];
}

function remember(text) {
  const query = text.trim();
  if (query) keep([query, ...stored().filter((each) => each !== query)].slice(0, MOST_RECENT));
}

function keep(texts) {
  try {
    localStorage.setItem(RECENT, JSON.stringify(texts));
  } catch {
    // A browser that keeps nothing has no recent searches.
  }
}

/* On an article: to the next and the previous match, by buttons and by the keys n and p. */

const matches = document.querySelector(".matches");
let match = 0;

function step(by) {
  const count = Number(matches.dataset.count);
  match = ((match - 1 + by + count + (match ? 0 : by < 0)) % count) + 1;
  location.replace(`#match-${match}`);
  announcer.textContent = wording.match.replace("{number}", match).replace("{count}", count);
}

if (matches) {
  for (const [text, by, key] of [[wording.previous, -1, "p"], [wording.next, 1, "n"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.setAttribute("aria-keyshortcuts", key);
    button.title = wording.key.replace("{key}", key);
    button.addEventListener("click", () => step(by));
    matches.append(button);
    addEventListener("keydown", (event) => {
      if (event.key === key && !event.ctrlKey && !event.metaKey && !event.altKey && !editing(event)) step(by);
    });
  }
}
