import { readdir, rename } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { executed } from "./executed.ts";

const TIMES = { wall_time_ms: 60_000, cpu_time_ms: 60_000 };
const LIMITS = {
  compile: { maximum: TIMES, default: { ...TIMES, processes: 32 } },
  run: { maximum: TIMES, default: TIMES },
};

let serving: Serving;

beforeAll(async () => {
  serving = await startServing({ limits: LIMITS, slots: 32 });
}, 60_000);

afterAll(() => serving[Symbol.asyncDispose]());

const program = (text: string) => `#include <stdio.h>\nint main(void) { puts("${text}"); return 3; }\n`;

function c(content: string, rest: object = {}) {
  return { language: "c", files: [{ name: "main.c", content }], ...rest };
}

/** Everything of a result that is not a time or a size. */
function lasting(result: { readonly [name: string]: unknown }) {
  const { id: _id, timings: _timings, ...rest } = result;
  const times = { wall_time_ms: 0, cpu_time_ms: 0, memory_bytes: 0 };
  const stage = (value: unknown) => ({ ...(value as object), ...times });
  const { cached: _cached, ...compile } = stage(rest.compile) as { cached?: boolean };
  return { ...rest, compile, run: stage(rest.run) };
}

const SLOW = { timeout: 180_000 };

test("an equal program is not compiled again, and all that is told of it is the same", SLOW, async () => {
  const job = c(`#warning "look here"\n${program("same")}`);
  const first = await executed(job, serving.url);
  expect(first.compile).toMatchObject({ exit_code: 0, stderr: expect.stringContaining("look here") });
  expect(first.compile).not.toHaveProperty("cached");
  const second = await executed(job, serving.url);
  expect(second.compile).toMatchObject({ cached: true, wall_time_ms: 0, cpu_time_ms: 0, memory_bytes: 0 });
  expect(second.run).toMatchObject({ stdout: "same\n", exit_code: 3 });
  expect(lasting(second)).toEqual(lasting(first));
});

test("another source, name, flag, limit, variable or file makes another compile", SLOW, async () => {
  const base = c(program("other"), { files: [{ name: "main.c", content: program("other") }] });
  await executed(base, serving.url);
  expect((await executed(base, serving.url)).compile.cached).toBe(true);
  const others = [
    c(program("othex")),
    { ...base, files: [{ name: "mine.c", content: program("other") }] },
    { ...base, compiler_flags: ["-DX"] },
    { ...base, limits: { compile: { processes: 31 } } },
    { ...base, environment: { X: "1" } },
    { ...base, files: [...base.files, { name: "data", content: "" }] },
  ];
  for (const other of others) {
    const { compile, run } = await executed(other, serving.url);
    expect(compile).not.toHaveProperty("cached");
    expect(run.exit_code).toBe(3);
  }
});

test("a compile that fails is not kept", SLOW, async () => {
  const job = c("int main(void) { return nothing; }");
  const results = [await executed(job, serving.url), await executed(job, serving.url)];
  for (const { compile } of results) {
    expect(compile).toMatchObject({ exit_code: 1, stderr: expect.stringContaining("nothing") });
    expect(compile).not.toHaveProperty("cached");
  }
});

