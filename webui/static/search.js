/* Update results and suggestions while the reader types, and handle keys. Every page works without this script. */

import { addSpans } from "./histogram.js";
import { addKey, addKeySwitch } from "./keys.js";
import { addSteps, followOutline } from "./matches.js";
import { QueryLog } from "./query_log.js";
import { RecentSearches } from "./recent.js";

const SEARCH_DELAY = 200; // milliseconds between the last key and the request for results
const SUGGEST_DELAY = 80; // and the request for suggestions
const LEAVE_TIMEOUT = 1000; // after which the browser shows that it waits
const MAX_SUGGESTIONS = 6; // further ones would move the results too far down
const FILTERS = ["category", "tag", "author"];

const form = document.querySelector("form.box");
const input = form.elements.q;
const recent = new RecentSearches(new URL(form.action).pathname);
const announcer = document.querySelector("#announced");
const texts = JSON.parse(form.dataset.texts); // in the language of the page
const log = "log" in form.dataset ? new QueryLog(input.value.trim()) : null;

/* Results: load the whole page of a search, and replace the old results by its results. */

const columns = () => document.querySelector(".results")?.parentElement; // null on other pages
let searchRequest = null; // a newer request aborts the older one, so that results never arrive out of order
let currentUrl = withoutHash(location.href); // the URL of the last request
let resultsQuery = queryOf(currentUrl); // the query of the results on the page and of their links
let isLoading = false; // whether the results of that URL are on their way
let isWaiting = false; // whether the typed text is yet to be searched
let typing = false; // whether the last history entry belongs to the query that is being typed

function withoutHash(url) {
  return url.split("#")[0];
}

function queryOf(url) {
  return new URL(url).searchParams.get("q") ?? "";
}

/* A click is lost if its target is replaced between press and release, and misses if the target moves: what does that waits for the release.
   The list of suggestions, which moves the results, closes after the click too. */

let press = null; // a promise of the end of the press, while a pointer is down and until its click has done its work
let endPress = () => {};
let releaseTimer = 0;

addEventListener("pointerdown", () => {
  clearTimeout(releaseTimer); // of a press just before
  press ??= new Promise((resolve) => (endPress = resolve));
}, true);
for (const name of ["pointerup", "pointercancel", "contextmenu", "dragend"]) {
  addEventListener(name, () => {
    clearTimeout(releaseTimer);
    releaseTimer = setTimeout(() => {
      endPress();
      press = null;
      if (document.activeElement !== input) close();
    }, 100);
  }, true);
}

/* Wait for the end of a press. Throw an AbortError if its click has aborted the request. */
async function released(signal) {
  await press;
  signal.throwIfAborted();
}

async function show(url, { focus = null, typed = false } = {}) {
  searchRequest?.abort();
  currentUrl = withoutHash(url);
  const request = (searchRequest = new AbortController());
  isLoading = true;
  setBusy(true);
  try {
    const page = await load(log?.urlFor(url, queryOf(url), { typed }) ?? url, request.signal);
    await released(request.signal);
    swap(page, { focus, typed });
    isLoading = false;
    resultsQuery = queryOf(url);
    setBusy(isWaiting); // the reader has typed on
  } catch (error) {
    fail(error, url, typed, () => columns().classList.add("stale")); // not the results of the query in the box
  }
}

/* Return a page. Throw a NetworkError if the server cannot be reached. */
async function load(url, signal) {
  let response;
  let html;
  try {
    // A redirect may lead to the login page of another site. Only the browser can follow it there.
    response = await fetch(url, { signal, redirect: "manual" });
    html = await response.text();
  } catch (error) {
    throw error.name === "AbortError" ? error : new DOMException(error.message, "NetworkError");
  }
  if (!response.ok) throw new Error(response.statusText);
  return new DOMParser().parseFromString(html, "text/html");
}

/* Let the browser display the error page of the server. Without one, or while the reader types, the page and its box stay. */
function fail(error, url, typed, onStay = () => {}) {
  if (error.name === "AbortError") return;
  if (!typed && error.name !== "NetworkError") {
    // To assign the URL of the page, with a hash, would only scroll.
    return url === location.href ? location.reload() : location.assign(url);
  }
  onStay();
  isLoading = false;
  setBusy(false);
  announce(texts.failed, { visible: true });
}

addEventListener("online", () => columns()?.matches(".stale") && show(location.href, { typed: true }));

/* While results are on their way, the page hides the count of the old ones. */
function setBusy(isBusy) {
  if (isBusy) columns()?.setAttribute("aria-busy", "true");
  else columns()?.removeAttribute("aria-busy");
}

