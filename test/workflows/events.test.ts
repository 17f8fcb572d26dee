import { afterAll, beforeAll, expect, test } from "vitest";
import { startReceiver, status } from "../callbacks/receiver.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { native } from "../queue/native.ts";
import { until } from "../support/until.ts";
import { ended, PATIENT, sent, step } from "./sent-workflow.ts";

const SLOW = { timeout: 120_000 };

let serving: Serving;

beforeAll(async () => {
  serving = await startServing({ slots: 3, limits: PATIENT, queued_jobs: { private_callbacks: true } });
}, 60_000);

afterAll(() => serving[Symbol.asyncDispose]());

interface Event {
  readonly event: string;
  readonly step?: string;
  readonly index?: number | null;
  readonly state?: string;
  readonly [field: string]: unknown;
}

/** All events of a workflow, as lines of JSON. */
async function eventsOf(id: string): Promise<Event[]> {
  const response = await fetch(`${serving.url}/api/crankcase/v1/workflows/${id}/events`, {
    headers: { accept: "application/x-ndjson" },
  });
  const lines = (await response.text()).split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

/** Who follows a workflow hears this of a step, in this order. */
function toldOf(events: readonly Event[], name: string, index: number | null): (string | undefined)[] {
  return events.filter((it) => it.step === name && it.index === index).map(({ state }) => state);
}

test("who follows hears of each step and job as it comes, and at the end of all", SLOW, async () => {
  const { id } = await sent(serving.url, [
    step("one", "sleep 1"),
    step("many", "sleep 0.5", { for_each: { from: "one", default: "" }, needs: ["one"] }),
    step("bad", "sleep 0.5; exit 1", { may_fail: true, needs: ["one"], retry: 1 }),
    step("never", "true", { when: { step: "bad", is: "succeeded" } }),
  ]);
  const [early, other] = await Promise.all([eventsOf(id), eventsOf(id)]);
  for (const events of [early, other]) {
    expect(events[0]).toMatchObject({ event: "state", state: "running" });
    expect(events.at(-2)).toMatchObject({ event: "state", state: "succeeded" });
    expect(events.at(-1)).toMatchObject({ event: "result", id, state: "succeeded", steps: { length: 4 } });
    expect(toldOf(events, "one", null)).toEqual(["running", "succeeded"]);
    expect(toldOf(events, "one", 0).at(-1)).toBe("succeeded");
    expect(toldOf(events, "bad", 0).filter((state) => state === "running")).toHaveLength(2);
    expect(toldOf(events, "never", null)).toEqual(["skipped"]);
  }
  const late = await eventsOf(id);
  expect(late.map(({ event }) => event)).toEqual([
    "state",
    ...Array.from({ length: late.length - 2 }, () => "step"),
    "result",
  ]);
  const response = await fetch(`${serving.url}/api/crankcase/v1/workflows/${id}/events`);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(await response.text()).toMatch(/^event: state\ndata: \{.*\n\nevent: step\n/);
});

test("its end is told to a callback, signed as a job's is", SLOW, async () => {
  await using receiver = await startReceiver(status(503, 204));
  const callback = { url: receiver.url, secret: "sixteen letters or more" };
  const { id } = await sent(serving.url, [step("only", "true")], { callback });
  const standing = async () => (await native(serving.url, "GET", `/workflows/${id}`)).body.callback;
  await until("it is delivered", async () => (await standing()).state === "delivered", 60_000);
  expect((await standing()).tries).toBe(2);
  const { body, headers } = receiver.received[1] ?? expect.unreachable();
  expect(headers["webhook-id"]).toBe(id);
  expect(JSON.parse(body)).toMatchObject({
    id,
    state: "succeeded",
    steps: [{ name: "only", state: "succeeded" }],
  });
  const refused = await native(serving.url, "POST", "/workflows", {
    body: { steps: [step("only", "true")], callback: { url: "ftp://x", secret: callback.secret } },
  });
  expect(refused).toMatchObject({ status: 400, body: { field: "callback.url" } });
});

test(
  "a server that was asked to stop ends what waits for a workflow, and the workflow is kept",
  SLOW,
  async () => {
    await using own = await startServing({ slots: 1, limits: PATIENT, shutdown_grace_ms: 200 });
    const body = { steps: [step("long", "sleep 30")], wait: true };
    const answer = native(own.url, "POST", "/workflows", { body });
    await until("it runs", async () => (await own.runnerProcesses()) > 0, 30_000);
    process.kill(own.child("daemon"), "SIGTERM");
    expect(await answer).toMatchObject({ status: 202, body: { state: "running" } });
  },
);

test(
  "more workflows than may be under way are answered 503, and those that were accepted go on",
  SLOW,
  async () => {
    await using own = await startServing({ slots: 2, limits: PATIENT, workflows: { unfinished: 3 } });
    const sleeping = { steps: [step("long", "sleep 3")] };
    const answers = [];
    for (let count = 0; count < 4; count += 1)
      answers.push(await native(own.url, "POST", "/workflows", { body: sleeping }));
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202, 503]);
    expect(answers[3]?.body.code).toBe("busy");
    expect(Number(answers[3]?.headers.get("retry-after"))).toBeGreaterThan(0);
    for (const { body } of answers.slice(0, 3))
      expect((await ended(own.url, body.id)).state).toBe("succeeded");
    const metrics = await (await fetch(`${own.url}/metrics`)).text();
    expect(metrics).toContain("crankcase_workflows 0");
  },
);
