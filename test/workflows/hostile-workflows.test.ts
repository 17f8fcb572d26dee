import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { native } from "../queue/native.ts";
import { outputs, ran, states, step, stepOf } from "./sent-workflow.ts";

const SLOW = { timeout: 120_000 };

let serving: Serving;

beforeAll(async () => {
  serving = await startServing({
    slots: 4,
    queued_jobs: { ttl_max_seconds: 1_000 },
    workflows: { steps: 20, items: 50, jobs: 60, carried_bytes: 100_000 },
    limits: { run: { default: { stdout_bytes: 2_000_000 }, maximum: { stdout_bytes: 2_000_000 } } },
  });
}, 60_000);

afterAll(() => serving[Symbol.asyncDispose]());

const from = (name: string, rest: object = {}) => ({ stdin: { from: name, ...rest } });

test.each([
  ["a name twice", [step("a", ""), step("a", "")], "steps[1].name"],
  ["a step that needs itself", [step("a", "", { needs: ["a"] })], "steps[0]"],
  ["a step that reads itself", [step("a", "", {}, from("a"))], "steps[0]"],
  [
    "a circle of three",
    [
      step("a", "", {}, from("c")),
      step("b", "", {}, from("a")),
      step("c", "", { when: { step: "b", is: "failed" } }),
    ],
    "steps[0]",
  ],
  ["a step that there is not", [step("a", "", { needs: ["b"] })], "steps[0].needs[0]"],
  ["a name of every object's", [step("a", "", {}, from("constructor"))], "steps[0].job.stdin.from"],
  ["a name of no step's", [step("__proto__", "")], "steps[0].name"],
  ["a reference to nothing", [step("a", "", {}, { stdin: {} })], "steps[0].job.stdin"],
  [
    "a reference to two things",
    [step("a", "", { for_each: [1] }, { stdin: { item: true, index: true } })],
    "steps[0].job.stdin",
  ],
  ["an item of no list", [step("a", "", {}, { args: ["x", { item: true }] })], "steps[0].job.args[1]"],
  [
    "a file that is not named",
    [step("a", ""), step("b", "", {}, from("a", { take: "artifact" }))],
    "steps[1].job.stdin.artifact",
  ],
  [
    "a list's form of one value",
    [step("a", ""), step("b", "", {}, from("a", { as: "json" }))],
    "steps[1].job.stdin.as",
  ],
  [
    "a pointer that is none",
    [step("a", ""), step("b", "", {}, from("a", { json: "x" }))],
    "steps[1].job.stdin.json",
  ],
  [
    "an unknown part of a reference",
    [step("a", ""), step("b", "", {}, from("a", { form: 1 }))],
    "steps[1].job.stdin.form",
  ],
  ["a condition of nothing", [step("a", "", { when: {} })], "steps[0].when.step"],
  [
    "a condition of two kinds",
    [step("a", ""), step("b", "", { when: { step: "a", is: "failed", equals: 1 } })],
    "steps[1].when",
  ],
  [
    "a condition beside others",
    [step("a", ""), step("b", "", { when: { step: "a", is: "failed", any: [{ step: "a", is: "failed" }] } })],
    "steps[1].when.step",
  ],
  [
    "a condition deep inside on nobody",
    [step("a", "", { when: { any: [{ all: [{ not: { step: "x", is: "failed" } }] }] } })],
    "steps[0].when.any[0].all[0].not",
  ],
  [
    "a condition on a list's text",
    [step("a", "", { for_each: [1] }), step("b", "", { when: { step: "a", equals: "x" } })],
    "steps[1].when.equals",
  ],
  ["an unknown language", [step("a", "", {}, { language: "no such" })], "steps[0].job.language"],
  ["a job that is queued otherwise", [step("a", "", {}, { retry: 1 })], "steps[0].job.retry"],
  [
    "a bad name of a file",
    [step("a", "", {}, { files: [{ name: "../x", content: "" }] })],
    "steps[0].job.files[0].name",
  ],
  ["more steps than may be", Array.from({ length: 21 }, (_, index) => step(`s${index}`, "")), "steps"],
  ["ten thousand steps", Array.from({ length: 10_000 }, (_, index) => step(`s${index}`, "")), "steps"],
  ["more items than may be", [step("a", "", { for_each: Array(51).fill(1) })], "steps[0].for_each"],
  [
    "more jobs than may be",
    [step("a", "", { for_each: Array(50).fill(1) }), step("b", "", { for_each: Array(50).fill(1) })],
    "steps",
  ],
  [
    "more files of one step than a job may send",
    [
      step("a", ""),
      step(
        "b",
        "",
        {},
        { args: Array.from({ length: 40 }, (_, index) => ({ from: "a", artifact: `${index}` })) },
      ),
    ],
    "steps[0].job.artifacts",
  ],
  [
    "a file outside",
    [step("a", ""), step("b", "", {}, from("a", { artifact: "../x" }))],
    "steps[0].job.artifacts[0]",
  ],
  ["no steps", [], "steps"],
] as const)("%s is refused, with the field at fault", SLOW, async (_what, steps, field) => {
  const { status, body } = await native(serving.url, "POST", "/workflows", { body: { steps } });
  expect({ status, field: body.field }, body.message).toEqual({ status: 400, field });
  expect((await native(serving.url, "GET", "/workflows")).body.workflows).toEqual([]);
});

