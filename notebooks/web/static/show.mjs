// Puts into a page what Python has made: pictures, and outputs that bring a script of the library's own.

const SMALLEST = 0.55; // of its size a picture may be shown at; what is wider then scrolls

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// An SVG as an image: whatever is written in it stays a text, and nothing in it runs.
export function image(svg, alt) {
  const made = make("img", { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, alt });
  const width = Math.round((Number(svg.match(/ width="([\d.]+)pt"/)[1]) * 4) / 3);
  made.style.width = `clamp(${Math.round(width * SMALLEST)}px, 100%, ${width}px)`; // small letters help nobody
  return made;
}

// Another picture in the same element: no flicker while a slider moves.
export function refill(old, { src, alt, style }) {
  old.alt = alt;
  old.src = src;
  old.style.width = style.width;
}

// The page's policy lets only those scripts run that the library's players and films bring.
export function fragment(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const parts = [...parsed.body.childNodes].map((node) => document.importNode(node, true));
  const holder = make("div", { class: "fragment" });
  holder.append(...parts);
  for (const dead of holder.querySelectorAll("script")) {
    const live = document.createElement("script");
    if (dead.type) live.type = dead.type;
    live.textContent = dead.textContent;
    dead.replaceWith(live);
  }
  return holder;
}

export function download(name, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/plain" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const number = (x) => {
  const value = Number(x);
  if (!Number.isFinite(value)) return String(x);
  const text = Math.abs(value) >= 1e6 || (value && Math.abs(value) < 1e-4) ? value.toExponential(3) : String(+value.toPrecision(5));
  return text.replace("-", "−");
};
