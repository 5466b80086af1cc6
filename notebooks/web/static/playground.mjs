// The playground: what is typed goes to Python, what Python says is shown; nothing is computed here.

import { Python, Stopped } from "./python.mjs";
import { download, fragment, image, make, number, refill } from "./show.mjs";
import { network } from "./network.mjs";

const EXAMPLES = [
  ["A neuron", "tanh(w*x + b)", { w: -0.5, x: 2, b: 1.8813735870195432 }],
  ["A use of x twice", "x*x + 2*x", { x: 3 }],
  ["A squared error", "(w*x + b - t)**2", { w: 0.5, x: 2, b: 0.1, t: 1 }],
  ["A loss of two classes", "softplus(z) - y*z", { z: 0.3, y: 1 }],
  ["A loss of three classes", "logsumexp([a, b, c]) - a", { a: 1, b: 0.5, c: -1 }],
  ["A loop", "def f(x=0.4, r=3.2):\n    for _ in range(4):\n        x = r * x * (1 - x)\n    return x", {}],
  ["A choice", "def f(x=-1, y=2):\n    if x > 0:\n        return x * y\n    return exp(x) * y", {}],
  ["A neuron of a list", "def f(w1=0.5, w2=-1, b=0.1):\n    xs = [1.0, 2.0]\n    total = w1 * xs[0] + w2 * xs[1] + b\n    return relu(total) + 0.01 * total", {}],
];
const SMALLEST = 5; // half of a slider's way

const $ = (id) => document.getElementById(id);
const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => (dark.matches ? "dark" : "light");
const state = { text: $("text").value, values: { w: -0.5, x: 2, b: 1.8813735870195432 }, view: "graph", wrt: "" };

// --- Python ---

const python = new Python((now, reason) => {
  const said = { starting: "Python is starting …", ready: "", stopped: "Python is starting anew …", failed: `Python could not be started: ${reason}` };
  $("state").textContent = said[now];
  $("state").classList.toggle("failed", now === "failed");
  if (now === "ready") performance.mark("python ready");
});

// --- The address ---

let later;

function remember() {
  const words = new URLSearchParams();
  words.set("text", state.text);
  for (const [name, value] of Object.entries(state.values)) words.set(`in.${name}`, value);
  if (state.view !== "graph") words.set("view", state.view);
  if (state.wrt && state.view === "paths") words.set("wrt", state.wrt);
  clearTimeout(later);
  try {
    history.replaceState({ typed: true }, "", `#${words}`);
  } catch {
    later = setTimeout(remember, 1000); // a browser may take so many in a time, and a slider moves often
  }
}

function recall() {
  const words = new URLSearchParams(location.hash.slice(1));
  if (words.has("text")) {
    state.text = words.get("text");
    state.values = {};
    for (const [key, value] of words) if (key.startsWith("in.") && Number.isFinite(Number(value))) state.values[key.slice(3)] = Number(value);
    state.view = ["graph", "steps", "paths"].includes(words.get("view")) ? words.get("view") : "graph";
    state.wrt = words.get("wrt") ?? "";
  }
  $("text").value = state.text;
  document.querySelector(`input[name="view"][value="${state.view}"]`).checked = true;
  number_lines();
  return words;
}

// --- Asking: one question at a time, and of those that come meanwhile the last ---

// A program that a link brings runs when its reader says so; what was typed here, at once.
let may_run = true;
let is_new = false; // what was typed, since it was last asked for
let asking = false;
let again = false;
let program = "";

async function ask() {
  if (asking) return void (again = true);
  asking = true;
  const slow = setTimeout(() => {
    $("stop").hidden = false;
    outdate(true);
    complain(); // what was said of the run before
  }, 1000);
  const question = { do: "picture", ...state, theme: theme(), may_run, is_new };
  is_new = false;
  try {
    show(await python.ask(question));
  } catch (error) {
    if (error instanceof Stopped) again = false;
    show({ complaint: { message: error.message, line: 0 } });
  } finally {
    clearTimeout(slow);
    $("stop").hidden = true;
    asking = false;
    if (again) (again = false), ask();
  }
}

function changed() {
  may_run = true;
  remember();
  ask();
}

// --- Showing ---

// What is seen belongs to what was typed before.
function outdate(is) {
  for (const id of ["picture", "result", "inputs", "printed", "words"]) $(id).classList.toggle("old", is);
}