test("who follows a job hears the same of a compile that was done without", SLOW, async () => {
  const job = c(`#warning "listen"\n${program("followed")}`);
  const events = async () => {
    const response = await fetch(`${serving.url}/api/crankcase/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/x-ndjson" },
      body: JSON.stringify(job),
    });
    const lines = (await response.text()).trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line)).filter(({ event }) => event !== "result");
  };
  const first = await events();
  const second = await events();
  const told = (list: Awaited<ReturnType<typeof events>>) =>
    list.map(({ event, stage, stream, data, exit_code: code }) => ({ event, stage, stream, data, code }));
  expect(told(second)).toEqual(told(first));
  expect(second.find(({ event, stage }) => event === "exit" && stage === "compile")).toMatchObject({
    cached: true,
  });
});

test("a class that starts one program at the same time compiles it once", SLOW, async () => {
  const job = c(program("class"));
  const results = await Promise.all(Array.from({ length: 30 }, () => executed(job, serving.url)));
  expect(results.map(({ run }) => run.stdout)).toEqual(results.map(() => "class\n"));
  expect(results.filter(({ compile }) => compile.cached !== true)).toHaveLength(1);
});

test("a caller who leaves while all wait for its compile holds nobody up", SLOW, async () => {
  const job = c(`${program("left")}${"#include <stdlib.h>\n".repeat(2_000)}`);
  const leaving = new AbortController();
  const body = JSON.stringify(job);
  const headers = { "content-type": "application/json" };
  const left = fetch(`${serving.url}/api/crankcase/v1/jobs`, {
    ...{ method: "POST", headers, body, signal: leaving.signal },
  }).catch(() => "left");
  const others = Array.from({ length: 4 }, () => executed(job, serving.url));
  leaving.abort();
  expect(await left).toBe("left");
  expect((await Promise.all(others)).map(({ run }) => run.stdout)).toEqual(Array(4).fill("left\n"));
});

test("what is kept and was altered on the disk is never used", SLOW, async () => {
  const [good, bad] = [c(program("good")), c(program("evil"))];
  await using first = await startServing({ limits: LIMITS, port: await freePort() });
  await executed(good, first.url);
  const folder = join(first.place.stateDir, "compiled");
  await expect.poll(() => readdir(folder)).toHaveLength(1);
  const [goodFile = ""] = await readdir(folder);
  await executed(bad, first.url);
  await expect.poll(() => readdir(folder)).toHaveLength(2);
  const [badFile = ""] = (await readdir(folder)).filter((name) => name !== goodFile);
  // The entry of one program takes the place of the other's.
  await rename(join(folder, badFile), join(folder, goodFile));
  const { child } = first;
  process.kill(child("daemon"), "SIGKILL");
  await expect.poll(() => answers(first.url), { timeout: 60_000 }).toBe(true);
  const again = await executed(good, first.url);
  expect(again.compile).not.toHaveProperty("cached");
  expect(again.run.stdout).toBe("good\n");
  expect(first.log.join("\n")).toContain("was damaged");
});

/** One that a server has again after a restart. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string): Promise<boolean> {
  return await fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

test("what was compiled outlasts a restart", SLOW, async () => {
  await using server = await startServing({ limits: LIMITS, port: await freePort() });
  const job = c(program("lasting"));
  await executed(job, server.url);
  const status = async () => (await fetch(`${server.url}/api/crankcase/v1/status`)).json();
  await expect.poll(status, { timeout: 30_000 }).toMatchObject({ compile_cache: { entries: 1 } });
  process.kill(server.child("daemon"), "SIGKILL");
  await expect.poll(() => answers(server.url), { timeout: 60_000 }).toBe(true);
  const { compile, run } = await executed(job, server.url);
  expect(compile.cached).toBe(true);
  expect(run.stdout).toBe("lasting\n");
});

test(
  "the server tells how the cache is doing, and one that is turned off compiles each time",
  SLOW,
  async () => {
    await using server = await startServing({ limits: LIMITS, compile_cache: false });
    const job = c(program("off"));
    for (let time = 0; time < 2; time += 1)
      expect((await executed(job, server.url)).compile).not.toHaveProperty("cached");
    const status = async (url: string) => (await fetch(`${url}/api/crankcase/v1/status`)).json();
    expect(await status(server.url)).toMatchObject({ compile_cache: null });
    const { compile_cache: on } = (await status(serving.url)) as { compile_cache: Record<string, number> };
    expect(on.hits).toBeGreaterThan(0);
    expect(on.bytes).toBeGreaterThan(0);
    expect(await (await fetch(`${serving.url}/metrics`)).text()).toMatch(
      /crankcase_compiles_total\{cache="hit"\} [1-9]/,
    );
  },
);
