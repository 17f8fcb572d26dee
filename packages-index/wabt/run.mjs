// run.mjs MODULE MAIN [ARGS...]: runs a WebAssembly module. One without `_start` may export `main`, whose result is printed.
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [path, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args, env: {}, preopens: { "/": ".", ".": "." } });
const print = (...values) => process.stdout.write(`${values.join(" ")}\n`);
const imports = { ...wasi.getImportObject(), env: { print }, console: { log: print }, imports: { print } };
try {
  const { instance } = await WebAssembly.instantiate(readFileSync(path), imports);
  const { exports } = instance;
  if (exports._start && exports.memory) {
    process.exitCode = wasi.start(instance);
  } else if (exports._start) {
    // Without a memory it can have nothing from the system.
    exports._start();
  } else {
    const result = exports.main?.(...args.slice(1).map(Number));
    if (result !== undefined) print(result);
  }
} catch (error) {
  if (!(error instanceof WebAssembly.RuntimeError || error instanceof WebAssembly.LinkError)) throw error;
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
}
