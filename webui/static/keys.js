/* Keys of one character. Readers can switch them off, because speech input and other tools may press them by accident. */

const SWITCHED_OFF = "searchlib.keys-off"; // in localStorage
const labels = []; // functions that show or hide a key on the page

let areOn = true;
try {
  areOn = !localStorage.getItem(SWITCHED_OFF);
} catch {
  // The browser denies access to the storage.
}

const isEditing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

/* Call a function when a key is pressed outside of fields. `label` is called with whether such keys are on. */
export function addKey(key, press, label = () => {}) {
  addEventListener("keydown", (event) => {
    if (!areOn || event.key !== key || event.ctrlKey || event.metaKey || event.altKey || isEditing(event.target)) return;
    event.preventDefault();
    press();
  });
  labels.push(label);
  label(areOn);
}

/* Add a button that switches these keys. */
export function addKeySwitch(place, { texts }) {
  const button = document.createElement("button");
  button.type = "button";
  const show = () => (button.textContent = areOn ? texts.keysOff : texts.keysOn);
  button.addEventListener("click", () => {
    areOn = !areOn;
    try {
      if (areOn) localStorage.removeItem(SWITCHED_OFF);
      else localStorage.setItem(SWITCHED_OFF, "1");
    } catch {
      // The keys stay so on this page only.
    }
    for (const label of [show, ...labels]) label(areOn);
  });
  show();
  place.append(button);
}
