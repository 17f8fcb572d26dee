import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Workflow } from "../../src/api/workflow.ts";
import { startsLogPath } from "../../src/config/starts-log-path.ts";
import { readStarts } from "../../src/jail/read-starts.ts";
import type { Serving } from "../cli/serving.ts";
import { startKept } from "../keeper/start-kept.ts";
import { killAll } from "../pools/serving-pools.ts";
import { native } from "../queue/native.ts";
import { findLeftovers } from "../support/census.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";
import { ended, PATIENT, sent, states, step, stepOf } from "./sent-workflow.ts";
import { twelveSteps } from "./twelve-steps.ts";
import { look, overJobs, resultOf } from "./workflow-result.ts";

const PATIENCE_MS = 240_000;

/** Of the jobs that are over when daemon and jailer are killed. */
const KILLS_AT = [2, 7, 12, 17];

test(
  `twelve steps, daemon and jailer killed ${KILLS_AT.length} times as they run: the same result as of a run that nothing disturbs`,
  async () => {
    const serving = await startKept({ slots: 4, ready_jails: 2, limits: PATIENT });
    {
      await using _serving = serving;
      const calm = await ended(serving.url, (await sent(serving.url, twelveSteps)).id);
      const expected = await resultOf(serving.url, calm);
      expect(calm.state).toBe("succeeded");
      expect(states(calm)).toMatchObject({
        lint: "failed",
        publish: "skipped",
        report: "succeeded",
        all: "succeeded",
      });
      const { id } = await sent(serving.url, twelveSteps);
      for (const jobs of KILLS_AT) {
        await until(
          `${jobs} jobs are over`,
          async () => overJobs(await look(serving.url, id)) >= jobs,
          PATIENCE_MS,
        );
        killAll([serving.child("daemon"), serving.child("jailer")]);
        await sleep(20);
      }
      await until("it is over", async () => (await look(serving.url, id))?.state !== "running", PATIENCE_MS);
      const disturbed = await ended(serving.url, id);
      expect(await resultOf(serving.url, disturbed)).toEqual(expected);
      await expectNothingTwice(serving, [calm, disturbed]);
    }
    expect(await findLeftovers(serving.place)).toEqual([]);
  },
  2 * PATIENCE_MS * TIME_FACTOR,
);

test(
  "a step that may not be run again and was interrupted has failed, and what needs it is skipped",
  async () => {
    await using serving = await startKept({ slots: 2, ready_jails: 1, limits: PATIENT });
    const { id } = await sent(serving.url, [
      step("first", "echo kept"),
      step("once", "sleep 2; cat", {}, { stdin: { from: "first" } }),
      step("after", "true", { needs: ["once"] }),
    ]);
    const isRunning = async () => (await look(serving.url, id))?.steps?.[1]?.items[0]?.state === "running";
    await until("the second step runs", isRunning, 30_000);
    await until("its program has begun", async () => (await serving.runnerProcesses()) > 0);
    killAll([serving.child("daemon"), serving.child("jailer")]);
    await until(
      "it is over",
      async () => ["failed"].includes((await look(serving.url, id))?.state ?? ""),
      60_000,
    );
    const workflow = await ended(serving.url, id);
    expect(states(workflow)).toEqual({ first: "succeeded", once: "failed", after: "skipped" });
    expect(stepOf(workflow, "once").items[0]).toMatchObject({ tries: 1, error: { code: "interrupted" } });
  },
  PATIENCE_MS * TIME_FACTOR,
);

test(
  "a workflow whose time is over after everything was dead is ended, and so are its jobs",
  async () => {
    await using serving = await startKept({
      slots: 1,
      ready_jails: 1,
      limits: PATIENT,
      shutdown_grace_ms: 100,
    });
    const steps = [step("long", "sleep 1; echo x", { for_each: [1, 2, 3, 4, 5, 6, 7, 8], retry: 3 })];
    const { id } = await sent(serving.url, steps, { time_limit_ms: 2_500 });
    await until("a job is over", async () => overJobs(await look(serving.url, id)) > 0, 30_000);
    killAll([serving.child("daemon")]);
    await until("it is over", async () => (await look(serving.url, id))?.state === "failed", 60_000);
    const workflow = await ended(serving.url, id);
    expect(workflow.error?.code).toBe("time_is_over");
    const items = stepOf(workflow, "long").items.map(({ state }) => state);
    expect(new Set(items)).toEqual(new Set(["succeeded", "cancelled"]));
    await until("nothing of it runs", async () => (await serving.runnerProcesses()) === 0);
    const { body } = await native(serving.url, "GET", "/jobs?state=queued");
    expect(body.jobs).toEqual([]);
  },
  PATIENCE_MS * TIME_FACTOR,
);

/** Each start was noted once, and there were no more jobs than tries: what was submitted and not noted was found again. */
async function expectNothingTwice(serving: Serving, workflows: readonly Workflow[]): Promise<void> {
  const starts = new Map<string, number>();
  await readStarts(startsLogPath(serving.place), ({ name }) => starts.set(name, (starts.get(name) ?? 0) + 1));
  expect([...starts.values()].filter((times) => times > 1)).toEqual([]);
  const { body } = await native(serving.url, "GET", "/jobs?limit=1000");
  const items = workflows.flatMap(({ steps = [] }) => steps.flatMap((it) => it.items));
  expect(body.jobs).toHaveLength(items.reduce((sum, { tries }) => sum + tries, 0));
}
