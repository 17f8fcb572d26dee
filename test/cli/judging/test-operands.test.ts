import { expect, test } from "vitest";
import type { RuntimeInfo } from "../../../src/api/runtime-info.ts";
import { testTarget } from "../../../src/cli/judging/test-operands.ts";
import { requireSoundJudging } from "../../../src/cli/judging/test-options.ts";

const RUNTIMES: RuntimeInfo[] = [
  { language: "python", version: "3.13.5", aliases: ["py"], file_endings: [".py"] },
  { language: "c", version: "14.2.0", aliases: [], runtime: "gcc", file_endings: [".c", ".h"] },
];

function target(operands: readonly string[], there: readonly string[]) {
  return testTarget(operands, RUNTIMES, (path) => {
    if (there.includes(`${path}/`)) return "folder";
    return there.includes(path) ? "file" : "nothing";
  });
}

test.each([
  [["a.py", "tests"], ["a.py", "tests/"], { language: "python", file: "a.py", more: [], folders: ["tests"] }],
  [["tests", "a.py"], ["a.py", "tests/"], { language: "python", file: "a.py", more: [], folders: ["tests"] }],
  [
    ["a.c", "b.c", "t", "u"],
    ["a.c", "b.c", "t/", "u/"],
    { language: "c", file: "a.c", more: ["b.c"], folders: ["t", "u"] },
  ],
  [
    ["python@3.11", "a.txt", "t"],
    ["a.txt", "t/"],
    { language: "python", version: "3.11", file: "a.txt", more: [], folders: ["t"] },
  ],
  [["py", "a.py"], ["a.py", "py/"], { language: "py", file: "a.py", more: [], folders: [] }],
  [["c", "a.c"], ["a.c"], { language: "c", file: "a.c", more: [], folders: [] }],
])("%j", (operands, there, expected) => {
  expect(target(operands, there)).toEqual(expected);
});

test.each([
  [["a.py", "nothing"], ["a.py"], "There is no file or folder nothing."],
  [["tests"], ["tests/"], "FILE is missing"],
  [["a.rs", "t"], ["a.rs", "t/"], "The ending of a.rs tells no installed language"],
  [["pyton", "a.txt"], ["a.txt"], "pyton is no installed language. Did you mean python?"],
])("%j is explained", (operands, there, message) => {
  expect(() => target(operands, there)).toThrow(message);
});

test.each([
  [{ checker: "c", interactor: "i" }, "--checker and --interactor exclude each other"],
  [{ checker: "c", compare: "exact" as const }, "do not go with --checker"],
  [{ interactor: "c", ignoreCase: true }, "do not go with --interactor"],
  [{ epsilon: 0.1 }, "--epsilon wants --compare floats"],
  [{ judgeFile: ["testlib.h"] }, "--judge-file wants --checker or --interactor"],
])("%j is refused", (options, message) => {
  expect(() => requireSoundJudging({ cases: [], only: [], judgeFile: [], ...options })).toThrow(message);
});
