import { expect, test } from "vitest";
import { native } from "../queue/native.ts";
import { until } from "../support/until.ts";
import { ended, PATIENT, sent, states, step } from "../workflows/sent-workflow.ts";
import { twelveSteps } from "../workflows/twelve-steps.ts";
import { look, overJobs, resultOf } from "../workflows/workflow-result.ts";
import { killServer } from "./kill-server.ts";
import { startNodes, untilKnown } from "./nodes.ts";

const SLOW = { timeout: 300_000 };
const PATIENCE_MS = 120_000;

test(
  "twelve steps, the api node that drives them and a worker killed as they run: the same result as of a run that nothing disturbs",
  SLOW,
  async () => {
    await using nodes = await startNodes();
    const limits = { limits: PATIENT };
    const worker = () => nodes.worker({ slots: 2, ...limits });
    const [first, second, doomed] = await Promise.all([nodes.api(), nodes.api(), worker(), worker()]);
    await Promise.all([untilKnown(first), untilKnown(second)]);
    const calm = await ended(second.url, (await sent(first.url, twelveSteps)).id);
    const expected = await resultOf(second.url, calm);
    expect(calm.state).toBe("succeeded");
    expect(states(calm)).toMatchObject({
      lint: "failed",
      publish: "skipped",
      report: "succeeded",
      all: "succeeded",
    });

    const { id } = await sent(first.url, twelveSteps);
    const haveEnded = (jobs: number) =>
      until(`${jobs} jobs are over`, async () => overJobs(await look(second.url, id)) >= jobs, PATIENCE_MS);
    await haveEnded(3);
    killServer(doomed, ["daemon", "jailer"]);
    await haveEnded(6);
    killServer(first, ["daemon"]);
    const disturbed = await ended(second.url, id);
    expect(await resultOf(second.url, disturbed)).toEqual(expected);
    // What was submitted and not noted by the one that died was found again.
    const { body } = await native(second.url, "GET", "/jobs?limit=1000");
    const items = [calm, disturbed].flatMap(({ steps = [] }) => steps.flatMap((it) => it.items));
    expect(body.jobs).toHaveLength(items.reduce((sum, { tries }) => sum + tries, 0));
  },
);

test(
  "whoever asks any api node follows a workflow that another one drives, lists it and cancels it",
  SLOW,
  async () => {
    await using nodes = await startNodes();
    const [first, second] = await Promise.all([
      nodes.api(),
      nodes.api(),
      nodes.worker({ slots: 2, limits: PATIENT }),
    ]);
    await Promise.all([untilKnown(first), untilKnown(second)]);
    const steps = [step("quick", "echo x"), step("slow", "sleep 50", { needs: ["quick"] })];
    const { id } = await sent(first.url, steps, { name: "long", idempotency_key: "once" });
    const again = await native(second.url, "POST", "/workflows", {
      body: { steps, name: "long", idempotency_key: "once" },
    });
    expect([again.status, again.body.id]).toEqual([200, id]);
    const events = await fetch(`${second.url}/api/crankcase/v1/workflows/${id}/events`, {
      headers: { accept: "application/x-ndjson" },
    });
    const told = events.text();
    const isRunning = async () => (await look(second.url, id))?.steps?.[1]?.items[0]?.state === "running";
    await until("the second step runs", isRunning, PATIENCE_MS);
    const listed = await native(second.url, "GET", "/workflows?state=running");
    expect(listed.body.workflows).toMatchObject([{ id, name: "long" }]);
    const { status, body } = await native(second.url, "DELETE", `/workflows/${id}`);
    expect([status, body.state]).toEqual([200, "cancelled"]);
    const lines = (await told)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ event: "result", state: "cancelled" });
    const jobs = await native(first.url, "GET", "/jobs?state=running");
    expect(jobs.body.jobs).toEqual([]);
  },
);
