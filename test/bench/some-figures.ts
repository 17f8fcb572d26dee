import { atLeast, atMost, type Figures, type WayFigure } from "../../bench/figures.ts";

function way(name: string, p50Ms: number, group?: string): WayFigure {
  const times = { p50Ms, p95Ms: p50Ms * 2, p99Ms: p50Ms * 3, cpuMs: p50Ms / 2, perSecond: 1000 / p50Ms };
  const about = { way: name, runs: 100, aheadShare: 0, keptShare: 0 };
  return { ...(group === undefined ? {} : { group }), ...about, ...times };
}

/** Figures as a bench might find them, of every kind of line. */
export const someFigures: Figures = {
  measuredAt: "2030-01-02T03:04:05.678Z",
  machine: {
    cores: 2,
    cpu: "Abacus <9>",
    kernel: "6.1",
    busyBeside: 0.01,
    cpuSource: "/sys/fs/cgroup/cpu.stat",
  },
  runs: 100,
  lines: [
    {
      name: "true-in-jail",
      title: "/bin/true in a ready jail",
      ways: [way("raw", 1), way("ready jail", 1.5), way("nsjail & more", 6)],
      checks: [
        atMost(2, { what: "p50", value: 1.5, unit: "x raw", way: "ready jail", beside: "raw" }),
        atLeast(0.9, { what: "rate", value: 0.25, unit: "x raw", way: "ready jail", beside: "raw" }),
      ],
      notes: ["Measured by hand."],
      again: "npm run bench -- --only true-in-jail",
    },
    {
      name: "languages",
      title: "hello by language",
      ways: [way("raw", 20, "python"), way("cold", 25, "python"), way("ahead", 8.25, "python")],
      checks: [],
      notes: [],
      again: "npm run bench -- --only languages",
    },
    {
      name: "concurrency",
      title: "hellos a second",
      ways: ["1", "8"].flatMap((group) => [
        way("raw", 20, group),
        way("HTTP", 10, group),
        way("raw behind sh and timeout", 22, group),
      ]),
      checks: [],
      notes: [],
      again: "npm run bench -- --only concurrency",
    },
  ],
  failed: {},
};
