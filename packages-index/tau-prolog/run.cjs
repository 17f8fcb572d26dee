#!/usr/bin/env node
// run.cjs MAIN [ARGS...]: loads a Prolog program and runs its goals; without initialization/1, main/0 where it has one.
"use strict";
const { readFileSync } = require("node:fs");

// Before the library is loaded, which takes its flag argv from here.
process.argv.splice(1, 1);
const pl = require("tau-prolog");
for (const name of ["charsio", "format", "js", "lists", "os", "random", "statistics", "promises"]) {
  require(`tau-prolog/modules/${name}.js`)(pl);
}

const session = pl.create(Number.MAX_SAFE_INTEGER);
// These it has no need to ask for.
for (const name of ["lists", "format", "charsio", "os", "random"]) {
  session.consult(`:- use_module(library(${name})).`, { success() {}, error() {} });
}

// The library itself would ask a terminal. All of the input is read at the first wish for some.
let input;
session.streams.user_input.stream = {
  get(length) {
    input ??= readFileSync(0, "utf8");
    if (input === "") return "end_of_stream";
    const text = input.slice(0, length);
    input = input.slice(length);
    return text;
  },
  eof() {
    input ??= readFileSync(0, "utf8");
    return input === "";
  },
};

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

function finish(answer) {
  if (answer === false || answer === null) fail("Warning: initialization goal failed");
  else if (pl.type.is_error(answer)) raised(answer);
}

const raised = (error) => fail(`Error: ${error.args?.[0]?.toString({ quoted: true, session }) ?? error}`);

session.consult(readFileSync(process.argv[1], "utf8"), {
  success(answer) {
    if (answer !== undefined) return finish(answer);
    if (session.modules.user.rules["main/0"] === undefined) return;
    session.query("main.", { success: () => session.answer(finish), error: raised });
  },
  error: raised,
});
