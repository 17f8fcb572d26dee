import fc from "fast-check";
import { expect, test } from "vitest";
import type { Condition } from "../../src/api/workflow-condition.ts";
import type { WorkflowRequest } from "../../src/api/workflow-request.ts";
import { begun, ended, endingFor, leftOut, started, submitted } from "../../src/workflows/advance.ts";
import { defineWorkflow } from "../../src/workflows/define-workflow.ts";
import type { Definition } from "../../src/workflows/definition.ts";
import { pointedAt } from "../../src/workflows/json-pointer.ts";
import { endOf, jobsUnderWay, nextJobs, turns } from "../../src/workflows/plan.ts";
import { freshProgress, isSettled, type Progress } from "../../src/workflows/progress.ts";
import { PATIENCE_MS, runs } from "../properties/runs.ts";

const SLOW = { timeout: PATIENCE_MS };

const RUNS = runs(200);

const BOUNDS = { steps: 100, items: 100, jobs: 1_000, jobsAtOnce: 5, carriedBytes: 1_000 };

/** A step of a random workflow: it needs some of those before it, as `needs` says by their distance. */
interface RandomStep {
  readonly needs: readonly number[];
  readonly hears: number | null;
  readonly items: number | null;
  readonly retry: number;
  readonly mayFail: boolean;
}

const randomSteps: fc.Arbitrary<RandomStep[]> = fc.array(
  fc.record({
    needs: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
    hears: fc.option(fc.integer({ min: 1, max: 5 })),
    items: fc.option(fc.integer({ min: 0, max: 7 })),
    retry: fc.integer({ min: 0, max: 2 }),
    mayFail: fc.boolean(),
  }),
  { minLength: 1, maxLength: 14 },
);

function requestOf(steps: readonly RandomStep[]): WorkflowRequest {
  const before = (index: number, distance: number) => (index >= distance ? `s${index - distance}` : null);
  return {
    steps: steps.map(({ needs, hears, items, retry, mayFail }, index) => {
      const heard = hears === null ? null : before(index, hears);
      const when: Condition | null = heard === null ? null : { not: { step: heard, is: "succeeded" } };
      return {
        name: `s${index}`,
        job: { language: "bash", files: [{ content: "" }] },
        needs: [...new Set(needs.flatMap((distance) => before(index, distance) ?? []))],
        ...(when === null ? {} : { when }),
        ...(items === null ? {} : { for_each: Array.from({ length: items }, (_, item) => item) }),
        ...{ retry, may_fail: mayFail },
      };
    }),
  };
}

/** Drives a workflow as the driver does, with outcomes and orders of a random sequence; says how many jobs were submitted. */
function driven(
  definition: Definition,
  random: () => number,
  stopAfter: number,
): { progress: Progress; jobs: number } {
  let progress = freshProgress(definition.steps);
  let jobs = 0;
  for (let round = 0; round < 10_000; round += 1) {
    if (round === stopAfter) progress = endingFor(progress, "cancelled", round);
    progress = withTurns(definition, progress, round);
    const places = nextJobs(progress, BOUNDS.jobsAtOnce);
    for (const place of places) {
      jobs += 1;
      progress = submitted(progress, place, `job ${jobs}`);
    }
    const underWay = jobsUnderWay(progress);
    expect(underWay.length).toBeLessThanOrEqual(BOUNDS.jobsAtOnce);
    expect(new Set(underWay.map(({ job }) => job)).size).toBe(underWay.length);
    if (endOf(definition, progress) !== null) return { progress, jobs };
    const place = underWay[Math.floor(random() * underWay.length)];
    if (place === undefined) throw new Error("nothing is under way, and it is not over");
    progress = started(progress, place);
    const outcome = random() < 0.5 ? "succeeded" : "failed";
    const retry = definition.steps[place.step]?.retry ?? 0;
    // What is kept is JSON: a driver that starts again has no more.
    progress = JSON.parse(JSON.stringify(ended(progress, place, { outcome, error: null, retry }, round)));
  }
  throw new Error("it does not end");
}

function withTurns(definition: Definition, progress: Progress, now: number): Progress {
  let at = progress;
  for (let due = turns(definition, at); due.length > 0; due = turns(definition, at)) {
    for (const [place, turn] of due) {
      const step = definition.steps[place];
      const isHeld = turn === "asks" && heardSucceeded(definition, at, place);
      at =
        turn === "skipped" || isHeld
          ? leftOut(at, place, { state: "skipped", error: null }, now)
          : begun(at, place, Array.isArray(step?.forEach) ? step.forEach.length : 1, now);
    }
  }
  return at;
}

