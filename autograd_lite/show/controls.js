// What players and films share: elements, and pictures whose parts can be changed.

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

const button = (text, onclick, properties = {}) => make("button", { type: "button", onclick, ...properties }, text);

// The text of an SVG that stands in the address of an image.
const textOf = (image) => decodeURIComponent(image.getAttribute("src").replace(/^[^,]*,/, ""));

// An SVG as elements, as wide as there is room, and never too small to be read.
function drawn(text, least = 0.75) {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  const svg = document.importNode(parsed.documentElement, true);
  const width = Math.round((svg.viewBox.baseVal.width * 4) / 3);
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.style.maxWidth = "none"; // small letters help nobody: what is too wide is scrolled
  svg.style.width = `clamp(${Math.round(width * least)}px, 100%, ${width}px)`;
  svg.style.setProperty("--natural", `${width}px`);
  return svg;
}
