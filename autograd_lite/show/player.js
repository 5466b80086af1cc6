// The player: it shows what the record says, one step at a time, and computes nothing itself.

function start(data, host) {
  const { nodes, turn, quiz } = data;
  const written = [...host.querySelectorAll("tbody tr")].map((row) => [...row.cells].slice(2).map((cell) => cell.textContent.trim()));
  const cells = written.map((row, k) => {
    if (!data.rows || k < turn) return row; // else it is a sheet to be filled in
    const isSum = data.steps[k].kind === "accumulate";
    const [rest, numbers, result] = isSum ? [data.sum, ...data.rows[k - turn]] : data.rows[k - turn];
    return [rest ? `${row[0]} = ${rest}` : row[0], isSum ? `${row[0]} = ${numbers}` : numbers, result];
  });
  const steps = data.steps.map((step, k) => {
    const [rule, numbers, result] = cells[k];
    return { ...step, rule, numbers, result };
  });
  const still = !window.matchMedia || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let position = 0; // how many steps have been made
  let timer = 0;
  const answers = new Map(); // "position.question" -> whether the first try was right

  // --- The graph ---

  const graph = make("div", { class: "graph", tabindex: "0", role: "group" });
  const boxesOf = new Map(); // the place of a node -> its box, and where it is named once more
  const edgesInto = new Map(); // the place of a node -> the edges into it
  const edgeOf = new Map(); // "node,use" -> its edge
  const boxes = [];
  const edges = [];
  const image = host.querySelector("img");
  const svg = image ? picture() : null;
  if (svg) readGraph();
  else graph.append(host.querySelector("pre")?.cloneNode(true) ?? "");

  function picture() {
    const found = drawn(textOf(image));
    graph.classList.toggle("folded", data.folded);
    for (const [id, text] of data.hidden ?? []) [...found.getElementById(id).querySelectorAll("text")].at(-1).textContent = text;
    graph.setAttribute("aria-label", `${image.alt} Scrolls sideways.`);
    graph.append(found);
    return found;
  }

  function readGraph() {
    const part = (id) => svg.getElementById(id);
    for (const [id, places, shows] of data.boxes) {
      const element = part(id);
      if (!element) continue;
      const texts = [...element.querySelectorAll("text")];
      const gradient = shows < 0 ? null : texts.at(-1);
      const box = { element, places, shows, gradient, value: shows < 0 ? null : texts.at(-2) };
      box.shape = element.querySelector("polygon, path, rect, ellipse");
      box.before = gradient ? gradient.textContent.replace(/= [^=]*$/, "= ") : "";
      for (const place of places) boxesOf.set(place, [...(boxesOf.get(place) ?? []), box]);
      if (places.length) {
        element.classList.add("node");
        element.addEventListener("click", () => visit(places));
      }
      boxes.push(box);
    }
    data.edges.forEach((uses, k) => {
      const element = part(`e${k}`);
      if (!element) return;
      const tail = part(data.again[k]);
      const edge = { element, uses, label: element.querySelector("text"), tail: boxes.find((box) => box.element === tail) };
      for (const use of uses) {
        edgeOf.set(String(use), edge);
        edgesInto.set(use[0], [...(edgesInto.get(use[0]) ?? []), edge]);
      }
      edges.push(edge);
    });
  }

  // A picture that is larger than its place is seen whole, or larger and scrolled.
  function resize(factor) {
    const width = svg.getBoundingClientRect().width;
    graph.classList.remove("folded");
    graph.classList.toggle("whole", !factor);
    svg.style.width = factor ? `${Math.round(width * factor)}px` : "";
    if (factor && position) showGraph(position > turn);
  }
  const size = make(
    "div",
    { class: "tools size", role: "group", "aria-label": "size of the picture" },
    button("−", () => resize(0.8), { "aria-label": "smaller" }),
    button("Fit", () => resize(0)),
    button("+", () => resize(1.25), { "aria-label": "larger" })
  );

  // --- What has happened after so many steps ---

  // To go on or back is to make or undo the steps between; what they touch is shown anew, and nothing else.
  const known = new Set(nodes.flatMap(([, , , given], place) => (given ? [place] : [])));
  const gradients = new Map(); // the place of a node -> the steps that gave its gradient so far
  const passed = new Map(); // an edge -> how many steps have gone along it
  let made = 0;
  let touched = { places: nodes.map((_, place) => place), edges };

  function change(step, k, making) {
    if (k < turn) {
      if (making) known.add(step.node);
      else known.delete(step.node);
    } else if ("parent" in step) {
      const edge = edgeOf.get(`${step.node},${step.use}`);
      passed.set(edge, (passed.get(edge) ?? 0) + (making ? 1 : -1));
      touched.edges.push(edge);
    } else {
      const given = gradients.get(step.node) ?? [];
      gradients.set(step.node, making ? [...given, step] : given.slice(0, -1));
    }
    touched.places.push(step.node);
  }

  const gradientOf = (place) => gradients.get(place)?.at(-1);

  function reach(count) {
    for (; made < count; made++) change(steps[made], made, true);
    for (; made > count; made--) change(steps[made - 1], made - 1, false);
  }

  const step = () => steps[position - 1];
  const questions = () => (quiz && position ? (step().questions ?? []) : []);
  const answered = (k) => answers.has(`${position}.${k}`);
  const current = () => questions().findIndex((_, k) => !answered(k)); // which question is asked, or -1
  const asked = (what) => current() >= 0 && (!what || questions()[current()][0] === what);

  function show() {
    reach(asked() ? position - 1 : position);
    const back = position > turn;
    if (svg) showGraph(back);
    showTable();
    touched = { places: [], edges: [] };
    showStep();
    forwards.setAttribute("aria-pressed", String(!back));
    backwards.setAttribute("aria-pressed", String(back));
    slider.value = position;
    slider.setAttribute("aria-valuetext", `step ${position} of ${steps.length}`);
    counter.textContent = `step ${position} of ${steps.length}`;
    if (quiz) {
      const right = [...answers.values()].filter(Boolean).length;
      score.textContent = answers.size ? `${right} of ${answers.size} right at the first try` : "";
    }
    previous.setAttribute("aria-disabled", position === 0); // disabled, it would lose the focus and so the keys
    next.setAttribute("aria-disabled", position === steps.length);
  }

  let lit = { boxes: [], edges: [] };

  function showGraph(back) {
    const now = position ? step() : null;
    const before = lit;
    lit = { boxes: [], edges: [] };
    let at; // the box to be seen
    if (now) {
      const edge = edgeOf.get(`${now.node},${now.use}`);
      const box = boxesOf.get(now.node)?.[0];
      at = edge?.tail ?? boxesOf.get(now.parent)?.[0] ?? box;
      lit.boxes = [box, at].filter(Boolean);
      lit.edges = back ? [edge].filter(Boolean) : (edgesInto.get(now.node) ?? []);
    }
    const changed = touched.places.flatMap((place) => boxesOf.get(place) ?? []);
    for (const box of new Set([...changed, ...before.boxes, ...lit.boxes])) showBox(box);
    for (const edge of new Set([...touched.edges, ...before.edges, ...lit.edges])) if (edge) showEdge(edge, back);
    if (at && graph.isConnected) follow(at.element);
    if (!now) graph.scrollTo({ left: 0, top: 0 });
  }

  function showBox(box) {
    const shining = lit.boxes.includes(box);
    box.element.classList.toggle("now", shining);
    box.element.classList.toggle("later", !shining && !box.places.some((place) => known.has(place)));
    if (box.shows < 0) return;
    const found = gradientOf(box.shows);
    box.value.style.visibility = known.has(box.shows) ? "visible" : "hidden";
    box.gradient.style.visibility = found ? "visible" : "hidden";
    box.shape.style.fill = found ? found.fill : "#fff";
    if (found) fit(box, found);
  }

  function showEdge(edge, back) {
    const shining = lit.edges.includes(edge);
    edge.element.classList.toggle("now", shining);
    if (!edge.label || !edge.uses.length) return;
    edge.label.style.visibility = passed.get(edge) || (shining && back && !asked("local")) ? "visible" : "hidden";
  }

  // A sum that is not complete yet may be longer than the number that the box was made for.
  function fit({ gradient, before, shape }, { result }) {
    if (gradient.textContent === before + result) return; // to measure is slow
    gradient.textContent = before + result;
    gradient.removeAttribute("textLength");
    const room = shape.getBBox().width - 8;
    if (gradient.getComputedTextLength() > room && room > 0) {
      gradient.setAttribute("textLength", room);
      gradient.setAttribute("lengthAdjust", "spacingAndGlyphs");
    }
  }

  function follow(element) {
    const [a, b] = [element.getBoundingClientRect(), graph.getBoundingClientRect()];
    const left = a.left - b.left - (b.width - a.width) / 2;
    const top = a.top - b.top - (b.height - a.height) / 2;
    const out = a.left < b.left + 24 || a.right > b.right - 24 || a.top < b.top || a.bottom > b.bottom;
    if (out) graph.scrollBy({ left, top, behavior: still ? "auto" : "smooth" });
  }

  // --- The step in words ---

  const title = make("h3");
  const lines = make("dl");
  const note = make("p", { class: "note" });
  const live = make("div", { class: "live", "aria-live": "polite", "aria-atomic": "true" }, title, lines, note);
  const words = make("div", { class: "words" }, live);

  function showStep() {
    if (position === 0) {
      title.textContent = turn ? "The inputs are given" : "There is nothing to compute";
      lines.replaceChildren();
      note.textContent = turn ? "Next computes one node after another. Then the gradient flows back, one edge at a time." : "Next starts the backward pass.";
      if (quiz) note.textContent += " On the way back you are asked for each local derivative, then for the product, then for the sum. First tries are counted.";
    } else {
      const { kind, node, parent, note: more } = step();
      const names = { node: nodes[node][0], parent: nodes[parent ?? node][0] };
      title.textContent = data.titles[kind].replace(/{(\w+)}/g, (_, key) => names[key]);
      lines.replaceChildren(...(asked() ? questioned(names) : told(names)).flatMap(([name, ...parts]) => [make("dt", {}, name), make("dd", {}, ...parts)]));
      note.textContent = asked() ? "" : (data.texts[more] ?? "");
    }
    if (quiz) showQuestion();
  }

  // The lines of a step, the last with its result.
  function told({ node: here }) {
    const { kind, node, rule, numbers, result, exact } = step();
    const said = numbers ? [rule, numbers] : [rule];
    if (kind === "chain") said.unshift(`∂${data.root}/∂${here} = ${gradientOf(node).result}`);
    const rows = said.map((line, k) => [data.lines[kind][k], line]);
    if (exact !== undefined) rows.at(-1).push(" = ", number(result, exact));
    return rows;
  }

  const number = (text, exact) => make("output", { class: "result", title: String(exact) }, text);

  // The lines of a step whose number is asked for: what it follows from, and a question mark.
  function questioned({ node: here, parent }) {
    const { node, rule, numbers } = step();
    const computed = steps.find((one) => one.kind === "forward" && one.node === node);
    const comes = ["gradient that comes in", `∂${data.root}/∂${here} = ${gradientOf(node)?.result}`];
    const local = `∂${here}/∂${parent}`;
    if (asked("start")) return [[data.lines.start[0], rule, " = ", number("?", "")]];
    if (asked("sum")) {
      const [, contribution] = numbers.split(" + ");
      return [["gradient so far", gradientOf(node).result], ["new contribution", contribution], ["gradient now", `${here}.grad = `, number("?", "")]];
    }
    if (asked("local")) return [["computed by", computed.rule], comes, ["local derivative", `${local} = `, number("?", "")]];
    return [comes, ["local derivative", rule], ["their product", `∂${data.root}/∂${here} · ${local} = `, number("?", "")]];
  }

  // --- The quiz ---

  const input = make("input", { type: "text", inputmode: "text", autocomplete: "off", "aria-label": "your answer" });
  const verdict = make("p", { class: "verdict", role: "status" });
  const form = make(
    "form",
    { onsubmit: (event) => (event.preventDefault(), check()) },
    make("label", {}, "Your answer ", input),
    make("button", { type: "submit", class: "main" }, "Check"),
    button("Show it", () => settle(false, ""))
  );
  if (quiz) words.append(form, verdict);

  function showQuestion() {
    form.hidden = !asked();
    const key = `${position}.${current()}`;
    if (verdict.dataset.question === key) return;
    verdict.textContent = input.value = "";
    verdict.dataset.question = key;
    verdict.dataset.tried = "";
    if (position === steps.length && !asked()) verdict.textContent = `The pass is complete: ${score.textContent}.`;
  }

  function check() {
    const answer = read(input.value);
    const [what, right, mistakes] = questions()[current()];
    if (answer === null) {
      verdict.className = "verdict wrong";
      verdict.textContent = "Please write a number, such as -0.25 or 1/4.";
    } else if (near(answer, Number(right))) {
      settle(!verdict.dataset.tried, "Right.");
    } else {
      const [, known] = mistakes.find(([wrong]) => near(answer, Number(wrong))) ?? [];
      verdict.dataset.tried = "yes";
      verdict.className = "verdict wrong";
      verdict.textContent = `${data.texts[known] ?? data.hints[what]} Try again, or go on.`;
      input.select();
    }
  }

  function settle(right, text) {
    const inside = form.contains(root.getRootNode().activeElement);
    answers.set(`${position}.${current()}`, right);
    show();
    verdict.className = "verdict right";
    verdict.textContent = [text, verdict.textContent].filter(Boolean).join(" ");
    if (inside) (asked() ? input : next).focus({ preventScroll: true });
  }

  function read(text) {
    const clean = text.trim().toLowerCase().replaceAll("−", "-").replaceAll(",", ".").replace("∞", "inf");
    const special = { nan: NaN, inf: Infinity, "+inf": Infinity, "-inf": -Infinity };
    if (clean in special) return special[clean];
    const [over, under = "1", ...rest] = clean.split("/").map((part) => part.trim());
    const number = Number(over) / Number(under);
    return !over || !under || rest.length || Number.isNaN(number) ? null : number;
  }

  // Within half a percent: three digits are enough.
  function near(answer, right) {
    return Object.is(answer, right) || answer === right || Math.abs(answer - right) <= 0.005 * Math.abs(right);
  }

  // --- The running table ---

  const rows = nodes.map(([name, value, exact], place) => {
    const go = button(name, () => visit([place]), { class: "name" });
    const cells = [make("td"), make("td")];
    const row = make("tr", {}, make("th", { scope: "row" }, go), ...cells);
    return { row, cells, value, exact };
  });
  const table = make(
    "table",
    {},
    make("caption", {}, "All numbers so far"),
    make(
      "thead",
      {},
      make("tr", {}, ...["node", "value", "grad"].map((word) => make("th", { scope: "col" }, word)))
    ),
    make("tbody", {}, ...rows.map(({ row }) => row))
  );
  const numbers = make("div", { class: "numbers", tabindex: "0", role: "group", "aria-label": "all numbers so far" }, table);

  let marked; // the row of the node that the step is about

  function showTable() {
    for (const place of new Set(touched.places)) {
      const { cells, value, exact } = rows[place];
      const found = gradientOf(place);
      put(cells[0], known.has(place) ? value : "", exact);
      put(cells[1], found ? found.result : "", found?.exact);
    }
    marked?.classList.remove("now");
    marked = position ? rows[step().node].row : null;
    marked?.classList.add("now");
    if (!marked || !numbers.isConnected) return;
    const head = table.tHead.offsetHeight; // it stays where it is, and hides what is under it
    const [top, bottom] = [marked.offsetTop - head, marked.offsetTop + marked.offsetHeight - numbers.clientHeight];
    if (numbers.scrollTop > top) numbers.scrollTop = top;
    else if (numbers.scrollTop < bottom) numbers.scrollTop = rows.find(({ row }) => row.offsetTop - head >= bottom).row.offsetTop - head;
  }

  function put(cell, text, exact) {
    if (cell.textContent === text && cell.title === (text ? String(exact) : "")) return; // to write is slow
    cell.textContent = text;
    if (text) cell.title = String(exact);
    else cell.removeAttribute("title");
  }

  // --- Going about ---

  function go(to) {
    position = Math.max(0, Math.min(steps.length, to));
    show();
    if (position === steps.length) stop();
  }

  function leave(by) {
    stop();
    if (by > 0) questions().forEach((_, k) => answered(k) || answers.set(`${position}.${k}`, false)); // who goes on gives up
    go(position + by);
  }

  // The next step in this pass that is about one of these nodes, else in the other one.
  function visit(places) {
    stop();
    const about = steps.flatMap(({ node }, k) => (places.includes(node) ? [k + 1] : []));
    const here = about.filter((k) => k > turn === position > turn);
    const choice = here.length ? here : about;
    if (choice.length) go(choice.find((k) => k > position) ?? choice[0]);
  }

  function play() {
    if (timer) return stop();
    if (position === steps.length) go(0);
    playing.textContent = "❚❚ Pause";
    const beat = () => {
      go(position + 1);
      if (position < steps.length) timer = setTimeout(beat, 1800 / Number(speed.value));
    };
    timer = setTimeout(beat, 300);
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
    playing.textContent = "▶ Play";
  }

  const forwards = button("Forward", () => (stop(), go(0)));
  const backwards = button("Backward", () => (stop(), go(turn + 1)));
  const previous = button("← Back", () => leave(-1));
  const playing = button("▶ Play", play);
  const next = button("Next →", () => leave(1), { class: "main" });
  const speed = make(
    "select",
    {},
    ...[0.5, 1, 2, 4].map((x) => make("option", { value: x, ...(x === 1 ? { selected: "" } : {}) }, `${x}×`))
  );
  const slider = make("input", {
    type: "range", min: 0, max: steps.length, value: 0, class: "slider", "aria-label": "step",
    oninput: () => (stop(), go(Number(slider.value))),
  });
  const counter = make("span", { class: "counter" });
  const score = make("span", { class: "counter" });

  function press(event) {
    const target = event.composedPath()[0];
    const typing = target.matches("input, select");
    const key = event.key;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing) event.stopPropagation(); // a notebook has shortcuts of one letter
    if (target === input && key === "Enter") check(); // and may keep this key to itself
    else if (typing) return;
    else if (key === "ArrowRight") leave(1);
    else if (key === "ArrowLeft") leave(-1);
    else if (key === "Home") stop(), go(0);
    else if (key === "End") stop(), go(steps.length);
    else if (key === " " && !target.matches("button") && !quiz) play();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const toolbar = [previous, ...(quiz ? [] : [playing]), next];
  const root = make(
    "section",
    { class: "player", tabindex: "0", "aria-label": `backpropagation of ${data.root}, step by step; arrow keys go back and on`, onkeydown: press },
    make(
      "div",
      { class: "bar" },
      make("div", { class: "passes", role: "group", "aria-label": "pass" }, forwards, backwards),
      counter,
      ...(quiz ? [score] : []),
      ...(svg ? [size] : [])
    ),
    graph,
    slider,
    make(
      "div",
      { class: "bar" },
      make("div", { class: "tools", role: "group", "aria-label": "steps" }, ...toolbar),
      ...(quiz ? [] : [make("label", { class: "speed" }, "Speed ", speed)])
    ),
    make("div", { class: "below" }, words, numbers)
  );
  show();
  return root;
}
