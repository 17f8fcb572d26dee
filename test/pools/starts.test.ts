import { expect, test } from "vitest";
import type { JobResult } from "../../src/api/job-result.ts";
import { readStarts } from "../../src/jail/read-starts.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { poolServer } from "./serving-pools.ts";

test("each job is noted once, in a jail of its own, in one made ahead, and where its program was started ahead", {
  timeout: 120_000 * TIME_FACTOR,
}, async () => {
  await using server = await poolServer({ slots: 2, ready_jails: 4 });
  const ids = new Map<string, string>();
  const send = async (language: string, content: string) => {
    const response = await fetch(`${server.serving.url}/api/crankcase/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ language, files: [{ content }] }),
    });
    const { id = "", start = "" } = (await response.json()) as JobResult;
    ids.set(id, start);
  };
  const noted = async () => {
    const names: string[] = [];
    const { skipped } = await readStarts(server.serving.startsLog, ({ name }) => void names.push(name));
    expect(skipped).toBe(0);
    return names;
  };
  for (let round = 0; round < 5; round += 1)
    await Promise.all([send("bash", "echo 1"), send("python", "print(1)")]);
  await server.startAhead("python");
  const before = new Set(await noted());
  for (const id of ids.keys()) expect(before).toContain(id);
  for (let round = 0; round < 10; round += 1) {
    await send("python", "print(1)");
    await send("c", "int main() { return 0; }");
  }
  const names = await noted();
  expect(new Set(ids.values())).toEqual(new Set(["cold", "ahead"]));
  expect(names.filter((name) => ids.has(name)).toSorted()).toEqual([...ids.keys()].toSorted());
  expect(new Set(names).size).toBe(names.length);
});
