// The cells of a lesson run where they stand: in a worker, with what they show below them.

import { Python, Stopped } from "./python.mjs";
import { download, fragment, image, make } from "./show.mjs";

const PATIENCE = 120; // seconds a cell
const KEPT = `cells of ${location.pathname}`; // where the browser keeps what a reader has changed
const state = document.getElementById("lesson-state");
const cells = [...document.querySelectorAll(".jp-CodeCell")].map((element, k) => prepared(element, k));
let python;
let ran = 0; // cells that have run in this Python, from the first on
let queue = Promise.resolve();

function said(text) {
  state.textContent = text;
}

function started() {
  python ??= new Python((now, reason) => {
    if (now === "stopped") ran = 0;
    said({ starting: "Python is starting …", ready: "", stopped: "Python is starting anew: the cells above run again first.", failed: `Python could not be started: ${reason}` }[now]);
  });
  return python;
}

function prepared(element, place) {
  const code = element.querySelector(".highlight");
  const original = code.textContent.replace(/\n$/, "");
  const live = make("div", { class: "live", role: "region", "aria-label": `What cell ${place + 1} shows now` });
  const note = make("span", { class: "note", role: "status" });
  const run = make("button", { onclick: () => go(place), "aria-label": `Run cell ${place + 1}` }, "▶ Run");
  const edit = make("button", { onclick: () => (cell.edit(), cell.field?.focus()), "aria-label": `Edit cell ${place + 1}` }, "Edit");
  const stop = make("button", { onclick: () => python.stop(), hidden: true }, "Stop");
  const cell = {
    element,
    live,
    note,
    run,
    stop,
    absent: "",
    field: null,
    original,
    get source() {
      return this.field ? this.field.value : original;
    },
    edit(text = original) {
      if (this.field) {
        this.field.remove();
        this.field = null;
        code.hidden = false;
        edit.textContent = "Edit";
        keep();
        return;
      }
      this.field = make("textarea", { class: "cell", spellcheck: "false", autocapitalize: "off", "aria-label": `Code of cell ${place + 1}`, rows: original.split("\n").length });
      this.field.value = text;
      this.field.addEventListener("input", keep);
      this.field.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.shiftKey) event.preventDefault(), go(place);
      });
      code.hidden = true;
      code.after(this.field);
      edit.textContent = "As it was";
    },
  };
  const input = element.querySelector(".jp-Cell-inputWrapper");
  input.after(make("div", { class: "cell-tools" }, run, edit, stop, note), live);
  return cell;
}

const changes = () => cells.flatMap(({ original, source }, place) => (source === original ? [] : [{ place, original, source }]));

function keep() {
  const changed = changes();
  undo.hidden = !changed.length;
  try {
    if (changed.length) localStorage.setItem(KEPT, JSON.stringify(changed));
    else localStorage.removeItem(KEPT);
  } catch {
    // A browser may keep nothing.
  }
}

function takeUp() {
  let kept = [];
  try {
    kept = JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    // As if nothing had been kept.
  }
  for (const { place, original, source } of kept) if (cells[place]?.original === original) cells[place].edit(source);
  undo.hidden = !changes().length;
}

async function takeAlong(event) {
  const changed = changes();
  if (!changed.length) return; // the file as it is
  event.preventDefault();
  const notebook = await (await fetch(take.href)).json();
  const code = notebook.cells.filter((cell) => cell.cell_type === "code");
  for (const { place, source } of changed) Object.assign(code[place], { source, outputs: [], execution_count: null });
  download(take.getAttribute("href"), JSON.stringify(notebook, null, 1));
}

// A cell needs what those above it have made: they run first, once.
function go(place) {
  queue = queue.then(async () => {
    for (let k = Math.min(ran, place); k <= place; k++) if (!(await one(k))) return false;
    return true;
  });
  return queue;
}

async function one(place) {
  const cell = cells[place];
  cell.run.disabled = true;
  cell.note.textContent = "running …";
  const slow = setTimeout(() => (cell.stop.hidden = false), 800);
  try {
    const found = await started().ask({ do: "cell", source: cell.source }, PATIENCE);
    ran = Math.max(ran, place + 1);
    show(cell, found);
    return true;
  } catch (error) {
    cell.live.replaceChildren(make("p", { class: "complaint" }, error.message));
    cell.note.textContent = error instanceof Stopped ? "stopped" : "";
    return false;
  } finally {
    clearTimeout(slow);
    cell.stop.hidden = true;
    cell.run.disabled = false;
  }
}

function tally() {
  const lacking = cells.slice(0, ran).filter(({ absent }) => absent);
  const some = (count) => (count === 1 ? "1 cell has run" : `${count} cells have run`);
  if (!lacking.length) return `${some(ran)}.`;
  const packages = [...new Set(lacking.map(({ absent }) => absent))].join(" and ");
  return `${some(ran - lacking.length)}; ${lacking.length} could not, for they need ${packages}, which this page has not: below them stands what they showed when the lesson was made.`;
}

function show(cell, { outputs, absent }) {
  const { element, live, note } = cell;
  cell.absent = absent;
  const committed = element.querySelector(".jp-Cell-outputWrapper");
  live.replaceChildren(...outputs.map(output));
  if (committed) committed.hidden = !absent;
  note.textContent = absent ? `This cell needs ${absent}, which this page has not: what it showed when the lesson was made stands below.` : "";
}

function output(found) {
  if (found.kind === "html") return fragment(found.html);
  if (found.kind === "svg") return make("div", { class: "picture" }, image(found.svg, found.alt));
  if (found.kind === "png") return make("div", { class: "picture" }, make("img", { src: `data:image/png;base64,${found.png}`, alt: found.alt }));
  if (found.kind === "error") return make("p", { class: "complaint" }, (found.line ? `Line ${found.line}: ` : "") + found.text);
  return make("pre", {}, found.text);
}

const take = document.getElementById("take");
const undo = document.getElementById("undo");
const all = document.getElementById("lesson-run");
if (all && cells.length) {
  all.hidden = false;
  takeUp();
  take.addEventListener("click", takeAlong);
  undo.addEventListener("click", () => cells.forEach((cell) => cell.field && cell.edit()));
  document.getElementById("forget").hidden = false;
  document.getElementById("run-all").addEventListener("click", () => go(cells.length - 1).then((whole) => whole && said(tally())));
  document.getElementById("forget").addEventListener("click", () => {
    queue = queue.then(async () => {
      if (python) await python.ask({ do: "forget" });
      ran = 0;
      for (const { element, live, note } of cells) {
        live.replaceChildren();
        note.textContent = "";
        const committed = element.querySelector(".jp-Cell-outputWrapper");
        if (committed) committed.hidden = false;
      }
      said("Nothing has run.");
    });
  });
}
