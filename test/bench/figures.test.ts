import { expect, test } from "vitest";
import { timeFigures } from "../../bench/figures.ts";
import { percentile } from "../../bench/statistics.ts";
import type { Variant } from "../../bench/variant.ts";

function variant(program: string, way: string, baseline: boolean): Variant {
  return { program, way, baseline, run: () => Promise.resolve(0) };
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

test("each way is divided by the raw way of its own program", () => {
  const figures = timeFigures([
    { variant: variant("true", "raw", true), samples: [1, 1, 2] },
    { variant: variant("true", "jailer", false), samples: [4, 3, 3] },
    { variant: variant("python", "jailer", false), samples: [11] },
    { variant: variant("python", "raw", true), samples: [10] },
  ]);
  expect(
    figures.map(({ program, way, runs, p50Ms, p95Ms, ratio }) => [program, way, runs, p50Ms, p95Ms, ratio]),
  ).toEqual([
    ["true", "raw", 3, 1, 2, 1],
    ["true", "jailer", 3, 3, 4, 3],
    ["python", "jailer", 1, 11, 11, 1.1],
    ["python", "raw", 1, 10, 10, 1],
  ]);
});

test("a program without its raw way has no ratio", () => {
  const measurements = [{ variant: variant("true", "jailer", false), samples: [1] }];
  expect(() => timeFigures(measurements)).toThrow("without a baseline");
});
