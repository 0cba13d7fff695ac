/* In an article, step through the matches with buttons or with the keys n and p, and follow the scroll in the outline. */

import { addKey } from "./keys.js";

export function addSteps(matches, { announce, texts }) {
  const count = Number(matches.dataset.count);
  const place = document.createElement("span"); // which match the reader is at
  let match = 0;

  /* Return the match before the one that follows: the one that the reader is at, or else, after scrolling on, the place in view. */
  function placeOf(by) {
    const edge = matches.getBoundingClientRect().bottom;
    const current = document.querySelector(`#match-${match}`)?.getClientRects()[0];
    if (current && current.bottom > edge && current.top < innerHeight) return match;
    const marks = [...document.querySelectorAll("[id^=match-]")];
    const below = marks.findIndex((mark) => mark.getClientRects()[0]?.top >= edge); // closed details have no rectangles
    const above = below < 0 ? count : below;
    return by < 0 ? above + 1 : above;
  }

  function step(by) {
    match = ((placeOf(by) - 1 + by + count) % count) + 1;
    location.replace(`#match-${match}`);
    showPlace();
    announce(texts.match.replace("{number}", match).replace("{count}", count));
  }

  function showPlace() {
    match = Number(location.hash.match(/^#match-(\d+)$/)?.[1] ?? match);
    place.textContent = match ? `${match}/${count}` : "";
  }

  for (const [text, by, key] of [[texts.previous, -1, "p"], [texts.next, 1, "n"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => step(by));
    matches.append(button);
    addKey(key, () => step(by), (isOn) => {
      button.title = isOn ? texts.key.replace("{key}", key) : "";
      button.ariaKeyShortcuts = isOn ? key : null;
    });
  }
  place.className = "place";
  matches.append(place);
  addEventListener("hashchange", showPlace);
  showPlace();
}

/* Mark the heading in the outline that the reader is at: the last one above the middle of the window. */
export function followOutline(outline) {
  if (!outline) return;
  const links = [...outline.querySelectorAll("a")];
  const headings = links.map((link) => document.querySelector(link.hash));
  let current = null;

  function follow() {
    const above = headings.filter((heading) => heading && heading.getBoundingClientRect().top < innerHeight / 3);
    const link = links[headings.indexOf(above.at(-1))] ?? null;
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "true");
    current = link;
    const side = outline.closest(".side");
    // scrollIntoView would move the page, too.
    if (link && side.scrollHeight > side.clientHeight) side.scrollTop = link.offsetTop - side.clientHeight / 2;
  }

  let isScheduled = false;
  addEventListener("scroll", () => {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(() => {
      isScheduled = false;
      follow();
    });
  }, { passive: true });
  follow();
}
