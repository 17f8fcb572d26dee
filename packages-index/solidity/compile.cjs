// compile.cjs FILES...: compiles Solidity, and writes what run prints: each contract's name, its interface and its code.
"use strict";
const { readFileSync, writeFileSync } = require("node:fs");
const solc = require("solc/wrapper")(require("solc/soljson.js"));

const sources = Object.fromEntries(process.argv.slice(2).map((name) => [name, { content: readFileSync(name, "utf8") }]));
const outputSelection = { "*": { "*": ["abi", "evm.bytecode.object"] } };
const input = { language: "Solidity", sources, settings: { optimizer: { enabled: true }, outputSelection } };
const { errors = [], contracts = {} } = JSON.parse(solc.compile(JSON.stringify(input)));
for (const { formattedMessage } of errors) process.stderr.write(formattedMessage);
if (errors.some(({ severity }) => severity === "error")) process.exit(1);

const lines = Object.values(contracts).flatMap((file) =>
  Object.entries(file).map(([name, { abi, evm }]) => `${name}\n${JSON.stringify(abi)}\n${evm.bytecode.object}\n`),
);
writeFileSync(".contracts", lines.join(""));
