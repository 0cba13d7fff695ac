/* What the pages do beyond links and forms: results and suggestions while typing, and keys.
   Every page is complete without it. */

import { addSteps } from "./matches.js";
import { QueryLog } from "./query_log.js";
import { RecentSearches } from "./recent.js";

const TYPING = 200; // milliseconds of rest before results are asked for
const SUGGESTING = 80; // and before suggestions are
const FILTERS = ["category", "tag", "author"];

const form = document.querySelector("form.box");
const input = form.elements.q;
const recent = new RecentSearches(new URL(form.action).pathname);
const announcer = document.querySelector("#announced");
const wording = JSON.parse(form.dataset.texts); // in the language of the page
const log = "log" in form.dataset ? new QueryLog(input.value.trim()) : null;

/* Results: a page is asked for as any browser would ask for it, and its results take the place of the old ones. */

const columns = () => document.querySelector(".columns");
let asked = null; // the request that is under way; a newer one ends it, so that answers arrive in order or not at all
let shown = withoutHash(location.href); // where the newest request leads
let answered = queryOf(shown); // the query of the results on the page, which its links go on with
let typing = false; // whether the last entry of the history is one of this stretch of typing

function withoutHash(url) {
  return url.split("#")[0];
}

function queryOf(url) {
  return new URL(url).searchParams.get("q") ?? "";
}

async function show(url, { focus = null, typed = false } = {}) {
  asked?.abort();
  shown = withoutHash(url);
  const request = (asked = new AbortController());
  columns().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(log?.asked(url, queryOf(url), { typed }) ?? url, { signal: request.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    swap(new DOMParser().parseFromString(await answer.text(), "text/html"), { focus, typed });
    answered = queryOf(url);
  } catch (error) {
    fail(error, url, typed);
  }
}

/* The browser says better than a script what is wrong, but nobody who is still typing is led away. */
function fail(error, url, typed) {
  if (error.name === "AbortError") return;
  if (!typed) return location.assign(url);
  columns()?.removeAttribute("aria-busy");
  say(wording.failed, { seen: true });
}

function say(text, { seen = false } = {}) {
  announcer.className = seen ? "note" : "unseen";
  announcer.textContent = text;
}

const folds = new Map(); // whether a part of the filters was open when it was last seen to change, by its place

function swap(page, { focus, typed }) {
  const before = columns();
  const after = page.querySelector(".columns");
  for (const details of before.querySelectorAll(".filters details[open]")) folds.set(placeOf(details), true);
  for (const details of after.querySelectorAll(".filters details")) details.open = folds.get(placeOf(details)) ?? details.open;
  const active = before.contains(document.activeElement) ? document.activeElement : null;
  before.replaceWith(after);
  document.title = page.title;
  form.querySelectorAll("input[type=hidden]").forEach((field) => field.remove());
  form.append(...page.querySelectorAll("form.box input[type=hidden]"));
  say(after.querySelector(".found").textContent);
  if (typed) carry(before, after);
  if (focus) (find(after, focus) ?? heading(after)).focus({ preventScroll: focus !== "top" });
  else if (active) resume(active, after);
  if (focus === "top") scrollTo(0, 0);
}

document.addEventListener("toggle", ({ target }) => target.closest(".filters") && folds.set(placeOf(target), target.open), true);

/* What is half typed in the other fields stays there, unless the new page has something else for the field. */
function carry(before, after) {
  for (const field of after.querySelectorAll("input[id]")) {
    const old = find(before, placeOf(field));
    if (!old || old.defaultValue !== field.defaultValue || old.value === old.defaultValue) continue;
    field.value = old.value;
    if (field.matches(".find input")) findValues(field, { typed: true, quiet: true });
  }
}

/* Who went on to another field or link before the answer came is there still. */
function resume(active, root) {
  const same = find(root, placeOf(active));
  same?.focus({ preventScroll: true });
  if (same?.matches("input")) same.setSelectionRange(active.selectionStart, active.selectionEnd);
}

/* Where an element stands, in words that the next page has too. */
function placeOf(element) {
  const group = element.closest("[data-place], [aria-labelledby], [aria-label]");
  const name = element.matches("a") ? (element.querySelector(".text") ?? element).textContent : element.id || element.className;
  const names = ["data-place", "aria-labelledby", "aria-label"].map((each) => group?.getAttribute(each));
  return `${names.find(Boolean)} ${name}`;
}

const find = (root, place) => [...root.querySelectorAll("a, input[id], button, summary")].find((each) => placeOf(each) === place);

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

/* Where a link leads with what the box holds by now, if the link goes on with a query that is no longer what the box holds. */
function withTyped(url) {
  const typed = input.value.trim();
  const { pathname, origin, searchParams } = new URL(url);
  if (queryOf(url) !== answered || typed === answered) return url;
  for (const name of ["q", "page", "verbatim"]) searchParams.delete(name); // another query begins at its first page
  const query = new URLSearchParams([...(typed ? [["q", typed]] : []), ...searchParams]).toString();
  return origin + pathname + (query && `?${query}`);
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
  show(url, { typed: true });
  log?.wait(url, queryOf(url));
}

addEventListener("popstate", () => {
  if (!columns() || withoutHash(location.href) === shown) return; // a step to another place of the same page
  typing = false;
  settle();
  input.value = queryOf(location.href);
  log?.returned(input.value);
  show(location.href);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".columns a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  settle(); // what rests is either taken along or left behind
  if (link.closest(".hit h2")) return log?.count(shown, queryOf(shown)), recent.remember(input.value);
  if (link.origin !== location.origin || link.pathname !== location.pathname || link.hash) return;
  event.preventDefault();
  const url = withTyped(link.href);
  input.value = queryOf(url);
  go(url, { focus: link.closest(".pager") ? "top" : placeOf(link) });
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  recent.remember(input.value);
  settle();
  go(formUrl(), { focus: "heading" });
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".columns .dates")) return;
  event.preventDefault();
  settle();
  const url = withTyped(formUrl(new FormData(event.target)));
  input.value = queryOf(url);
  go(url, { focus: placeOf(event.target.contains(document.activeElement) ? document.activeElement : event.submitter) });
});

