// What runs out: the seconds left to undo, and the minutes left of a duty.

function tick() {
  const now = Date.now();
  document.querySelectorAll("[data-undo]").forEach((form) => {
    const left = Date.parse(form.getAttribute("data-undo") || "") - now;
    if (left <= 0) form.remove();
  });
  document.querySelectorAll("[data-due]").forEach((time) => {
    const left = Math.floor((Date.parse(time.getAttribute("data-due") || "") - now) / 1000);
    // Minutes and seconds for the last hour only; what is past keeps the server's words until they are fetched anew.
    if (left < 0 || left >= 3600) return;
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    time.textContent = (time.textContent || "").replace(/\d+(:\d+)?/, clock).replace(/ (min|分)/, "");
  });
}

export function keepTime() {
  tick();
  setInterval(tick, 1000);
}
