import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { readStarts } from "../../src/jail/read-starts.ts";

const AT = "2026-01-02T03:04:05.678Z";

/** What is read of a log with this text, and of the one that was renamed before. */
async function read(text: string | null, older: string | null = null) {
  const folder = await dir({ prefix: "crankcase-test", unsafeCleanup: true });
  const path = join(folder.path, "starts.log");
  if (text !== null) await writeFile(path, text);
  if (older !== null) await writeFile(`${path}.1`, older);
  const names: string[] = [];
  const times = new Set<string>();
  const { skipped } = await readStarts(path, ({ name, at }) => {
    names.push(name);
    times.add(at.toISOString());
  }).finally(() => folder.cleanup());
  return { names, skipped, times: [...times] };
}

test("every line is a start, those of the renamed log first", async () => {
  const found = await read(`${AT} c slot-0\n`, `${AT} a/1 slot-15\n${AT} b slot-4095\n`);
  expect(found).toEqual({ names: ["a/1", "b", "c"], skipped: 0, times: [AT] });
});

test("a log that is not there has no starts, nor has an empty one; a renamed one alone is read", async () => {
  expect(await read(null)).toEqual({ names: [], skipped: 0, times: [] });
  expect(await read("")).toEqual({ names: [], skipped: 0, times: [] });
  expect((await read(null, `${AT} a slot-0\n`)).names).toEqual(["a"]);
});

test("foreign and torn lines are skipped and counted, and the others told", async () => {
  const foreign = [
    "",
    "nonsense",
    `${AT} two names slot-0`,
    `${AT} a slot-0 `,
    `${AT} slot-0`,
    `${AT} ${"a".repeat(129)} slot-0`,
    "2026 a slot-0",
  ];
  const found = await read(`${foreign.join("\n")}\n${AT} a slot-0\n${AT} torn sl`);
  expect(found).toMatchObject({ names: ["a"], skipped: foreign.length + 1 });
});

test("a last line without its end is no start: its job was refused", async () => {
  expect(await read(`${AT} a slot-0\n${AT} b slot-1`)).toMatchObject({ names: ["a"], skipped: 1 });
});

test("a start that follows a torn line is told", async () => {
  const whole = `${AT} torn slot-1\n`;
  for (let cut = 1; cut < whole.length; cut += 1) {
    const found = await read(`${whole.slice(0, cut)}${AT} next slot-0\n`);
    expect(found, String(cut)).toMatchObject({ names: ["next"], skipped: 1 });
  }
});

test("lines that are longer than all memory should hold are skipped, and what follows is read", async () => {
  const found = await read(`${"x".repeat(3_000_000)}\n${AT} a slot-0\n`);
  expect(found).toMatchObject({ names: ["a"], skipped: 1 });
});

test("more starts than one read holds are all told, in order", async () => {
  const wanted = Array.from({ length: 20_000 }, (_, index) => `job-${index}`);
  const found = await read(wanted.map((name) => `${AT} ${name} slot-0\n`).join(""));
  expect(found.names).toEqual(wanted);
  expect(found.skipped).toBe(0);
});
