// The second tab: a small network that learns, some epochs at a time.

import { Stopped } from "./python.mjs";
import { download, image, make, number, refill } from "./show.mjs";

const ALL = ["plane", "curve", "network", "graph"];
const QUICK = ["plane", "curve"];
const QUICKEST = ["curve"];
const SHARE = 0.3; // seconds of training between pictures
const SELDOM = 6; // every so many pictures the graph and the network are drawn anew
const LONGEST = 2000; // epochs that a link repeats

export function network({ python, theme, copy, $ }) {
  const form = $("settings");
  let added = []; // [x, y, label]
  let sample = 0;
  let epochs = 0;
  let limits;
  let running = false;
  let started = false;
  let wanted = 0; // epochs that a link asks for
  let turn = Promise.resolve(); // one question after another

  const settings = () => {
    const given = Object.fromEntries(new FormData(form));
    const numbers = Object.fromEntries(["points", "noise", "rate", "seed"].map((name) => [name, Number(given[name])]));
    return { ...given, ...numbers, layers: given.layers.split(/[\s,]+/).filter(Boolean), added, sample };
  };

  // --- The address ---

  function remember() {
    const words = new URLSearchParams({ tab: "network" });
    for (const [name, value] of new FormData(form)) words.set(name, value);
    if (added.length) words.set("added", added.map((point) => point.join(":")).join(" "));
    if (sample) words.set("sample", sample);
    if (epochs) words.set("epochs", epochs);
    history.replaceState({ typed: true }, "", `#${words}`);
  }

  function recall(words) {
    for (const field of form.elements) if (words.has(field.name)) field.value = words.get(field.name);
    added = (words.get("added") ?? "").split(" ").filter(Boolean).map((point) => point.split(":").map(Number));
    sample = Number(words.get("sample")) || 0;
    wanted = Math.min(Number(words.get("epochs")) || 0, LONGEST);
    started = false;
  }

  // --- Asking and showing ---

  const ask = (question) => (turn = turn.then(() => one(question)));

  async function one(question) {
    try {
      const found = await python.ask({ ...question, theme: theme() });
      show(found);
      return found;
    } catch (error) {
      pause();
      if (error instanceof Stopped) started = false;
      $("network-complaint").textContent = error.message;
      return { complaint: error };
    }
  }

  function show(found) {
    if (found.epoch) say("");
    $("network-complaint").textContent = found.complaint?.message ?? found.note ?? "";
    for (const id of ["plane", "curve", "net", "sample"]) $(id).classList.toggle("old", Boolean(found.complaint));
    if (found.complaint) return;
    epochs = found.epoch;
    limits = found.limits;
    const pair = (name, value) => make("div", {}, make("dt", {}, name), make("dd", {}, value));
    $("moment").replaceChildren(
      pair("epoch", String(found.epoch)),
      pair("loss", number(found.loss)),
      pair("right", `${found.right} of ${found.points}`),
      pair("parameters", String(found.parameters))
    );
    if (found.plane) $("plane").replaceChildren(chart(found.plane));
    if (found.curve) $("curve").replaceChildren(chart(found.curve));
    if (found.network) replace($("net"), found.network, `The network with its ${found.parameters} parameters`, true);
    if (found.graph) replace($("sample"), found.graph, found.title);
    $("sample-title").textContent = found.title;
  }

  // A chart of the library; under the page's policy nothing in it could run.
  const chart = (text) => document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);

  function replace(place, svg, alt, fits = false) {
    const made = image(svg, alt);
    if (fits) made.style.width = "";
    if (place.firstElementChild) refill(place.firstElementChild, made);
    else place.append(made);
  }

  // --- Training ---

  async function start() {
    pause();
    started = true;
    epochs = 0;
    const found = await ask({ do: "start", given: settings(), see: ALL });
    if (found.complaint) started = false;
    return !found.complaint;
  }

  async function open() {
    if (started) return;
    const to = wanted;
    wanted = 0;
    if (!(await start())) return;
    while (to > epochs) {
      const found = await ask({ do: "go", epochs: Math.min(20, to - epochs), see: epochs + 20 >= to ? ALL : QUICK });
      if (found.complaint || found.note) break;
    }
  }

  async function play() {
    if (running) return pause();
    if (!started && !(await start())) return;
    running = true;
    $("play").textContent = "❚❚ Pause";
    for (let k = 1; running; k++) {
      const found = await ask({ do: "go", seconds: SHARE, see: k % SELDOM === 0 ? ALL : k % 3 === 0 ? QUICK : QUICKEST });
      if (found.complaint || found.note) break;
      await new Promise(requestAnimationFrame);
    }
    pause();
    if (started) await ask({ do: "go", see: ALL });
    remember();
  }

  function pause() {
    running = false;
    $("play").textContent = "▶ Start";
  }

  async function once() {
    pause();
    if (!started && !(await start())) return;
    await ask({ do: "go", epochs: 1, see: ALL });
    remember();
  }

  async function anew() {
    const before = epochs;
    if ((await start()) && before) say(`The training starts again; it was at epoch ${before}.`);
    remember();
  }

  const say = (text) => ($("network-note").textContent = text);

  // --- Points of one's own ---

  const kind = () => document.querySelector('input[name="click"]:checked').value;

  async function put(x, y) {
    if (kind() === "sample") {
      const found = await ask({ do: "nearest", x, y });
      if (found.complaint) return;
      sample = found.sample;
    } else {
      added.push([Number(x.toFixed(3)), Number(y.toFixed(3)), Number(kind())]);
    }
    await anew();
  }

  $("plane").addEventListener("click", (event) => {
    const area = $("plane").querySelector("svg svg")?.getBoundingClientRect();
    if (!area || !limits) return;
    const [across, up] = [(event.clientX - area.left) / area.width, (area.bottom - event.clientY) / area.height];
    if (across < 0 || across > 1 || up < 0 || up > 1) return;
    const [[left, right], [low, high]] = limits;
    put(left + across * (right - left), low + up * (high - low));
  });
  $("add").addEventListener("submit", (event) => {
    event.preventDefault();
    const { x, y } = Object.fromEntries(new FormData($("add")));
    put(Number(x), Number(y));
  });
  $("clear").addEventListener("click", () => {
    added = [];
    sample = 0;
    anew();
  });

  // --- Buttons ---

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    sample = 0;
    anew();
  });
  $("play").addEventListener("click", play);
  $("once").addEventListener("click", once);
  $("again").addEventListener("click", anew);
  $("network-link").addEventListener("click", () => {
    remember();
    copy($("network-link"));
  });
  $("network-python").addEventListener("click", async () => {
    const found = await python.ask({ do: "python" });
    if (typeof found === "string") download("training.py", found);
  });

  return { open, pause, recall, remember };
}