/* Finding a value of a facet: what the page of all values lists takes the place of the short list, which comes back with an
   empty field. */

let seeking = 0; // a timer
const sought = new WeakMap(); // the request of a field that is under way
const short = new WeakMap();

async function findValues(field, { typed = false, quiet = false } = {}) {
  clearTimeout(seeking);
  sought.get(field)?.abort();
  const place = field.form.parentElement.querySelector(".listed");
  if (!short.has(field)) short.set(field, place);
  if (!field.value.trim() && field.closest(".columns")) return place.replaceWith(short.get(field));
  const request = new AbortController();
  sought.set(field, request);
  const url = `${field.form.action}?${new URLSearchParams(new FormData(field.form))}`;
  try {
    const answer = await fetch(url, { signal: request.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    const listed = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".listed");
    place.replaceWith(listed);
    if (!quiet) say(listed.querySelector(".found").textContent);
  } catch (error) {
    fail(error, url, typed);
  }
}

function seek(event) {
  const field = event.target.closest?.(".find [name=find]");
  if (!field || (event.type === "input" && event.isComposing)) return;
  clearTimeout(seeking);
  seeking = setTimeout(findValues, SUGGESTING, field, { typed: true });
}

document.addEventListener("input", seek);
document.addEventListener("compositionend", seek);
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".find")) return;
  event.preventDefault();
  findValues(event.target.elements.find);
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
      if (name === "text" && choice.kind !== "clear") part.lang = "zh-Hans"; // whatever the language of the page
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

function offerRecent() {
  const { texts } = recent;
  open(texts.length ? [...texts.map((text) => ({ text, kind: "recent" })), { text: wording.clear, kind: "clear" }] : []);
}

async function suggest() {
  suggesting?.abort();
  const typed = input.value.trim();
  if (!typed) return offerRecent();
  const request = (suggesting = new AbortController());
  try {
    const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: typed })}`, { signal: request.signal });
    const found = answer.ok ? (await answer.json()).suggestions : [];
    if (document.activeElement === input) open(found.filter((choice) => choice.text !== typed || FILTERS.includes(choice.kind)));
  } catch (error) {
    if (error.name !== "AbortError") close(); // the server is gone: the search itself will say so
  }
}

function choose(choice) {
  settle();
  if (choice.kind === "clear") return recent.clear();
  const values = new FormData(form);
  if (FILTERS.includes(choice.kind)) {
    input.value = "";
    values.delete("q");
    if (!values.getAll(choice.kind).includes(choice.text)) values.append(choice.kind, choice.text);
  } else {
    input.value = choice.text;
    values.set("q", choice.text);
    recent.remember(choice.text);
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
input.addEventListener("focus", () => input.value.trim() || offerRecent());
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

const matches = document.querySelector(".matches");
if (matches) addSteps(matches, { say, wording, editing });
