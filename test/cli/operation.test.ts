import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import parse from "parse-prometheus-text-format";
import { expect, test } from "vitest";
import { until } from "../support/until.ts";
import { type Serving, startServing } from "./serving.ts";

function runBash({ url }: Serving, content: string): Promise<Response> {
  return fetch(`${url}/api/v2/execute`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ language: "bash", files: [{ content }] }),
  });
}

async function sample({ url }: Serving, name: string): Promise<readonly Record<string, unknown>[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return parse(text).find((family) => family.name === name)?.metrics ?? [];
}

/** Writes some keys of the server's configuration anew. */
async function configure({ configFile }: Serving, keys: object): Promise<void> {
  const old = JSON.parse(await readFile(configFile, "utf8"));
  await writeFile(configFile, JSON.stringify({ ...old, ...keys }));
}

test("the metrics move with a job, and count jails, memory and the event loop", async () => {
  await using serving = await startServing();
  expect(await sample(serving, "crankcase_jobs_total")).toEqual([]);
  const running = runBash(serving, "sleep 1");
  await until(
    "a jail is open",
    async () => (await sample(serving, "crankcase_jails_open"))[0]?.value === "1",
  );
  expect(await sample(serving, "crankcase_slots_in_use")).toEqual([{ value: "1" }]);
  expect((await running).status).toBe(200);
  expect(await sample(serving, "crankcase_jobs_total")).toMatchObject([
    { value: "1", labels: { language: "bash", outcome: "ok" } },
  ]);
  await expect.poll(() => sample(serving, "crankcase_jails_open")).toEqual([{ value: "0" }]);
  for (const name of [
    "process_resident_memory_bytes",
    "nodejs_heap_size_used_bytes",
    "nodejs_eventloop_lag_p99_seconds",
  ])
    expect(Number((await sample(serving, name))[0]?.value)).toBeGreaterThan(0);
});

test("readyz is ready, not ready while there is no jailer, and ready again", async () => {
  await using serving = await startServing();
  const ready = async () => await fetch(`${serving.url}/readyz`);
  expect(await (await ready()).json()).toEqual({ ready: true, reasons: [] });
  const jailer = serving.child("jailer");
  process.kill(jailer, "SIGSTOP");
  await until("it is not ready", async () => (await ready()).status === 503);
  expect(await (await ready()).json()).toEqual({ ready: false, reasons: ["the jailer makes no jails"] });
  process.kill(jailer, "SIGCONT");
  await until("it is ready again", async () => (await ready()).status === 200);
});

test("SIGHUP has the configuration read again: what may change does, what is broken changes nothing", async () => {
  await using serving = await startServing();
  await configure(serving, {
    limits: { run: { default: { wall_time_ms: 150 }, maximum: { wall_time_ms: 200 } } },
  });
  process.kill(serving.pid, "SIGHUP");
  await until("it is reloaded", () => serving.log.some((line) => line.includes('"reloaded"')));
  expect(await (await runBash(serving, "sleep 2")).json()).toMatchObject({ run: { cause: "wall_time" } });
  await configure(serving, { slotz: 5 });
  process.kill(serving.pid, "SIGHUP");
  await until("it is refused", () => serving.log.some((line) => line.includes("slotz")));
  expect(await (await runBash(serving, "sleep 2")).json()).toMatchObject({ run: { cause: "wall_time" } });
});

test("the operator's socket reloads without a key, the port only with an admin's", async () => {
  await using serving = await startServing();
  await configure(serving, { log_level: "debug", body_limit_bytes: 5_000 });
  const path = "/api/crankcase/v1/reload";
  expect((await fetch(`${serving.url}${path}`, { method: "POST" })).status).toBe(401);
  const socketPath = join(serving.place.runDir, "daemon/operator.sock");
  expect(await postBy(socketPath, path)).toEqual({
    status: 200,
    body: { applied: ["log_level"], restart: ["body_limit_bytes"], warnings: [] },
  });
});

function postBy(socketPath: string, path: string): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method: "POST" }, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    sent.once("error", reject).end();
  });
}