function complain(complaint) {
  $("complaint").textContent = complaint ? (complaint.line && state.text.includes("\n") ? `Line ${complaint.line}: ` : "") + complaint.message : "";
  $("run-row").hidden = !complaint?.waits;
  $("text").setAttribute("aria-invalid", Boolean(complaint));
  number_lines(complaint?.line);
}

function show(found) {
  const { complaint } = found;
  complain(complaint);
  outdate(Boolean(complaint));
  $("python").disabled = Boolean(complaint);
  if (complaint) return;
  program = found.python;
  if (!again) state.values = Object.fromEntries(found.inputs.map(([name, value]) => [name, Number(value)])); // else newer ones were given
  $("result").replaceChildren(make("small", {}, `${found.name} = `), number(found.result));
  $("result").title = String(found.result);
  show_inputs(found);
  $("printed").hidden = !found.printed;
  $("printed").textContent = found.printed;
  show_picture(found);
  $("words").textContent = found.text ?? "The player has a table of all steps.";
  $("wrt-row").hidden = state.view !== "paths";
  if (found.wrt && !again) {
    $("wrt").replaceChildren(...found.inputs.map(([name]) => make("option", { value: name, selected: name === found.wrt }, name)));
    state.wrt = found.wrt;
  }
  performance.mark("shown");
}

function show_picture(found) {
  const old = $("picture").firstElementChild;
  $("picture").classList.toggle("on-white", state.view !== "graph");
  if (found.html) return $("picture").replaceChildren(fragment(found.html)), sized();
  const made = image(found.svg, found.alt);
  if (old?.localName !== "img") return $("picture").replaceChildren(made);
  refill(old, made);
}

// A picture is shown so that it fits, unless its letters got too small; a reader may want the one or the other.
function sized() {
  const box = $("picture");
  const img = box.querySelector(":scope > img");
  const is_cut = box.scrollWidth > box.clientWidth + 1;
  const is_small = Boolean(img?.complete) && img.clientWidth < img.naturalWidth - 1;
  const chosen = box.classList.contains("fit") || box.classList.contains("full");
  $("sizes").hidden = !img || !(chosen || is_cut || is_small);
  $("wide").hidden = !is_cut;
  $("fit").hidden = !is_cut && !chosen;
}
$("picture").addEventListener("load", sized, true); // of the image in it
new ResizeObserver(sized).observe($("picture"));
for (const id of ["fit", "full"]) {
  $(id).addEventListener("click", () => {
    const is = !$("picture").classList.contains(id);
    for (const one of ["fit", "full"]) {
      $("picture").classList.toggle(one, is && one === id);
      $(one).setAttribute("aria-pressed", is && one === id);
    }
    sized();
  });
}

function show_inputs({ inputs, name: result }) {
  const rows = $("inputs");
  const known = [...rows.children].map((row) => row.dataset.name);
  if (known.join(" ") !== inputs.map(([name]) => name).join(" ")) rows.replaceChildren(...inputs.map(([name, value]) => input_row(name, value)));
  inputs.forEach(([, value, gradient], k) => {
    const row = rows.children[k];
    const slope = row.querySelector(".gradient");
    slope.textContent = `∂${result}/∂${inputs[k][0]} = ${number(gradient)}`;
    slope.title = String(gradient);
    slope.classList.toggle("up", Number(gradient) > 0);
    slope.classList.toggle("down", Number(gradient) < 0);
    if (again) return; // the fields show what comes next
    for (const field of row.querySelectorAll("input")) if (field !== document.activeElement || field.type === "range") field.value = field.title = value;
  });
}

function input_row(name, value) {
  const half = Math.max(SMALLEST, 2 * Math.abs(value));
  const moved = (event) => {
    if (event.target.value === "" || !Number.isFinite(Number(event.target.value))) return;
    state.values[name] = Number(event.target.value);
    for (const field of row.querySelectorAll("input")) if (field !== event.target) field.value = state.values[name];
    changed();
  };
  const why = () => {
    state.wrt = name;
    state.view = "paths";
    document.querySelector('input[name="view"][value="paths"]').checked = true;
    changed();
  };
  const row = make(
    "div",
    { class: "input", "data-name": name },
    make("span", { class: "name" }, name),
    make("input", { type: "range", min: -half, max: half, step: "any", value, "aria-label": `${name}, slider`, oninput: moved, onkeydown: nudge }),
    make("input", { type: "number", step: "any", value, "aria-label": name, oninput: moved }),
    make("span", { class: "gradient" }),
    make("button", { class: "why", onclick: why, "aria-label": `Explain the gradient of ${name}` }, "Explain")
  );
  return row;
}

