import { expect, test } from "vitest";
import { mixedJob, repeatable } from "../../bench/soak/mixed-jobs.ts";
import { readOptions } from "../../bench/soak/options.ts";
import { runWindow, type Window } from "../../bench/soak/run-window.ts";
import type { Sample } from "../../bench/soak/take-sample.ts";
import { slopeOf, verdictOf } from "../../bench/soak/verdict.ts";
import type { Facts } from "../../src/attacks/facts.ts";
import { loadAttacks } from "../../src/attacks/load-attacks.ts";
import { PROJECT_DIR } from "../support/test-data.ts";

const STEADY: Sample = {
  ...{ jobs: 0, daemonMb: 90, heapMb: 30, jailerMb: 1, daemonFds: 60, jailerFds: 40, runners: 4 },
  ...{ mounts: 21, cgroups: 200, namespaces: 100, diskMb: 1 },
};

const samples = (change: (index: number) => Partial<Sample> = () => ({})) =>
  Array.from({ length: 21 }, (_, index) => ({ ...STEADY, jobs: index * 500, ...change(index) }));

const windows = (change: (index: number) => Partial<Window> = () => ({})) =>
  Array.from({ length: 20 }, (_, index) => ({
    jobs: 500,
    faults: [],
    ratio: 5,
    seconds: 1,
    ...change(index),
  }));

const failing = (...given: Parameters<typeof verdictOf>) =>
  verdictOf(...given)
    .filter(({ holds }) => !holds)
    .map(({ name }) => name);

test("a soak in which nothing grows, slows down or is left holds", () => {
  expect(failing(windows(), samples(), [])).toEqual([]);
});

test.each<[string, Parameters<typeof verdictOf>]>([
  ["daemon, resident MB", [windows(), samples((n) => ({ daemonMb: 90 + n * 0.6 })), []]],
  ["daemon, heap and buffers MB", [windows(), samples((n) => ({ heapMb: 30 + n * 0.6 })), []]],
  ["jailer, descriptors", [windows(), samples((n) => ({ jailerFds: 40 + n })), []]],
  ["cgroups beside the slots' own", [windows(), samples((n) => ({ cgroups: 200 + n })), []]],
  ["left on the host, or reached there", [windows(), samples(), ["a mount"]]],
  [
    "jobs with another answer than theirs",
    [windows((n) => ({ faults: n === 7 ? ["lost"] : [] })), samples(), []],
  ],
  ["honest jobs' p90, end over beginning", [windows((n) => ({ ratio: n < 10 ? 5 : 6.1 })), samples(), []]],
])("%s: one that is too high fails, alone", (name, given) => {
  expect(failing(...given)).toEqual([name]);
});

test("what is kept by slot may come in the first half", () => {
  expect(
    failing(
      windows(),
      samples((n) => ({ cgroups: Math.min(200 + n * 4, 220) })),
      [],
    ),
  ).toEqual([]);
});

test("of resident memory fewer jobs say nothing", () => {
  const few = samples((n) => ({ jobs: n * 100, daemonMb: 90 + n * 0.6 }));
  expect(failing(windows(), few, [])).toEqual([]);
});

test("the slope of a line is the line's", () => {
  expect(
    slopeOf([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toBe(2);
  expect(slopeOf([[1, 1]])).toBe(0);
});

const attacks = repeatable(await loadAttacks(PROJECT_DIR), new Set(["python", "c", "bash"]));

test("every third job is hostile, and the honest ones are all different", () => {
  const facts: Facts = {
    ...{ canary_file: "/canary/file", canary_dir: "/canary", host_pid: "1", host_address: "192.0.2.1" },
    ...{ tcp_port: "1", udp_port: "2", api_port: "3", abstract_socket: "one", unix_socket: "/canary/socket" },
  };
  const jobs = Array.from({ length: 300 }, (_, n) => mixedJob(n, attacks, facts, new Map()));
  expect(jobs.filter(({ isHostile }) => isHostile)).toHaveLength(100);
  const honest = jobs.filter(({ isHostile }) => !isHostile);
  expect(new Set(honest.map(({ name }) => name)).size).toBe(10);
  expect(new Set(honest.map(({ expect: { stdout } }) => stdout)).size).toBe(200);
});

test("a job with another's answer, and one without any, are told by name", async () => {
  const jobs = [1, 2].map((n) => mixedJob(n, attacks, {} as Facts, new Map()));
  const left = [...jobs, ...Array.from({ length: 9 }, () => jobs[0])];
  const { faults } = await runWindow({
    atOnce: 1,
    next: () => left.shift() ?? null,
    send: async () => {
      if (left.length === 10) throw new Error("cut off");
      const run = { stdout: "number 2\n", stderr: "", exit_code: 0, cause: "exited" };
      return { status: 200, body: { run } };
    },
  });
  expect(faults[0]).toBe("python: no answer: cut off");
  expect(faults.filter((fault) => fault.startsWith("python: it printed"))).toHaveLength(9);
  expect(faults.filter((fault) => fault.startsWith("bash"))).toEqual([]);
});

test("its options are read, and those that are none refused", () => {
  expect(readOptions([], {})).toMatchObject({ jobs: null, minutes: 5, atOnce: 8, windows: 20 });
  expect(readOptions(["--jobs", "10000"], {})).toMatchObject({ jobs: 10_000, minutes: null });
  expect(() => readOptions(["--minutes", "0"], {})).toThrow(RangeError);
  expect(() => readOptions(["--hours", "1"], {})).toThrow(TypeError);
});
