import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { native } from "../queue/native.ts";
import { ended, outputs, PATIENT, ran, sent, states, step, stepOf } from "./sent-workflow.ts";

const SLOW = { timeout: 120_000 };

let serving: Serving;

beforeAll(async () => {
  serving = await startServing({ slots: 4, limits: PATIENT });
}, 60_000);

afterAll(() => serving[Symbol.asyncDispose]());

test("what needs a failed step is skipped, what does not runs, and the workflow fails", SLOW, async () => {
  const workflow = await ran(serving.url, [
    step("bad", "exit 1"),
    step("after", "true", { needs: ["bad"] }),
    step("later", "true", { needs: ["after"] }),
    step("beside", "true"),
  ]);
  expect(workflow.state).toBe("failed");
  expect(states(workflow)).toEqual({
    bad: "failed",
    after: "skipped",
    later: "skipped",
    beside: "succeeded",
  });
});

test(
  "a step with a condition on a failure runs after it, and the workflow has not failed",
  SLOW,
  async () => {
    const { url } = serving;
    const workflow = await ran(url, [
      step("bad", "echo why >&2; exit 1"),
      step(
        "mend",
        "cat",
        { when: { step: "bad", is: "failed" } },
        { stdin: { from: "bad", take: "stderr" } },
      ),
      step("praise", "true", { when: { step: "bad", is: "succeeded" } }),
      step("ends", "true", {
        when: {
          any: [
            { step: "mend", is: "succeeded" },
            { step: "praise", is: "succeeded" },
          ],
        },
      }),
    ]);
    expect(workflow.state).toBe("succeeded");
    expect(states(workflow)).toEqual({
      ...{ bad: "failed", mend: "succeeded", praise: "skipped", ends: "succeeded" },
    });
    expect(await outputs(url, workflow, "mend")).toEqual(["why\n"]);
  },
);

test(
  "a condition that speaks of a failed step and does not hold leaves the workflow failed",
  SLOW,
  async () => {
    const workflow = await ran(serving.url, [
      step("bad", "exit 1"),
      step("praise", "true", { when: { step: "bad", is: "succeeded" } }),
    ]);
    expect(workflow.state).toBe("failed");
  },
);

test("what a step wrote decides which of two others runs", SLOW, async () => {
  const choose = (answer: string) => [
    step("ask", `echo '{"go": "${answer}", "count": 3}'`),
    step("left", "echo left", { when: { step: "ask", json: "/go", equals: "left" } }),
    step("right", "echo right", {
      when: {
        all: [
          { step: "ask", json: "/count", equals: 3 },
          { not: { step: "ask", json: "/go", equals: "left" } },
        ],
      },
    }),
    step(
      "both",
      "cat",
      { when: { step: "left", is: "skipped" } },
      { stdin: { from: "left", default: "nothing" } },
    ),
    step("code", "true", { when: { step: "ask", take: "exit_code", equals: 0 } }),
  ];
  const left = await ran(serving.url, choose("left"));
  expect(states(left)).toEqual({
    ask: "succeeded",
    left: "succeeded",
    right: "skipped",
    both: "skipped",
    code: "succeeded",
  });
  const right = await ran(serving.url, choose("right"));
  expect(states(right)).toEqual({
    ask: "succeeded",
    left: "skipped",
    right: "succeeded",
    both: "succeeded",
    code: "succeeded",
  });
  expect(await outputs(serving.url, right, "both")).toEqual(["nothing"]);
  expect([left.state, right.state]).toEqual(["succeeded", "succeeded"]);
});

test("a failed job is run again as often as it may be, each item for itself", SLOW, async () => {
  const { url } = serving;
  // No job remembers another: whether it fails is up to chance, one time in two, and ten tries are enough for a while.
  const chance = "exit $((RANDOM % 2))";
  const workflow = await ran(url, [
    step("never", "exit 3", { retry: 2, may_fail: true }),
    step("some", chance, { for_each: [1, 2, 3, 4], retry: 10, may_fail: true }),
  ]);
  expect(stepOf(workflow, "never")).toMatchObject({
    state: "failed",
    items: [{ state: "failed", tries: 3 }],
  });
  const { items } = stepOf(workflow, "some");
  expect(items.every(({ tries, state }) => state === "succeeded" || tries === 11)).toBe(true);
  const jobs = (await native(url, "GET", "/jobs?limit=1000")).body.jobs.length;
  expect(jobs).toBeGreaterThanOrEqual(3 + items.reduce((sum, { tries }) => sum + tries, 0));
});

test(
  "a fan-out in which some fail goes on to its end, and gives what there is where it may fail",
  SLOW,
  async () => {
    const { url } = serving;
    const steps = (may_fail: boolean) => [
      step(
        "each",
        'echo "$1"; test "$1" != b',
        { for_each: ["a", "b", "c"], may_fail },
        { args: [{ item: true }] },
      ),
      step("all", "cat", {}, { stdin: { from: "each" } }),
    ];
    const strict = await ran(url, steps(false));
    expect(states(strict)).toEqual({ each: "failed", all: "skipped" });
    expect(stepOf(strict, "each").items.map(({ state }) => state)).toEqual([
      "succeeded",
      "failed",
      "succeeded",
    ]);
    const lenient = await ran(url, steps(true));
    expect(lenient.state).toBe("succeeded");
    expect(await outputs(url, lenient, "all")).toEqual(["a\nb\nc\n"]);
  },
);

test("an empty list is a step that has succeeded", SLOW, async () => {
  const { url } = serving;
  const workflow = await ran(url, [
    step("none", "true"),
    step("each", "echo x", { for_each: { from: "none" } }),
    step("all", "wc -c", {}, { stdin: { from: "each" } }),
  ]);
  expect(stepOf(workflow, "each")).toMatchObject({ state: "succeeded", items: [] });
  expect(await outputs(url, workflow, "all")).toEqual(["0\n"]);
});

test(
  "a judged step has succeeded when its cases are accepted, and its verdict can be taken",
  SLOW,
  async () => {
    const { url } = serving;
    const cases = (expected: string) => ({
      testcases: [
        { stdin: "1", expected: "1" },
        { stdin: "2", expected },
      ],
    });
    const workflow = await ran(url, [
      step("good", "cat", {}, cases("2")),
      step("wrong", "cat", { may_fail: true }, cases("3")),
      step("tell", 'echo "$1"', {}, { args: [{ from: "wrong", json: "/cases/1/verdict" }] }),
    ]);
    expect(states(workflow)).toEqual({ good: "succeeded", wrong: "failed", tell: "succeeded" });
    expect(await outputs(url, workflow, "tell")).toEqual(["WA\n"]);
  },
);

test("a job of a workflow that somebody cancels alone has failed, and is not run again", SLOW, async () => {
  const { url } = serving;
  const { id } = await sent(url, [step("long", "sleep 60", { retry: 5 })]);
  let job: string | null = null;
  while (job === null) {
    const { body } = await native(url, "GET", `/workflows/${id}`);
    job = stepOf(body, "long").items[0]?.job ?? null;
  }
  await native(url, "DELETE", `/jobs/${job}`);
  const workflow = await ended(url, id);
  expect(stepOf(workflow, "long").items).toEqual([
    expect.objectContaining({
      state: "failed",
      tries: 1,
      error: expect.objectContaining({ code: "cancelled" }),
    }),
  ]);
});
