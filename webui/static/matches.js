/* On an article: to the next and the previous match, by buttons and by the keys n and p. */

export function addSteps(matches, { say, wording, editing }) {
  const count = Number(matches.dataset.count);
  let match = 0;

  function step(by) {
    match = ((match - 1 + by + count + (match ? 0 : by < 0)) % count) + 1;
    location.replace(`#match-${match}`);
    say(wording.match.replace("{number}", match).replace("{count}", count));
  }

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
