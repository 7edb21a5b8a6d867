// Words that scripts say, passed by the page in the reader's language.

const block = document.getElementById("words");
/** @type {Record<string, string>} */
const known = block ? JSON.parse(block.textContent || "{}") : {};

/** @param {string} code @param {Record<string, string | number>} values */
export function say(code, values = {}) {
  return (known[code] || "").replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
