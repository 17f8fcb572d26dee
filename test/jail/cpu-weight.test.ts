import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { CGROUP_V2 } from "../support/cgroup-version.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { processesMentioning } from "../support/processes-mentioning.ts";
import { openTestJail } from "../support/test-jail.ts";

const jailer = jailerOfFile();

/** The cgroup of a process that a job runs, by the line of that controller in its list; "" is v2's. */
async function groupOfJob(controller: string): Promise<string> {
  const nonce = randomUUID();
  await using jail = await openTestJail(jailer());
  const program = jail.start({ argv: ["/bin/sh", "-c", "echo up; read end", nonce], input: "stream" });
  await program.prints("up");
  const [pid] = await processesMentioning(nonce);
  const lines = (await readFile(`/proc/${pid}/cgroup`, "utf8")).split("\n").map((line) => line.split(":"));
  program.stage.endInput();
  await program.ran;
  return lines.find(([, name]) => name === controller)?.[2] ?? `no group of ${controller}`;
}

test.runIf(CGROUP_V2)(
  "jobs weigh half of what is beside the jailer's group, and of the jailer (v2)",
  async () => {
    const instance = `crankcase-${jailer().place.instance}`;
    expect(await groupOfJob("")).toMatch(new RegExp(`^/${instance}/jobs/slot-\\d+/stage-1$`));
    const weight = async (group: string) =>
      Number(await readFile(`/sys/fs/cgroup/${group}/cpu.weight`, "utf8"));
    const beside = await weight("init.scope");
    expect(await weight(instance)).toBe(beside / 2);
    expect(await weight(`${instance}/jobs`)).toBe((await weight(`${instance}/jailer`)) / 2);
  },
);

test.skipIf(CGROUP_V2)(
  "jobs weigh, on each processor, half of what a process beside them does (v1)",
  async () => {
    const group = `/crankcase-${jailer().place.instance}`;
    expect(await groupOfJob("cpu")).toBe(group);
    const shares = await readFile(`/sys/fs/cgroup/cpu/${group}/cpu.shares`, "utf8");
    expect(Number(shares)).toBe((1024 / 2) * availableParallelism());
  },
);
