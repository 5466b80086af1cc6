// How Python starts: in the worker of a page, and where the image of its memory is made.

const LIBRARY = "/library";
const START = `
import sys
if "${LIBRARY}" not in sys.path:
    sys.path.append("${LIBRARY}")
import random
from playground.answering import Answers
Answers()('{"do": "picture", "text": "x * x", "values": {}}')  # all that this takes is then in the image, too
`;
const ANSWERS = `
random.seed()  # an image has its random state in it
Answers()
`;

// The files of the library, which no image has.
export function furnish({ FS }, files) {
  for (const [name, text] of Object.entries(files)) {
    FS.mkdirTree(`${LIBRARY}/${name.slice(0, name.lastIndexOf("/"))}`);
    FS.writeFile(`${LIBRARY}/${name}`, text);
  }
}

export function begin(python, files) {
  furnish(python, files);
  python.runPython(START);
}

// What answers the questions of a page.
export const answering = (python) => python.runPython(ANSWERS);

// Have room for an image that is larger than the memory with which this engine begins.
export function makeRoom(module, image) {
  if (module.HEAP8.length < image.byteLength) module._free(module._malloc(image.byteLength));
}

// Where Python keeps how this engine calls C functions fastest, if there is a way: no image may bring that of another.
export function trampoline({ HEAP32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: offset }) {
  const place = (__PyRuntime + HEAP32[offset / 4]) / 4;
  return { get: () => HEAP32[place], set: (pointer) => (HEAP32[place] = pointer) };
}
