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
    self.postMessage({ id: data.id, failed: String(error?.message ?? error).trim().split("\n").at(-1) });
  }
};

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
