import { expect, test } from "vitest";
import { atLeast, atMost } from "../../bench/figures.ts";
import { chooseLines } from "../../bench/lines/measure-lines.ts";
import type { Block } from "../../bench/measuring/way.ts";
import { figureOf, wayFigure } from "../../bench/measuring/way-figure.ts";
import { readOptions } from "../../bench/options.ts";
import { percentile } from "../../bench/statistics.ts";

const BLOCK: Block = { samplesMs: [], wallMs: 0, clientCpuMs: 0, ahead: 0, kept: 0, workMs: [] };

function way(name: string, group?: string) {
  const run = () => Promise.reject(new Error("nobody runs it"));
  return { name, runs: 4, run, ...(group === undefined ? {} : { group }) };
}

test("a percentile is the sample of the nearest rank, whatever the samples' order", () => {
  const samples = [50, 10, 40, 20, 30];
  expect(percentile(samples, 0.5)).toBe(30);
  expect(percentile(samples, 0.95)).toBe(50);
  expect(percentile(samples, 0.2)).toBe(10);
  expect(percentile([1, 2], 0.5)).toBe(1);
  expect(samples).toEqual([50, 10, 40, 20, 30]);
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});

test("a way's figure is of all its blocks together: percentiles, rate and shares", () => {
  const blocks = [
    { ...BLOCK, samplesMs: [4, 1], wallMs: 10, ahead: 2, kept: 1 },
    { ...BLOCK, samplesMs: [2, 3], wallMs: 30, ahead: 1 },
  ];
  const figure = wayFigure({ way: way("HTTP", "python"), blocks, cpuMs: 5 });
  expect(figure).toEqual({
    group: "python",
    way: "HTTP",
    runs: 4,
    p50Ms: 2,
    p95Ms: 4,
    p99Ms: 4,
    cpuMs: 5,
    perSecond: 100,
    aheadShare: 0.75,
    keptShare: 0.25,
  });
  expect(figureOf([figure], "HTTP", "python")).toBe(figure);
  expect(() => figureOf([figure], "HTTP")).toThrow("nothing was measured");
});

test("a bound is met at the bound itself, from the side that it says", () => {
  const value = { what: "p50", value: 2, unit: "x raw" };
  expect([atMost(2, value).met, atMost(1.99, value).met]).toEqual([true, false]);
  expect([atLeast(2, value).met, atLeast(2.01, value).met]).toEqual([true, false]);
});

test("--page is refused beside --only, since the page has every line", () => {
  expect(readOptions(["--page"], {}).writesPage).toBe(true);
  expect(() => readOptions(["--page", "--only", "one"], {})).toThrow("--page wants every line");
});

test("--only takes lines by name, and a name that is not there is told of with those that are", () => {
  const measure = () => Promise.reject(new Error("nobody measures it"));
  const lines = ["one", "two", "three"].map((name) => ({ name, title: name, measure }));
  const chosen = (names: readonly string[]) => chooseLines(lines, names).map(({ name }) => name);
  expect(chosen(readOptions(["--only", "three", "--only", "one"], {}).only)).toEqual(["one", "three"]);
  expect(chosen(readOptions([], {}).only)).toEqual(["one", "two", "three"]);
  expect(() => chosen(["four"])).toThrow("--only four: there is no such line; there are one, two, three");
});
