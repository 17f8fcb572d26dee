import { expect, test } from "vitest";
import type { RuntimeInfo } from "../../src/api/runtime-info.ts";
import { runTarget } from "../../src/cli/job/run-operands.ts";

const RUNTIMES: RuntimeInfo[] = [
  { language: "python", version: "3.13.5", aliases: ["py"], file_endings: [".py"] },
  { language: "c", version: "14.2.0", aliases: [], runtime: "gcc", file_endings: [".c", ".h"] },
];

function target(operands: readonly string[], files: readonly string[]) {
  return runTarget(operands, RUNTIMES, (path) => {
    if (files.includes(`${path}/`)) return "folder";
    return files.includes(path) ? "file" : "nothing";
  });
}

test.each([
  [["python", "a.txt", "-x", "y"], ["a.txt"], { language: "python", file: "a.txt", args: ["-x", "y"] }],
  [["py", "a.py"], ["a.py"], { language: "py", file: "a.py", args: [] }],
  [["a.py", "b", "c"], ["a.py"], { language: "python", file: "a.py", args: ["b", "c"] }],
  [["dir/a.c", "--version"], ["dir/a.c"], { language: "c", file: "dir/a.c", args: ["--version"] }],
  [["a.py", "b.py"], ["a.py", "b.py"], { language: "python", file: "a.py", args: ["b.py"] }],
  [["python", "a.py"], ["python", "a.py"], { language: "python", file: "a.py", args: [] }],
])("%j", (operands, files, expected) => {
  expect(target(operands, files)).toEqual(expected);
});

test.each([
  [["a.py"], [], "There is no file a.py."],
  [["python"], [], "FILE is missing after the language python."],
  [["python", "dir"], ["dir/"], "dir is a folder; name a file."],
  [["dir"], ["dir/"], "dir is a folder; name a file."],
  [["python", "a.py"], [], "There is no file a.py."],
  [["pyhton", "a.py"], ["a.py"], "pyhton is no installed language. Did you mean python?"],
  [["rust", "a.rs"], ["a.rs"], "rust is no installed language. Installed: python py c"],
  [["a.rs"], ["a.rs"], "The ending of a.rs tells no installed language (known: .c .h .py)"],
  [["python", "--json", "a.py"], ["a.py"], "Options come before LANGUAGE"],
])("%j is explained", (operands, files, message) => {
  expect(() => target(operands, files)).toThrow(message);
});
