// run.cjs MAIN [ARGS...]: Imba's own command takes the program's options for its own.
"use strict";
const { readFileSync } = require("node:fs");
const { resolve } = require("node:path");
const imba = require("/opt/imba/node_modules/imba/lib/compiler/index.js");

const path = resolve(process.argv[2]);
process.argv.splice(1, 2, path);
imba.run(readFileSync(path, "utf8"), { target: "node", sourcePath: path, filename: path });