function announce(text, { visible = false } = {}) {
  announcer.className = visible ? "note" : "unseen";
  announcer.textContent = text;
}

/* Show the buttons for whole snippets where a snippet is cut: the server only estimates the width of a text. */
function showNeededButtons() {
  const buttons = [...document.querySelectorAll(".hit .whole:not([open])")];
  const texts = buttons.map((button) => button.closest(".hit").querySelector(".snippets"));
  const needed = texts.map((text) => text.scrollHeight > text.clientHeight + 1);
  buttons.forEach((button, number) => (button.className = needed[number] ? "whole" : "whole needless"));
}

addEventListener("resize", showNeededButtons);

const openStates = new Map(); // whether each details element of the filters was open when it last changed, by its key

function swap(page, { focus, typed }) {
  const before = columns();
  const after = page.querySelector(".columns");
  for (const details of before.querySelectorAll(".filters details[open]")) openStates.set(keyOf(details), true);
  for (const details of after.querySelectorAll(".filters details")) details.open = openStates.get(keyOf(details)) ?? details.open;
  const active = before.contains(document.activeElement) ? document.activeElement : null;
  before.replaceWith(after);
  document.title = page.title;
  form.querySelectorAll("input[type=hidden]").forEach((field) => field.remove());
  form.append(...page.querySelectorAll("form.box input[type=hidden]"));
  announce(after.querySelector(".total").textContent);
  addSpans(after, { texts, choose: chooseSpan });
  showNeededButtons();
  if (typed) keepTypedFields(before, after);
  if (focus) (findByKey(after, focus) ?? heading(after)).focus({ preventScroll: focus !== "top" });
  else if (active) restoreFocus(active, after);
  if (focus === "top") scrollTo(0, 0);
}

document.addEventListener("toggle", ({ target }) => target.closest(".filters") && openStates.set(keyOf(target), target.open), true);

/* Keep the text that is being typed in other fields, unless the new page has another value for the field. */
function keepTypedFields(before, after) {
  for (const field of after.querySelectorAll("input[id]")) {
    const old = findByKey(before, keyOf(field));
    if (!old || old.defaultValue !== field.defaultValue || old.value === old.defaultValue) continue;
    field.value = old.value;
    if (field.matches(".find input")) findValues(field, { typed: true, quiet: true });
  }
}

/* Focus the field or link that had the focus when the response arrived. */
function restoreFocus(active, root) {
  const same = findByKey(root, keyOf(active));
  same?.focus({ preventScroll: true });
  if (same?.matches("input")) same.setSelectionRange(active.selectionStart, active.selectionEnd);
}

/* Return a key that identifies an element on this page and on the next one. */
function keyOf(element) {
  const group = element.closest("[data-path], [aria-labelledby], [aria-label]");
  const name = element.matches("a") ? (element.querySelector(".text") ?? element).textContent : element.id || element.className;
  const labels = ["data-path", "aria-labelledby", "aria-label"].map((each) => group?.getAttribute(each));
  return `${labels.find(Boolean)} ${name}`;
}

const findByKey = (root, key) =>
  [...root.querySelectorAll("a, input[id], button, summary")].find((each) => keyOf(each) === key);

function heading(root) {
  const element = root.querySelector("h1");
  element.tabIndex = -1;
  return element;
}

function formUrl(values = new FormData(form)) {
  const pairs = [...values].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
  const query = new URLSearchParams(pairs).toString();
  return form.action + (query && `?${query}`);
}

/* Return the URL of a link with the query in the box, if that has changed since the link was loaded. */
function withTypedQuery(url) {
  const typed = input.value.trim();
  const { pathname, origin, searchParams } = new URL(url);
  if (queryOf(url) !== resultsQuery || typed === resultsQuery) return url;
  for (const name of ["q", "page", "verbatim", "literal"]) searchParams.delete(name); // a new query starts at its first page
  const query = new URLSearchParams([...(typed ? [["q", typed]] : []), ...searchParams]).toString();
  return origin + pathname + (query && `?${query}`);
}

function go(url, options) {
  typing = false;
  if (!columns()) return leave(url);
  if (url !== currentUrl) history.pushState(null, "", url);
  show(url, options);
}

/* Open another page, unless the server cannot be reached: the error page of the browser does not show the query. */
async function leave(url) {
  const { href } = document.querySelector("link[rel=icon]"); // small
  try {
    await fetch(href, { method: "HEAD", cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(LEAVE_TIMEOUT) });
  } catch (error) {
    if (error.name !== "TimeoutError") return announce(texts.failed, { visible: true });
  }
  location.assign(url);
}

