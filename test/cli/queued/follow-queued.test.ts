import { expect, test } from "vitest";
import type { QueuedJob } from "../../../src/api/queued-job.ts";
import { followQueued } from "../../../src/cli/queued/follow-queued.ts";
import type { JobsApi } from "../../../src/cli/queued/jobs-api.ts";
import { CrankcaseError } from "../../../src/errors/crankcase-error.ts";
import { queuedJob } from "./queued-job.ts";

const RUNNING = { event: "state", ...queuedJob({ state: "running", position: null, starts: 1 }) };
const DONE = { id: "j1", run: { stdout: "abc", stderr: "", exit_code: 0, cause: "exited" } };

function output(data: string) {
  return { event: "output", stage: "run", stream: "stdout", data };
}

/** A server of which each connection tells these events and ends; null is one that is not there. */
function following(connections: readonly (readonly object[] | null)[], stored: Partial<QueuedJob> = {}) {
  const left = [...connections];
  let lost = 0;
  const api: Partial<JobsApi> = {
    async events() {
      const events = left.shift();
      if (events == null) throw new CrankcaseError("server_unreachable", "it does not answer");
      return new Response(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    },
    find: async () => queuedJob(stored),
  };
  const stop = new AbortController().signal;
  const deps = { api: api as JobsApi, url: "http://x", stop, onLost: () => (lost += 1), pauseMs: 1 };
  const told = async () => {
    const texts: string[] = [];
    for await (const event of followQueued("j1", deps)) {
      texts.push(event.event === "output" ? event.data : event.event);
    }
    return texts;
  };
  return { told, lost: () => lost };
}

test("a job is told from its start to its result", async () => {
  const { told } = following([[RUNNING, output("a"), output("bc"), { event: "result", ...DONE }]]);
  expect(await told()).toEqual(["state", "a", "bc", "result"]);
});

test("a server that goes away is called again, and what it tells again is not told twice", async () => {
  const { told, lost } = following([
    [RUNNING, output("a"), output("b")],
    null,
    [RUNNING, output("abc"), { event: "result", ...DONE }],
  ]);
  expect(await told()).toEqual(["state", "a", "b", "state", "c", "result"]);
  expect(lost()).toBe(1);
});

test("a job that was started again writes all of it anew", async () => {
  const again = { ...RUNNING, starts: 2 };
  const { told } = following([
    [RUNNING, output("ab")],
    [again, output("ab"), { event: "result", ...DONE }],
  ]);
  expect(await told()).toEqual(["state", "ab", "state", "ab", "result"]);
});

test("of a job that is over what is kept is told", async () => {
  const over = { state: "done" as const, result: DONE as unknown as NonNullable<QueuedJob["result"]> };
  const { told } = following([[{ event: "state", ...queuedJob({ state: "done" }) }]], over);
  expect(await told()).toEqual(["state", "abc", "result"]);
});

test("a job that is over before anything of it was told is told from what is kept", async () => {
  const over = { state: "done" as const, result: DONE as unknown as NonNullable<QueuedJob["result"]> };
  const waits = { event: "state", ...queuedJob() };
  const done = { event: "state", ...queuedJob({ state: "done", starts: 1 }) };
  const { told } = following([[waits, done, { event: "result", ...DONE, run: {} }]], over);
  expect(await told()).toEqual(["state", "state", "abc", "result"]);
});

test("one that ends while nobody is connected is told from where it was left", async () => {
  const over = {
    state: "done" as const,
    starts: 1,
    result: DONE as unknown as NonNullable<QueuedJob["result"]>,
  };
  const { told } = following(
    [[RUNNING, output("ab")], [{ event: "state", ...queuedJob({ state: "done", starts: 1 }) }]],
    over,
  );
  expect(await told()).toEqual(["state", "ab", "state", "c", "result"]);
});

test("what a job failed of is thrown, and a server that was never there is told at once", async () => {
  const error = { code: "internal", message: "Something failed inside the server.", hint: "" };
  await expect(following([[RUNNING, { event: "error", ...error }]]).told()).rejects.toThrow(
    "Something failed",
  );
  await expect(following([null]).told()).rejects.toThrow("it does not answer");
});

test("a cancelled job has no result, and its events end", async () => {
  const cancelled = { event: "state", ...queuedJob({ state: "cancelled", starts: 1 }) };
  expect(await following([[RUNNING, output("a"), cancelled]]).told()).toEqual(["state", "a", "state"]);
});
