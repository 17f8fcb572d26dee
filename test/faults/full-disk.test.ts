import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { killAll } from "../pools/serving-pools.ts";
import { until } from "../support/until.ts";
import { answerTo, expectServed, type Job } from "./answer-to.ts";
import { PATIENT } from "./patient.ts";
import { fill, serveOnSmallDisk } from "./small-disk.ts";

vi.setConfig(PATIENT);

const HELLO: Job = { language: "bash", files: [{ content: "echo hello" }] };

/** Its file is kept on the server's disk. */
const KEEPS: Job = {
  language: "bash",
  files: [{ content: "head -c 100000 /dev/zero >out; echo hello" }],
  artifacts: ["out"],
  artifact_delivery: "url",
};

/** A program that nobody has compiled yet. */
function compiles(name: string): Job {
  const content = `#include <stdio.h>\nint main(void) { puts("hello"); return 0; } // ${name}\n`;
  return { language: "c", files: [{ name: "main.c", content }] };
}

test.each([
  ["bytes", "size=3m"],
  ["files", "size=8m,nr_inodes=60"],
])(
  "without room for %s in the state folder only what is to be kept there fails, and clearly",
  async (_what, options) => {
    await using disk = await serveOnSmallDisk("state_dir", options);
    const { serving, folder } = disk;
    await expectServed(serving.url, KEEPS);
    const before = await readdir(folder, { recursive: true });
    const empty = await fill(folder);
    expect(await answerTo(serving.url, HELLO)).toBe("right");
    expect(await answerTo(serving.url, KEEPS)).toBe("error disk_full");
    expect(await answerTo(serving.url, { ...KEEPS, artifact_delivery: "inline" })).toBe("right");
    // Compiles are kept in memory; that the disk has no room for them is for the operator to know.
    for (const _time of [1, 2]) expect(await answerTo(serving.url, compiles("full"))).toBe("right");
    const warning = () => serving.log.some((line) => line.includes("a compiled program is not kept on disk"));
    await until("the operator is told", warning);
    await empty();
    expect(await readdir(folder, { recursive: true })).toEqual(before);
    expect(await answerTo(serving.url, KEEPS)).toBe("right");
    expect(await answerTo(serving.url, compiles("room"))).toBe("right");
    const compiled = async () => (await readdir(join(folder, "compiled"))).length;
    await until("it is kept", async () => (await compiled()) === 1);
  },
);

test("without room in the run folder jobs run on, and a jailer that dies is replaced", async () => {
  await using disk = await serveOnSmallDisk("run_dir", "size=1m,nr_inodes=40");
  const { serving, folder } = disk;
  await expectServed(serving.url, HELLO);
  const empty = await fill(folder);
  expect(await answerTo(serving.url, KEEPS)).toBe("right");
  const first = serving.child("jailer");
  killAll([first]);
  await until("it is started again", () => serving.child("jailer") !== first);
  await expectServed(serving.url, HELLO);
  expect(await answerTo(serving.url, compiles("run"))).toBe("right");
  await empty();
  expect(await answerTo(serving.url, HELLO)).toBe("right");
});
