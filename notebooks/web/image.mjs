// Makes an image of Python's memory, with the library imported: node image.mjs PYODIDE LIBRARY IMAGE

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { answering, begin, furnish, makeRoom, trampoline } from "./static/start.mjs";

const [, , pyodide, library, target] = process.argv;
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const files = JSON.parse(readFileSync(library, "utf8"));

const python = await loadPyodide({ indexURL: `${pyodide}/`, _makeSnapshot: true });
begin(python, files);
trampoline(python._module).set(0);
const image = python.makeMemorySnapshot();

const { default: create } = await import(pathToFileURL(`${pyodide}/pyodide.asm.mjs`).href);
const createPyodideModule = async (settings) => {
  const made = await create(settings);
  makeRoom(made, image);
  return made;
};
const again = await loadPyodide({ indexURL: `${pyodide}/`, createPyodideModule, _loadSnapshot: image });
furnish(again, files);
const { result } = JSON.parse(answering(again)('{"do": "picture", "text": "6 * x", "values": {"x": 7}}'));
if (result !== 42) throw new Error(`the image of Python computes 6 * 7 = ${result}`);
writeFileSync(target, gzipSync(image));