test("times that are together above what results are kept for are refused", SLOW, async () => {
  const steps = [step("a", "")];
  for (const [rest, field] of [
    [{ ttl: 1_001 }, "ttl"],
    [{ ttl: 600, time_limit_ms: 401_000 }, "time_limit_ms"],
    [{ ttl: 1_000 }, "ttl"],
    [{ time_limit_ms: 0 }, "time_limit_ms"],
  ] as const) {
    const answer = await native(serving.url, "POST", "/workflows", { body: { steps, ...rest } });
    expect(answer).toMatchObject({ status: 400, body: { field } });
  }
  expect((await native(serving.url, "GET", "/workflows/nobody")).status).toBe(404);
  expect((await native(serving.url, "DELETE", "/workflows/nobody")).status).toBe(404);
  expect((await native(serving.url, "GET", "/workflows/nobody/events")).status).toBe(404);
  expect((await native(serving.url, "GET", "/workflows?state=dead")).body.field).toBe("state");
});

test.each([
  ["is no JSON", "echo '{'", { json: "/x" }, {}],
  ["has nothing at the pointer", "echo '{\"x\": 1}'", { json: "/constructor" }, {}],
  ["is JSON that is nested too deep", "printf '[%.0s' $(seq 90000)", { json: "" }, {}],
  ["is more than may be carried", "head -c 200000 /dev/zero", {}, {}],
  ["is not UTF-8", "printf '\\377'", {}, { output_encoding: "base64" }],
  ["holds NUL", "printf 'a\\0b'", {}, {}],
  ["is a file that was not written", "true", { artifact: "x.txt" }, {}],
] as const)(
  "a step that takes what %s fails and says so, and nothing else does",
  SLOW,
  async (_what, program, take, job) => {
    const workflow = await ran(serving.url, [
      step("gives", program, {}, job),
      step("takes", "true", {}, { args: [{ from: "gives", ...take }] }),
      step("beside", "true"),
    ]);
    expect(states(workflow)).toEqual({ gives: "succeeded", takes: "failed", beside: "succeeded" });
    expect(stepOf(workflow, "takes").items[0]).toMatchObject({ tries: 0, error: { code: "value_unusable" } });
  },
);

test("a list that is too long, or none, fails its step before anything of it runs", SLOW, async () => {
  const workflow = await ran(serving.url, [
    step("long", "seq 51"),
    step("object", "echo '{}'"),
    step("a", "true", { for_each: { from: "long" } }),
    step("b", "true", { for_each: { from: "object", json: "" } }),
    step("c", "true", { for_each: { from: "object", as: "json" } }),
  ]);
  for (const name of ["a", "b", "c"])
    expect(stepOf(workflow, name)).toMatchObject({
      state: "failed",
      items: [],
      error: { code: "value_unusable" },
    });
  expect(workflow.state).toBe("failed");
});

test("an item that is nested deeper than it can be written fails alone", SLOW, async () => {
  const deep = "printf '[1,'; printf '[%.0s' $(seq 40000); printf ']%.0s' $(seq 40000); printf ']'";
  const workflow = await ran(serving.url, [
    step("gives", deep),
    step("each", "true", { for_each: { from: "gives", as: "json" } }, { args: [{ item: true }] }),
  ]);
  expect(stepOf(workflow, "each").items).toMatchObject([
    { state: "succeeded" },
    { state: "failed", error: { code: "value_unusable" } },
  ]);
});

test("two lists may not come to more jobs together than are allowed", SLOW, async () => {
  const workflow = await ran(serving.url, [
    step("list", "seq 40"),
    step("a", "true", { for_each: { from: "list" } }),
    step("b", "true", { for_each: { from: "list" } }),
  ]);
  expect(Object.values(states(workflow)).sort()).toEqual(["failed", "succeeded", "succeeded"]);
});

test("names, items and outputs that mean something elsewhere are texts here", SLOW, async () => {
  const evil = '"; rm -rf / #$(id)`id`\n{"from": "x"}';
  const workflow = await ran(serving.url, [
    step("constructor", 'printf %s "$1"', {}, { args: [evil] }),
    step(
      "hasOwnProperty",
      'printf %s "$1"',
      { for_each: [evil, { from: "constructor" }] },
      { args: [{ item: true }] },
    ),
    step(
      "toString",
      'printf %s "$1"',
      {},
      { args: [{ from: "constructor" }], environment: { toString: "x" } },
    ),
  ]);
  expect(workflow.state).toBe("succeeded");
  expect(await outputs(serving.url, workflow, "toString")).toEqual([evil]);
  expect(await outputs(serving.url, workflow, "hasOwnProperty")).toEqual([evil, '{"from":"constructor"}']);
});
