import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkFileNames } from "../../src/submissions/file-name.ts";
import { clearSubmissions, writeSubmission } from "../../src/submissions/submission.ts";

let folder: Awaited<ReturnType<typeof dir>>;

beforeEach(async () => {
  folder = await dir({ unsafeCleanup: true });
});

afterEach(() => folder.cleanup());

test("files, arguments and stdin lie where the jailer looks for them, and nobody else may look", async () => {
  const files = [
    { name: "main.py", content: Buffer.from("print(1)") },
    { name: "src/deep/a.bin", content: Buffer.from([0, 255]) },
  ];
  await using submission = await writeSubmission(
    { files, args: ["one", "two words"], stdin: Buffer.from("in") },
    folder.path,
  );
  const root = join(folder.path, submission.folder);
  expect(submission.folder).toMatch(/^[A-Za-z0-9][A-Za-z0-9.+_~-]*$/);
  expect((await stat(root)).mode & 0o777).toBe(0o700);
  expect(await readFile(join(root, "submission/main.py"), "utf8")).toBe("print(1)");
  expect(await readFile(join(root, "submission/src/deep/a.bin"))).toEqual(Buffer.from([0, 255]));
  expect(await readFile(join(root, "args.args"), "utf8")).toBe("one\ntwo words\n");
  expect(await readFile(join(root, "stdin.stdin"), "utf8")).toBe("in");
});

test("disposing removes everything, and doing so twice is harmless", async () => {
  const files = [{ name: "a/b", content: Buffer.from("x") }];
  const submission = await writeSubmission({ files, args: [], stdin: Buffer.alloc(0) }, folder.path);
  await submission[Symbol.asyncDispose]();
  await submission[Symbol.asyncDispose]();
  expect(await readdir(folder.path)).toEqual([]);
});

test("a submission that cannot be written leaves nothing", async () => {
  const files = [{ name: "x".repeat(300), content: Buffer.alloc(0) }];
  await expect(writeSubmission({ files, args: [], stdin: Buffer.alloc(0) }, folder.path)).rejects.toThrow(
    "ENAMETOOLONG",
  );
  expect(await readdir(folder.path)).toEqual([]);
});

test("what a killed daemon left is cleared at the next start", async () => {
  const submissions = join(folder.path, "submissions");
  await mkdir(join(submissions, "job-1/submission"), { recursive: true });
  await writeFile(join(submissions, "job-1/submission/a"), "x");
  await clearSubmissions(submissions);
  expect(await readdir(submissions)).toEqual([]);
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
