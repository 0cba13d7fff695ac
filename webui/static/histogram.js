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
  const start = selected < 0 ? bars.length - 1 : selected;
  bars[start].setAttribute("tabindex", "0"); // the histogram is one stop of the Tab key

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
    else if (event.key === "Escape") stop();
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
    const distance = (bar) => {
      const { x, width: wide } = bar.querySelector(".bar");
      return Math.abs(x.baseVal.value + wide.baseVal.value / 2 - at);
    };
    return bars.reduce((best, bar, number) => (distance(bar) < distance(bars[best]) ? number : best), 0);
  };

  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    isDragging = true;
    first = last = barAt(event);
  });
  svg.addEventListener("pointermove", (event) => {
    isDragging &&= event.buttons > 0; // the button may have been released outside
    if (!isDragging || barAt(event) === last) return;
    svg.setPointerCapture(event.pointerId); // the drawing is low: a drag leaves it easily. The click on a bar stays with the bar
    select(first, barAt(event));
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault()); // a bar is a link
  svg.addEventListener("pointerup", () => isDragging && finish());
  svg.addEventListener("pointercancel", stop); // the finger scrolls the page
  svg.addEventListener("click", (event) => last >= 0 && first !== last && event.preventDefault(), true);

  function finish() {
    isDragging = false;
    if (first !== last) search();
  }

  function stop() {
    isDragging = false;
    select(-1, -1);
  }
}
