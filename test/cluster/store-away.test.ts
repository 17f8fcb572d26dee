import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { native, over, script, submitted } from "../queue/native.ts";
import { until } from "../support/until.ts";
import { startNodes, untilKnown } from "./nodes.ts";

const SLOW = { timeout: 180_000 };

/** As long as a store that is started again by hand may be away. */
const AWAY_MS = 12_000;

test("while the store is away callers are told so, and nothing that was accepted is lost", SLOW, async () => {
  await using nodes = await startNodes();
  const [api, worker] = await Promise.all([nodes.api(), nodes.worker({ slots: 2 })]);
  await untilKnown(api);
  const ended = await submitted(api.url, script("echo before"));
  await over(api.url, ended.id);
  const slow = [
    await submitted(api.url, script("sleep 2; echo whole")),
    await submitted(api.url, script("sleep 2; echo whole")),
  ];
  const waiting = [];
  for (let number = 0; number < 5; number += 1)
    waiting.push(await submitted(api.url, script(`echo ${number}`)));
  await until("two of them run", async () => (await worker.runnerProcesses()) > 1);
  await nodes.redis.stop();
  await until("callers are told", async () => {
    const { status } = await native(api.url, "POST", "/jobs", { body: { ...script("true"), wait: false } });
    return status === 503;
  });
  for (const body of [{ ...script("true"), wait: false }, script("true")]) {
    const refused = await native(api.url, "POST", "/jobs", { body });
    expect(refused).toMatchObject({ status: 503, body: { code: "store_away" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(await native(api.url, "GET", `/jobs/${ended.id}`)).toMatchObject({
    status: 503,
    body: { code: "store_away" },
  });
  expect(await (await fetch(`${api.url}/readyz`)).json()).toMatchObject({ ready: false });
  const health = await fetch(`${api.url}/healthz`);
  expect([health.status, await health.json()]).toMatchObject([200, { status: "ok", store: "away" }]);
  await sleep(AWAY_MS);
  await nodes.redis.start();
  await until(
    "the api node serves again",
    async () => (await native(api.url, "GET", `/jobs/${ended.id}`)).status === 200,
  );
  for (const { id } of slow)
    expect(await over(api.url, id)).toMatchObject({
      state: "done",
      starts: 1,
      result: { run: { stdout: "whole\n" } },
    });
  const texts = await Promise.all(
    waiting.map(async ({ id }) => (await over(api.url, id)).result?.run?.stdout),
  );
  expect(texts).toEqual(["0\n", "1\n", "2\n", "3\n", "4\n"]);
  expect(await native(api.url, "POST", "/jobs", { body: script("echo again") })).toMatchObject({
    status: 200,
  });
});
