// The page's side of Python: questions and answers, and an end to what does not end.

const here = new URL(".", import.meta.url);
const root = new URL("../", here);

// A worker that is made of a text has the page's own policy: it can ask nobody but this site for anything.
function worker() {
  const text = `import ${JSON.stringify(new URL("worker.mjs", here).href)};`;
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const made = new Worker(address, { type: "module" });
  const { pyodide, library, image } = document.documentElement.dataset;
  const whole = (way) => way && new URL(way, root).href;
  made.postMessage({ start: { pyodide: whole(pyodide), library: whole(library), image: whole(image) } });
  return made;
}

export class Stopped extends Error {}

export class Python {
  #worker;
  #waiting = new Map();
  #last = 0;
  #tell;
  #ready;
  #give_up;

  // `tell` is called with "starting", "ready", "stopped" and, with the reason, "failed".
  constructor(tell = () => {}) {
    this.#tell = tell;
    this.#begin();
  }

  #begin() {
    this.#tell("starting");
    this.#ready = new Promise((resolve, reject) => {
      this.#give_up = reject;
      this.#worker = worker();
      this.#worker.onmessage = ({ data }) => {
        if (data.ready) return this.#tell("ready"), resolve();
        if (!("id" in data) || data.id === undefined) return this.#tell("failed", data.failed), reject(new Error(data.failed));
        if (data.died) return this.stop(data.failed);
        const { settle, fail } = this.#waiting.get(data.id) ?? {};
        this.#waiting.delete(data.id);
        if ("failed" in data) fail?.(new Error(data.failed));
        else settle?.(JSON.parse(data.answer));
      };
      this.#worker.onerror = (event) => {
        const reason = event.message || "the worker could not be started";
        this.#tell("failed", reason);
        reject(new Error(reason));
      };
    });
    this.#ready.catch(() => {}); // who asks is told
  }

  // The answer to a question; after so many seconds of work it is given up, and Python starts anew.
  async ask(question, patience = 10) {
    await this.#ready;
    const id = ++this.#last;
    let clock;
    try {
      return await new Promise((settle, fail) => {
        this.#waiting.set(id, { settle, fail });
        this.#worker.postMessage({ id, question: JSON.stringify(question) });
        clock = setTimeout(() => this.stop(`stopped after ${patience} seconds: does it loop for ever?`), patience * 1000);
      });
    } finally {
      clearTimeout(clock);
    }
  }

  // End whatever runs. What Python knew is gone.
  stop(reason = "stopped") {
    this.#worker.terminate();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#give_up(new Stopped(reason)); // to those who still wait for it to start
    this.#tell("stopped");
    this.#begin();
    for (const { fail } of waiting) fail(new Stopped(reason));
  }
}
