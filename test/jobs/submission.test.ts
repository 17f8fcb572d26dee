import { expect, test } from "vitest";
import { checkFileNames } from "../../src/submissions/file-name.ts";
import { boxFiles } from "../../src/submissions/submission.ts";

test("a job finds its files, its arguments and its stdin in the box", () => {
  const files = [
    { name: "main.py", content: Buffer.from("print(1)") },
    { name: "src/deep/a.bin", content: Buffer.from([0, 255]) },
  ];
  expect(boxFiles({ files, args: ["one", "two words"], stdin: Buffer.from("in") })).toEqual([
    { name: "submission/main.py", content: Buffer.from("print(1)") },
    { name: "submission/src/deep/a.bin", content: Buffer.from([0, 255]) },
    { name: "args.args", content: Buffer.from("one\ntwo words\n") },
    { name: "stdin.stdin", content: Buffer.from("in") },
  ]);
});

test.each([
  ["", "must not have an empty part"],
  ["/etc/passwd", "must not be absolute"],
  ["../a", "must not have `.` or `..` as a part"],
  ["a/../../b", "must not have `.` or `..` as a part"],
  ["./a", "must not have `.` or `..` as a part"],
  ["..", "must not have `.` or `..` as a part"],
  ["a//b", "must not have an empty part"],
  ["a/", "must not have an empty part"],
  ["a\0b", "must not hold NUL"],
  ["\ud800", "must be well-formed Unicode: it holds half of a surrogate pair"],
  ["x".repeat(256), "must not have a part longer than 255 bytes"],
  ["é".repeat(128), "must not have a part longer than 255 bytes"],
  [`${"d/".repeat(61)}a`, "must not lie more than 60 folders deep"],
  [Array(2_000).fill("ab").join("/"), "must not be longer than 3840 bytes"],
])("the name %j is refused", (name, problem) => {
  expect(() => checkFileNames(["first", name])).toThrow(`files[1].name ${problem}`);
});

test.each([
  [["a", "b", "a"], "files[2].name stands there twice"],
  [["a/b", "a"], "files[1].name is a folder of another file"],
  [["a", "a/b"], "files[1].name lies below another file"],
])("the names %j contradict each other", (names, problem) => {
  expect(() => checkFileNames(names)).toThrow(problem);
});

test("names with folders, spaces, dots, dashes and any script are fine", () => {
  expect(() =>
    checkFileNames([
      "a b",
      "-x",
      ".hidden",
      "..a",
      "ünï/çode.py",
      "ünï/b",
      "x".repeat(255),
      `${"d/".repeat(60)}a`,
    ]),
  ).not.toThrow();
});
