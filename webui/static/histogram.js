/* Choose a span of the histogram: drag over the bars, or move with the arrow keys, extend with Shift and press Enter. */

export function addSpans(root, { texts, choose }) {
  const figure = root.querySelector(".histogram");
  if (!figure) return;
  const svg = figure.querySelector("svg");
  const bars = [...svg.querySelectorAll("a")];
  if (!bars.length) return;
  let first = -1; // the bar where the span begins
  let last = -1; // the bar where it ends, which has the focus
  let isDragging = false;

  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", texts.histogram);
  const selected = bars.findIndex((bar) => bar.classList.contains("selected"));
  const stop = selected < 0 ? bars.length - 1 : selected;
  bars[stop].setAttribute("tabindex", "0"); // the histogram is one stop of the Tab key

  function select(from, to) {
    [first, last] = [from, to];
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    bars.forEach((bar, number) => bar.classList.toggle("chosen", low >= 0 && number >= low && number <= high));
  }

  function search() {
    const [low, high] = [Math.min(first, last), Math.max(first, last)];
    choose(bars[low].dataset.period, bars[high].dataset.period);
  }

  svg.addEventListener("keydown", (event) => {
    const at = bars.indexOf(document.activeElement);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const target = step ? at + step : { Home: 0, End: bars.length - 1 }[event.key] ?? -1;
    if (event.key === "Enter" && first !== last) search();
    else if (event.key === "Escape") select(-1, -1);
    else if (!bars[target]) return;
    else {
      select(event.shiftKey ? (first < 0 ? at : first) : target, target);
      bars[at]?.setAttribute("tabindex", "-1");
      bars[target].setAttribute("tabindex", "0");
      bars[target].focus();
    }
    event.preventDefault();
  });

  const barAt = (event) => {
    const { left, width } = svg.getBoundingClientRect();
    const at = ((event.clientX - left) / width) * svg.viewBox.baseVal.width;
    const distance = (bar) => Math.abs(Number(bar.querySelector(".bar").getAttribute("x")) - at);
    return bars.reduce((best, bar, number) => (distance(bar) < distance(bars[best]) ? number : best), 0);
  };

  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    isDragging = true;
    first = last = barAt(event);
  });
  svg.addEventListener("pointermove", (event) => isDragging && barAt(event) !== last && select(first, barAt(event)));
  svg.addEventListener("dragstart", (event) => event.preventDefault()); // a bar is a link
  svg.addEventListener("pointerleave", () => isDragging && finish());
  svg.addEventListener("pointerup", () => isDragging && finish());
  svg.addEventListener("click", (event) => last >= 0 && first !== last && event.preventDefault(), true);

  function finish() {
    isDragging = false;
    if (first !== last) search();
  }
}
