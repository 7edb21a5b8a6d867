// Single-letter keys. Silent in fields, while an input method composes, with a modifier, and when switched off.

import { loadFresh } from "./worklist.js";

const OFF = "keys-off";
let awaitsTab = false;

/** @returns {HTMLElement[]} */
const rows = () => [...document.querySelectorAll("#rows a.row, #rows a[data-row]")];

/** @param {number} step */
function move(step) {
  const all = rows();
  const focused = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const current = focused >= 0 ? focused : all.findIndex((each) => each.hasAttribute("aria-current"));
  const next = all[Math.min(Math.max(current + step, 0), all.length - 1)];
  if (next) next.focus();
}

/** A button is pressed; the summary of a panel opens and its first field gets the focus. @param {string} key */
function press(key) {
  const target = document.querySelector(`#pane [data-key="${key}"]`);
  if (!(target instanceof HTMLElement)) return false;
  target.click();
  const panel = target.closest("details");
  const field = panel && panel.open && panel.querySelector("a, select, input:not([type=hidden]), textarea");
  if (field instanceof HTMLElement) field.focus();
  return true;
}

function help() {
  const dialog = document.getElementById("help");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

function close() {
  const open = document.querySelector("#pane .actions details[open]");
  if (!open) return;
  open.removeAttribute("open");
  open.querySelector("summary")?.focus();
}

/** @param {string} key */
function go(key) {
  const tab = document.querySelectorAll("#list .tabs a")[Number(key) - 1];
  if (tab instanceof HTMLElement) tab.click();
}

/** @param {string} key */
function act(key) {
  if (awaitsTab) {
    awaitsTab = false;
    return go(key);
  }
  if (key === "j") return move(1);
  if (key === "k") return move(-1);
  if (key === "n") return loadFresh();
  if (key === "g") {
    awaitsTab = true;
    return true;
  }
  if (key === "/") return location.assign("/search");
  if (key === "?") return help();
  return press(key);
}

/** @param {KeyboardEvent} event */
function isForSomebodyElse(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const writes = target.closest("input, textarea, select, [contenteditable]");
  return event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || writes;
}

export function listenForKeys() {
  const off = document.querySelector("[data-keys-off]");
  if (off instanceof HTMLInputElement) {
    off.checked = localStorage.getItem(OFF) === "1";
    off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : "0"));
  }
  document.querySelectorAll("[data-help]").forEach((button) => {
    button.removeAttribute("hidden");
    button.addEventListener("click", help);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) return close();
    if (isForSomebodyElse(event) || localStorage.getItem(OFF) === "1" || document.querySelector("dialog[open]")) return;
    if (event.key.length === 1 && act(event.key.toLowerCase()) !== false) event.preventDefault();
  });
}
