// Keeps an open worklist true without moving it: rows change where they stand, new ones wait behind a bar.

import { say } from "./words.js";

let fetching = false;
let again = false;
/** @type {Document | null} */
let latest = null;

const list = () => document.getElementById("list");

/** @param {string} address */
async function fetched(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    latest = await fetched(list()?.dataset.href || "/worklist/list");
    merge(latest);
  } catch {
    // The silence of the stream says it; the next change or poll tries again.
  }
  fetching = false;
  if (again) {
    again = false;
    refresh();
  }
}

/** @param {Document} page */
function merge(page) {
  const seen = new Set();
  page.querySelectorAll("#rows > li").forEach((item) => {
    const old = document.getElementById(item.id);
    seen.add(item.id);
    if (!old || old.innerHTML === item.innerHTML) return;
    const current = old.querySelector("[aria-current]") !== null;
    const focused = old.contains(document.activeElement);
    const fresh = document.adoptNode(item.cloneNode(true));
    old.replaceWith(fresh);
    fresh.querySelector("a")?.toggleAttribute("aria-current", current);
    if (focused) fresh.querySelector("a")?.focus();
    self.htmx?.process(fresh);
  });
  document.querySelectorAll("#rows > li").forEach((item) => item.firstElementChild?.classList.toggle("done", !seen.has(item.id)));
  page.querySelectorAll("[data-tab]").forEach((count) => {
    const old = document.querySelector(`[data-tab="${count.getAttribute("data-tab")}"]`);
    if (old) old.textContent = count.textContent;
  });
  const badge = document.querySelector("[data-open-count]");
  const open = page.querySelector('[data-tab="pending"]');
  if (badge && open) badge.textContent = open.textContent;
  const fresh = [...page.querySelectorAll("#rows > li")].filter((item) => !document.getElementById(item.id)).length;
  const bar = document.querySelector("[data-fresh]");
  if (!bar) return;
  bar.toggleAttribute("hidden", fresh === 0);
  const words = fresh ? say("fresh", { n: fresh }) : "";
  const link = bar.querySelector("a");
  if (link && link.textContent !== words) link.textContent = words;
}

/** The N key and the bar: now the list may move. */
export function loadFresh() {
  const holder = list();
  const bar = document.querySelector("[data-fresh]");
  if (!holder || !latest || !bar || bar.hasAttribute("hidden")) return;
  const current = document.querySelector("#rows [aria-current]")?.closest("li")?.id;
  holder.replaceChildren(...[...latest.body.childNodes].map((node) => document.adoptNode(node.cloneNode(true))));
  if (current) document.getElementById(current)?.querySelector("a")?.setAttribute("aria-current", "true");
  document.querySelector("[data-fresh]")?.setAttribute("hidden", "");
  self.htmx?.process(holder);
  const first = holder.querySelector("a.row");
  if (first instanceof HTMLElement) first.focus();
}

/** Never over a form that somebody is filling in: then a bar offers it. */
async function refreshPane() {
  const pane = document.getElementById("pane");
  const row = document.querySelector("#rows [aria-current]");
  const address = row?.getAttribute("hx-get");
  if (!pane || !pane.dataset.resident || !address) return;
  if (pane.querySelector("details[open]") || pane.contains(document.activeElement)) {
    const link = pane.querySelector("[data-changed] a");
    if (link) link.textContent = say("changed");
    pane.querySelector("[data-changed]")?.removeAttribute("hidden");
    return;
  }
  // Nobody asked for it: it is no look of a doctor's, which the home is told of.
  self.htmx?.ajax("GET", `${address}&live=1`, { target: "#pane", swap: "innerHTML" });
}

/** @returns {import("./live.js").Page} */
export function watchList() {
  const sign = document.getElementById("live");
  /** @param {string} words @param {boolean} isQuiet */
  const show = (words, isQuiet) => {
    if (!sign) return;
    sign.removeAttribute("hidden");
    sign.classList.toggle("quiet", isQuiet);
    const said = sign.querySelector("span");
    if (said && said.textContent !== words) said.textContent = words;
  };
  document.querySelector("#list")?.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-fresh]") || !latest) return;
    event.preventDefault();
    loadFresh();
  });
  return {
    alive: () => show(say("live"), false),
    silent: (since) => show(say("quiet", { time: since.toTimeString().slice(0, 5) }), true),
    poll: refresh,
    changed: (change) => {
      refresh();
      const row = document.querySelector("#rows [aria-current]")?.closest("li");
      const resident = document.getElementById("pane")?.dataset.resident;
      if (change.id === resident || change.id === row?.dataset.episode) refreshPane();
    },
  };
}
