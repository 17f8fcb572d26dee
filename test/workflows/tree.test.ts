import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Workflow, WorkflowStepState } from "../../src/api/workflow.ts";
import { plain } from "../../src/cli/judging/paint.ts";
import { afterEvent, type WorkflowEvent } from "../../src/cli/workflows/workflow-event.ts";
import { endLines, stepLines } from "../../src/cli/workflows/workflow-lines.ts";
import { workflowView } from "../../src/cli/workflows/workflow-view.ts";
import { EXAMPLE_WORKFLOW_STATE } from "../../src/http/openapi/workflow-examples.ts";

const NOON = "2026-01-02T12:00:00.000Z";

function at(seconds: number): string {
  return new Date(Date.parse(NOON) + seconds * 1_000).toISOString();
}

function stepState(name: string, rest: Partial<WorkflowStepState> = {}): WorkflowStepState {
  return {
    ...{ name, state: "waiting", needs: [], for_each: false, started_at: null, finished_at: null, items: [] },
    ...rest,
  };
}

const item = (state: "waiting" | "running" | "succeeded" | "failed", tries = 1) => ({
  state,
  tries,
  job: "j",
});

const WORKFLOW: Workflow = {
  ...EXAMPLE_WORKFLOW_STATE,
  submitted_at: NOON,
  steps: [
    stepState("last", { needs: ["each", "first"] }),
    stepState("each", {
      needs: ["first"],
      state: "running",
      for_each: true,
      started_at: at(1),
      items: [item("succeeded", 2), item("failed"), item("running")],
    }),
    stepState("first", {
      state: "succeeded",
      started_at: NOON,
      finished_at: at(1.2),
      items: [item("succeeded")],
    }),
  ],
};

test("each step has a line: further right what needs others, with jobs, time, and tries that were repeated", () => {
  expect(stepLines(WORKFLOW, plain, Date.parse(at(3)))).toEqual([
    "    last  waiting",
    "  each    running    2/3, 1 failed  2.0 s  1 run again",
    "first     succeeded  1.2 s",
  ]);
});

test("steps that need each other, as no server has them, are shown all the same", () => {
  const steps = [stepState("a", { needs: ["b"] }), stepState("b", { needs: ["a"] })];
  expect(stepLines({ ...WORKFLOW, steps }, plain, 0)).toHaveLength(2);
});

test("the end says where to look, five jobs of a step at most, and nothing that a terminal would obey", () => {
  const error = { code: "value_unusable", message: "bad \u001b[2J", hint: "" };
  const steps = [
    stepState("many", {
      state: "failed",
      for_each: true,
      items: Array.from({ length: 8 }, () => item("failed")),
    }),
    stepState("none", { state: "failed", error }),
  ];
  const lines = endLines({ ...WORKFLOW, state: "failed", finished_at: at(2), steps });
  expect(lines[0]).toMatch(/: failed after 2\.0 s$/);
  expect(lines.slice(1, 3)).toEqual([
    "many[0]: failed: crankcase logs j",
    "many[1]: failed: crankcase logs j",
  ]);
  expect(lines.slice(-2)).toEqual(["many: 3 more failed", "none: bad ?[2J"]);
});

const { steps: _steps, ...withoutSteps } = EXAMPLE_WORKFLOW_STATE;

test("events in any order bring a workflow to where they say it stands", () => {
  const events: WorkflowEvent[] = [
    { event: "step", step: "first", index: 2, ...item("running") },
    {
      event: "step",
      step: "first",
      index: null,
      state: "running",
      for_each: true,
      jobs: 4,
      started_at: NOON,
      finished_at: null,
    },
    { event: "step", step: "nobody", index: 0, ...item("running") },
    { event: "state", ...withoutSteps, state: "failed" },
  ];
  const { state, steps = [] } = events.reduce(afterEvent, { ...WORKFLOW, steps: [stepState("first")] });
  expect(state).toBe("failed");
  expect(steps[0]).toMatchObject({ state: "running", started_at: NOON });
  expect(steps[0]?.items.map((it) => it.state)).toEqual(["waiting", "waiting", "running", "waiting"]);
});

test("a tree is never higher or wider than its terminal, and what runs or failed stays in it", () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, rows: 8, columns: 24 });
  const steps = Array.from({ length: 30 }, (_, index) => stepState(`step-${index}-${"x".repeat(20)}`));
  steps[20] = stepState("bad", { state: "failed" });
  steps[25] = stepState("busy", { state: "running", started_at: NOON });
  {
    using view = workflowView(terminal, plain);
    view.show({ ...WORKFLOW, steps });
  }
  const drawings = String(terminal.read()).split("\u001b[6F");
  expect(drawings).toHaveLength(2);
  for (const drawing of drawings) {
    const lines = drawing.replaceAll("\u001b[K", "").split("\n").slice(0, -1);
    expect(lines).toHaveLength(6);
    expect(lines.every((line) => line.length < 24)).toBe(true);
    expect(lines.join("\n")).toMatch(/bad [\s\S]*busy [\s\S]*and 25 more steps/);
  }
});
