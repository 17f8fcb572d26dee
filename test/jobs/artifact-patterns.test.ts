import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobRequest } from "../../src/api/job-request.ts";
import { listingRequest, parseListing } from "../../src/jobs/artifact-listing.ts";
import { wantedArtifacts } from "../../src/jobs/artifact-patterns.ts";

let folder: Awaited<ReturnType<typeof dir>>;

const FILES = [
  "a.png",
  "b.txt",
  ".hidden.png",
  ".png",
  "ünï.png",
  "new\nline.png",
  "-dash.png",
  "we[i]rd^{1}$(+|).txt",
  "back\\slash.txt",
  "out/a.png",
  "out/deep/x.txt",
  "out/.secret/y.txt",
];

beforeAll(async () => {
  folder = await dir({ unsafeCleanup: true });
  for (const file of FILES) {
    await mkdir(dirname(join(folder.path, file)), { recursive: true });
    await writeFile(join(folder.path, file), file);
  }
  await symlink("a.png", join(folder.path, "link.png"));
  await symlink("out", join(folder.path, "linked"));
  await writeFile(
    Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0xff]), Buffer.from(".png")]),
    "",
  );
});

afterAll(() => folder.cleanup());

function wanted(...artifacts: string[]) {
  const request: JobRequest = { language: "python", files: [{ content: "" }], artifacts };
  return wantedArtifacts(request);
}

/** What the stage's own command finds here. */
async function found(...patterns: string[]): Promise<string[]> {
  const { argv, env } = listingRequest(wanted(...patterns)?.expressions ?? []);
  const [file = "", ...args] = argv;
  const { stdout } = await execa(file, args, { cwd: folder.path, env, encoding: "buffer" });
  return parseListing(Buffer.from(stdout)).map(({ name }) => name);
}

test.each([
  ["a star stands for characters of one name", ["*.png"], ["-dash.png", "a.png", "new\nline.png", "ünï.png"]],
  ["a hidden file matches with its dot", [".*", ".hid*"], [".hidden.png", ".png"]],
  ["a question mark stands for one character, not one byte", ["?n?.png"], ["ünï.png"]],
  [
    "a question mark does not stand for the dot of a hidden name",
    ["?png", "*?png"],
    ["-dash.png", "a.png", "new\nline.png", "ünï.png"],
  ],
  ["two stars stand for any folders, none as well", ["**/a.png"], ["a.png", "out/a.png"]],
  [
    "two stars at the end stand for all below that is not hidden",
    ["out/**"],
    ["out/a.png", "out/deep/x.txt"],
  ],
  ["stars may stand in folders' names", ["o*t/d?ep/*"], ["out/deep/x.txt"]],
  [
    "a star at the beginning may stand for nothing",
    ["*a.png", "*b*.txt*"],
    ["a.png", "b.txt", "back\\slash.txt"],
  ],
  [
    "everything else stands for itself",
    ["we[i]rd^{1}$(+|).txt", "back\\slash.txt", "[ab].png"],
    ["back\\slash.txt", "we[i]rd^{1}$(+|).txt"],
  ],
  [
    "a file that matches twice comes once",
    ["a.png", "a*", "*"],
    ["-dash.png", "a.png", "b.txt", "back\\slash.txt", "new\nline.png", "we[i]rd^{1}$(+|).txt", "ünï.png"],
  ],
  ["links are no files, and lead nowhere", ["link.png", "linked/*", "linked/**"], []],
])("%s", async (_promise, patterns, names) => {
  expect(await found(...patterns)).toEqual(names);
});

test.each([
  ["/etc/passwd", "must not be absolute: patterns are below the working folder"],
  ["../x", "must not have `.` or `..` as a part"],
  ["a/../b", "must not have `.` or `..` as a part"],
  ["./x", "must not have `.` or `..` as a part"],
  ["a//b", "must not have an empty part"],
  ["a/", "must not have an empty part"],
  ["a\0b", "must not hold NUL"],
  ["\ud800", "must be well-formed Unicode: it holds half of a surrogate pair"],
])("the pattern %j is refused", (pattern, problem) => {
  const refused = { code: "invalid_request", field: "artifacts[1]", message: `artifacts[1] ${problem}` };
  expect(() => wanted("ok", pattern)).toThrow(expect.objectContaining(refused));
});

test("a job that asks for nothing wants nothing", () => {
  expect(wanted()).toBeNull();
});

test("many stars in a row are matched in a moment: the matcher does not go back", {
  timeout: 20_000,
}, async () => {
  const pattern = `${"*a".repeat(100)}b`;
  await writeFile(join(folder.path, "a".repeat(250)), "");
  expect(await found(pattern)).toEqual([]);
});

test("a listing that was cut off loses its last file, and one that is no UTF-8", () => {
  const listing = Buffer.concat([
    Buffer.from("r3 b\0u12 a\0r1 "),
    Buffer.from([0xff]),
    Buffer.from("\0r5 cut"),
  ]);
  expect(parseListing(listing)).toEqual([
    { name: "a", bytes: 12, isReadable: false },
    { name: "b", bytes: 3, isReadable: true },
  ]);
});