function searchTyped() {
  isWaiting = false;
  const url = formUrl();
  if (!columns() || url === currentUrl) return;
  history[typing ? "replaceState" : "pushState"](null, "", url);
  typing = true;
  show(url, { typed: true });
  log?.countLater(url, queryOf(url));
}

/* Search a span of periods: the bars of the histogram, from the first to the last. */
function chooseSpan(first, last) {
  const fields = document.querySelector(".dates").elements;
  [fields.from.value, fields.to.value] = [first, last];
  fields.from.form.requestSubmit(document.querySelector(".dates button"));
}

addEventListener("popstate", () => {
  if (!columns() || withoutHash(location.href) === currentUrl) return; // a step within the same page
  typing = false;
  cancelPending();
  input.value = queryOf(location.href);
  log?.returned(input.value);
  show(location.href);
});

/* Whether the browser opens the link of a click in another way, such as in a new tab. */
const hasModifier = (event) => event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

document.addEventListener("click", (event) => {
  const link = event.target.closest(".columns a");
  if (!link || !columns() || event.defaultPrevented || hasModifier(event)) return;
  cancelPending(); // the link takes the typed query along, or replaces it
  rememberResults();
  if (link.closest(".hit h2")) return log?.count(currentUrl, queryOf(currentUrl)), recent.remember(input.value);
  const { href, origin, pathname, hash } = new URL(link.href.baseVal ?? link.href, location.href); // a bar is a link of SVG
  if (origin !== location.origin || pathname !== location.pathname || hash) return;
  event.preventDefault();
  const url = withTypedQuery(href);
  input.value = queryOf(url);
  go(url, { focus: link.closest(".pager") ? "top" : keyOf(chipBeside(link) ?? link) });
});

/* Return the chip beside a chip, which takes over the focus: a reader may remove several, one after the other. */
function chipBeside(link) {
  const { nextElementSibling: next, previousElementSibling: previous } = link.closest(".chips li") ?? {};
  return next?.querySelector("a:not(.clear)") ?? previous?.querySelector("a");
}

/* The link from an article back to its results goes back in the history, if they are there: they appear as the reader left them.
   The history does not tell URLs, so the results that a link left are stored. */

const LEFT_RESULTS = "searchlib.results"; // in sessionStorage

function comparable(url) {
  const { origin, pathname, searchParams } = new URL(url);
  searchParams.sort();
  return `${origin}${pathname}?${searchParams}`;
}

function rememberResults() {
  try {
    sessionStorage.setItem(LEFT_RESULTS, JSON.stringify([comparable(location.href), navigation.currentEntry.key]));
  } catch {
    // The browser denies access to the storage, or has no such history.
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("nav.back a");
  if (!link || hasModifier(event)) return;
  try {
    const [url, key] = JSON.parse(sessionStorage.getItem(LEFT_RESULTS));
    if (url !== comparable(link.href) || !navigation.entries().some((entry) => entry.key === key)) return;
    event.preventDefault();
    navigation.traverseTo(key);
  } catch {
    // As above: the link loads the results.
  }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  recent.remember(input.value);
  cancelPending();
  go(formUrl(), { focus: "heading" });
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".columns :is(.dates, .range)")) return;
  event.preventDefault();
  cancelPending();
  const url = withTypedQuery(formUrl(new FormData(event.target)));
  input.value = queryOf(url);
  go(url, { focus: keyOf(event.target.contains(document.activeElement) ? document.activeElement : event.submitter) });
});

/* Values of a facet: replace the short list by the list of the page of all values. An empty field restores the short list. */

let findTimer = 0;
const findRequests = new WeakMap(); // the pending request of each field
const shortLists = new WeakMap(); // the original list of each field

async function findValues(field, { typed = false, quiet = false } = {}) {
  clearTimeout(findTimer);
  findRequests.get(field)?.abort();
  const oldList = field.form.parentElement.querySelector(".listed");
  if (!shortLists.has(field)) shortLists.set(field, oldList);
  if (!field.value.trim() && field.closest(".filters")) return oldList.replaceWith(shortLists.get(field));
  const request = new AbortController();
  findRequests.set(field, request);
  const pairs = [...new FormData(field.form)].filter(([, value]) => value.trim());
  const url = `${field.form.action}?${new URLSearchParams(pairs)}`;
  try {
    const found = (await load(url, request.signal)).querySelector(".listed");
    await released(request.signal);
    oldList.replaceWith(found);
    if (!field.closest(".filters")) history.replaceState(null, "", url); // the page of the values, for Back and for bookmarks
    if (!quiet) announce(found.querySelector(".total").textContent);
  } catch (error) {
    fail(error, url, typed);
  }
}