function heardSucceeded({ steps }: Definition, progress: Progress, place: number): boolean {
  return [...(steps[place]?.heard ?? [])].some((one) => progress.steps[one]?.state === "succeeded");
}

function expectSound(definition: Definition, progress: Progress): void {
  for (const [index, { state, items }] of progress.steps.entries()) {
    const step = definition.steps[index];
    expect(isSettled(state)).toBe(true);
    expect(items.every((item) => isSettled(item.state))).toBe(true);
    expect(items.every(({ tries }) => tries <= (step?.retry ?? 0) + 1)).toBe(true);
    if (state === "succeeded") expect(items.every((item) => item.state === "succeeded")).toBe(true);
    if (state === "skipped") expect(items).toEqual([]);
    const hasRun = items.some(({ tries }) => tries > 0);
    if (!hasRun) continue;
    for (const one of step?.awaited ?? []) {
      if (step?.heard.has(one)) continue;
      const before = progress.steps[one]?.state;
      expect(before === "succeeded" || (before === "failed" && definition.steps[one]?.mayFail)).toBe(true);
    }
  }
}

test(
  "whatever fails in whatever order, a workflow ends, with each step after those that it needs",
  SLOW,
  () => {
    fc.assert(
      fc.property(
        randomSteps,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (steps, stream) => {
          const definition = defineWorkflow(requestOf(steps), BOUNDS);
          const { progress } = driven(definition, () => stream.next().value ?? 0, -1);
          expectSound(definition, progress);
          expect(progress.steps.some(({ state }) => state === "cancelled")).toBe(false);
        },
      ),
      RUNS,
    );
  },
);

test(
  "a workflow that is ended at any moment submits nothing more, and what is under way is waited for",
  SLOW,
  () => {
    fc.assert(
      fc.property(
        randomSteps,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        fc.integer({ min: 0, max: 20 }),
        (steps, stream, stopAfter) => {
          const definition = defineWorkflow(requestOf(steps), BOUNDS);
          const { progress } = driven(definition, () => stream.next().value ?? 0, stopAfter);
          expectSound(definition, progress);
          expect(nextJobs({ ...progress, ending: "cancelled" }, 5)).toEqual([]);
        },
      ),
      RUNS,
    );
  },
);

test("edges that go in a circle are always found, and those that do not never taken for one", SLOW, () => {
  const edges = fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 25 });
  fc.assert(
    fc.property(edges, (pairs) => {
      const steps = Array.from({ length: 10 }, (_, index) => ({
        name: `s${index}`,
        job: { language: "bash", files: [{ content: "" }] },
        needs: [...new Set(pairs.flatMap(([from, to]) => (from === index ? [`s${to}`] : [])))],
      }));
      const isRefused = () => {
        try {
          defineWorkflow({ steps }, BOUNDS);
          return false;
        } catch {
          return true;
        }
      };
      expect(isRefused()).toBe(hasCircle(pairs));
    }),
    RUNS,
  );
});

/** By the closure of all ways. */
function hasCircle(pairs: readonly (readonly [number, number])[]): boolean {
  const ways = new Set(pairs.map(([from, to]) => `${from}>${to}`));
  for (let over = 0; over < 10; over += 1)
    for (let from = 0; from < 10; from += 1)
      for (let to = 0; to < 10; to += 1)
        if (ways.has(`${from}>${over}`) && ways.has(`${over}>${to}`)) ways.add(`${from}>${to}`);
  return Array.from({ length: 10 }, (_, one) => ways.has(`${one}>${one}`)).some(Boolean);
}

test(
  "a pointer leads to what stands at its path, and to nothing that an object has from elsewhere",
  SLOW,
  () => {
    const names = fc.oneof(fc.string(), fc.constantFrom("a/b", "~", "~1", "__proto__", "constructor", ""));
    fc.assert(
      fc.property(fc.array(names, { maxLength: 5 }), fc.jsonValue(), (path, value) => {
        const whole = path.reduceRight<unknown>((inner, name) => Object.fromEntries([[name, inner]]), value);
        const pointer = path.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
        expect(pointedAt(whole, pointer)).toEqual(value);
      }),
      RUNS,
    );
    for (const pointer of [
      "/constructor",
      "/__proto__",
      "/toString/name",
      "/0/length",
      "/length",
      "/-",
      "/01",
    ])
      expect(pointedAt([{}], pointer)).toBeUndefined();
  },
);
