import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CaseBatch, caseBatches } from "../../../src/cli/cases/case-batches.ts";
import { chosenCases } from "../../../src/cli/cases/chosen-cases.ts";
import { writtenFolder } from "./written-folder.ts";

async function batchesOf(files: Readonly<Record<string, string>>, roomBytes: number): Promise<CaseBatch[]> {
  await using folder = await writtenFolder(files);
  const { cases } = await chosenCases([folder.path], [], true);
  return await Array.fromAsync(caseBatches(cases, roomBytes));
}

const FOUR = Object.fromEntries([1, 2, 3, 4].map((number) => [`${number}.in`, "x".repeat(1_000)]));

test("cases go together while they fit, in their order, and each batch tells its place", async () => {
  const batches = await batchesOf(FOUR, 2_500);
  expect(batches.map(({ first, testcases }) => [first, testcases.map(({ name }) => name)])).toEqual([
    [0, ["1", "2"]],
    [2, ["3", "4"]],
  ]);
});

test("one that is larger than there is room goes alone", async () => {
  expect((await batchesOf(FOUR, 10)).map(({ testcases }) => testcases.length)).toEqual([1, 1, 1, 1]);
});

test("text goes as text and other bytes go as base64, whole", async () => {
  await using folder = await writtenFolder({ "1.in": "ä\n", "1.out": "" });
  await writeFile(join(folder.path, "1.out"), Buffer.from([0xff, 0x00]));
  const { cases } = await chosenCases([folder.path], [], true);
  expect(await Array.fromAsync(caseBatches(cases, 1_000))).toEqual([
    {
      first: 0,
      testcases: [
        {
          name: "1",
          stdin: "ä\n",
          stdin_encoding: "utf8",
          expected: "/wA=",
          expected_encoding: "base64",
        },
      ],
    },
  ]);
});

test("cases are chosen by name, by pattern and by folder; a pattern that fits none names what there is", async () => {
  await using folder = await writtenFolder({ "s/1.in": "", "s/2.in": "", "t/1.in": "", "t/10.in": "" });
  const names = async (...only: string[]) =>
    (await chosenCases([folder.path], only, false)).cases.map(({ name }) => name);
  expect(await names("s/1")).toEqual(["s/1"]);
  expect(await names("t", "s/2")).toEqual(["s/2", "t/1", "t/10"]);
  expect(await names("*/1?")).toEqual(["t/10"]);
  expect(await names("*1")).toEqual(["s/1", "t/1"]);
  await expect(names("u.*")).rejects.toThrow("No case fits --only u.*. There are: s/1, s/2, t/1, t/10");
});

test("inputs without an answer are told where outputs are compared", async () => {
  await using folder = await writtenFolder({ "1.in": "", "2.in": "", "2.out": "" });
  expect((await chosenCases([folder.path], [], true)).notes).toEqual([
    "inputs without an answer, whose output is not compared: 1",
  ]);
  expect((await chosenCases([folder.path], [], false)).notes).toEqual([]);
});
