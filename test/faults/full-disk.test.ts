import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test, vi } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { killAll } from "../pools/serving-pools.ts";
import { until } from "../support/until.ts";
import { answerTo, expectServed, type Job } from "./answer-to.ts";
import { PATIENT } from "./patient.ts";

vi.setConfig(PATIENT);

const MIB = 2 ** 20;

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

/** A server with a small disk at the folder of one key, which it alone sees. */
async function serveOnSmallDisk(key: "state_dir" | "run_dir", options: string) {
  await using acquired = new AsyncDisposableStack();
  const outer = await dir({ prefix: "crankcase-small", unsafeCleanup: true });
  acquired.defer(outer.cleanup);
  await chmod(outer.path, 0o755);
  const folder = join(outer.path, "disk");
  await mkdir(folder);
  const mount = 'mount -t tmpfs -o "$0",mode=755 tmpfs "$1" && shift && exec "$@"';
  const before = ["unshare", "--mount", "--", "sh", "-c", mount, options, folder];
  const serving = acquired.use(await startServing({ [key]: folder }, {}, { before }));
  const owned = acquired.move();
  return { serving, folder: seenBy(serving, folder), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A path as the server sees it. */
function seenBy({ pid }: Serving, path: string): string {
  return join(`/proc/${pid}/root`, path);
}

/** Writes until no byte more fits, and then files until no file does. Gives what undoes it. */
async function fill(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "filling");
  await mkdir(path);
  const isFull = (error: NodeJS.ErrnoException) => error.code === "ENOSPC";
  await expect(writeFile(join(path, "bytes"), Buffer.alloc(9 * MIB))).rejects.toSatisfy(isFull);
  for (let full = false, count = 0; !full && count < 5_000; count += 1) {
    full = await writeFile(join(path, String(count)), "").then(() => false, isFull);
  }
  return () => rm(path, { recursive: true });
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
