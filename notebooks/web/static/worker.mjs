// Python, in a worker: it answers questions, one at a time, and does nothing else.

import { answering, begin, furnish, makeRoom, trampoline } from "./start.mjs";

let answers;

self.onmessage = async ({ data }) => {
  try {
    if (data.start) {
      answers = await start(data.start);
      self.postMessage({ ready: true });
    } else {
      self.postMessage({ id: data.id, answer: answers(data.question) });
    }
  } catch (error) {
    // A mistake that Python itself does not survive: what it would answer next cannot be trusted.
    const died = Boolean(error?.pyodide_fatal_error) || error instanceof RangeError;
    self.postMessage({ id: data.id, died, failed: died ? why(error) : said(error) });
  }
};

const said = (error) => String(error?.message ?? error).trim().split("\n").at(-1);

const why = (error) => (/call stack|recursion/i.test(error.message) ? "Python in a browser has no room for a chain of so many operations; make it shorter" : said(error));

// A start takes seconds. The site has an image of the memory to which it comes, and takes that up where it can.
async function start({ pyodide, library, image }) {
  const files = fetched(library).then((response) => response.json());
  const memory = image ? unpacked(image) : undefined;
  memory?.catch(() => {}); // then Python starts without
  const { loadPyodide } = await import(`${pyodide}pyodide.mjs`);
  const options = { indexURL: pyodide };
  if (image) {
    try {
      const { default: create } = await import(`${pyodide}pyodide.asm.mjs`);
      let quick;
      const createPyodideModule = async (settings) => {
        const made = await create(settings);
        quick = trampoline(made).get();
        makeRoom(made, await memory);
        return made;
      };
      const python = await loadPyodide({ ...options, createPyodideModule, _loadSnapshot: memory });
      trampoline(python._module).set(quick);
      furnish(python, await files);
      return answering(python);
    } catch {
      // A browser that cannot take the image up starts Python itself.
    }
  }
  const python = await loadPyodide(options);
  begin(python, await files);
  return answering(python);
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}

async function unpacked(address) {
  const { body } = await fetched(address);
  return new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
