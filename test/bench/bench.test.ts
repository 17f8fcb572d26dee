import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import type { Figures } from "../../bench/figures.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";

const BENCH = join(import.meta.dirname, "../../bench/bench.ts");
const LONG_MS = 300_000 * TIME_FACTOR;

/** By then it has begun to measure. */
const WORKING_MS = 1_500;

/** What is left of a bench: its folder, and the processes that have files of that folder in their command line. */
async function leftOf(pid: number | undefined): Promise<string[]> {
  const mark = `crankcase-bench-${pid}-`;
  const { stdout } = await execa("ps", ["-eo", "args"]);
  const lines = [...(await readdir("/dev/shm")), ...stdout.split("\n")];
  return lines.filter((line) => line.includes(mark));
}

test("a bench of two lines prints and writes their figures, ratios and notes, and leaves nothing behind", {
  timeout: LONG_MS,
}, async () => {
  const { path: folder, cleanup } = await dir({ unsafeCleanup: true });
  const jsonFile = join(folder, "figures.json");
  const only = ["--only", "true-in-jail", "--only", "python-cold"];
  const bench = execa("node", [BENCH, "--runs", "2", ...only, "--json", jsonFile]);
  const { stdout } = await bench;
  const figures: Figures = JSON.parse(await readFile(jsonFile, "utf8"));
  await cleanup();
  expect(figures.failed).toEqual({});
  expect(figures.lines.map(({ name }) => name)).toEqual(["true-in-jail", "python-cold"]);
  for (const { ways, checks, again } of figures.lines) {
    expect(again).toMatch(/^npm run bench -- --only /);
    expect(checks.length).toBeGreaterThan(0);
    for (const way of ways) {
      expect(way.runs).toBeGreaterThan(0);
      expect(way.p50Ms).toBeGreaterThan(0);
      expect(way.p99Ms).toBeGreaterThanOrEqual(way.p50Ms);
      expect(Number.isFinite(way.cpuMs)).toBe(true);
    }
  }
  const names = figures.lines[0]?.ways.map(({ way }) => way) ?? [];
  expect(names).toEqual(expect.arrayContaining(["raw", "ready jail", "new jail"]));
  expect(stdout).toContain("Python hello over HTTP, cold interpreter");
  expect(await leftOf(bench.pid)).toEqual([]);
});

test("a bench that is interrupted takes its Crankcase and its folder away", {
  timeout: LONG_MS,
}, async () => {
  let found: string[] = [];
  const bench = execa("node", [BENCH, "--runs", "100000", "--only", "bash-8-clients"], { reject: false });
  bench.stderr.on("data", (chunk) => {
    if (!String(chunk).includes(" serves with ")) return;
    setTimeout(async () => {
      found = await leftOf(bench.pid);
      bench.kill("SIGTERM");
    }, WORKING_MS);
  });
  const { exitCode, stderr } = await bench;
  expect(exitCode).toBe(130);
  expect(stderr).toContain("stopped by SIGTERM");
  // The folder, crankcase serve, its jailer and its daemon at least.
  expect(found.length).toBeGreaterThan(3);
  expect(await leftOf(bench.pid)).toEqual([]);
});
