// The slider: it shows the picture that was made for a value, and computes nothing itself.

function start({ name, frames }, host) {
  const last = frames.length - 1;
  const kept = [...host.querySelectorAll("img")]; // of the frames that stand without a script
  const figures = frames.map(({ title, alt, src }) => {
    const image = make("img", { src: src || kept.shift().getAttribute("src"), alt: `${title}: ${alt}` });
    return make("figure", { class: src ? "" : "kept" }, make("figcaption", {}, title), image);
  });
  const value = make("output", { class: "value" });
  const range = make("input", { type: "range", min: 0, max: last, value: 0, "aria-label": name, oninput: () => show(Number(range.value)) });
  let position = 0;

  function show(to) {
    position = Math.max(0, Math.min(last, to));
    figures.forEach((figure, k) => figure.classList.toggle("shown", k === position));
    range.value = position;
    value.textContent = frames[position].title;
    range.setAttribute("aria-valuetext", frames[position].title);
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowRight: position + 1, ArrowUp: position + 1, ArrowLeft: position - 1, ArrowDown: position - 1, Home: 0, End: last };
    if (!(event.key in steps)) return;
    show(steps[event.key]);
    event.preventDefault();
    event.stopPropagation(); // a notebook goes to another cell by the same keys
  }

  const root = make(
    "section",
    { class: "player", tabindex: "0", "aria-label": `pictures for values of ${name}; arrow keys go back and on`, onkeydown: press },
    make("label", {}, value, range),
    make("div", { class: "stage" }, ...figures)
  );
  show(0);
  return root;
}
