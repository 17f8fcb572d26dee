import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { findLeftovers, runnersOf, takeCensus } from "../support/census.ts";
import { takeQuietCensus } from "../support/expect-census.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { makeJailerPlace } from "../support/jailer-place.ts";
import { processesMentioning } from "../support/processes-mentioning.ts";
import { runProgram, shell } from "../support/program.ts";
import { startJailer, type TestJailer } from "../support/start-jailer.ts";
import { openTestJail } from "../support/test-jail.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";

const SLOTS = 4;

const jailer = jailerOfFile({ slots: SLOTS });

/** What the issue promises. */
const GONE_WITHIN_MS = 1_000;

/** Starts what stands for a daemon, and returns when a program runs in every slot. */
async function holdEverySlot({ socketPath, place }: TestJailer, nonce: string) {
  const program = `${import.meta.dirname}/programs/hold-jails.ts`;
  const args = [program, socketPath, String(place.slots), nonce];
  const holder = execa(process.execPath, args, { reject: false, stderr: "inherit" });
  await once(holder.stdout, "data");
  const held = await processesMentioning(nonce);
  expect(held.length).toBeGreaterThan(place.slots * 2);
  expect((await runnersOf(place)).length).toBeGreaterThan(place.slots * 2);
  return {
    kill: () => holder.kill("SIGKILL"),
    [Symbol.asyncDispose]: async () => {
      holder.kill("SIGKILL");
      await holder;
    },
  };
}

describe("when the daemon is killed while every slot runs a job", () => {
  test("no process of theirs is left after a second, and every slot works again", async () => {
    const nonce = randomUUID();
    const before = await takeQuietCensus(jailer());
    await using holder = await holdEverySlot(jailer(), nonce);
    holder.kill();
    await until(
      "all processes are gone",
      async () => (await processesMentioning(nonce)).length === 0,
      GONE_WITHIN_MS,
    );
    await until("all of the jails is gone", async () => (await takeCensus(jailer())).processes.length === 0);
    expect((await takeCensus(jailer())).cgroups).toEqual(before.cgroups);
    const again = Array.from({ length: SLOTS }, () => runProgram(jailer(), shell("echo works")));
    for (const { stdout } of await Promise.all(again)) expect(stdout).toBe("works\n");
  });
});

describe("when the jailer is killed while every slot runs a job", () => {
  test("no process of theirs is left after a second, and a new one with its id starts and works within a second", async () => {
    const nonce = randomUUID();
    await using place = await makeJailerPlace({ slots: SLOTS });
    await using first = await startJailer(place);
    await using holder = await holdEverySlot(first, nonce);
    await first.crash();
    await until("all processes are gone", async () => (await runnersOf(place)).length === 0, GONE_WITHIN_MS);
    expect(await processesMentioning(nonce)).toHaveLength(1);
    holder.kill();
    const start = performance.now();
    await using second = await startJailer(place);
    expect((await runProgram(second, shell("echo works"))).stdout).toBe("works\n");
    expect(performance.now() - start).toBeLessThan(GONE_WITHIN_MS * TIME_FACTOR);
    const stages = (await takeCensus(second)).cgroups.filter((group) => group.includes("/stage-"));
    expect(stages).toEqual([]);
  });

  test("a new one may start in the very moment", async () => {
    await using place = await makeJailerPlace({ slots: SLOTS });
    await using first = await startJailer(place);
    await using holder = await holdEverySlot(first, randomUUID());
    process.kill(first.pid, "SIGKILL");
    await using second = await startJailer(place);
    expect((await runProgram(second, shell("echo works"))).stdout).toBe("works\n");
    holder.kill();
  });

  test("whoever waits for a report is told that the jail is lost", async () => {
    await using place = await makeJailerPlace();
    await using first = await startJailer(place);
    await using jail = await openTestJail(first);
    const program = jail.start(shell("echo up; sleep 60"));
    await program.prints("up");
    await first.crash();
    await expect(program.ran).rejects.toMatchObject({ code: "jail_lost" });
    await using _second = await startJailer(place);
  });
});

describe("when the jailer is stopped while every slot runs a job", () => {
  test("it ends in order, and nothing of it is left", async () => {
    await using place = await makeJailerPlace({ slots: SLOTS });
    const first = await startJailer(place);
    await using _holder = await holdEverySlot(first, randomUUID());
    await first[Symbol.asyncDispose]();
    expect(await findLeftovers(place)).toEqual([]);
  });
});

describe("two jailers", () => {
  test("cannot have one run folder", async () => {
    const { place } = jailer();
    const other = { ...place, runnerUidMin: place.runnerUidMin + place.slots };
    await expect(startJailer(other)).rejects.toThrow("another jailer has this run folder");
    expect((await runProgram(jailer(), shell("echo works"))).stdout).toBe("works\n");
  });

  test("cannot have runner uids in common", async () => {
    await using own = await makeJailerPlace();
    const place = { ...own, runnerUidMin: jailer().place.runnerUidMin + SLOTS - 1 };
    await expect(startJailer(place)).rejects.toThrow("another jailer uses some of these runner uids");
  });

  test("live beside each other, and the end of one does not touch the other", async () => {
    await using place = await makeJailerPlace();
    await using jail = await openTestJail(jailer());
    const program = jail.start(shell("exec cat", { input: "stream" }));
    {
      await using other = await startJailer(place);
      expect((await runProgram(other, shell("echo works"))).stdout).toBe("works\n");
    }
    await program.stage.write(Buffer.from("alive"));
    program.stage.endInput();
    expect((await program.ran).stdout).toBe("alive");
  });
});
