// The film: it shows what was computed for each moment, and computes nothing itself.

function start(data, host) {
  const { frames } = data;
  const last = frames.length - 1;
  let position = 0;
  let timer = 0;

  // --- The charts ---

  const [planeImage, curveImage, graphImage] = host.querySelectorAll("img");
  const chart = (image) => {
    const svg = drawn(textOf(image));
    svg.style.width = "";
    return svg;
  };
  const plane = chart(planeImage);
  const curve = chart(curveImage);
  const [field, border, marker] = [plane.getElementById("field"), plane.getElementById("border"), curve.getElementById("marker")];
  curve.addEventListener("click", (event) => {
    const box = curve.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * curve.viewBox.baseVal.width;
    const away = ({ at }) => (at ? Math.abs(at[0] - x) : Infinity);
    stop();
    go(frames.reduce((best, frame, k) => (away(frame) < away(frames[best]) ? k : best), 0));
  });

  function showCharts({ field: url, border: path, at }) {
    field?.setAttribute("href", url); // the chart of a curve has none
    border.setAttribute("d", path);
    marker.setAttribute("visibility", at ? "visible" : "hidden");
    if (!at) return;
    marker.setAttribute("transform", `translate(${at[0].toFixed(1)} 0)`);
    marker.querySelector("circle").setAttribute("cy", at[1].toFixed(1));
  }

  // --- The graph: in most films one picture, and what changes in it ---

  const graph = make("div", { class: "graph", tabindex: "0", role: "group" });
  const missing = make("p", { class: "note" });
  const graphs = data.graphs.map(({ svg: text, frames: numbers, parts }) => {
    if (!text && !graphImage) return { svg: host.querySelector("pre").cloneNode(true), numbers, parts: [] };
    const svg = drawn(text || textOf(graphImage), 0.65);
    return { svg, numbers, parts: parts.flatMap((part) => partOf(svg, part)) };
  });
  graph.append(...graphs.map(({ svg }) => svg));
  graph.setAttribute("aria-label", `${data.title}. Scrolls sideways.`);

  function partOf(svg, [id, texts, styles]) {
    const element = svg.getElementById(id);
    if (!element) return [];
    const lines = element.querySelectorAll("text");
    const shapes = [...element.querySelectorAll("polygon, path, rect, ellipse, polyline, line")];
    const isEdge = id.startsWith("e");
    return [
      ...texts.map(([line, begin, rest]) => (k) => {
        if (lines[line]) lines[line].textContent = begin + rest[k];
      }),
      ...styles.map(([attribute, values]) => (k) => {
        for (const shape of shapes) {
          if (attribute === "fill" ? shape === shapes[0] : true) shape.style.setProperty(attribute, values[k]);
          if (isEdge && attribute === "stroke" && shape.localName === "polygon") shape.style.fill = values[k];
        }
      }),
    ];
  }

  function showGraph() {
    const at = graphs.findIndex(({ numbers }) => numbers.includes(position));
    graph.classList.toggle("missing", at < 0);
    missing.textContent = at < 0 ? "At this moment it cannot be computed." : graphImage ? "" : "Its numbers are those of the last moment.";
    if (at < 0) return;
    graphs.forEach(({ svg }, k) => (svg.style.display = k === at ? "" : "none"));
    const k = graphs[at].numbers.indexOf(position);
    for (const change of graphs[at].parts) change(k);
  }

  // --- The moment in words ---

  const figure = (name) => {
    const number = make("output", { class: name });
    return [number, make("div", { class: "figure" }, make("span", { class: "label" }, name), number)];
  };
  const [epoch, epochBox] = figure("epoch");
  const [loss, lossBox] = figure("loss");
  const [right, rightBox] = figure("right");
  const note = make("p", { class: "ending" });
  const live = make("div", { class: "moment", "aria-live": "polite", "aria-atomic": "true" }, epochBox, lossBox, ...(frames[0].right ? [rightBox] : []));

  function show() {
    const frame = frames[position];
    showCharts(frame);
    showGraph();
    epoch.replaceChildren(String(frame.epoch), make("small", {}, ` of ${frames[last].epoch}`));
    loss.textContent = frame.loss;
    loss.title = frame.exact;
    right.textContent = frame.right;
    note.textContent = frame.note;
    slider.value = position;
    const told = frame.right ? `, ${frame.right} right` : "";
    slider.setAttribute("aria-valuetext", `after ${frame.epoch} of ${frames[last].epoch} epochs: loss ${frame.loss}${told}`);
    previous.disabled = position === 0;
    next.disabled = position === last;
  }

  // --- Going about ---

  function go(to) {
    position = Math.max(0, Math.min(last, to));
    show();
    if (position === last) stop();
  }

  const move = (by) => (stop(), go(position + by));

  function play() {
    if (timer) return stop();
    if (position === last) go(0);
    playing.textContent = "❚❚ Pause";
    live.setAttribute("aria-live", "off");
    const beat = () => {
      go(position + 1);
      if (position < last) timer = setTimeout(beat, 200 / Number(speed.value));
    };
    timer = setTimeout(beat, 200);
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
    playing.textContent = "▶ Play";
    live.setAttribute("aria-live", "polite");
  }

  const previous = button("← Back", () => move(-1));
  const playing = button("▶ Play", play, { class: "main" });
  const next = button("Next →", () => move(1));
  const speed = make(
    "select",
    {},
    ...[0.25, 0.5, 1, 2, 4].map((x) => make("option", { value: x, ...(x === 1 ? { selected: "" } : {}) }, `${x}×`))
  );
  const slider = make("input", {
    type: "range", min: 0, max: last, value: 0, class: "slider", "aria-label": "moment of the training",
    oninput: () => (stop(), go(Number(slider.value))),
  });

  function press(event) {
    const target = event.composedPath()[0];
    const typing = target.matches("input, select");
    const key = event.key;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing) return event.stopPropagation(); // a notebook has shortcuts of one letter
    if (key === "ArrowRight") move(1);
    else if (key === "ArrowLeft") move(-1);
    else if (key === "Home") stop(), go(0);
    else if (key === "End") stop(), go(last);
    else if (key === " " && !target.matches("button")) play();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const caption = (text) => (text ? [make("p", { class: "note" }, text)] : []);
  const root = make(
    "section",
    { class: "player film", tabindex: "0", "aria-label": "a training, moment by moment; arrow keys go back and on", onkeydown: press },
    live,
    note,
    make(
      "div",
      { class: "charts" },
      make("div", { class: "chart plane" }, plane, ...caption(data.notes[0])),
      make("div", { class: "chart curve" }, curve, ...caption(data.notes[1]))
    ),
    make(
      "div",
      { class: "controls" },
      slider,
      make(
        "div",
        { class: "bar" },
        make("div", { class: "tools", role: "group", "aria-label": "moments" }, previous, playing, next),
        make("label", { class: "speed" }, "Speed ", speed)
      )
    ),
    make("h3", {}, data.title),
    missing,
    graph
  );
  show();
  return root;
}
