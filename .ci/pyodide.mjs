// Runs tests on CPython 3.14 in WebAssembly, as a browser does: node pyodide.mjs WHEELS CHECKOUT OPTIONS-OF-PYTEST...
// Pyodide is looked for beside this file.
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { loadPyodide } from "pyodide";

const [wheels, checkout, ...options] = process.argv.slice(2);
const pyodide = await loadPyodide();
await pyodide.loadPackage(readdirSync(wheels).map((file) => resolve(wheels, file)), { messageCallback() {} });
pyodide.FS.mkdirTree("/checkout");
pyodide.mountNodeFS("/checkout", resolve(checkout));
// A thread would watch over tests that hang, and there are none.
pyodide.globals.set("options", pyodide.toPy(["-o", "faulthandler_timeout=0", ...options]));
process.exitCode = pyodide.runPython(`
import os
import pytest
os.chdir("/checkout")
int(pytest.main(options))
`);
