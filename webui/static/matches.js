/* Step through the matches in an article with buttons, or with the keys n and p. */

export function addSteps(matches, { announce, texts, editing }) {
  const count = Number(matches.dataset.count);
  let match = 0;

  function step(by) {
    match = ((match - 1 + by + count + (match ? 0 : by < 0)) % count) + 1;
    location.replace(`#match-${match}`);
    announce(texts.match.replace("{number}", match).replace("{count}", count));
  }

  for (const [text, by, key] of [[texts.previous, -1, "p"], [texts.next, 1, "n"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.setAttribute("aria-keyshortcuts", key);
    button.title = texts.key.replace("{key}", key);
    button.addEventListener("click", () => step(by));
    matches.append(button);
    addEventListener("keydown", (event) => {
      if (event.key === key && !event.ctrlKey && !event.metaKey && !event.altKey && !editing(event)) step(by);
    });
  }
}
