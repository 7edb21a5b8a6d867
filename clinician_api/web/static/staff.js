// The desk with a script: keys, live alerts, charts to step through. Every action works without it.
import { watchCharts } from "./charts.js";
import { listenForKeys } from "./keys.js";
import { follow } from "./live.js";
import { keepTime } from "./undo.js";
import { watchList } from "./worklist.js";

watchCharts(document);
listenForKeys();
keepTime();
if (document.body.hasAttribute("data-live")) follow(watchList());
// htmx puts a resident into the pane: mark the row, and let the new charts be stepped through.
document.addEventListener("htmx:after:swap", () => {
  const pane = document.getElementById("pane");
  if (pane) watchCharts(pane);
  document.body.classList.add("has-pane");
});
// A second press while the first is on its way would meet a newer version and be refused.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
document.addEventListener("click", (event) => {
  const row = event.target instanceof Element && event.target.closest("a.row");
  if (!row) return;
  document.querySelectorAll("a.row[aria-current]").forEach((each) => each.removeAttribute("aria-current"));
  row.setAttribute("aria-current", "true");
});