function scheduleFind(event) {
  const field = event.target.closest?.(".find [name=find]");
  if (!field || (event.type === "input" && event.isComposing)) return;
  clearTimeout(findTimer);
  findTimer = setTimeout(findValues, SUGGEST_DELAY, field, { typed: true });
}

document.addEventListener("input", scheduleFind);
document.addEventListener("compositionend", scheduleFind);
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".find")) return;
  event.preventDefault();
  findValues(event.target.elements.find);
});

/* Suggestions: a list below the box, which behaves as an ARIA combobox. */

const list = document.createElement("ul");
list.id = "suggestions";
list.className = "suggestions";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", texts.suggestions);
form.append(list);
for (const [name, value] of Object.entries({
  role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false", "aria-haspopup": "listbox",
})) input.setAttribute(name, value);

let choices = [];
let active = -1;
let suggestRequest = null;

function open(newChoices) {
  choices = newChoices;
  activate(-1);
  list.replaceChildren(...choices.map((choice, number) => {
    const option = document.createElement("li");
    option.id = `suggestion-${number}`;
    option.className = choice.kind;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    for (const [name, text] of [["text", choice.text], ["kind", choice.kind === "clear" ? "" : texts[choice.kind]]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      // Content of articles, also on a page in another language.
      if (name === "text" && choice.kind !== "clear") part.lang = /\p{Script=Han}/u.test(text) ? "zh-Hans" : "en";
      option.append(part, " ");
    }
    return option;
  }));
  list.hidden = !choices.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
}

function close() {
  clearTimeout(suggestTimer);
  suggestRequest?.abort();
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

function openRecent() {
  const searches = recent.texts.map((text) => ({ text, kind: "recent" }));
  open(searches.length ? [...searches, { text: texts.clear, kind: "clear" }] : []);
}

async function suggest() {
  suggestRequest?.abort();
  const typed = input.value.trim();
  if (!typed) return openRecent();
  const request = (suggestRequest = new AbortController());
  try {
    const response = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: typed })}`, { signal: request.signal });
    const suggestions = response.ok ? (await response.json()).suggestions : [];
    await released(request.signal);
    if (document.activeElement === input) {
      open(suggestions.filter((choice) => choice.text !== typed || FILTERS.includes(choice.kind)).slice(0, MAX_SUGGESTIONS));
    }
  } catch (error) {
    if (error.name !== "AbortError") close(); // the search itself will report that the server is unreachable
  }
}

function openTitle(title) {
  recent.remember(title);
  location.assign(`${form.dataset.article}?${new URLSearchParams({ title })}`);
}

function choose(choice) {
  cancelPending();
  if (choice.kind === "clear") return recent.clear();
  if (choice.kind === "title") return openTitle(choice.text);
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

list.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus in the box
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) choose(choices[[...list.children].indexOf(option)]);
});

/* Typing: send no requests and handle no keys while an input method composes text. */

let searchTimer = 0;
let suggestTimer = 0;

function cancelPending() {
  clearTimeout(searchTimer);
  isWaiting = false;
  close();
}

function stopTimers() {
  clearTimeout(searchTimer);
  clearTimeout(suggestTimer);
}

function typed() {
  stopTimers();
  isWaiting = formUrl() !== currentUrl;
  setBusy(isWaiting || isLoading);
  searchTimer = setTimeout(searchTyped, SEARCH_DELAY);
  suggestTimer = setTimeout(suggest, SUGGEST_DELAY);
}

input.addEventListener("input", (event) => event.isComposing || typed());
input.addEventListener("compositionstart", stopTimers); // the text before it waits for the end of the composition
input.addEventListener("compositionend", typed);
input.addEventListener("focus", () => input.value.trim() || openRecent());

input.addEventListener("blur", () => press || close());
input.addEventListener("keydown", (event) => {
  // Safari reports key code 229 for the Enter that confirms a candidate, after the composition has ended.
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

function focusBox() {
  input.focus();
  input.select();
}

addKey("/", focusBox);
addEventListener("keydown", (event) => {
  if (event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  focusBox();
});

const matches = document.querySelector(".matches");
if (matches) addSteps(matches, { announce, texts });
followOutline(document.querySelector(".outline"));
addKeySwitch(document.querySelector(".bottom"), { texts });
addSpans(document, { texts, choose: chooseSpan });
showNeededButtons();
