import { symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { findCases } from "../../../src/cli/cases/find-cases.ts";
import { writtenFolder } from "./written-folder.ts";

/** What is found in a folder of these files: `NAME: INPUT ANSWER` for each case, and the notes. */
async function found(files: Readonly<Record<string, string>> | readonly string[]) {
  const contents = Array.isArray(files) ? Object.fromEntries(files.map((name) => [name, name])) : files;
  await using folder = await writtenFolder(contents as Readonly<Record<string, string>>);
  const { cases, notes } = await findCases(folder.path);
  const short = (path: string | null) => (path === null ? "-" : relative(folder.path, path));
  return {
    cases: cases.map(({ name, input, answer }) => `${name}: ${short(input)} ${short(answer)}`),
    notes,
  };
}

test.each([
  ["NAME.in and NAME.out", ["1.in", "1.out", "2.in", "2.out"], ["1: 1.in 1.out", "2: 2.in 2.out"]],
  ["NAME.in and NAME.ans", ["a.ans", "a.in"], ["a: a.in a.ans"]],
  ["NAME.in and NAME.a", ["a.a", "a.in"], ["a: a.in a.a"]],
  ["NAME.in and NAME.expected", ["a.in", "a.expected"], ["a: a.in a.expected"]],
  ["NAME.input and NAME.output", ["a.input", "a.output"], ["a: a.input a.output"]],
  ["Polygon's NAME and NAME.a", ["01", "01.a", "02", "02.a"], ["01: 01 01.a", "02: 02 02.a"]],
  [
    "inputNN.txt and outputNN.txt",
    ["input00.txt", "output00.txt", "input01.txt", "output01.txt"],
    ["00: input00.txt output00.txt", "01: input01.txt output01.txt"],
  ],
  ["inNN.txt and outNN.txt", ["in1.txt", "out1.txt"], ["1: in1.txt out1.txt"]],
  ["NAME.in.N and NAME.out.N", ["task.in.1", "task.out.1"], ["task.1: task.in.1 task.out.1"]],
  ["in/ and out/", ["in/a.txt", "out/a.txt"], ["a: in/a.txt out/a.txt"]],
  ["in/NAME.in and out/NAME.out", ["in/a.in", "out/a.out"], ["a: in/a.in out/a.out"]],
  ["input/ and output/ without endings", ["input/a", "output/a"], ["a: input/a output/a"]],
  [
    "input/input01.txt and output/output01.txt",
    ["input/input01.txt", "output/output01.txt"],
    ["01: input/input01.txt output/output01.txt"],
  ],
  ["inputs/ and outputs/", ["inputs/1.txt", "outputs/1.txt"], ["1: inputs/1.txt outputs/1.txt"]],
  [
    "folders of cases",
    ["secret/1.in", "secret/1.ans", "sample/1.in", "sample/1.ans"],
    ["sample/1: sample/1.in sample/1.ans", "secret/1: secret/1.in secret/1.ans"],
  ],
  [
    "a problem package, whose other files are none of ours",
    [
      "problem.yaml",
      "data/sample/1.in",
      "data/sample/1.ans",
      "submissions/accepted/in.cpp",
      "other/2.in",
    ].concat([
      "data/secret/a/2.in",
      "data/secret/a/2.ans",
      "data/invalid_input/bad.in",
      "output_validators/in.txt",
    ]),
    ["sample/1: data/sample/1.in data/sample/1.ans", "secret/a/2: data/secret/a/2.in data/secret/a/2.ans"],
  ],
  ["programs beside the cases", ["1.in", "1.out", "in.py", "gen_in.cpp", "README.md"], ["1: 1.in 1.out"]],
])("found: %s", async (_layout, files, expected) => {
  expect(await found(files)).toEqual({ cases: expected, notes: [] });
});

test("cases come in the order in which people count, folder by folder", async () => {
  const inputs = ["10.in", "9.in", "1.in", "b/2.in", "b/10.in", "a/3.in"];
  const { cases } = await found(inputs);
  expect(cases.map((it) => it.split(":")[0])).toEqual(["1", "9", "10", "a/3", "b/2", "b/10"]);
});

test("an input without an answer is a case, and an answer without an input is told", async () => {
  expect(await found(["1.in", "2.in", "2.out", "3.out"])).toEqual({
    cases: ["1: 1.in -", "2: 2.in 2.out"],
    notes: ["answers without an input: 3.out"],
  });
});

test("cases that would be called the same are called by their files", async () => {
  expect((await found(["1.in", "1.out", "1.input", "1.output"])).cases).toEqual([
    "1.in: 1.in 1.out",
    "1.input: 1.input 1.output",
  ]);
});

test("an init.yml of DMOJ's that lists cases is followed, in its order, with its points", async () => {
  const yaml = `points: 5
test_cases:
- {in: b.in, out: b.out, points: 30}
- {in: ./a.in, out: a.out}`;
  await using folder = await writtenFolder({
    "init.yml": yaml,
    "a.in": "",
    "a.out": "",
    "b.in": "",
    "b.out": "",
  });
  const { cases, notes } = await findCases(folder.path);
  expect(notes).toEqual([]);
  expect(cases.map(({ name, input, weight }) => [name, relative(folder.path, input), weight])).toEqual([
    ["1", "b.in", 30],
    ["2", "a.in", 5],
  ]);
});

test.each([
  [
    "archive: x.zip\ntest_cases: [{in: x.in, out: x.out}]",
    "x.in is not there (an archive has to be unpacked first)",
  ],
  ["test_cases: [{batched: [{in: a.in, out: a.out}], points: 3}]", "case 1 has `batched`, which is not read"],
  ["test_cases: [{in: ../../etc/passwd, out: a.out}]", "../../etc/passwd is not there"],
  ["test_cases: [{in: a.in, out: a.out, points: many}]", "case 1 has points that are no number"],
  ["generator: g.py", "it lists no test_cases"],
  ["[", "it is no YAML mapping"],
])(
  "an init.yml that is more than a list is told, and files are found by their names: %j",
  async (yaml, reason) => {
    const { cases, notes } = await found({ "init.yml": yaml, "a.in": "", "a.out": "" });
    expect(cases).toEqual(["a: a.in a.out"]);
    expect(notes).toEqual([expect.stringContaining(`init.yml is not followed, ${reason}`)]);
  },
);

test("where no cases are, the layouts are listed with the nearest thing that is there", async () => {
  await expect(found(["1.out", "2.out"])).rejects.toThrow(/answers without an input: 1\.out, 2\.out\. Known/);
  await expect(found(["a.py", "b.txt"])).rejects.toThrow(
    /it has other files: a\.py, b\.txt\. .*\n.*NAME\.in/s,
  );
  await expect(found({})).rejects.toThrow(/it is empty/);
  await expect(findCases("/no/such/folder")).rejects.toThrow(/\/no\/such\/folder cannot be read: ENOENT/);
});

test("a link out of the folder is not followed", async () => {
  await using folder = await writtenFolder({ "1.in": "", "1.out": "" });
  await symlink("/etc/passwd", join(folder.path, "2.in"));
  await symlink("/etc", join(folder.path, "in"));
  const { cases } = await findCases(folder.path);
  expect(cases.map(({ name }) => name)).toEqual(["1"]);
});
