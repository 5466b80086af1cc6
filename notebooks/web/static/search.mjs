// The search: words in sections of the lessons and in the reference.

import { make } from "./show.mjs";

const MOST = 40;
const root = new URL("../", import.meta.url);
const asked = document.getElementById("asked");
const found = document.getElementById("found");
const index = await (await fetch(new URL("search.json", root))).json();
const texts = index.map(({ title, called = title, in: where, text }) => ({ names: [title, called].map((name) => name.toLowerCase()), all: `${title} ${called} ${where} ${text}`.toLowerCase() }));

function search() {
  const words = asked.value.toLowerCase().split(/\s+/).filter(Boolean);
  const named = ({ names }, text) => Math.max(...names.map((name) => (name === text ? 100 : name.includes(text) ? 10 + (10 * text.length) / name.length : 0)));
  const weigh = (k) => named(texts[k], words.join(" ")) + words.reduce((sum, word) => sum + named(texts[k], word) + Math.min(5, texts[k].all.split(word).length - 1), 0);
  const hits = index.map((_, k) => k).filter((k) => words.length && words.every((word) => texts[k].all.includes(word)));
  hits.sort((a, b) => weigh(b) - weigh(a) || a - b);
  document.getElementById("count").textContent = words.length ? `${hits.length} found${hits.length > MOST ? `, the first ${MOST} of them` : ""}` : "";
  found.replaceChildren(...hits.slice(0, MOST).map((k) => entry(index[k], words)));
}

function entry({ title, in: where, to, text }, words) {
  const part = excerpt(text, text.toLowerCase().indexOf(words[0]));
  return make("li", {}, make("a", { href: new URL(to, root).href }, title), where === title ? "" : ` · ${where}`, make("p", {}, ...marked(part, words)));
}

// From a word on and up to a word, none of them cut.
function excerpt(text, middle) {
  const start = middle > 60 ? text.lastIndexOf(" ", middle - 60) + 1 : 0;
  const end = text.length > start + 220 ? text.lastIndexOf(" ", start + 220) : text.length;
  return `${start ? "… " : ""}${text.slice(start, end > start ? end : start + 220)}${end < text.length ? " …" : ""}`;
}

function marked(text, words) {
  const parts = [];
  let rest = text;
  while (rest) {
    const [at, word] = words.map((word) => [rest.toLowerCase().indexOf(word), word]).filter(([at]) => at >= 0).sort(([a], [b]) => a - b)[0] ?? [];
    if (word === undefined) break;
    parts.push(rest.slice(0, at), make("mark", {}, rest.slice(at, at + word.length)));
    rest = rest.slice(at + word.length);
  }
  return [...parts, rest];
}

asked.value = new URLSearchParams(location.search).get("q") ?? "";
asked.addEventListener("input", search);
document.getElementById("asking").addEventListener("submit", (event) => event.preventDefault());
search();
