// Python, in a worker: it answers questions, one at a time, and does nothing else.

const START = `
import sys
if "/library" not in sys.path:
    sys.path.append("/library")
import random
from playground.answering import Answers
Answers()('{"do": "picture", "text": "x * x", "values": {}}')  # all that this takes is then remembered, too
`;
const NEW = `
random.seed()  # what is remembered of Python has its random state in it
Answers()
`;
const SHELF = "autograd_lite python ";

let answers;

self.onmessage = async ({ data }) => {
  try {
    if (data.start) {
      await start(data.start);
      self.postMessage({ ready: true });
    } else {
      self.postMessage({ id: data.id, answer: answers(data.question) });
    }
  } catch (error) {
    self.postMessage({ id: data.id, failed: String(error?.message ?? error).trim().split("\n").at(-1) });
  }
};

// A start takes seconds. What it comes to is remembered by the browser, as an image of the memory, and the next start
// takes that up.
async function start({ pyodide, library, version }) {
  const [{ loadPyodide }, archive, image] = await Promise.all([
    import(`${pyodide}pyodide.mjs`),
    fetch(library).then((response) => (response.ok ? response.arrayBuffer() : Promise.reject(new Error(`${library}: ${response.status}`)))),
    remembered(version, library),
  ]);
  let python;
  const make = async (options) => {
    python = await loadPyodide({ indexURL: pyodide, ...options });
    python.unpackArchive(archive, "zip", { extractDir: "/library" });
  };
  if (image) {
    try {
      await make({ _loadSnapshot: image });
      answers = python.runPython(NEW);
      return;
    } catch {
      await caches.delete(SHELF + version); // made by another browser version, say
    }
  }
  await make({ _makeSnapshot: Boolean(self.caches) });
  python.runPython(START);
  await remember(version, library, python).catch(() => {}); // where there is no room, the next start is a slow one
  answers = python.runPython(NEW);
}

async function remembered(version, library) {
  try {
    const found = await (await caches.open(SHELF + version)).match(library);
    return found && new Uint8Array(await found.arrayBuffer());
  } catch {
    return undefined; // no storage, as in some private windows
  }
}

async function remember(version, library, python) {
  if (!self.caches) return;
  const image = python.makeMemorySnapshot();
  for (const name of await caches.keys()) if (name.startsWith(SHELF) && name !== SHELF + version) await caches.delete(name);
  await (await caches.open(SHELF + version)).put(library, new Response(image));
}
