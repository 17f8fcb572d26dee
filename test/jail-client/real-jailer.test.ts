import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Jail, OnOutput, StageInput, StageRequest } from "../../src/jail/jail.ts";
import { openBuildJail, openJail } from "../../src/jail/open-jail.ts";
import { type JailerPlace, makeJailerPlace } from "../support/jailer-place.ts";
import { startJailer, type TestJailer } from "../support/start-jailer.ts";
import { BASE } from "../support/test-data.ts";
import { jailFiles } from "../support/test-jail.ts";
import { JAIL_LIMITS, MIB, STAGE_LIMITS } from "../support/test-limits.ts";

let place: JailerPlace;
let jailer: TestJailer;

const FILES = jailFiles({ stdin: "from the file\n" });

beforeAll(async () => {
  place = await makeJailerPlace();
  jailer = await startJailer(place);
});

afterAll(async () => {
  await jailer[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

function shell(script: string, stdin: StageInput, wallTimeMs = 10_000): StageRequest {
  return {
    argv: ["/bin/sh", "-c", script],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/box/submission",
    stdin,
    limits: { ...STAGE_LIMITS, wallTimeMs, stdoutBytes: 64 * MIB },
  };
}

/** A jail with the base alone as its root, and a job's files in its box. */
async function jailOnBase(signal?: AbortSignal): Promise<Jail> {
  const jail = await openJail({ socketPath: jailer.socketPath }, signal === undefined ? {} : { signal });
  giveRoot(jail);
  return jail;
}

function giveRoot(jail: Jail): void {
  jail.attach({ base: BASE, layers: [] }, JAIL_LIMITS);
  jail.put(FILES);
}

function collector() {
  const chunks: Buffer[] = [];
  const onOutput: OnOutput = (_, chunk) => void chunks.push(chunk);
  return { onOutput, output: () => Buffer.concat(chunks) };
}

test("a jail runs stage after stage over the same box, and their reports say what happened", async () => {
  await using jail = await jailOnBase();
  const first = collector();
  const writes = jail.startStage(shell("cat > kept; echo out; echo err >&2; exit 3", "file"), first.onOutput);
  expect(await writes.report).toMatchObject({ cause: "exited", exitCode: 3, stdoutBytes: 4, stderrBytes: 4 });
  const second = collector();
  const reads = jail.startStage(shell("cat kept; kill -SEGV $$", "none"), second.onOutput);
  expect(await reads.report).toMatchObject({ cause: "signaled", exitCode: null, signal: "SIGSEGV" });
  expect(second.output().toString()).toBe("from the file\n");
});

test("3 MiB of input come back byte for byte, through the window of 64 KiB", async () => {
  await using jail = await jailOnBase();
  const { onOutput, output } = collector();
  const stage = jail.startStage(shell("exec cat", "stream"), onOutput);
  const input = randomBytes(3 * MIB);
  for (let start = 0; start < input.length; start += 100_000) {
    await stage.write(input.subarray(start, start + 100_000));
  }
  stage.endInput();
  expect((await stage.report).exitCode).toBe(0);
  expect(output().equals(input)).toBe(true);
});

test("a program that does not read holds its writer back", async () => {
  await using jail = await jailOnBase();
  const stage = jail.startStage(shell("sleep 1", "stream"), () => undefined);
  let written = false;
  const writing = stage.write(Buffer.alloc(MIB)).then(() => {
    written = true;
  });
  await sleep(300);
  expect(written).toBe(false);
  expect((await stage.report).exitCode).toBe(0);
  await writing;
});

test("a program is held back while its output is not taken", async () => {
  await using jail = await jailOnBase();
  const gate = Promise.withResolvers<void>();
  let received = 0;
  const onOutput: OnOutput = (_, chunk) => {
    received += chunk.length;
    return gate.promise;
  };
  const script = "head -c 8000000 /dev/zero; touch /tmp/done; sleep 30";
  const stage = jail.startStage(shell(script, "none", 1_000), onOutput);
  await sleep(1_500);
  gate.resolve();
  const report = await stage.report;
  expect(report.cause).toBe("wall-time");
  expect(report.stdoutBytes).toBeLessThan(8_000_000);
  expect(received).toBe(report.stdoutBytes);
});

test("a terminal has a size that can change, and a signal reaches the program", async () => {
  await using jail = await jailOnBase();
  const { onOutput, output } = collector();
  const script = "trap 'stty size; exit 5' USR1; stty size; while :; do sleep 0.05; done";
  const stage = jail.startStage(shell(script, { rows: 24, columns: 80 }), onOutput);
  while (!output().includes("24 80")) await sleep(10);
  stage.resize({ rows: 50, columns: 132 });
  stage.signal(10);
  expect((await stage.report).exitCode).toBe(5);
  expect(output().toString()).toBe("24 80\r\n50 132\r\n");
});

test("once disposal has settled the slot is free again", async () => {
  for (let round = 0; round < 2; round += 1) {
    const jails = [await jailOnBase(), await jailOnBase()];
    await expect(openJail({ socketPath: jailer.socketPath })).rejects.toMatchObject({ code: "busy" });
    await Promise.all(jails.map((jail) => jail[Symbol.asyncDispose]()));
  }
});

test("disposal and abort end a jail whose program ignores every signal and never stops writing", async () => {
  const controller = new AbortController();
  for (const end of [
    (jail: Jail) => jail[Symbol.asyncDispose](),
    async () => controller.abort(new Error("gone")),
  ]) {
    await using jail = await jailOnBase(controller.signal);
    const script = "trap '' TERM INT HUP; while :; do echo x; done";
    const wrote = Promise.withResolvers<void>();
    const stage = jail.startStage(shell(script, "none"), () => {
      wrote.resolve();
      return new Promise(() => undefined);
    });
    await wrote.promise;
    await end(jail);
    await expect(stage.report).rejects.toThrow();
  }
});

test("a base that is not there surfaces in the report of the stage", async () => {
  await using jail = await openJail({ socketPath: jailer.socketPath });
  jail.attach({ base: "no-such-base", layers: [] }, JAIL_LIMITS);
  jail.put(FILES);
  const stage = jail.startStage(shell("true", "none"), () => undefined);
  await expect(stage.report).rejects.toMatchObject({
    code: "jailer_failed",
    message: expect.stringContaining("no-such-base"),
  });
});

test("a build jail refuses to remove a package that is not there", async () => {
  await using jail = await openBuildJail({ socketPath: jailer.socketPath });
  await expect(jail.remove("no-such-package/1")).rejects.toMatchObject({ code: "jailer_failed" });
});

test("a jailer that is killed rejects the running report with `jail_lost`, and its successor serves", async () => {
  await using jail = await jailOnBase();
  const stage = jail.startStage(shell("sleep 30", "none"), () => undefined);
  await sleep(100);
  await jailer.crash();
  await expect(stage.report).rejects.toMatchObject({ code: "jail_lost" });
  jailer = await startJailer(place);
  await using next = await jailOnBase();
  const { report } = next.startStage(shell("exit 4", "none"), () => undefined);
  expect((await report).exitCode).toBe(4);
});