// The arrow keys move a slider by a hundredth of its way.
function nudge(event) {
  const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const slider = event.target;
  slider.value = Number((Number(slider.value) + (by * (slider.max - slider.min)) / 100).toPrecision(12));
  slider.dispatchEvent(new Event("input"));
}

function number_lines(wrong = 0) {
  const count = $("text").value.split("\n").length;
  $("text").rows = count;
  const lines = Array.from({ length: count }, (_, k) => (k + 1 === wrong && count > 1 ? make("span", { class: "wrong" }, String(k + 1)) : String(k + 1)));
  $("gutter").replaceChildren(...lines.flatMap((line, k) => (k ? ["\n", line] : [line])));
}

// --- What can be done ---

let typing;
$("text").addEventListener("input", () => {
  state.text = $("text").value;
  number_lines();
  is_new = true;
  clearTimeout(typing);
  typing = setTimeout(changed, 200);
});
for (const choice of document.querySelectorAll('input[name="view"]')) {
  choice.addEventListener("change", () => {
    state.view = choice.value;
    changed();
  });
}
$("wrt").addEventListener("change", () => {
  state.wrt = $("wrt").value;
  changed();
});
$("run").addEventListener("click", changed);
$("stop").addEventListener("click", () => python.stop());
$("python").addEventListener("click", () => download("playground.py", program));
$("link").addEventListener("click", () => {
  remember();
  copy($("link"));
});
dark.addEventListener("change", ask);

async function copy(button) {
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "Copied";
  } catch {
    button.textContent = "It is in the address bar";
  }
  setTimeout(() => (button.textContent = said), 2000);
}

$("example").append(...EXAMPLES.map(([name], k) => make("option", { value: k }, name)));
$("example").addEventListener("change", () => {
  if ($("example").value === "") return;
  const [, text, values] = EXAMPLES[$("example").value];
  $("text").value = state.text = text;
  state.values = { ...values };
  $("example").value = "";
  changed();
});

$("operations").addEventListener("click", ({ target }) => {
  const text = target.closest("button")?.dataset.write;
  if (!text) return;
  const { value, selectionStart: start, selectionEnd: end } = $("text");
  // After a number, a name or a bracket it is added to that; before one, that is added to it.
  const before = /[\w).\]]\s*$/.test(value.slice(0, start).split("\n").at(-1)) && !/\breturn\s*$/.test(value.slice(0, start)) ? " + " : "";
  const after = /^[ \t]*[\w(.[]/.test(value.slice(end)) ? " + " : "";
  $("text").setRangeText(before + text + after, before ? value.slice(0, start).trimEnd().length : start, end, "end");
  if (after) $("text").selectionStart = $("text").selectionEnd -= after.length;
  $("text").dispatchEvent(new Event("input"));
  $("text").focus();
});
$("pick").addEventListener("input", () => {
  const words = $("pick").value.toLowerCase();
  for (const row of $("operations").rows) row.hidden = !row.textContent.toLowerCase().includes(words);
});

// --- Tabs ---

const tabs = [...document.querySelectorAll('[role="tab"]')];
const other = network({ python, theme, copy, $ });

function choose(tab, focus = false) {
  for (const one of tabs) {
    const is = one === tab;
    one.setAttribute("aria-selected", is);
    one.tabIndex = is ? 0 : -1;
    $(one.getAttribute("aria-controls")).hidden = !is;
  }
  if (focus) tab.focus();
  if (tab.id === "tab-network") other.open();
  else other.pause();
}
for (const tab of tabs) {
  tab.addEventListener("click", () => {
    choose(tab);
    if (tab.id === "tab-network") other.remember();
    else changed();
  });
  tab.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowRight" || key === "ArrowLeft") choose(tabs[1 - tabs.indexOf(tab)], true);
  });
}

function arrive() {
  const words = recall();
  may_run = Boolean(history.state?.typed) || !words.has("text");
  if (words.get("tab") === "network") {
    other.recall(words);
    choose(tabs[1]);
  } else {
    choose(tabs[0]);
    ask();
  }
}
addEventListener("hashchange", arrive);
arrive();
