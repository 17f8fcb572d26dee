import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { until } from "../support/until.ts";
import { poolServer, sessionsOf } from "./serving-pools.ts";

test("with interpreters_ahead off no program is started before its job", async () => {
  await using server = await poolServer({ interpreters_ahead: false, ready_jails: 4 });
  for (let job = 0; job < 4; job += 1) {
    expect(await server.run("python", `print(${job})`)).toMatchObject({ start: "cold", stdout: `${job}\n` });
  }
  expect(await server.ahead()).toEqual({});
  expect(await server.metric("crankcase_jails_ready")).toBeGreaterThan(0);
});

test("with ready_jails 0 every jail is made for its job", async () => {
  await using server = await poolServer({ ready_jails: 0 });
  for (let job = 0; job < 3; job += 1) {
    expect(await server.run("python", `print(${job})`)).toMatchObject({ start: "cold", stdout: `${job}\n` });
  }
  await until("no jail is left", async () => (await sessionsOf(server.serving.child("jailer"))).length === 0);
});

test("where ahead_memory_bytes is used up, programs run without being started ahead", async () => {
  await using server = await poolServer({ ahead_memory_bytes: 1_000_000 });
  for (let job = 0; job < 4; job += 1) {
    expect(await server.run("python", `print(${job})`)).toMatchObject({ start: "cold", stdout: `${job}\n` });
  }
  expect(await server.ahead()).toEqual({});
});

test("jails that wait take no place from jobs: all slots run jobs beside full pools", async () => {
  await using server = await poolServer({ slots: 3, concurrent_runs: 3, ready_jails: 4 });
  await server.startAhead("bash");
  const jobs = Array.from({ length: 3 }, () => server.run("bash", "sleep 1; echo done"));
  await until("all run", async () => (await server.metric("crankcase_slots_in_use")) === 3);
  for (const job of await Promise.all(jobs)) expect(job).toMatchObject({ stdout: "done\n" });
});

test("a jailer that dies and comes back finds the pools at work again", async () => {
  await using server = await poolServer();
  await server.startAhead("python");
  process.kill(server.serving.child("jailer"), "SIGKILL");
  await sleep(200);
  await until(
    "jobs run",
    async () => (await server.run("python", "print(1)").catch(() => null))?.stdout === "1\n",
    20_000,
  );
  await until("a jail waits", async () => (await server.metric("crankcase_jails_ready")) > 0, 20_000);
  await server.startAhead("python");
  expect(await server.runAhead("python", "print(2)")).toMatchObject({ stdout: "2\n" });
});

test("what waits is gone when the server stops", async () => {
  const server = await poolServer();
  await server.startAhead("python");
  const { place } = server.serving;
  await server[Symbol.asyncDispose]();
  expect(await server.serving.runnerProcesses()).toBe(0);
  expect(place.slots).toBe(20);
});
