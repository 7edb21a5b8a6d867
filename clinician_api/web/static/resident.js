// The resident's page with a script: it reads itself aloud, stays current, and says when it is not.
import { follow } from "./live.js";
import { say } from "./words.js";

const button = document.querySelector("[data-speak]");
const spoken = document.querySelector("[data-spoken]");

/** What a person hears: the card, its steps and the warnings; no buttons of the footer. */
function text() {
  const parts = spoken?.querySelectorAll(".warning, .latest .what b, .number b, .old, .say, .steps li, .praise, .note, #question, .emergency") || [];
  return [...parts].map((each) => (each.textContent || "").trim()).filter(Boolean).join("。");
}

function silence() {
  speechSynthesis.cancel();
  button?.classList.remove("on");
}

function read() {
  if (speechSynthesis.speaking) return silence();
  const utterance = new SpeechSynthesisUtterance(text());
  utterance.lang = document.documentElement.lang;
  utterance.rate = 0.85;
  utterance.onend = silence;
  button?.classList.add("on");
  speechSynthesis.speak(utterance);
}

if (button && "speechSynthesis" in self) {
  button.removeAttribute("hidden");
  button.addEventListener("click", read);
}

/** Fetched whole, with its permission checks; never over a question that is being answered. */
async function refresh() {
  const fresh = document.getElementById("fresh");
  if (!fresh || fresh.contains(document.activeElement)) return;
  try {
    const answer = await fetch("/me/card", { credentials: "same-origin" });
    if (answer.ok) fresh.innerHTML = await answer.text();
  } catch {
    // The bar says it.
  }
}

/** @param {Date | null} since */
function bar(since) {
  const offline = document.getElementById("offline");
  if (!offline) return;
  offline.toggleAttribute("hidden", since === null);
  const words = offline.querySelector("span");
  if (since && words) words.textContent = say("quiet", { time: since.toTimeString().slice(0, 5) });
}

if (document.body.hasAttribute("data-live")) {
  follow({ alive: () => bar(null), silent: bar, poll: refresh, changed: refresh });
  addEventListener("offline", () => bar(new Date()));
  addEventListener("online", () => {
    bar(null);
    refresh();
  });
}
