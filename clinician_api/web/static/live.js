// Hears that something changed and fetches it by the ordinary way, with its permission checks: the stream carries
// ids alone. One tab listens and tells the others, since a browser opens six connections to a host.

const SILENCE = 30_000;
const EVENTS = ["episode", "reading", "notice"];
const channel = "BroadcastChannel" in self ? new BroadcastChannel("care") : null;

/**
 * @typedef {{kind: string, id: string, version: number}} Change
 * @typedef {{changed: (change: Change) => void, poll: () => void, alive: () => void, silent: (since: Date) => void}} Page
 */

/** @param {Page} page */
export function follow(page) {
  let heard = Date.now();
  let isSilent = false;
  /** @param {{alive?: boolean, missed?: boolean, change?: Change}} news */
  const take = (news) => {
    heard = Date.now();
    if (isSilent || news.missed) page.poll();
    isSilent = false;
    page.alive();
    if (news.change) page.changed(news.change);
  };
  if (channel) channel.onmessage = (message) => take(message.data);
  lead((news) => {
    take(news);
    if (channel) channel.postMessage(news);
  });
  setInterval(() => {
    if (Date.now() - heard < SILENCE) return;
    if (!isSilent) page.silent(new Date(heard));
    isSilent = true;
    page.poll();
  }, SILENCE / 3);
}

/** Holds the lock as long as this tab lives; where there are no locks every tab listens for itself. */
function lead(tell) {
  if (!("locks" in navigator)) return listen(tell);
  navigator.locks.request("care-events", () => new Promise(() => listen(tell)));
}

/** @param {(news: {alive?: boolean, change?: Change}) => void} tell */
function listen(tell) {
  const source = new EventSource("/events");
  source.onopen = () => tell({ alive: true });
  source.addEventListener("missed", () => tell({ missed: true }));
  source.addEventListener("beat", () => tell({ alive: true }));
  EVENTS.forEach((kind) => source.addEventListener(kind, (event) => tell({ change: JSON.parse(event.data) })));
  // A closed stream is not tried again by the browser: an answer such as 401 or 503. We do, in our own time.
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen(tell), 5_000 + Math.random() * 5_000);
  };
}
