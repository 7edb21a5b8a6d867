// A line that steps through the readings of a chart, by mouse or arrow keys. What it says stands in the table twin.

/** @param {ParentNode} root */
export function watchCharts(root) {
  root.querySelectorAll("[data-chart]").forEach((holder) => watch(/** @type {HTMLElement} */ (holder)));
  root.querySelectorAll("[data-table]").forEach((link) =>
    link.addEventListener("click", () => {
      const table = document.getElementById(link.getAttribute("data-table") || "");
      if (table instanceof HTMLDetailsElement) table.open = true;
    }),
  );
}

/** @param {HTMLElement} holder */
function watch(holder) {
  const svg = holder.querySelector("svg");
  const tip = holder.querySelector("output");
  const rows = [...document.querySelectorAll(`#${holder.dataset.chart} tr[data-x]`)].reverse();
  if (!svg || !tip || rows.length === 0) return;
  const places = rows.map((row) => Number(row.getAttribute("data-x")));
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("class", "cursor");
  svg.append(line);
  let at = -1;

  /** @param {number} place */
  const show = (place) => {
    at = Math.min(Math.max(place, 0), rows.length - 1);
    line.setAttribute("d", `M${places[at]} 20V${svg.viewBox.baseVal.height - 32}`);
    tip.textContent = [...rows[at].children].map((cell) => (cell.textContent || "").trim()).filter(Boolean).join(" · ");
    tip.hidden = false;
    const x = (places[at] / svg.viewBox.baseVal.width) * svg.clientWidth;
    tip.style.left = `${Math.min(Math.max(x - tip.offsetWidth / 2, 0), svg.clientWidth - tip.offsetWidth)}px`;
  };
  const hide = () => {
    tip.hidden = true;
    line.removeAttribute("d");
  };
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    event.stopPropagation();
    if (at < 0) at = rows.length;
    show(at + (event.key === "ArrowLeft" ? -1 : 1));
  });
  holder.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const nearest = places.reduce((best, place, index) => (Math.abs(place - x) < Math.abs(places[best] - x) ? index : best), 0);
    show(nearest);
  });
  holder.addEventListener("pointerleave", hide);
  holder.addEventListener("blur", hide);
}
